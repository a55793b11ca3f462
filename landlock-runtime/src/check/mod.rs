//! What a policy decides, asked without a sandbox: an object and a right come in; what leaves is a [`Decision`], made from
//! the very rules that enforcing makes.

mod decision;
mod error;
mod object;
#[cfg(all(test, target_os = "linux"))]
mod tests;

pub use decision::{Decision, Free, GrantedBy};
pub use error::CheckError;
pub use object::Object;

use crate::error::{Error, ErrorKind};
use crate::kernel::{Holds, allowances, locate, may_be_above, on_files};
use crate::plan::usable;
use crate::policy::{GrantOn, Policy, Right, Rights};
use crate::site::Site;
use decision::{Verdict, arrival};

impl Policy {
    /// Whether this policy allows a right on a path or a port, or a scope to reach [outside](Object::Outside); and by which
    /// of its grants. Nothing is restricted, and nothing is made.
    ///
    /// A program asks before it acts, a test asks without a sandbox, also where there is no Landlock:
    ///
    /// ```
    /// use landlock_runtime::{Object, Policy, Right};
    ///
    /// let policy = Policy::new().read("/usr").net_connect(443);
    /// assert!(policy.check("/usr/share", Right::ReadDir)?.is_allowed());
    /// assert!(!policy.check("/etc/passwd", Right::ReadFile)?.is_allowed(), "this policy denies /etc/passwd");
    /// assert!(!policy.check(Object::Outside, Right::Signal)?.is_allowed());
    ///
    /// let decision = policy.check(443, Right::ConnectTcp)?;
    /// assert_eq!(
    ///     decision.to_string(),
    ///     "connect_tcp on port 443 is allowed by net_connect = 443, from ABI 4 on (Linux 6.7); below, it is free"
    /// );
    /// # Ok::<(), landlock_runtime::Error>(())
    /// ```
    ///
    /// The path is that of the file or the directory that the right is about: for `make_*`, `remove_*` and `refer` the
    /// directory in which something is made, removed, or moved to and from. It is followed through links, as the kernel does,
    /// and must exist. What counts is the file itself and each directory above it, where the path has led: a file with two
    /// names is granted by a rule on either, and by one on a directory above the name that was asked for.
    ///
    /// What an operation needs may be several rights: overwriting a file needs `write_file` and `truncate`, making one also
    /// `make_reg` on its directory. What else stands in the way is not asked: the file's own permissions, and layers
    /// that are on already.
    ///
    /// # Errors
    ///
    /// Those of the policy, as enforcing has them where all its rights are known: defects, missing paths, rules that cannot be
    /// made. Not what only shows when
    /// it acts: the place, what the policy requires and this kernel lacks, what `ensure_dir` and `ensure_file` cannot make. And
    /// [`ErrorKind::Check`]: a right that is not about the object, a path that leads to nothing; and where this process does
    /// not see all that the kernel would, so that the answer could be wrong: what is above the root directory after a `chroot`,
    /// and on some file systems the other names of a file.
    #[track_caller]
    pub fn check(&self, object: impl Into<Object>, right: Right) -> Result<Decision, Error> {
        let site = Site::caller();
        decide(self, object.into(), right).map_err(|kind| Error::new(site, kind))
    }
}

#[inline]
fn decide(policy: &Policy, object: Object, right: Right) -> Result<Decision, ErrorKind> {
    if !object.takes(right) {
        return Err(ErrorKind::Check(CheckError::NotAbout { right, object }));
    }
    let (policy, _) = usable(policy.clone())?;
    let granted_by = granted_by(&policy, &object, right)?;
    Ok(Decision { object, right, verdict: verdict(&policy, right, granted_by) })
}

/// The grants of the right on the object.
#[inline]
fn granted_by(policy: &Policy, object: &Object, right: Right) -> Result<Vec<GrantedBy>, ErrorKind> {
    let handled = policy.asked();
    // Also where no path is asked for: what is wrong with a rule is wrong with the policy.
    let paths = allowances(policy, handled)?;
    let mut granted_by = Vec::new();
    match object {
        Object::Path(path) => {
            let located = locate(path)
                .map_err(|source| ErrorKind::Check(CheckError::Unreached { path: path.clone(), source }))?;
            if !located.is_directory && on_files(right.into()).is_empty() {
                return Err(ErrorKind::Check(CheckError::NotADirectory { right, path: path.clone() }));
            }
            let mut by_another_name = false;
            for rule in paths.into_iter().filter(|rule| rule.rights.contains(right)) {
                match located.is_under(rule.inode, &rule.path) {
                    Holds::Yes => granted_by.push(GrantedBy { key: rule.key, on: GrantOn::Path(rule.path) }),
                    Holds::No => {}
                    Holds::Unknown => by_another_name = true,
                }
            }
            if matches!(verdict(policy, right, granted_by.clone()), Verdict::Denied { .. }) {
                if by_another_name {
                    return Err(ErrorKind::Check(CheckError::SeveralNames { right, path: path.clone() }));
                }
                if may_be_above(policy, handled, right, &located)? {
                    return Err(ErrorKind::Check(CheckError::OutsideTheRoot { right, path: path.clone() }));
                }
            }
        }
        Object::Port(port) => {
            let rules = policy.terms.ports.iter().filter(|rule| (rule.rights & handled).contains(right));
            let here = rules.filter(|rule| rule.ports.contains(port));
            granted_by.extend(here.map(|rule| GrantedBy { key: rule.key, on: GrantOn::PortRange(rule.ports.clone()) }));
        }
        Object::Outside => {}
    }
    granted_by.dedup();
    Ok(granted_by)
}

/// What the kernel makes of it. `refer` has rules of its own: it is denied under every layer that handles a right on paths,
/// also where the policy leaves it unrestricted, unless the ruleset handles and allows it: which no kernel before ABI 2 can.
#[inline]
fn verdict(policy: &Policy, right: Right, by: Vec<GrantedBy>) -> Verdict {
    let handled = policy.asked();
    let denied_from = match right {
        Right::Refer => (handled & Rights::ON_PATHS).iter().map(arrival).min(),
        right => handled.contains(right).then(|| arrival(right)),
    };
    if right == Right::Refer && policy.keeps_refer(handled) {
        let free = if handled.contains(right) { Free::Kept } else { Free::Unrestricted };
        return match denied_from {
            Some(denied_from) if denied_from < arrival(right) => Verdict::FreeSince { free, denied_from },
            _ => Verdict::Free(free),
        };
    }
    match denied_from {
        Some(denied_from) if by.is_empty() => Verdict::Denied { denied_from, unhandled: !handled.contains(right) },
        Some(denied_from) => Verdict::Granted { by, denied_from },
        None if policy.handled().contains(right) => Verdict::Free(Free::AboveAbi),
        None => Verdict::Free(Free::Unrestricted),
    }
}
