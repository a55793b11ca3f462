//! A question to a policy, beside the ruleset that its rules would make: it opens the paths and tries the rules.

use crate::case::Case;
use landlock_bench_programs::raw::{self, access};
use landlock_runtime::{Policy, Right, each};

const PATHS: [&str; 5] = ["/usr", "/lib", "/bin", "/etc", "/tmp"];

pub(super) fn cases() -> Vec<Case> {
    let policy = || Policy::new().read(each(PATHS)).net_connect(443);
    let (path, port) = (policy(), policy());
    let ruleset = || raw::ruleset([c"/usr", c"/lib", c"/bin", c"/etc", c"/tmp"].map(|path| (path, access::READ)), &[]);
    vec![
        Case::new("a decision, 5 paths")
            .timed("raw ruleset", ruleset)
            .timed("check of a path", move || path.check("/etc/passwd", Right::ReadFile).expect("an answer"))
            .timed("check of a port", move || port.check(443, Right::ConnectTcp).expect("an answer")),
    ]
}
