//! Child programs that are restricted before their first instruction. A command comes in; what leaves is the same command,
//! or the child that it started.

use super::{cannot_start, on_fresh_thread};
use crate::enforcement::Enforcement;
use crate::error::{Error, ErrorKind};
use crate::layers;
use crate::plan::Plan;
use crate::policy::{Policy, Right};
use crate::site::Site;
use std::fs::File;
use std::process::{Child, Command};
use std::{io, thread};

/// What starts a program: [`std::process::Command`], and with the feature `tokio` that of tokio.
pub trait StartsProgram: sealed::Sealed {}

mod sealed {
    use std::process::Command;

    pub trait Sealed {
        fn as_std(&mut self) -> &mut Command;
    }

    impl Sealed for Command {
        #[inline]
        fn as_std(&mut self) -> &mut Command {
            self
        }
    }

    #[cfg(feature = "tokio")]
    impl Sealed for tokio::process::Command {
        #[inline]
        fn as_std(&mut self) -> &mut Command {
            self.as_std_mut()
        }
    }
}

impl StartsProgram for Command {}

#[cfg(feature = "tokio")]
impl StartsProgram for tokio::process::Command {}

/// Child programs. The parent stays as it is.
impl Policy {
    /// Restricts every program that this command starts, before its first instruction.
    ///
    /// Paths are opened and the ruleset is built now. What the child itself does, right before it executes the program, are
    /// two system calls; so what fails there is only an errno, out of [`spawn`](Command::spawn). The policy must grant
    /// [`exec`](Policy::exec) on the program and on its interpreter, else `spawn` fails with `EACCES`:
    /// [`presets::elf`](crate::presets) says what one program needs.
    ///
    /// [`CommandExt::exec`](std::os::unix::process::CommandExt::exec) makes no child: the calling thread restricts itself, and stays
    /// restricted if the program cannot be executed. [`Status::other_layers`](crate::Status::other_layers) counts that layer.
    ///
    /// The ruleset stays open in this process as long as the command lives, and code in it could widen it: drop the command
    /// when it is no longer used. The child does not get it. A path that is another for each process, such as `/proc/self` or
    /// `/dev/stdin`, is an error: the rule would be on what is this process's own. A parent with much memory in use starts the child faster by
    /// [`spawn`](Policy::spawn).
    ///
    /// ```
    /// use landlock_runtime::{Policy, each, optional};
    /// use std::process::Command;
    ///
    /// let policy = Policy::new().exec(each(["/usr", "/bin", "/lib", "/lib64"].map(optional)));
    /// let mut command = Command::new("cat");
    /// let enforcement = policy.apply_to(&mut command)?;
    /// assert!(enforcement.whole_process());
    /// let output = command.arg("/etc/passwd").output()?;
    /// assert!(!output.status.success(), "the child cannot read it");
    /// assert!(std::fs::File::open("/etc/passwd").is_ok(), "the parent can");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`run`](Policy::run), but for the thread. The 17th layer is `E2BIG` out of `spawn`.
    #[track_caller]
    pub fn apply_to(&self, command: &mut impl StartsProgram) -> Result<Enforcement, Error> {
        let site = Site::caller();
        let plan = Plan::for_child(self.clone(), false, site);
        plan.and_then(|plan| plan.apply_to(command.as_std())).map_err(|kind| Error::new(site, kind))
    }

    /// Starts the program of a command as a child that is restricted before its first instruction.
    ///
    /// The same as [`apply_to`](Policy::apply_to), for one child and by another way: a thread restricts itself and starts it.
    /// So the child need not be forked, which takes long where the parent has much memory in use; no ruleset is open when it
    /// starts; and an error says what failed. The command's null streams are opened under the policy, as [`exec`](Policy::exec)
    /// allows. A parent-death signal would be sent when that thread ends, right away.
    ///
    /// ```
    /// use landlock_runtime::{Policy, each, optional};
    /// use std::process::Command;
    ///
    /// let policy = Policy::new().exec(each(["/usr", "/bin", "/lib", "/lib64"].map(optional)));
    /// let status = policy.spawn(Command::new("test").args(["-r", "/etc/passwd"]))?.wait()?;
    /// assert!(status.success(), "that it exists is no secret");
    /// let status = policy.spawn(Command::new("sh").args(["-c", "read line 2>&- < /etc/passwd"]))?.wait()?;
    /// assert!(!status.success(), "what is in it is");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`run`](Policy::run); and a program that cannot be started, with its name.
    #[inline]
    #[track_caller]
    pub fn spawn(&self, command: &mut Command) -> Result<Child, Error> {
        let site = Site::caller();
        let start = || {
            layers::before_single_threads();
            let _report = Plan::for_child(self.clone(), false, site)?.on_a_thread_of_its_own().enforce()?;
            command.spawn().map_err(|source| cannot_execute(self, command, source))
        };
        on_fresh_thread(thread::Builder::new(), start)
            .unwrap_or_else(|source| Err(cannot_start(source)))
            .map_err(|kind| Error::new(site, kind))
    }
}

/// Whether it is the program that is denied, the command does not tell. Here, on the restricted thread, it shows whether
/// `/dev/null` is denied as well; where nothing may be executed, that does not count.
fn cannot_execute(policy: &Policy, command: &Command, source: io::Error) -> ErrorKind {
    let is_denied = |error: &io::Error| error.kind() == io::ErrorKind::PermissionDenied;
    let is_granted = policy.terms.paths.iter().any(|rule| rule.rights.contains(Right::Execute));
    let null = || File::options().read(true).write(true).open("/dev/null");
    let null_denied = is_denied(&source) && is_granted && null().is_err_and(|error| is_denied(&error));
    ErrorKind::Program { program: command.get_program().into(), source, null_denied }
}
