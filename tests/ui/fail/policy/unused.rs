#![deny(unused_must_use)]

use landlock_runtime::policy;

fn main() {
    policy!(read = "/etc");
}
