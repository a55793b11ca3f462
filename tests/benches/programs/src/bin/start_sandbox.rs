//! The plan policy as an attribute.

use landlock_runtime::sandbox;

#[sandbox(exec = ["/usr", "/lib", "/bin"], read = "/etc", read_write = "/tmp", net_connect = 443, net_bind = 8080)]
fn main() {}
