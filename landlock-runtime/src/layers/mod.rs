//! The layers that this library put on: on the whole process, on the calling thread, and on threads that it started
//! from one. The kernel allows 16, so a thread that holds a policy already gets no second layer of it.

mod outer;
#[cfg(all(test, target_os = "linux"))]
mod tests;

use crate::enforcement::{Enforcement, Place};
use crate::error::{ErrorKind, PlaceError};
use crate::policy::{PathGrant, PathRule, Policy, PortGrant, Rights};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

pub use outer::Withheld;
pub(crate) use outer::withheld;

/// A layer that is on, with the policy it came from.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) policy: Policy,
    pub(crate) enforcement: Enforcement,
}

/// The layers of every thread: put on while there was one thread, or on all at once.
static PROCESS: RwLock<Vec<Arc<Layer>>> = RwLock::new(Vec::new());

thread_local! {
    /// The layers of this thread alone, and of those that it was started from by this library.
    static THREAD: OfThread = const { OfThread(RefCell::new(Vec::new())) };
}

/// The threads that live and hold a layer of their own.
static RESTRICTED_THREADS: AtomicUsize = AtomicUsize::new(0);

/// Held by threads that restrict themselves, and alone by one that restricts all threads.
static RESTRICTING: RwLock<()> = RwLock::new(());

/// A thread's own layers. While there are any, and the thread lives, it is counted.
struct OfThread(RefCell<Vec<Arc<Layer>>>);

impl OfThread {
    fn change<R>(&self, change: impl FnOnce(&mut Vec<Arc<Layer>>) -> R) -> R {
        let mut layers = self.0.borrow_mut();
        let before = usize::from(!layers.is_empty());
        let result = change(&mut layers);
        let after = usize::from(!layers.is_empty());
        RESTRICTED_THREADS.fetch_add(after, Ordering::SeqCst);
        RESTRICTED_THREADS.fetch_sub(before, Ordering::SeqCst);
        result
    }
}

impl Drop for OfThread {
    fn drop(&mut self) {
        self.change(|layers| drop(std::mem::take(layers)));
    }
}

/// The layer that is on already and is equal: the same rights restricted, the same grants.
pub(crate) fn equal(policy: &Policy, enforced: Rights, place: Place) -> Option<Arc<Layer>> {
    let find = |layers: &[Arc<Layer>]| layers.iter().find(|layer| layer.equals(policy, enforced)).cloned();
    let of_process = find(&PROCESS.read().unwrap_or_else(PoisonError::into_inner));
    match place {
        Place::Process | Place::Child => of_process,
        Place::CallingThread | Place::FreshThread => of_process.or_else(|| of_this_thread_with(find)),
    }
}

/// Puts a layer on, by a call of the kernel that is handed in, and remembers it.
pub(crate) fn put_on(
    layer: Layer,
    place: Place,
    restrict: impl FnOnce(&Layer) -> Result<(), ErrorKind>,
) -> Result<(), ErrorKind> {
    let _together = RESTRICTING.read().unwrap_or_else(PoisonError::into_inner);
    restrict(&layer)?;
    record(layer, place);
    Ok(())
}

/// Puts a layer on all threads at once. The kernel gives each the layers of the calling thread and the new one, whatever
/// it had before: a thread that has others would lose them.
pub(crate) fn put_on_all_threads(
    layer: Layer,
    restrict: impl FnOnce(&Layer) -> Result<(), ErrorKind>,
) -> Result<(), ErrorKind> {
    let _alone = RESTRICTING.write().unwrap_or_else(PoisonError::into_inner);
    let this = usize::from(of_this_thread_with(|layers| !layers.is_empty()));
    let others = RESTRICTED_THREADS.load(Ordering::SeqCst) - this;
    if others > 0 {
        return Err(ErrorKind::Place(PlaceError::WouldLoosen { threads: others }));
    }
    restrict(&layer)?;
    let of_this_thread = THREAD.with(|thread| thread.change(std::mem::take));
    PROCESS.write().unwrap_or_else(PoisonError::into_inner).extend(of_this_thread);
    record(layer, Place::Process);
    Ok(())
}

fn record(layer: Layer, place: Place) {
    let layer = Arc::new(layer);
    match place {
        Place::Process | Place::Child => PROCESS.write().unwrap_or_else(PoisonError::into_inner).push(layer),
        Place::CallingThread | Place::FreshThread => THREAD.with(|thread| thread.change(|layers| layers.push(layer))),
    }
}

/// The calling thread's own layers, for a thread that it is about to start.
pub(crate) fn of_this_thread() -> Vec<Arc<Layer>> {
    of_this_thread_with(<[_]>::to_vec)
}

fn of_this_thread_with<R>(look: impl FnOnce(&[Arc<Layer>]) -> R) -> R {
    // Where no thread has any, which is where most programs restrict themselves, there is no need to set the list up.
    if RESTRICTED_THREADS.load(Ordering::SeqCst) == 0 {
        return look(&[]);
    }
    THREAD.with(|thread| look(&thread.0.borrow()))
}

/// Remembers what the kernel has passed on to this new thread.
pub(crate) fn inherit(inherited: Vec<Arc<Layer>>) {
    THREAD.with(|thread| thread.change(|layers| *layers = inherited));
}

