//! The rules that a policy makes on paths: the one way from a policy to opened objects and the rights on each, for a ruleset
//! that is enforced, and for a question to the policy.

use super::abi::{Kernel, Masks, on_files};
use super::inode::{Inode, Located, Node};
use super::open::{Failure, find};
use super::report::{Remedy, RestrictError, RuleError, directory_of};
use super::ruleset::Ruleset;
use super::way::{self, climb};
use crate::policy::{Opening, Origin, PathRule, Policy, Right, Rights, Skipped};
use std::collections::BTreeSet;
use std::io;
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};

/// A rule on a path.
pub(super) struct Rule<'p> {
    on: &'p PathRule,
    /// Its place among those that grant.
    at: Option<usize>,
    /// What it allows; or nothing, but denials there are not logged.
    pub(super) rights: Option<Rights>,
}

/// Opens each object, hands it on with its rule, and closes it, also after one has failed: one error names them all. What
/// cannot be opened is an error, whether anything is allowed on it or not. The paths that no rule was made for are the answer:
/// optional ones that are missing, and pipes and sockets.
pub(super) fn each<O>(
    policy: &Policy,
    handled: Rights,
    quiet: bool,
    open: impl Fn(&PathRule) -> Result<O, Failure>,
    mut take: impl FnMut(&Rule<'_>, O) -> Result<(), Failure>,
) -> Result<Vec<Skipped>, RestrictError> {
    let terms = &*policy.terms;
    let mut made = Made::default();
    let granting = terms.paths.iter().enumerate();
    let granting = granting.map(|(at, on)| Rule { on, at: Some(at), rights: Some(on.rights & handled) });
    let quieting = terms.options.quiet.paths.iter().filter(|_| quiet);
    for rule in granting.chain(quieting.map(|on| Rule { on, at: None, rights: None })) {
        if let Err(failure) = open(rule.on).and_then(|object| take(&rule, object)) {
            made.fail(&rule, failure);
        }
    }
    if made.errors.is_empty() { Ok(made.skipped) } else { Err(RestrictError::Rules(made.errors)) }
}

/// What came of the rules.
#[derive(Default)]
struct Made {
    skipped: Vec<Skipped>,
    errors: Vec<RuleError>,
}

impl Made {
    #[cold]
    fn fail(&mut self, rule: &Rule<'_>, (source, remedy): Failure) {
        let path = rule.on.path().to_owned();
        match remedy {
            Remedy::Missing if rule.on.optional => self.skip(rule, path),
            // It has no place in the tree of files, and the kernel lets everybody open it who can reach it. Only who has it open
            // and hands it over has mistaken it for a file.
            Remedy::NotAFile if !matches!(rule.on.opening, Opening::Descriptor(_)) => self.skip(rule, path),
            Remedy::Missing => {
                let remedy = missing(&path, rule.on);
                self.errors.push(RuleError { key: rule.on.key, path, source, remedy });
            }
            remedy => self.errors.push(RuleError { key: rule.on.key, path, source, remedy }),
        }
    }

    fn skip(&mut self, rule: &Rule<'_>, path: PathBuf) {
        self.skipped.push(match rule.at {
            Some(at) => Skipped::rule(at, path),
            None => Skipped::other(path),
        });
    }
}

/// What to do about a path that is missing: what a program reads may be optional, what it writes is made somewhere.
fn missing(path: &Path, on: &PathRule) -> Remedy {
    let rights = on.rights;
    if on.origin == Origin::Included {
        Remedy::MissingIncluded
    } else if (rights & Rights::WRITE).is_empty() {
        Remedy::Missing
    } else if directory_of(path).is_some_and(Path::is_dir) {
        Remedy::MissingOutput(rights)
    } else {
        Remedy::NoDirectory
    }
}

/// The denials that this kernel is to leave out of its log.
pub(super) fn quiet(kernel: &Kernel, policy: &Policy, handled: Rights) -> Masks {
    let rights = if kernel.knows_quiet() { policy.terms.options.quiet.rights & handled } else { Rights::EMPTY };
    rights.into()
}

/// What a rule comes to: these rights, on this file or beneath this directory.
pub(crate) struct Allowance {
    pub(crate) key: &'static str,
    pub(crate) path: PathBuf,
    pub(crate) inode: Inode,
    pub(crate) rights: Rights,
}

/// What the rules of a policy come to. They are made, as far as this kernel knows their rights, in a ruleset that nobody
/// enforces: what is wrong with one is found here, too. What a policy makes when it is enforced, and is not there, is left out.
#[inline]
pub(crate) fn allowances(policy: &Policy, handled: Rights) -> Result<Vec<Allowance>, RestrictError> {
    let kernel = Kernel::get().ok();
    let known = handled & kernel.map_or(Rights::EMPTY, Kernel::known);
    let quiet = kernel.map_or_else(Masks::default, |kernel| quiet(kernel, policy, known));
    let trial = (!known.is_empty()).then(|| Ruleset::create(known, quiet)).transpose()?;
    let mut allowances = Vec::new();
    each(policy, handled, quiet.fs != 0, find, |rule, object| {
        let Some(object) = object else { return Ok(()) };
        if let Some(trial) = &trial {
            trial.add_rule(object.as_fd(), rule.rights.map(|rights| rights & known))?;
        }
        let Some(rights) = rule.rights.filter(|rights| !rights.is_empty()) else { return Ok(()) };
        let (inode, is_directory) = Inode::of(object.as_fd()).map_err(|error| (error, Remedy::None))?;
        let fitting = if is_directory { rights } else { on_files(rights) };
        if fitting.is_empty() {
            return Err((io::Error::from_raw_os_error(libc::EINVAL), Remedy::DirectoryRights(rights)));
        }
        allowances.push(Allowance { key: rule.on.key, path: rule.on.path().to_owned(), inode, rights: fitting });
        Ok(())
    })?;
    Ok(allowances)
}

/// Whether a directory on which a policy grants a right may be above an object though this process sees no such thing: it is
/// above the root directory that a `chroot` has left, and only a descriptor, a link in `/proc` or a second mount leads there.
///
/// A root directory that is also the root of a mount is taken for that of its namespace: no system call tells a `chroot` to
/// such a directory from what every container does. There, of a directory above the root that is mounted once more below
/// it, this says that it is not above.
#[inline]
pub(crate) fn may_be_above(
    policy: &Policy,
    handled: Rights,
    right: Right,
    located: &Located,
) -> Result<bool, RestrictError> {
    let (root, is_mounted) = way::root().map_err(RestrictError::system("open(\"/\")"))?;
    // Whoever was come to from outside is seen with all that is above.
    if located.above.last() != Some(&root) {
        return Ok(false);
    }
    let mut below: BTreeSet<Node> = located.above.iter().copied().collect();
    let mut may_be = false;
    each(policy, handled, false, find, |rule, object| {
        let object = object.filter(|_| !may_be && rule.rights.is_some_and(|rights| rights.contains(right)));
        let Some(object) = object.map(|object| object.as_fd().try_clone_to_owned()).transpose().map_err(unseen)? else {
            return Ok(());
        };
        if !Inode::of(object.as_fd()).map_err(unseen)?.1 {
            return Ok(());
        }
        // What cannot be followed up to the root may be anywhere.
        let way = climb(object, |node| below.contains(node)).unwrap_or_default();
        let is_below = way.last().is_some_and(|last| below.contains(last));
        // Through another mount, what is above the root may be below it, too.
        may_be |= !is_below || !is_mounted && way.first().is_some_and(|first| first.mount != root.mount);
        if is_below {
            below.extend(way);
        }
        Ok(())
    })?;
    Ok(may_be)
}

fn unseen(error: io::Error) -> Failure {
    (error, Remedy::None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Feature, Right};

    #[test]
    fn denials_are_quiet_from_abi_10_on_and_where_they_are_handled() {
        let policy = Policy::new().quiet(Right::ReadFile).quiet(Feature::Tcp).quiet(Right::Signal);
        let handled = Rights::of(&[Right::ReadFile, Right::WriteFile, Right::BindTcp]);
        assert_eq!(quiet(Kernel::with(9, 0), &policy, handled), Masks::default());
        let expected = Masks::from(Rights::of(&[Right::ReadFile, Right::BindTcp]));
        assert_eq!(quiet(Kernel::with(10, 0), &policy, handled), expected);
        assert_eq!(quiet(Kernel::with(10, 0), &Policy::new(), handled), Masks::default());
    }
}
