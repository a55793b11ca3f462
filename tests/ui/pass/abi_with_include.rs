//! What is included is no newer than the kernel that runs: below a ceiling, an included policy grants what is left.
use landlock_runtime::{Policy, policy, presets, sandbox};

#[sandbox(abi = 6, include = presets::dns())]
fn nothing() {}

fn main() {
    nothing();
    let _: Policy = policy!(include = presets::tls_roots(), abi = 1);
}
