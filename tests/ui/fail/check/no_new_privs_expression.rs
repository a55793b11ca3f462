use landlock_runtime::sandbox;

const KEEP: bool = false;

#[sandbox(no_new_privs = KEEP)]
fn main() {}
