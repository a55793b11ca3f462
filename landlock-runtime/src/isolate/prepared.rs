//! A policy whose paths are open and whose ruleset is built: to be put on later, once, or to run calls under it, as often as
//! wanted.

use super::zygote::Zygote;
use super::{STACK, builder, cannot_start, on_fresh_thread};
use crate::enforcement::{Enforcement, Place};
use crate::error::{Error, ErrorKind, PlaceError};
use crate::kernel::{Objects, Ruleset};
use crate::layers;
use crate::plan::Plan;
use crate::policy::{Policy, Rights, Skipped};
use crate::site::Site;
use once_cell::sync::OnceCell;
use std::sync::{Arc, Mutex, PoisonError};

impl Policy {
    /// Checks the policy, opens its paths and builds its ruleset now, to be enforced later.
    ///
    /// What is granted are the files that are there now, whatever stands at their paths later. Between preparing and
    /// enforcing a program may give up the privileges that it needs to open the paths; or it may run many calls under the
    /// policy, each of which costs little more than the start of a thread.
    ///
    /// Until it is enforced, the ruleset is open, and any code in the process could widen it: prepare late, or
    /// [`run`](Prepared::run) a first call early, which closes it.
    ///
    /// ```
    /// use landlock_runtime::Policy;
    ///
    /// let prepared = Policy::new().read("/usr").prepare()?;
    /// for directory in ["/usr", "/etc"] {
    ///     let listed = prepared.run(|| std::fs::read_dir(directory).is_ok())?;
    ///     assert_eq!(listed, directory == "/usr");
    /// }
    /// # Ok::<(), landlock_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`restrict_process`](Policy::restrict_process), for what can be known now: not the other threads and not the layers,
    /// which depend on where it is enforced.
    #[inline]
    #[track_caller]
    pub fn prepare(&self) -> Result<Prepared, Error> {
        let site = Site::caller();
        Prepared::new(self, site).map_err(|kind| Error::new(site, kind))
    }
}

/// A policy that is ready to be enforced. See [`Policy::prepare`].
#[derive(Debug)]
#[must_use = "a prepared policy restricts nothing until it is enforced"]
pub struct Prepared {
    policy: Policy,
    site: Site,
    unset: Vec<Skipped>,
    /// What a thread restricts here; nothing, where no thread can be restricted as the policy requires.
    on_thread: Rights,
    /// What the rules are on, there.
    objects: Option<Objects>,
    rulesets: Arc<Mutex<Rulesets>>,
    zygote: OnceCell<Zygote>,
}

/// One, or a second for threads where they differ; or nothing, once they were enforced and closed.
type Rulesets = Option<Vec<Ruleset>>;

impl Prepared {
    #[inline]
    fn new(policy: &Policy, site: Site) -> Result<Prepared, ErrorKind> {
        // Of all places a child restricts the most.
        let mut plan = Plan::new(policy.clone(), Place::Child, site)?;
        let mut rulesets = Vec::from_iter(plan.build(true)?);
        let enforced = plan.enforced();
        let (policy, unset) = plan.into_parts();
        let mut on_thread = Rights::EMPTY;
        if let Ok(mut plan) = Plan::new(policy.clone(), Place::FreshThread, site) {
            on_thread = plan.enforced();
            if on_thread != enforced {
                rulesets.extend(plan.build(true)?);
            }
        }
        let for_thread = rulesets.iter().find(|ruleset| ruleset.restricted == on_thread);
        let objects = for_thread.map(|ruleset| ruleset.objects.clone());
        let (policy, rulesets) = (policy.without_descriptors(), Arc::new(Mutex::new(Some(rulesets))));
        Ok(Prepared { policy, site, unset, on_thread, objects, rulesets, zygote: OnceCell::new() })
    }

