//! Sandboxes as one writes them with the `landlock` crate, in its fastest way: a `PathFd` for each path.

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible as _, NetPort, PathBeneath, PathFd,
    Ruleset, RulesetAttr as _, RulesetCreated, RulesetCreatedAttr as _, Scope,
};
use std::path::Path;

/// The newest ABI that this project knows, too: what the kernel lacks of it is left out.
const CEILING: ABI = ABI::V10;

/// A ruleset that restricts all that the kernel can, and grants these rights on these paths.
pub fn ruleset<P: AsRef<Path>>(paths: impl IntoIterator<Item = (P, BitFlags<AccessFs>)>) -> RulesetCreated {
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(CEILING))
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(CEILING)))
        .and_then(|ruleset| ruleset.scope(Scope::from_all(CEILING)))
        .and_then(Ruleset::create)
        .and_then(|ruleset| ruleset.add_rules(paths.into_iter().map(|(path, access)| rule(path, access))))
        .expect("the ruleset is built")
}

#[expect(clippy::unnecessary_wraps, reason = "the builder takes rules as results")]
fn rule<P: AsRef<Path>>(path: P, access: BitFlags<AccessFs>) -> Result<PathBeneath<PathFd>, landlock::RulesetError> {
    Ok(PathBeneath::new(PathFd::new(path).expect("the path exists"), access))
}

/// Restricts the calling thread, and what it starts.
pub fn restrict(ruleset: RulesetCreated) {
    ruleset.restrict_self().expect("the thread is restricted");
}

/// Restricts the calling thread to reading these paths.
pub fn read_only<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    restrict(ruleset(paths.into_iter().map(|path| (path, read))));
}

/// Restricts the calling thread to the plan policy.
pub fn plan() {
    let ports = [NetPort::new(443, AccessNet::ConnectTcp), NetPort::new(8080, AccessNet::BindTcp)];
    let ports = ports.into_iter().map(Ok::<_, landlock::RulesetError>);
    restrict(ruleset(crate::plan::paths()).add_rules(ports).expect("the kernel has rules for ports"));
}
