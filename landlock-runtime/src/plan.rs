//! A policy, a place and a site in; what can be enforced there out, step by step: checked, forecast, its ruleset built,
//! put on. Until the last step nothing is restricted, and an error leaves nothing behind.

use crate::enforcement::{Enforcement, Place};
use crate::error::{ErrorKind, PlaceError};
use crate::kernel::{Kernel, Ruleset, Running, is_main_thread, is_privileged_start, running};
use crate::layers::{self, Layer};
use crate::policy::Policy;
use crate::site::Site;
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

/// A policy that this kernel enforces as far as it is required to.
pub(crate) struct Plan<'p> {
    policy: Cow<'p, Policy>,
    place: Place,
    kernel: Option<&'static Kernel>,
    enforcement: Enforcement,
    /// Optional paths that this environment gives no meaning.
    unset: Vec<PathBuf>,
}

impl<'p> Plan<'p> {
    /// Checks the policy, expands its templates, and asks whether what it requires will be enforced.
    pub(crate) fn new(policy: &'p Policy, place: Place, site: Site) -> Result<Plan<'p>, ErrorKind> {
        let mut defects = policy.defects();
        defects.extend(policy.above_abi());
        if !defects.is_empty() {
            return Err(ErrorKind::Policy(defects));
        }
        if place == Place::CallingThread && is_main_thread() {
            return Err(ErrorKind::Place(PlaceError::MainThread));
        }
        let (policy, unset) = policy.expanded(is_privileged_start).map_err(ErrorKind::Policy)?;
        let kernel = Kernel::get();
        let enforcement = Enforcement::forecast(&policy, place, site, kernel)?;
        enforcement.satisfy(&policy.requirement())?;
        let kernel = kernel.ok().filter(|_| !enforcement.enforced.is_empty());
        Ok(Plan { policy, place, kernel, enforcement, unset })
    }

    /// Puts the layer on, unless an equal one is on already.
    pub(crate) fn enforce(mut self) -> Result<Enforcement, ErrorKind> {
        if let Some(layer) = self.equal_layer() {
            self.enforcement.skipped.clone_from(&layer.enforcement.skipped);
            return Ok(self.enforcement);
        }
        self.look_for_other_threads()?;
        let ruleset = self.build()?;
        self.put_on(ruleset)
    }

    /// Opens the paths and makes the ruleset; none where nothing is to be enforced.
    pub(crate) fn build(&mut self) -> Result<Option<Ruleset>, ErrorKind> {
        let Some(kernel) = self.kernel else { return Ok(None) };
        let mut ruleset = Ruleset::build(kernel, &self.policy, self.enforcement.enforced)?;
        self.enforcement.skipped = std::mem::take(&mut ruleset.skipped);
        self.enforcement.skipped.append(&mut self.unset);
        self.enforcement.new_layer = true;
        Ok(Some(ruleset))
    }

    /// Enforces a ruleset that [`build`](Plan::build) made, on the place that the plan is for.
    pub(crate) fn put_on(self, ruleset: Option<Ruleset>) -> Result<Enforcement, ErrorKind> {
        let (options, enforcement) = (&self.policy.options, self.enforcement);
        match (self.kernel, ruleset) {
            (Some(kernel), Some(ruleset)) => {
                let all_threads = self.place == Place::Process && !options.new_threads_only;
                ruleset.restrict(kernel, options, all_threads)?;
                let place = enforcement.reach(self.place);
                let policy = self.policy.into_owned().without_descriptors();
                layers::record(Layer { policy, enforcement: enforcement.clone() }, place);
            }
            _ => Ruleset::restrict_nothing(options)?,
        }
        enforcement.warn();
        Ok(enforcement)
    }

    fn equal_layer(&self) -> Option<Arc<Layer>> {
        self.kernel?;
        layers::equal(&self.policy, self.enforcement.enforced, self.enforcement.reach(self.place))
    }

    /// Below ABI 8 threads that run already would stay free.
    fn look_for_other_threads(&self) -> Result<(), ErrorKind> {
        let all_threads = self.place == Place::Process && !self.policy.options.new_threads_only;
        if !all_threads || self.kernel.is_none_or(Kernel::restricts_all_threads) {
            return Ok(());
        }
        let names = other_threads()?;
        if names.is_empty() { Ok(()) } else { Err(ErrorKind::Place(PlaceError::Threads { names })) }
    }
}

/// The names of the threads beside the calling one.
pub(crate) fn other_threads() -> Result<Vec<String>, ErrorKind> {
    match running() {
        Ok(Running::Alone) => Ok(Vec::new()),
        Ok(Running::Others(names)) => Ok(names),
        Err(source) => Err(ErrorKind::System { call: "counting the threads of the process", source }),
    }
}
