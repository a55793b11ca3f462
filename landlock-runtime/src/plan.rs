//! A policy, a place and a site in; what can be enforced there out, step by step: checked, forecast, its ruleset built,
//! put on. Until the last step nothing is restricted, and an error leaves nothing behind.

use crate::enforcement::{Enforcement, Place};
use crate::error::{ErrorKind, PlaceError};
use crate::kernel::{Kernel, Objects, Ruleset, Running, is_main_thread, running};
use crate::layers::{self, Layer};
use crate::policy::{Policy, PolicyError, Rights, Skipped};
use crate::rare::Rare;
use crate::site::Site;
#[cfg(all(feature = "process", target_os = "linux"))]
use crate::{kernel::OwnRule, policy::PathRule};
use std::io;
use std::process::Command;
use std::sync::Arc;

/// A policy that this kernel enforces as far as it is required to.
pub(crate) struct Plan {
    policy: Policy,
    place: Place,
    kernel: Option<&'static Kernel>,
    enforcement: Enforcement,
    /// Optional paths that this environment gives no meaning.
    unset: Vec<Skipped>,
}

impl Plan {
    /// Checks the policy, expands its templates, and asks whether what it requires will be enforced.
    pub(crate) fn new(policy: Policy, place: Place, site: Site) -> Result<Plan, ErrorKind> {
        let (policy, unset) = usable(policy)?;
        if matches!(place, Place::CallingThread | Place::Process) && layers::is_shared_thread() {
            return Err(ErrorKind::Place(PlaceError::SharedThread));
        }
        if place == Place::CallingThread && is_main_thread() {
            return Err(ErrorKind::Place(PlaceError::MainThread));
        }
        let kernel = Kernel::get();
        let enforcement = Enforcement::forecast(&policy, place, site, kernel)?;
        enforcement.satisfy(&policy.requirement())?;
        let kernel = kernel.ok().filter(|_| !enforcement.enforced.is_empty());
        Ok(Plan { policy, place, kernel, enforcement, unset })
    }

    /// The plan for a child process. `makes_rules`: before it restricts itself it can add rules on what is its own.
    #[inline]
    pub(crate) fn for_child(policy: Policy, makes_rules: bool, site: Site) -> Result<Plan, ErrorKind> {
        let plan = Plan::new(policy, Place::Child, site)?;
        let defects = plan.policy.of_the_parent(makes_rules);
        if defects.is_empty() { Ok(plan) } else { Err(ErrorKind::Policy(defects)) }
    }

    /// Puts the layer on, unless one is on already that allows no more. Of one that says the same, only the objects can tell.
    pub(crate) fn enforce(mut self) -> Result<Enforcement, ErrorKind> {
        let is_said = self.is_said_already();
        if !is_said {
            self.look_for_other_threads()?;
        }
        let ruleset = self.build(is_said)?;
        if is_said {
            if self.is_on(ruleset.as_ref()) {
                return Ok(self.enforcement);
            }
            self.look_for_other_threads()?;
        }
        self.put_on(ruleset.as_ref())
    }

    /// The same with rulesets that were built before, of which one is for this place.
    #[inline]
    pub(crate) fn enforce_prepared(
        mut self,
        rulesets: &[Ruleset],
        unset: Vec<Skipped>,
    ) -> Result<Enforcement, ErrorKind> {
        let ruleset = rulesets.iter().find(|ruleset| ruleset.restricted == self.enforcement.enforced);
        if self.kernel.is_some() && ruleset.is_none() {
            let source = io::Error::other("Landlock was not there when the policy was prepared");
            return Err(ErrorKind::System { call: "landlock_restrict_self", source });
        }
        if self.is_on(ruleset) {
            return Ok(self.enforcement);
        }
        self.look_for_other_threads()?;
        self.unset = unset;
        self.skips(ruleset.map_or(Rare::EMPTY, |ruleset| ruleset.skipped.clone()));
        self.put_on(ruleset)
    }

    /// Lets every child that the command starts restrict itself, unless the whole process is restricted so already.
    #[inline]
    pub(crate) fn apply_to(mut self, command: &mut Command) -> Result<Enforcement, ErrorKind> {
        let ruleset = self.build(self.is_said_already())?;
        if self.is_on(ruleset.as_ref()) {
            return Ok(self.enforcement);
        }
        self.compare_with_outer_layers();
        match (self.kernel, ruleset) {
            (Some(kernel), Some(ruleset)) => {
                ruleset.apply_to(kernel, &self.policy.terms.options, command, layers::one_is_on_before_exec);
            }
            _ => Ruleset::apply_nothing_to(&self.policy.terms.options, command),
        }
        self.enforcement.terms = Some(self.policy.without_descriptors().terms);
        self.enforcement.log();
        Ok(self.enforcement)
    }

    /// The plan for a child, for a thread that does nothing but start it.
    #[inline]
    pub(crate) fn on_a_thread_of_its_own(self) -> Plan {
        Plan { place: Place::FreshThread, ..self }
    }

    /// What is needed to enforce later: the policy, expanded, and the optional paths that mean nothing here.
    #[inline]
    pub(crate) fn into_parts(self) -> (Policy, Vec<Skipped>) {
        (self.policy, self.unset)
    }

    /// The rights that this place restricts here.
    pub(crate) fn enforced(&self) -> Rights {
        self.enforcement.enforced
    }

