//! What a file allows and denies on the running kernel.

use landlock_runtime::{Policy, landlockconfig, policy, testing};
use landlock_tests::{Errno, Probes};
use std::net::{TcpListener, TcpStream};
use std::{env, fs, io};

fn list(path: &'static str) -> impl Fn(u32) -> io::Result<()> + Send + Sync {
    move |_| fs::read_dir(path).map(drop)
}

fn files<'a>() -> Probes<'a> {
    Probes::new()
        .allowed("listing a granted directory", list("/usr/share"))
        .allowed("reading a granted file", |_| fs::read("/etc/passwd").map(drop))
        .denied("listing the directory of that file", Errno::ACCESS, list("/etc"))
        .denied("listing what is above", Errno::ACCESS, list("/usr"))
}

fn holds(probes: &Probes<'_>, policy: &Policy) {
    probes.outside().expect("nothing is restricted");
    policy.run(|| probes.inside()).expect("it can be enforced").expect("it is as the file says");
}

#[test]
fn a_file_is_enforced() {
    let policy = Policy::from_landlockconfig_file("landlockconfig/files/server.toml").expect("it is well formed");
    holds(&files(), &policy);
}

#[test]
fn a_file_read_when_compiled_is_enforced() {
    holds(&files(), &landlockconfig!("landlockconfig/files/server.json"));
    let both = policy!(include = landlockconfig!("landlockconfig/files/server.toml"), read = "/proc");
    holds(&files().allowed("listing what the program adds", list("/proc")), &both);
}

#[test]
fn what_comes_back_is_enforced_alike() {
    let policy = Policy::new().abi(8).read("/usr/share").read("/etc/passwd");
    let file = policy.to_landlockconfig_toml().expect("the format can say it");
    let again = Policy::from_landlockconfig_toml(&file).expect("it is well formed");
    holds(&files(), &policy);
    holds(&files(), &again);
}

#[test]
fn ports_are_denied_unless_the_file_is_followed() {
    let (granted, other) = (TcpListener::bind("127.0.0.1:0"), TcpListener::bind("127.0.0.1:0"));
    let port = |listener: io::Result<TcpListener>| {
        let listener = listener.expect("a port is free");
        (listener.local_addr().expect("it is bound").port(), listener)
    };
    let ((granted, _one), (other, _two)) = (port(granted), port(other));
    if !testing::require_abi(4) {
        return;
    }
    let connect = |port: u16| move |_: u32| TcpStream::connect(("127.0.0.1", port)).map(drop);
    let probes = Probes::new().allowed("connecting to a granted port", connect(granted)).denied(
        "connecting to another",
        Errno::ACCESS,
        connect(other),
    );
    let rule = format!("[[net_port]]\nallowed_access = ['connect_tcp']\nport = [{granted}]\n");
    holds(&probes, &Policy::from_landlockconfig_toml(&rule).expect("it is well formed"));

    let files_only = "abi = 5\n[[ruleset]]\nhandled_access_fs = ['abi.all']";
    let policy = Policy::from_landlockconfig_toml(files_only).expect("it is well formed");
    let denied = policy.run(|| connect(other)(0)).expect("it can be enforced").expect_err("all is denied");
    assert_eq!(Errno::from_io_error(&denied), Some(Errno::ACCESS));
    let unhandled = policy.unhandled_by_landlockconfig();
    let followed = policy.unrestricted(unhandled);
    followed.run(|| connect(other)(0)).expect("it can be enforced").expect("the file says nothing of ports");
    followed.run(|| fs::read_dir("/usr")).expect("it can be enforced").expect_err("but of files");
}

#[test]
fn a_missing_path_is_skipped_and_reported() {
    let missing = env::temp_dir().join("landlockconfig-$-missing");
    let text = Policy::new().abi(8).read(&missing).read("/usr/share").to_landlockconfig_json().expect("it is sayable");
    let policy = Policy::from_landlockconfig_json(&text).expect("it is well formed");
    let thread = std::thread::spawn(move || policy.restrict_thread());
    let enforcement = thread.join().expect("no panic").expect("it can be enforced");
    assert_eq!(enforcement.skipped().collect::<Vec<_>>(), [missing.as_path()]);
}
