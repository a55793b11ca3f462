//! Systems without Landlock: everything compiles, nothing can be enforced, and `require` decides.

use super::report::{RestrictError, Unavailable};
use crate::policy::{Options, Policy, Right, Rights, Skipped};
use crate::rare::Rare;
use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// There is none.
#[derive(Debug)]
pub(crate) struct Kernel(Infallible);

impl Kernel {
    pub(crate) fn get() -> Result<&'static Kernel, Unavailable> {
        Err(Unavailable::NotLinux)
    }

    pub(crate) fn abi(&self) -> u32 {
        match self.0 {}
    }

    pub(crate) fn known(&self) -> Rights {
        match self.0 {}
    }

    pub(crate) fn restricts_all_threads(&self) -> bool {
        match self.0 {}
    }

    pub(crate) fn signals_siblings(&self) -> bool {
        match self.0 {}
    }

    pub(crate) fn errata_mask(&self) -> u32 {
        match self.0 {}
    }
}

/// All of it: nobody can tell here what an older kernel would lack.
pub(crate) fn known_by(_: u32) -> Rights {
    Rights::ALL
}

/// All of them: no rule is made here that must fit.
pub(crate) fn on_files(rights: Rights) -> Rights {
    rights
}

/// No ABI of this system has it.
pub(crate) fn since(_: Right) -> usize {
    usize::MAX
}

/// No rule is on any.
#[derive(Clone, Debug)]
pub(crate) struct Objects(Infallible);

impl Objects {
    pub(crate) fn allow_no_more_than(&self, _: &Objects) -> bool {
        match self.0 {}
    }
}

/// There is none.
#[derive(Debug)]
pub(crate) struct Ruleset {
    never: Infallible,
    pub(crate) restricted: Rights,
    pub(crate) skipped: Rare<Skipped>,
    pub(crate) objects: Objects,
}

impl Ruleset {
    pub(crate) fn build(kernel: &Kernel, _: &Policy, _: Rights, _: bool) -> Result<Ruleset, RestrictError> {
        match kernel.0 {}
    }

    pub(crate) fn restrict(&self, _: &Kernel, _: &Options, _: bool) -> Result<(), RestrictError> {
        match self.never {}
    }

    pub(crate) fn restrict_nothing(_: &Options) -> Result<(), RestrictError> {
        Ok(())
    }

    pub(crate) fn apply_to(self, _: &Kernel, _: &Options, _: &mut Command, _: fn(bool)) {
        match self.never {}
    }

    pub(crate) fn apply_nothing_to(_: &Options, _: &mut Command) {}
}

/// What a rule comes to: no rule comes to anything here.
pub(crate) struct Allowance {
    pub(crate) key: &'static str,
    pub(crate) path: PathBuf,
    pub(crate) inode: Infallible,
    pub(crate) rights: Rights,
}

/// Which file a rule is about is asked where the rules are.
pub(crate) fn allowances(_: &Policy, _: Rights) -> Result<Vec<Allowance>, RestrictError> {
    let source = io::Error::new(io::ErrorKind::Unsupported, Unavailable::NotLinux);
    Err(RestrictError::System { call: "asking what a policy decides", source })
}

/// A file or a directory where it stands in the tree.
pub(crate) struct Located {
    pub(crate) is_directory: bool,
}

/// Whether a rule holds for an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    Yes,
    No,
    Unknown,
}

impl Located {
    pub(crate) fn is_under(&self, rule: Infallible, _: &Path) -> Holds {
        match rule {}
    }
}

pub(crate) fn may_be_above(_: &Policy, _: Rights, _: Right, _: &Located) -> Result<bool, RestrictError> {
    Ok(false)
}

pub(crate) fn locate(_: &Path) -> io::Result<Located> {
    Err(io::ErrorKind::Unsupported.into())
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Running {
    Alone,
    Others(Vec<String>),
}

pub(crate) fn running() -> io::Result<Running> {
    Ok(Running::Alone)
}

pub(crate) const MOMENTS: u32 = 0;

pub(crate) fn is_alone() -> bool {
    true
}

/// A thread: none is asked for here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Task(Infallible);

impl Task {
    pub(crate) fn of_this_thread() -> Option<Task> {
        None
    }

    pub(crate) fn numbered(_: i32) -> Option<Task> {
        None
    }
}

pub(crate) fn other_tasks() -> io::Result<Vec<Task>> {
    Ok(Vec::new())
}

pub(crate) fn other_threads(_: &mut dyn FnMut(i32, bool)) -> io::Result<()> {
    Ok(())
}

pub(crate) fn is_main_thread_id(_: i32) -> bool {
    false
}

pub(crate) fn no_new_privs() -> io::Result<bool> {
    Ok(false)
}

pub(crate) fn depth() -> io::Result<usize> {
    Ok(0)
}

pub(crate) fn is_main_thread() -> bool {
    false
}

pub(crate) fn is_privileged_start() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::enforcement::{Enforcement, Place};
    use crate::error::ErrorKind;
    use crate::policy::Require;
    use crate::site::Site;

    #[test]
    fn what_is_required_decides() {
        assert!(matches!(Kernel::get().map(Kernel::abi), Err(Unavailable::NotLinux)));
        let forecast = |policy: &Policy| {
            let forecast = Enforcement::forecast(policy, Place::Process, Site::caller(), Err(Unavailable::NotLinux))?;
            forecast.satisfy(&policy.requirement()).map(|()| forecast.to_string())
        };
        let error = forecast(&Policy::new().read("/etc")).expect_err("files are required by default");
        let error = format!("{error:#}");
        assert!(error.contains("another system") && error.contains("`require = none`"), "{error}");
        let report = forecast(&Policy::new().read("/etc").require(Require::None)).expect("nothing is required");
        assert!(report.contains(": process not restricted: ") && report.contains("another system"), "{report}");
        assert!(Ruleset::restrict_nothing(&Options::default()).is_ok() && running().is_ok());
    }

    #[test]
    fn a_question_has_no_answer() {
        let error = allowances(&Policy::new(), Rights::ALL).map(drop).map_err(ErrorKind::from);
        let error = error.expect_err("no rule comes to anything").to_string();
        assert!(error.contains("another system"), "{error}");
    }
}
