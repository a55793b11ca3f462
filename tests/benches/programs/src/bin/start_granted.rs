//! The plan policy without the `/dev/null` that `exec` grants besides.

use landlock_runtime::{Policy, Right, Rights, each};

fn main() -> Result<(), landlock_runtime::Error> {
    let exec = Rights::of(&[Right::Execute, Right::ReadFile, Right::ReadDir]);
    let policy = Policy::new().grant(exec, each(["/usr", "/lib", "/bin"])).read("/etc").read_write("/tmp");
    policy.net_connect(443).net_bind(8080).restrict_process().map(drop)
}
