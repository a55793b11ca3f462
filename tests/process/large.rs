//! Large arguments and values, in both directions and at once.

use landlock_runtime::sandbox;
use landlock_tests::{Case, Scratch, Verdict, case};
use std::time::Duration;

pub(crate) const CASES: &[Case] =
    &[case!(a_hundred_megabytes_each_way).deadline(Duration::from_secs(60)), case!(sizes_around_the_buffers)];

/// So that it is not the same bytes that come back.
fn changed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| byte ^ 0xff).collect()
}

#[sandbox(isolate = process)]
fn fresh(bytes: &[u8]) -> Vec<u8> {
    changed(bytes)
}

#[sandbox(isolate = process(reuse, workers = 1))]
fn reused(text: String, bytes: Vec<u8>) -> (usize, Vec<u8>) {
    (text.len(), changed(&bytes))
}

fn a_hundred_megabytes_each_way(_: &Scratch) -> Verdict {
    let bytes: Vec<u8> = (0..=255).cycle().take(100 << 20).collect();
    assert!(fresh(&bytes) == changed(&bytes), "other bytes");
    Ok(())
}

fn sizes_around_the_buffers(_: &Scratch) -> Verdict {
    for size in [0, 1, (64 << 10) - 20, 64 << 10, (64 << 10) + 20, 300 << 10, 17 << 20, 1] {
        let bytes = vec![0x5a; size];
        assert!(reused(String::from_utf8(bytes.clone())?, bytes.clone()) == (size, changed(&bytes)), "{size} bytes");
    }
    Ok(())
}