    /// Opens the paths and makes the ruleset; none where nothing is to be enforced. The objects are looked at where the ruleset
    /// may be compared with others.
    pub(crate) fn build(&mut self, looks_at_objects: bool) -> Result<Option<Ruleset>, ErrorKind> {
        let Some(kernel) = self.kernel else { return Ok(None) };
        let ruleset = Ruleset::build(kernel, &self.policy, self.enforcement.enforced, looks_at_objects)?;
        self.skips(ruleset.skipped.clone());
        Ok(Some(ruleset))
    }

    fn skips(&mut self, missing: Rare<Skipped>) {
        self.enforcement.skipped =
            if self.unset.is_empty() { missing } else { [&missing, &self.unset[..]].concat().into() };
        self.enforcement.new_layer = self.kernel.is_some();
    }

    /// Enforces a ruleset that [`build`](Plan::build) made, on the place that the plan is for. Until it is dropped, it is open.
    pub(crate) fn put_on(mut self, ruleset: Option<&Ruleset>) -> Result<Enforcement, ErrorKind> {
        self.compare_with_outer_layers();
        match (self.kernel, ruleset) {
            (Some(kernel), Some(ruleset)) => {
                let all_threads = self.is_for_all_threads();
                let policy = self.policy.without_descriptors();
                self.enforcement.terms = Some(Arc::clone(&policy.terms));
                let layer = Layer { policy, enforcement: self.enforcement.clone(), objects: ruleset.objects.clone() };
                let restrict =
                    |layer: &Layer| Ok(ruleset.restrict(kernel, &layer.policy.terms.options, all_threads)?);
                let at_once = all_threads && kernel.restricts_all_threads();
                layers::put_on(layer, self.enforcement.reach(self.place), at_once, restrict)?;
            }
            _ => Ruleset::restrict_nothing(&self.policy.terms.options)?,
        }
        self.enforcement.log();
        Ok(self.enforcement)
    }

    /// What a child needs to restrict itself: the ruleset, if there is something to enforce, with the rules that it is to
    /// add, and how.
    #[inline]
    #[cfg(all(feature = "process", target_os = "linux"))]
    pub(crate) fn hand_over(mut self) -> Result<HandedOver, ErrorKind> {
        let own = self.policy.take_own();
        let ruleset = self.build(false)?.map(Ruleset::into_descriptor);
        self.enforcement.log();
        let of_rule = |rule: &PathRule| OwnRule::new(rule, self.enforcement.enforced);
        Ok((ruleset, own.iter().map(of_rule).collect(), self.policy.terms.options.clone()))
    }

    /// Whether a layer is on already that restricts the same rights and grants the same, by the texts.
    fn is_said_already(&self) -> bool {
        self.kernel.is_some() && self.find_layer(None).is_some()
    }

    fn find_layer(&self, objects: Option<&Objects>) -> Option<Arc<Layer>> {
        let (enforced, reach) = (self.enforcement.enforced, self.enforcement.reach(self.place));
        layers::like(&self.policy, enforced, reach, objects)
    }

    /// Whether one is on already that allows no more than this ruleset would. If so, the report is of that.
    fn is_on(&mut self, ruleset: Option<&Ruleset>) -> bool {
        let Some(layer) = ruleset.and_then(|ruleset| self.find_layer(Some(&ruleset.objects))) else { return false };
        self.enforcement.skipped = layer.enforcement.skipped.clone();
        self.enforcement.new_layer = false;
        self.enforcement.terms = Some(Arc::clone(&layer.policy.terms));
        self.compare_with_outer_layers();
        true
    }

    fn compare_with_outer_layers(&mut self) {
        let enforcement = &mut self.enforcement;
        enforcement.withheld_by_outer = layers::withheld(&self.policy, enforcement.enforced, &enforcement.skipped);
    }

    fn is_for_all_threads(&self) -> bool {
        self.place == Place::Process && !self.policy.terms.options.new_threads_only
    }

    /// Below ABI 8 threads that run already would stay free.
    fn look_for_other_threads(&self) -> Result<(), ErrorKind> {
        if !self.is_for_all_threads() || self.kernel.is_none_or(Kernel::restricts_all_threads) {
            return Ok(());
        }
        let names = other_threads()?;
        if names.is_empty() { Ok(()) } else { Err(ErrorKind::Place(PlaceError::Threads { names })) }
    }
}

/// A ruleset, the rules that are lacking in it, and how it is to be enforced.
#[cfg(all(feature = "process", target_os = "linux"))]
type HandedOver = (Option<std::os::fd::OwnedFd>, Vec<OwnRule>, crate::policy::Options);

/// The policy with its templates expanded, and the optional ones that mean nothing here; if nothing is wrong with it before
/// a kernel is asked.
pub(crate) fn usable(mut policy: Policy) -> Result<(Policy, Vec<Skipped>), ErrorKind> {
    if policy.only_grants() {
        return Ok((policy, Vec::new()));
    }
    let mut defects = policy.take_defects();
    defects.extend(policy.above_abi());
    if !defects.is_empty() {
        return Err(ErrorKind::Policy(defects));
    }
    let rights = policy.requirement().rights - policy.asked();
    if !rights.is_empty() {
        return Err(ErrorKind::Policy(vec![PolicyError::RequiredAboveAbi { rights }]));
    }
    policy.expanded().map_err(ErrorKind::Policy)
}

/// The names of the threads beside the calling one.
pub(crate) fn other_threads() -> Result<Vec<String>, ErrorKind> {
    match running() {
        Ok(Running::Alone) => Ok(Vec::new()),
        Ok(Running::Others(names)) => Ok(names),
        Err(source) => Err(ErrorKind::System { call: "counting the threads of the process", source }),
    }
}
