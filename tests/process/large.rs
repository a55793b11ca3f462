//! Large arguments and values, in both directions and at once.

use landlock_runtime::sandbox;
use landlock_tests::{Case, Scratch, Verdict, case};
use std::time::Duration;

pub(crate) const CASES: &[Case] =
    &[case!(a_hundred_megabytes_each_way).deadline(Duration::from_mins(1)), case!(sizes_around_the_buffers)];

/// So that it is not the same bytes that come back: the second half first.
fn changed(bytes: &[u8]) -> Vec<u8> {
    let (first, second) = bytes.split_at(bytes.len() / 3);
    [second, first].concat()
}

#[sandbox(isolate = process)]
fn fresh(bytes: &[u8]) -> Vec<u8> {
    changed(bytes)
}

#[sandbox(isolate = process(reuse, workers = 1))]
fn reused(text: String, bytes: Vec<u8>) -> std::io::Result<Vec<u8>> {
    assert_eq!(text.as_bytes(), bytes);
    Ok(changed(&bytes))
}

fn a_hundred_megabytes_each_way(_: &Scratch) -> Verdict {
    let bytes: Vec<u8> = b"0123456".repeat((100 << 20) / 7);
    assert!(fresh(&bytes) == changed(&bytes), "other bytes");
    Ok(())
}

fn sizes_around_the_buffers(_: &Scratch) -> Verdict {
    for size in [0, 1, (64 << 10) - 20, 64 << 10, (64 << 10) + 20, 300 << 10, 17 << 20, 1] {
        let bytes = b"0123456789".repeat(size / 10 + 1)[..size].to_vec();
        assert!(reused(String::from_utf8(bytes.clone())?, bytes.clone())? == changed(&bytes), "{size} bytes");
    }
    Ok(())
}
