//! How much each thing may cost: the numbers that are committed, and how they are compared with what is counted.

use crate::tracer::{instructions, system_calls};
use landlock_bench_programs::counted::{ALLOCATION, BEGIN};
use landlock_bench_programs::raw;
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

/// The compiler whose instructions are counted.
pub(crate) const TOOLCHAIN: &str = "rustc 1.95";

/// The ABI of the kernel on which everything was counted. From 8 on the threads are not looked at.
pub(crate) const ABI: i64 = 7;

/// By how much instructions and sizes may differ: the C library does not always take the same ones.
const PERCENT: u64 = 5;

pub(crate) struct Budget {
    pub(crate) name: &'static str,
    pub(crate) count: Count,
    pub(crate) at_most: u64,
}

/// What is counted.
pub(crate) enum Count {
    /// All system calls of a program, less those of one without a sandbox.
    SystemCalls { program: &'static str },
    /// The allocations up to the call that restricts, or to the end if there is none.
    Allocations { way: &'static str },
    /// The bytes of a stripped program, in KiB, more than those of one without a sandbox.
    Size { program: &'static str },
    /// The KiB in use for a policy of 10,000 paths that is enforced.
    Memory,
    /// The instructions up to the end of the program, less those of one without a sandbox.
    Instructions { way: &'static str },
}

use Count::{Allocations, Instructions, Memory, Size, SystemCalls};

/// Three for each path, one for each port, five besides are those that cannot be less. One more is for the look at the threads.
#[rustfmt::skip]
pub(crate) const BUDGETS: [Budget; 14] = [
    Budget { name: "system calls: raw", count: SystemCalls { program: env!("CARGO_BIN_EXE_start_raw") }, at_most: 25 },
    Budget { name: "system calls: landlock crate", count: SystemCalls { program: env!("CARGO_BIN_EXE_start_by_hand") }, at_most: 31 },
    Budget { name: "system calls: #[sandbox]", count: SystemCalls { program: env!("CARGO_BIN_EXE_start_sandbox") }, at_most: 26 },
    Budget { name: "system calls: without /dev/null", count: SystemCalls { program: env!("CARGO_BIN_EXE_start_granted") }, at_most: 23 },
    Budget { name: "allocations: raw", count: Allocations { way: "raw" }, at_most: 0 },
    Budget { name: "allocations: landlock crate", count: Allocations { way: "by_hand" }, at_most: 6 },
    Budget { name: "allocations: policy!", count: Allocations { way: "policy" }, at_most: 3 },
    Budget { name: "KiB in use: Policy of 10,000 paths", count: Memory, at_most: 1_259 },
    Budget { name: "KiB of a stripped program: landlock crate", count: Size { program: env!("CARGO_BIN_EXE_start_by_hand") }, at_most: 30 },
    Budget { name: "KiB of a stripped program: #[sandbox]", count: Size { program: env!("CARGO_BIN_EXE_start_sandbox") }, at_most: 111 },
    Budget { name: "instructions: raw", count: Instructions { way: "raw" }, at_most: 630 },
    Budget { name: "instructions: landlock crate", count: Instructions { way: "by_hand" }, at_most: 5_380 },
    Budget { name: "instructions: policy!", count: Instructions { way: "policy" }, at_most: 4_520 },
    Budget { name: "instructions: Policy, a second layer of 13 paths", count: Instructions { way: "second" }, at_most: 35_330 },
];

const NONE: &str = env!("CARGO_BIN_EXE_start_none");
const COUNTED: &str = env!("CARGO_BIN_EXE_counted");

impl Budget {
    /// Whether the count is within the budget; if it is below, the budget is to be lowered, else it guards nothing.
    pub(crate) fn check(&self) -> Result<(), String> {
        let (counted, details) = match self.count {
            SystemCalls { program } => added(&system_calls(&[NONE]), &system_calls(&[program])),
            Allocations { way } => (allocations(&system_calls(&[COUNTED, way, "allocations"])), String::new()),
            Size { program } => ((size(program) - size(NONE)) / 1024, String::new()),
            Memory => (in_use() / 1024, String::new()),
            Instructions { way } => {
                let [none, some] = ["none", way].map(|way| instructions(&[COUNTED, way], BEGIN));
                (some.saturating_sub(none), String::new())
            }
        };
        let varies = matches!(self.count, Instructions { .. } | Size { .. } | Memory);
        let slack = if varies { self.at_most * PERCENT / 100 } else { 0 };
        let Budget { name, at_most, .. } = self;
        if counted > at_most + slack {
            return Err(format!("{name}: {counted}, and the budget is {at_most}{details}"));
        }
        if counted + slack < *at_most && raw::abi() == ABI {
            return Err(format!("{name}: only {counted}: lower the budget, which is {at_most}{details}"));
        }
        Ok(())
    }
}

/// How many more calls there are, and which, by number. Before it closes a descriptor, a debug build of the standard library
/// asks whether it is open: these do not count.
fn added(without: &[i64], with: &[i64]) -> (u64, String) {
    let counted = |call: &&i64| **call != libc::SYS_fcntl;
    let mut by_number = BTreeMap::<i64, i64>::new();
    for (calls, each) in [(with, 1), (without, -1)] {
        calls.iter().filter(counted).for_each(|call| *by_number.entry(*call).or_default() += each);
    }
    by_number.retain(|_, count| *count != 0);
    let added = by_number.values().sum::<i64>();
    (added.try_into().unwrap_or(0), format!("; by the number of the call: {by_number:?}"))
}

fn size(program: &str) -> u64 {
    fs::metadata(program).expect("it is there").len()
}

fn in_use() -> u64 {
    let output = Command::new(COUNTED).arg("many").output().expect("the program starts").stdout;
    str::from_utf8(&output).ok().and_then(|bytes| bytes.trim_end().parse().ok()).expect("it prints a number")
}

fn allocations(calls: &[i64]) -> u64 {
    let sandbox = calls.iter().skip_while(|call| **call != BEGIN);
    let sandbox = sandbox.take_while(|call| **call != libc::SYS_landlock_restrict_self);
    sandbox.filter(|call| **call == ALLOCATION).count() as u64
}
