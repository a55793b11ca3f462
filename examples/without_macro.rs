//! What `quickstart` does with an attribute, by hand: build a [`Policy`], enforce it where the program is ready for it, and
//! look at the report. The attribute expands to these same calls.

use landlock_examples::{allowed, denied, listen, port, verdict};
use landlock_runtime::{Policy, Right, status};
use std::net::{Ipv4Addr, TcpStream};
use std::process::ExitCode;
use std::{env, error, fs, process};

fn main() -> Result<ExitCode, Box<dyn error::Error>> {
    // What a program does with all its rights: open what it will need, create what is missing, read its configuration.
    let listeners = [listen(), listen()];
    let [named, other] = listeners.each_ref().map(port);
    let file = env::temp_dir().join(format!("landlock-without-macro-{}", process::id()));
    let create = || fs::File::create_new(&file).map(drop);
    let connect = |port| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).map(drop);

    println!("{}. So all of this works:\n", status());
    allowed(format_args!("create {}", file.display()), create());
    allowed(format_args!("remove {}", file.display()), fs::remove_file(&file));
    allowed("read /proc/version", fs::read("/proc/version"));
    allowed(format_args!("connect to port {other}"), connect(other));

    // Each call adds to the policy. Nothing happens until it is enforced; then there is no way back.
    let policy = Policy::new().read("/etc").net_connect(named);
    let enforcement = policy.restrict_process()?;

    println!("\n{enforcement}");
    println!("restricted: {}\n", enforcement.enforced());
    allowed("read /etc/passwd", fs::read("/etc/passwd"));
    allowed(format_args!("connect to port {named}"), connect(named));
    denied(Right::MakeReg, format_args!("create {}", file.display()), "nothing is granted for writing", create());
    denied(Right::ReadFile, "read /proc/version", "only /etc is granted for reading", fs::read("/proc/version"));
    denied(Right::ConnectTcp, format_args!("connect to port {other}"), "it is not granted", connect(other));

    // A second policy would be a second layer, and both must allow. An equal one adds none: the kernel has room for 16.
    println!("\nenforced again: new layer? {}", policy.restrict_process()?.new_layer());
    // Far from here, a library can ask what is on.
    println!("status: {}", status());
    Ok(verdict())
}
