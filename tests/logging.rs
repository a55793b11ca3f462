//! What a kernel does not enforce is said in the program's own log: each right once, for a site may run often. What the policy
//! names is a warning, the rest is for whoever looks.

use landlock_runtime::{Error, Policy, Require, Right, Rights, policy, sandbox, testing};
use log::{Level, LevelFilter, Log, Metadata, Record};
use std::sync::Mutex;

static SAID: Mutex<Vec<(Level, String)>> = Mutex::new(Vec::new());

struct Memory;

impl Log for Memory {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        SAID.lock().expect("nobody panics here").push((record.level(), record.args().to_string()));
    }

    fn flush(&self) {}
}

fn said() -> Vec<(Level, String)> {
    std::mem::take(&mut *SAID.lock().expect("nobody panics here"))
}

#[sandbox(read = "/usr")]
fn often() {}

/// On a kernel of ABI 7, which restricts neither UDP nor sockets by their paths. What a policy names is a warning, also where
/// the same right was told before as one of the others.
#[test]
fn what_is_missing_is_said_once() {
    assert!(testing::abi(0, || free().run(|| ()).is_ok()).expect("it is emulated"), "there is no logger yet");
    log::set_logger(&Memory).expect("the only logger");
    log::set_max_level(LevelFilter::Trace);
    let known = Policy::new().unrestricted(Rights::ALL - Right::ReadFile.into());
    let everything = Policy::new().unrestricted(Rights::ALL).require(Require::None);
    assert!(known.run(|| ()).is_ok() && everything.run(|| ()).is_ok(), "every kernel with Landlock enforces this");
    assert_eq!(said(), [], "nothing is missing");

    if testing::require_abi(7) {
        testing::abi(7, on_abi_7).expect("it is emulated");
    }
    for expected in [1, 0] {
        assert!(testing::abi(0, || free().run(|| ()).is_ok()).expect("it is emulated"));
        let warned = said();
        assert_eq!(warned.len(), expected, "{warned:?}");
        let text = "thread not restricted: this kernel has no Landlock";
        assert!(warned.iter().all(|(level, said)| *level == Level::Warn && said.contains(text)), "{warned:?}");
    }
}

fn free() -> Policy {
    policy!(read = "/usr", require = none)
}

fn on_abi_7() {
    log::set_max_level(LevelFilter::Info);
    (0..3).for_each(|_| often());
    assert_eq!(said(), [], "nobody looks");
    log::set_max_level(LevelFilter::Trace);
    (0..3).for_each(|_| often());
    let told = said();
    let [(Level::Debug, text)] = &told[..] else { panic!("{told:?}") };
    assert!(text.starts_with("logging::often (tests/logging.rs:"), "{text}");
    assert!(text.contains("): thread restricted in part (ABI 7)"), "{text}");
    assert!(text.contains("resolve_unix (ABI 9, Linux 7.1); bind_udp, connect_send_udp (ABI 10, Linux 7.2)"), "{text}");

    let (udp, included) = (policy!(udp_connect = 53), policy!(include = policy!(connect_unix = "/run")));
    assert!((0..3).all(|_| udp.run(|| ()).is_ok() && included.run(|| ()).is_ok()));
    let warned = said();
    let [(Level::Warn, text)] = &warned[..] else { panic!("{warned:?}") };
    let udp = "; not enforced by this kernel: bind_udp, connect_send_udp (ABI 10, Linux 7.2)";
    assert!(text.contains(udp) && !text.contains("resolve_unix"), "{text}");

    let child = policy!(connect_unix = "/run").apply_to(&mut std::process::Command::new("/usr/bin/true"));
    assert!(child.is_ok_and(|report| report.missing().contains(Right::ResolveUnix)));
    let warned = said();
    let [(Level::Warn, text)] = &warned[..] else { panic!("{warned:?}") };
    assert!(
        text.ends_with(
            ": child restricted in part (ABI 7); not enforced by this kernel: resolve_unix (ABI 9, Linux 7.1)"
        )
    );
}

#[test]
fn policies_and_errors_go_between_threads() {
    fn goes<T: Send + Sync + 'static>() {}
    goes::<Policy>();
    goes::<Error>();
}
