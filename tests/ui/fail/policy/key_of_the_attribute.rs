use landlock_runtime::policy;

fn main() {
    let _policy = policy!(read = "/etc", isolate = thread, on_error = panic);
}
