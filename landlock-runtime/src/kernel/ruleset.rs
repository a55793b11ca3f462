//! From a policy to a ruleset of the kernel, and to its enforcement. Paths are opened, added and closed one by one.

use super::abi::{Kernel, Masks, on_files};
use super::objects::Objects;
use super::open::{Failure, Opened, open};
use super::report::{Remedy, RestrictError};
use super::rules::{self, Rule};
use super::sys::{self, Access, RestrictFlags, RulesetAttr};
use crate::policy::{Log, Options, Policy, Right, Rights, Skipped};
use crate::rare::Rare;
use std::io;
use std::ops::RangeInclusive;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::process::Command;
#[cfg(feature = "process")]
use {crate::policy::PathRule, std::ffi::CString};

/// A ruleset that is ready to be enforced. While its descriptor is open it could be widened: it is dropped, and so closed,
/// before any code runs under it.
#[derive(Debug)]
pub(crate) struct Ruleset {
    fd: OwnedFd,
    /// The rights that it restricts. It may handle `refer` beside them, and allow it everywhere.
    pub(crate) restricted: Rights,
    /// The paths that no rule was made for.
    pub(crate) skipped: Rare<Skipped>,
    /// What the rules are on, if that was asked for.
    pub(crate) objects: Objects,
}

impl Ruleset {
    /// Builds the ruleset that restricts `restricted`, of what the kernel knows, and allows what the policy grants of it. To look
    /// at the objects takes some system calls for each.
    pub(crate) fn build(
        kernel: &Kernel,
        policy: &Policy,
        restricted: Rights,
        looks_at_objects: bool,
    ) -> Result<Ruleset, RestrictError> {
        let quiet = rules::quiet(kernel, policy, restricted);
        let refer = Rights::from(Right::Refer);
        let kept = if policy.keeps_refer(restricted) { refer & kernel.known() } else { Rights::EMPTY };
        let mut ruleset = Ruleset { restricted, ..Ruleset::create(restricted | kept, quiet)? };
        let has_rules = !policy.terms.paths.is_empty() || !kept.is_empty();
        if looks_at_objects || !has_rules {
            ruleset.objects = Objects::NO_RULE;
        }
        if !kept.is_empty() {
            ruleset.allow_everywhere(kept)?;
        }
        ruleset.add_paths(policy, restricted, quiet.fs != 0)?;
        ruleset.add_ports(policy, restricted, quiet.net != 0)?;
        Ok(ruleset)
    }

    /// A ruleset that allows nothing yet.
    pub(super) fn create(handled: Rights, quiet: Masks) -> Result<Ruleset, RestrictError> {
        let attr = RulesetAttr {
            quiet_access_fs: quiet.fs,
            quiet_access_net: quiet.net,
            quiet_scoped: quiet.scoped,
            ..RulesetAttr::handling(handled.into())
        };
        let fd = sys::create_ruleset(&attr).map_err(RestrictError::system("landlock_create_ruleset"))?;
        Ok(Ruleset { fd, restricted: handled, skipped: Rare::EMPTY, objects: Objects::UNKNOWN })
    }

    /// The descriptor, for a child that restricts itself with it.
    #[cfg(feature = "process")]
    pub(crate) fn into_descriptor(self) -> OwnedFd {
        self.fd
    }

    /// The ruleset that a parent has built.
    #[cfg(feature = "process")]
    pub(crate) fn received(fd: OwnedFd) -> Ruleset {
        Ruleset { fd, restricted: Rights::EMPTY, skipped: Rare::EMPTY, objects: Objects::UNKNOWN }
    }

    #[cold]
    fn allow_everywhere(&mut self, rights: Rights) -> Result<(), RestrictError> {
        let root = sys::open_path(c"/", 0).map_err(RestrictError::system("open(\"/\")"))?;
        add_path(self.fd.as_fd(), root.as_fd(), rights).map_err(RestrictError::system("landlock_add_rule(\"/\")"))?;
        self.objects.add(root.as_fd(), rights);
        Ok(())
    }

