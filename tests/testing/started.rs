//! Tests that other tests start, in a process of their own, to see what the harness makes of them.

use landlock_runtime::Policy;
use landlock_runtime::testing::{abi, assert_denied, require_abi};
use std::io::{self, Read as _};

/// The line of the assertion.
pub(crate) const FAILS_AT: &str = concat!(file!(), ":", 13);

#[test]
#[ignore = "it fails"]
fn fails() {
    assert_denied!(Policy::new().read("/usr"), std::fs::read_dir("/usr"));
}

/// The line that asks.
pub(crate) const SKIPS_AT: &str = concat!(file!(), ":", 22);

#[test]
#[ignore = "it skips"]
fn skips() {
    if !require_abi(u32::MAX) {
        return;
    }
    unreachable!("no kernel has this ABI");
}

#[test]
#[ignore = "it goes on"]
fn goes_on() {
    assert!(require_abi(0) || landlock_tests::abi() == 0);
}

#[test]
#[ignore = "it skips in part"]
fn on_older_kernels() -> io::Result<()> {
    let newer = || (require_abi(1), require_abi(2));
    assert_eq!(abi(1, newer)?, (true, false));
    assert_eq!(abi(0, newer)?, (false, false));
    Ok(())
}

#[test]
#[ignore = "it waits for the end of its standard input"]
fn waits() -> io::Result<()> {
    io::stdin().read_to_end(&mut Vec::new()).map(drop)
}
