use landlock_runtime::policy;

fn main() {
    let roots = vec!["/etc"];
    let _policy = policy!(read = roots);
}