    /// Adds a rule on what is the own of this process. What is missing is passed over: a `/proc` that is not mounted.
    #[cfg(feature = "process")]
    pub(crate) fn add_own(&self, rule: &OwnRule) -> Result<(), RestrictError> {
        let path = CString::new(&*rule.path).map_err(io::Error::from);
        let object = match path.and_then(|path| sys::open_path(&path, 0)) {
            Err(error) if matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ENOTDIR)) => return Ok(()),
            object => object.map_err(RestrictError::system("opening what is the process's own"))?,
        };
        let added = self.add_rule(object.as_fd(), Some(Rights::from_bits(rule.rights)));
        added.map_err(|(source, _)| RestrictError::System { call: "landlock_add_rule(/proc/self)", source })
    }

    /// Every path, also after one has failed: one error names them all.
    fn add_paths(&mut self, policy: &Policy, handled: Rights, quiet: bool) -> Result<(), RestrictError> {
        let mut objects = std::mem::replace(&mut self.objects, Objects::UNKNOWN);
        let add = |rule: &Rule<'_>, object: Opened| {
            objects.add(object.as_fd(), rule.rights.unwrap_or(Rights::EMPTY));
            self.add_rule(object.as_fd(), rule.rights)
        };
        let skipped = rules::each(policy, handled, quiet, open, add)?;
        (self.skipped, self.objects) = (skipped.into(), objects);
        Ok(())
    }

    /// A rule with rights, if there are any, or the quiet one.
    pub(super) fn add_rule(&self, object: BorrowedFd<'_>, rights: Option<Rights>) -> Result<(), Failure> {
        match rights {
            Some(rights) if rights.is_empty() => Ok(()),
            Some(rights) => add_path(self.fd.as_fd(), object, rights).map_err(|error| explain(error, rights)),
            None => sys::add_path_rule(self.fd.as_fd(), object, Access::Quiet)
                .map_err(|error| explain(error, Rights::EMPTY)),
        }
    }

    fn add_ports(&self, policy: &Policy, handled: Rights, quiet: bool) -> Result<(), RestrictError> {
        let terms = &*policy.terms;
        for grant in &terms.ports {
            let access = Masks::from(grant.rights & handled).net;
            if access != 0 {
                self.add_range(&grant.ports, Access::Allow(access))?;
            }
        }
        for ports in terms.options.quiet.ports.iter().filter(|_| quiet) {
            self.add_range(ports, Access::Quiet)?;
        }
        Ok(())
    }

    fn add_range(&self, ports: &RangeInclusive<u16>, access: Access) -> Result<(), RestrictError> {
        for port in ports.clone() {
            sys::add_port_rule(self.fd.as_fd(), port, access)
                .map_err(RestrictError::system("landlock_add_rule(port)"))?;
        }
        Ok(())
    }

    /// Enforces the ruleset on the calling thread, or on all threads.
    pub(crate) fn restrict(&self, kernel: &Kernel, options: &Options, all_threads: bool) -> Result<(), RestrictError> {
        no_new_privs(options)?;
        sys::restrict_self(self.fd.as_fd(), flags(kernel, options, all_threads)).map_err(|source| {
            match source.raw_os_error() {
                Some(libc::E2BIG) => RestrictError::Layers,
                Some(libc::EPERM) if options.keep_privileges => {
                    let call = "landlock_restrict_self (with `no_new_privs = false` it needs CAP_SYS_ADMIN)";
                    RestrictError::System { call, source }
                }
                _ => RestrictError::System { call: "landlock_restrict_self", source },
            }
        })
    }

    /// What a policy promises where there is no layer to enforce.
    pub(crate) fn restrict_nothing(options: &Options) -> Result<(), RestrictError> {
        no_new_privs(options)
    }

    /// Enforces the ruleset on every child that this command starts, and keeps it open as long as the command lives.
    /// `is_on` is told there that it is on, and whether it keeps privileges.
    pub(crate) fn apply_to(self, kernel: &Kernel, options: &Options, command: &mut Command, is_on: fn(bool)) {
        let flags = flags(kernel, options, false);
        sys::restrict_before_exec(command, !options.keep_privileges, Some((self.fd, flags)), is_on);
    }

    /// What a policy promises to a child where there is no layer to enforce.
    pub(crate) fn apply_nothing_to(options: &Options, command: &mut Command) {
        sys::restrict_before_exec(command, !options.keep_privileges, None, |_| ());
    }
}

/// A rule that a child process makes before it restricts itself, as its parent tells it.
#[cfg(feature = "process")]
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OwnRule {
    pub(crate) path: Vec<u8>,
    pub(crate) rights: u32,
}

#[cfg(feature = "process")]
impl OwnRule {
    pub(crate) fn new(rule: &PathRule, enforced: Rights) -> OwnRule {
        OwnRule { path: rule.text.to_bytes().to_vec(), rights: (rule.rights & enforced).bits() }
    }
}

fn flags(kernel: &Kernel, options: &Options, all_threads: bool) -> RestrictFlags {
    let log = if kernel.knows_log() { options.log } else { Log::default() };
    RestrictFlags { all_threads: all_threads && kernel.restricts_all_threads(), log }
}

fn no_new_privs(options: &Options) -> Result<(), RestrictError> {
    if options.keep_privileges {
        return Ok(());
    }
    sys::set_no_new_privs().map_err(RestrictError::system("prctl(PR_SET_NO_NEW_PRIVS)"))
}

fn explain(error: io::Error, rights: Rights) -> Failure {
    let remedy = match error.raw_os_error() {
        Some(libc::EBADFD) => Remedy::NotAFile,
        Some(libc::EINVAL) => Remedy::DirectoryRights(rights),
        _ => Remedy::None,
    };
    (error, remedy)
}

/// Tries all rights; where the kernel says that some are not for a file, those that are. The opened file is asked, never
/// the path a second time.
fn add_path(ruleset: BorrowedFd<'_>, parent: BorrowedFd<'_>, rights: Rights) -> io::Result<()> {
    let add = |rights: Rights| sys::add_path_rule(ruleset, parent, Access::Allow(Masks::from(rights).fs));
    match add(rights) {
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {
            let trimmed = on_files(rights);
            if trimmed.is_empty() || trimmed == rights { Err(error) } else { add(trimmed) }
        }
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_those_of_the_uapi_header_that_the_kernel_knows() {
        let log = Log { same_exec: false, new_exec: true, subdomains: false };
        let (usual, said) = (Options::default(), Options { log, ..Options::default() });
        let bits = |abi, options: &Options, all_threads| flags(Kernel::with(abi, 0), options, all_threads).bits();
        assert_eq!([6, 7, 8].map(|abi| bits(abi, &said, true)), [0, 0b0111, 0b1111]);
        assert_eq!([6, 7, 8].map(|abi| bits(abi, &said, false)), [0, 0b0111, 0b0111]);
        assert_eq!([7, 8].map(|abi| bits(abi, &usual, true)), [0, 0b1000]);
    }
}
