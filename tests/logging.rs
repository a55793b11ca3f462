//! What a kernel does not enforce is said in the program's own log: each right once, for a site may run often.

use landlock_runtime::{Error, Policy, Right, Rights, policy, sandbox};
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

#[test]
fn what_is_missing_is_said_once() {
    log::set_logger(&Memory).expect("the only logger");
    log::set_max_level(LevelFilter::Trace);
    let known = Policy::new().unrestricted(Rights::ALL - Right::ReadFile.into());
    assert!(known.run(|| ()).is_ok() && said().is_empty(), "every kernel with Landlock enforces this");

    (0..3).for_each(|_| often());
    let newest = policy!(read = "/usr", require = all).run(|| ());
    match (newest, &said()[..]) {
        (Ok(()), []) => {}
        (Err(_), [(Level::Warn, text)]) => {
            assert!(text.starts_with("logging::often (tests/logging.rs:"), "{text}");
            assert!(text.contains("not enforced by this kernel: "), "{text}");
        }
        (newest, said) => panic!("{newest:?}, and said: {said:?}"),
    }
}

#[test]
fn policies_and_errors_go_between_threads() {
    fn goes<T: Send + Sync + 'static>() {}
    goes::<Policy>();
    goes::<Error>();
}
