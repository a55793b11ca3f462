use landlock_runtime::policy;

fn main() {
    let _policy = policy!(raed = "/etc", net_connect = 65979);
}