/// Whether a thread or process with these layers lacks one that the calling thread has: what is handed over to it would
/// escape that layer. Those of the whole process are everywhere.
pub(crate) fn lacking(there: &[Arc<Layer>]) -> bool {
    let is_there =
        |layer: &Arc<Layer>| there.iter().any(|other| Arc::ptr_eq(other, layer) || other.equals_layer(layer));
    of_this_thread_with(|here| !here.iter().all(is_there))
}

/// The layers that hold for the calling thread: those of the process, and its own.
pub(crate) fn all() -> Vec<Arc<Layer>> {
    let mut layers = PROCESS.read().unwrap_or_else(PoisonError::into_inner).clone();
    layers.extend(of_this_thread());
    layers
}

/// Whether these are the layers that hold for the calling thread, and no others.
#[cfg(feature = "process")]
pub(crate) fn are_those_of_this_thread(layers: &[Arc<Layer>]) -> bool {
    let all = all();
    let each_in = |some: &[Arc<Layer>], others: &[Arc<Layer>]| {
        some.iter().all(|layer| others.iter().any(|other| Arc::ptr_eq(layer, other)))
    };
    each_in(&all, layers) && each_in(layers, &all)
}

impl Layer {
    /// Whether a policy would make the same layer. A path that means something else at another time is never equal, not
    /// even to itself.
    fn equals(&self, policy: &Policy, enforced: Rights) -> bool {
        let alike = self.enforcement.enforced() == enforced
            && self.policy.handled() == policy.handled()
            && self.policy.terms.options.agree_with(&policy.terms.options)
            && policy.terms.paths.iter().all(|grant| grant.rule.is_stable());
        if !alike {
            return false;
        }
        let asked = self.objects(policy);
        // Where policies differ, it is most often by a path.
        let mut held = self.grants(&self.policy).map(|grant| Object::of(&grant.rule));
        held.all(|object| asked.contains_key(&object)) && self.objects(&self.policy) == asked
    }

    fn equals_layer(&self, other: &Layer) -> bool {
        self.equals(&other.policy, other.enforcement.enforced())
    }

    /// What a policy grants, but for what may be missing and was when this layer was made: this layer grants nothing there.
    fn grants<'a>(&'a self, policy: &'a Policy) -> impl Iterator<Item = &'a PathGrant> {
        let skipped = |rule: &PathRule| rule.optional && self.enforcement.skipped().any(|path| path == rule.path());
        policy.terms.paths.iter().filter(move |grant| !skipped(&grant.rule))
    }

    /// The same, by what it is granted on.
    fn objects<'a>(&'a self, policy: &'a Policy) -> BTreeMap<Object<'a>, Rights> {
        let paths = self.grants(policy).map(|PathGrant { rule, rights, .. }| (Object::of(rule), *rights));
        let ports = policy.terms.ports.iter().flat_map(|PortGrant { ports, rights, .. }| {
            let object = |port| (Object::Port(port), *rights);
            ports.clone().map(object)
        });
        let mut objects = BTreeMap::<_, Rights>::new();
        paths.chain(ports).for_each(|(object, rights)| *objects.entry(object).or_default() |= rights);
        objects
    }
}

/// What a rule is about: a path with the way to open it, or a port.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Object<'a> {
    Path(Cow<'a, OsStr>, u8),
    Port(u16),
}

impl Object<'_> {
    fn of(rule: &PathRule) -> Object<'_> {
        Object::Path(plain(rule.path()), rule.opening.way())
    }
}

/// The text of a path with nothing twice in it, so that equal paths are equal texts: to compare them part by part takes longer.
fn plain(path: &Path) -> Cow<'_, OsStr> {
    let text = path.as_os_str().as_encoded_bytes();
    let is_plain = !text.windows(2).any(|pair| pair == b"//" || pair == b"/.")
        && !text.get(1..).unwrap_or_default().ends_with(b"/");
    if is_plain { path.as_os_str().into() } else { path.components().collect::<PathBuf>().into_os_string().into() }
}

/// The layers that this library put on the calling thread or on those it descends from. See [`status`].
#[derive(Debug)]
pub struct Status(Vec<Arc<Layer>>);

/// What restricts the calling thread, as far as this library put it there.
///
/// It knows the layers of the whole process, those of the calling thread, and those that came with a thread this library
/// started. It does not know what a thread started by [`std::thread::spawn`] inherited from a single restricted thread, nor
/// what a parent process or other code enforced: the kernel tells nobody. So it tells nothing in a process of
/// `isolate = process`, whose layer its parent has made.
///
/// ```
/// assert!(landlock_runtime::status().layers().next().is_none(), "nothing is restricted yet");
/// ```
#[must_use]
pub fn status() -> Status {
    Status(all())
}

impl Status {
    /// The layers, the oldest first within the process and within the thread. They intersect: what one denies is denied.
    pub fn layers(&self) -> impl Iterator<Item = &Enforcement> {
        self.0.iter().map(|layer| &layer.enforcement)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("no layer");
        }
        self.layers().enumerate().try_for_each(|(position, layer)| {
            let separator = if position == 0 { "" } else { "\n" };
            write!(f, "{separator}{layer}")
        })
    }
}
