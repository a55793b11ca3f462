use landlock_runtime::policy;

fn main() {
    let _ = policy!(timeout = "5 s", memory = "256 MiB");
}
