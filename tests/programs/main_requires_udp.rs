//! Requires a feature that kernels below ABI 10 do not restrict.
use landlock_runtime::sandbox;

#[sandbox(udp_connect = 53, require = udp)]
fn main() {
    println!("reached");
}
