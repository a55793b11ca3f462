//! What needs a newer kernel is skipped, and says so beside the harness.

use crate::of_the_ignored;
use crate::started::SKIPS_AT;
use landlock_runtime::testing::require_abi;
use std::io;

#[test]
fn a_test_that_skips_passes_and_says_so() -> io::Result<()> {
    let (said, passed) = of_the_ignored("started::skips")?;
    let here = landlock_tests::abi();
    let line = format!("SKIPPED: needs ABI 4294967295, found {here} ({SKIPS_AT})\n");
    assert!(passed && said.starts_with(&line), "{said}");
    let (said, passed) = of_the_ignored("started::goes_on")?;
    assert!(passed && !said.contains("SKIPPED"), "{said}");
    Ok(())
}

#[test]
fn it_is_the_emulated_kernel_that_counts() -> io::Result<()> {
    if !require_abi(1) {
        return Ok(());
    }
    let (said, passed) = of_the_ignored("started::on_older_kernels")?;
    let found = ["needs ABI 2, found 1 (", "needs ABI 1, found none: ", "needs ABI 2, found none: "];
    let lines: Vec<_> = said.lines().take_while(|line| line.starts_with("SKIPPED: ")).collect();
    assert!(passed && lines.len() == found.len(), "{said}");
    assert!(lines.iter().zip(found).all(|(line, found)| line["SKIPPED: ".len()..].starts_with(found)), "{said}");
    Ok(())
}
