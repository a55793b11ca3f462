//! From a policy to a ruleset of the kernel, and to its enforcement. Paths are opened, added and closed one by one.

use super::abi::{Kernel, Masks, on_files};
use super::report::{Remedy, RestrictError, RuleError};
use super::sys::{self, RulesetAttr};
use crate::policy::{PathGrant, Policy, Right, Rights};
use std::ffi::CString;
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

/// A ruleset that is ready to be enforced. While its descriptor is open it could be widened: it is closed by
/// [`restrict`](Ruleset::restrict), before any code of the user runs.
#[derive(Debug)]
pub(crate) struct Ruleset {
    fd: OwnedFd,
    skipped: Vec<PathBuf>,
}

impl Ruleset {
    /// Builds the ruleset that handles `handled`, of what the kernel knows, and allows what the policy grants of it.
    pub(crate) fn build(_: &Kernel, policy: &Policy, handled: Rights) -> Result<Ruleset, RestrictError> {
        let masks = Masks::from(handled);
        let attr = RulesetAttr { handled_access_fs: masks.fs, handled_access_net: masks.net, scoped: masks.scoped };
        let fd = sys::create_ruleset(&attr).map_err(RestrictError::system("landlock_create_ruleset"))?;
        let mut ruleset = Ruleset { fd, skipped: Vec::new() };
        ruleset.add_paths(policy, handled)?;
        ruleset.add_ports(policy, handled)?;
        Ok(ruleset)
    }

    /// Every path, also after one has failed: one error names them all.
    fn add_paths(&mut self, policy: &Policy, handled: Rights) -> Result<(), RestrictError> {
        if policy.keeps_refer() && handled.contains(Right::Refer) {
            let root = sys::open_path(c"/").map_err(RestrictError::system("open(\"/\")"))?;
            add_path(self.fd.as_fd(), root.as_fd(), Right::Refer.into())
                .map_err(RestrictError::system("landlock_add_rule(\"/\")"))?;
        }
        let mut errors = Vec::new();
        for grant in &policy.paths {
            match self.add_grant(grant, handled) {
                Ok(()) => {}
                Err(error) if grant.rule.optional && matches!(error.remedy, Remedy::Missing) => {
                    self.skipped.push(error.path);
                }
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(RestrictError::Rules(errors)) }
    }

    fn add_grant(&self, grant: &PathGrant, handled: Rights) -> Result<(), RuleError> {
        let error =
            |source: io::Error, remedy| RuleError { key: grant.key, path: grant.rule.path.clone(), source, remedy };
        let parent = open(&grant.rule.path).map_err(|source| {
            let remedy = match source.raw_os_error() {
                Some(libc::ENOENT | libc::ENOTDIR) => Remedy::Missing,
                Some(libc::EACCES) => Remedy::Unreachable,
                _ => Remedy::None,
            };
            error(source, remedy)
        })?;
        let rights = grant.rights & handled;
        if rights.is_empty() {
            return Ok(());
        }
        add_path(self.fd.as_fd(), parent.as_fd(), rights).map_err(|source| {
            let remedy = match source.raw_os_error() {
                Some(libc::EBADFD) => Remedy::NotAFile,
                Some(libc::EINVAL) => Remedy::DirectoryRights(rights),
                _ => Remedy::None,
            };
            error(source, remedy)
        })
    }

    fn add_ports(&mut self, policy: &Policy, handled: Rights) -> Result<(), RestrictError> {
        for grant in &policy.ports {
            let access = Masks::from(grant.rights & handled).net;
            if access == 0 {
                continue;
            }
            for port in grant.ports.clone() {
                sys::add_port_rule(self.fd.as_fd(), port, access)
                    .map_err(RestrictError::system("landlock_add_rule(port)"))?;
            }
        }
        Ok(())
    }

    /// Enforces the ruleset on the calling thread, or on all threads, and closes it. Answers the paths that were skipped.
    pub(crate) fn restrict(self, kernel: &Kernel, whole_process: bool) -> Result<Vec<PathBuf>, RestrictError> {
        no_new_privs()?;
        let all_threads = whole_process && kernel.restricts_all_threads();
        sys::restrict_self(self.fd.as_fd(), all_threads).map_err(|source| match source.raw_os_error() {
            Some(libc::E2BIG) => RestrictError::Layers,
            _ => RestrictError::System { call: "landlock_restrict_self", source },
        })?;
        Ok(self.skipped)
    }

    /// What a policy promises where there is no layer to enforce.
    pub(crate) fn restrict_nothing() -> Result<(), RestrictError> {
        no_new_privs()
    }
}

fn no_new_privs() -> Result<(), RestrictError> {
    sys::set_no_new_privs().map_err(RestrictError::system("prctl(PR_SET_NO_NEW_PRIVS)"))
}

fn open(path: &Path) -> io::Result<OwnedFd> {
    use std::os::unix::ffi::OsStrExt as _;
    sys::open_path(&CString::new(path.as_os_str().as_bytes())?)
}

/// Tries all rights; where the kernel says that some are not for a file, those that are. The opened file is asked, never
/// the path a second time.
fn add_path(ruleset: BorrowedFd<'_>, parent: BorrowedFd<'_>, rights: Rights) -> io::Result<()> {
    let add = |rights: Rights| sys::add_path_rule(ruleset, parent, Masks::from(rights).fs);
    match add(rights) {
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {
            let trimmed = on_files(rights);
            if trimmed.is_empty() || trimmed == rights { Err(error) } else { add(trimmed) }
        }
        result => result,
    }
}