    /// Restricts every thread of the process, for good, and closes the ruleset.
    ///
    /// An error leaves the ruleset as it was: what stood in the way can be removed, and the call made again.
    ///
    /// # Errors
    ///
    /// As [`Policy::restrict_process`], but for the paths; and when the ruleset was closed before, by this or by
    /// [`run`](Prepared::run).
    #[inline]
    #[track_caller]
    pub fn restrict_process(&self) -> Result<Enforcement, Error> {
        self.restrict(Place::Process, Site::caller())
    }

    /// Restricts the calling thread, and all that it starts from now on, for good, and closes the ruleset.
    ///
    /// An error leaves the ruleset as it was.
    ///
    /// # Errors
    ///
    /// As [`Policy::restrict_thread`], but for the paths; and when the ruleset was closed before, by this or by
    /// [`run`](Prepared::run).
    #[inline]
    #[track_caller]
    pub fn restrict_thread(&self) -> Result<Enforcement, Error> {
        layers::before_single_threads();
        self.restrict(Place::CallingThread, Site::caller())
    }

    #[inline]
    fn restrict(&self, place: Place, site: Site) -> Result<Enforcement, Error> {
        let enforced = enforce(self.policy.clone(), place, site, &self.rulesets, self.unset.clone());
        enforced.map_err(|kind| Error::new(site, kind))
    }

    /// Runs `body` on a fresh thread under the policy, and waits for it. The caller stays as it is, and may do so again.
    ///
    /// What [`Policy::run`] says holds here, too. The first call starts a thread that restricts itself and closes the
    /// ruleset; it starts the threads of all calls, which therefore hold one layer more than the caller of the *first* call
    /// did, and no ruleset that they could widen. It ends when this is dropped. Where the caller already holds a layer of the
    /// same policy that allows no more, as far as its objects were looked at, the call is run under that.
    ///
    /// # Errors
    ///
    /// The first call: as [`Policy::run`], but for the paths. Every call: a thread that cannot be started; and a caller that
    /// is restricted by a layer which the caller of the first call did not hold, or by one that nobody knows, for the call would
    /// escape it: see [`status`](crate::status).
    ///
    /// # Panics
    ///
    /// If `body` does, with its payload.
    #[track_caller]
    pub fn run<T, F>(&self, body: F) -> Result<T, Error>
    where
        F: FnOnce() -> T + Send,
        T: Send,
    {
        let site = Site::caller();
        self.run_on_thread(body).map_err(|kind| Error::new(site, kind))
    }

    fn run_on_thread<T: Send>(&self, body: impl FnOnce() -> T + Send) -> Result<T, ErrorKind> {
        if self.is_on() {
            return on_fresh_thread(builder(STACK), body).map_err(cannot_start);
        }
        self.zygote.get_or_try_init(|| self.start())?.run(STACK, body)
    }

    /// Whether the calling thread holds a layer that allows no more.
    #[inline]
    fn is_on(&self) -> bool {
        let held = |objects| layers::like(&self.policy, self.on_thread, Place::FreshThread, Some(objects));
        self.objects.as_ref().is_some_and(|objects| held(objects).is_some())
    }

    #[inline]
    fn start(&self) -> Result<Zygote, ErrorKind> {
        let (policy, site, unset) = (self.policy.clone(), self.site, self.unset.clone());
        let rulesets = Arc::clone(&self.rulesets);
        layers::before_single_threads();
        Zygote::start(move || enforce(policy, Place::FreshThread, site, &rulesets, unset).map(drop))
    }
}

#[inline]
fn enforce(
    policy: Policy,
    place: Place,
    site: Site,
    rulesets: &Mutex<Rulesets>,
    unset: Vec<Skipped>,
) -> Result<Enforcement, ErrorKind> {
    let mut rulesets = rulesets.lock().unwrap_or_else(PoisonError::into_inner);
    let open = rulesets.as_deref().ok_or(ErrorKind::Place(PlaceError::RunsAlready))?;
    let enforcement = Plan::new(policy, place, site)?.enforce_prepared(open, unset)?;
    // Nothing is left that could be widened.
    *rulesets = None;
    Ok(enforcement)
}
