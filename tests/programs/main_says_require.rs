//! Names a feature that kernels below ABI 10 do not restrict, and says what is required instead.
use landlock_runtime::sandbox;

#[sandbox(udp_connect = 53, require = fs)]
fn main() {
    println!("reached");
}
