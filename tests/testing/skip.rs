//! What needs a newer kernel is skipped, and says so beside the harness.

use crate::of_the_ignored;
use landlock_runtime::testing::{abi, require_abi};
use std::io;

const LINE: u32 = line!() + 5;

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
    assert!(require_abi(0));
}

#[test]
fn a_test_that_skips_passes_and_says_so() -> io::Result<()> {
    let (said, passed) = of_the_ignored("skip::skips")?;
    let here = landlock_tests::abi();
    let line = format!("SKIPPED: needs ABI 4294967295, found {here} ({}:{LINE})\n", file!());
    assert!(passed && said.starts_with(&line), "{said}");
    let (said, passed) = of_the_ignored("skip::goes_on")?;
    assert!(passed && !said.contains("SKIPPED"), "{said}");
    Ok(())
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
fn it_is_the_emulated_kernel_that_counts() -> io::Result<()> {
    if !require_abi(1) {
        return Ok(());
    }
    let (said, passed) = of_the_ignored("skip::on_older_kernels")?;
    let found = ["needs ABI 2, found 1 (", "needs ABI 1, found none: ", "needs ABI 2, found none: "];
    let lines: Vec<_> = said.lines().take_while(|line| line.starts_with("SKIPPED: ")).collect();
    assert!(passed && lines.len() == found.len(), "{said}");
    assert!(lines.iter().zip(found).all(|(line, found)| line["SKIPPED: ".len()..].starts_with(found)), "{said}");
    Ok(())
}
