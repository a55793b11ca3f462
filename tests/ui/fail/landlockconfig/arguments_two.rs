use landlock_runtime::{landlockconfig, policy};

fn main() {
    let _policy = policy!(include = landlockconfig!("ui/landlockconfig/good.toml", crate = ::landlock_runtime, abi = 5));
}
