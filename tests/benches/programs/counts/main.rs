//! What a sandbox costs, counted: system calls, allocations, memory, instructions, size. More than its budget fails, on any machine, however
//! busy. Who makes something cheaper lowers the budget.

mod budgets;
mod tracer;

use budgets::{ABI, BUDGETS, Budget, Count, TOOLCHAIN};
use landlock_bench_programs::raw;
use libtest_mimic::{Arguments, Trial};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = BUDGETS.iter().map(trial).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(budget: &'static Budget) -> Trial {
    let unfit = unfit(&budget.count);
    let name = match &unfit {
        None => budget.name.to_owned(),
        Some(reason) => format!("{} [{reason}]", budget.name),
    };
    let ignored = unfit.is_some();
    Trial::test(name, || budget.check().map_err(Into::into)).with_ignored_flag(ignored)
}

/// Why a budget says nothing here.
fn unfit(count: &Count) -> Option<String> {
    let abi = raw::abi();
    if abi < 4 {
        return Some(format!("there are ports in it, which needs ABI 4, this is {abi}"));
    }
    match count {
        Count::SystemCalls { .. } | Count::Allocations { .. } | Count::Memory => return None,
        Count::Instructions { .. } if abi != ABI => return Some(format!("counted with ABI {ABI}, this is {abi}")),
        Count::Instructions { .. } | Count::Size { .. } => {}
    }
    if cfg!(debug_assertions) || !cfg!(all(target_arch = "x86_64", target_env = "gnu")) {
        return Some("counted in release builds for x86_64-gnu".to_owned());
    }
    let version = Command::new("rustc").arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    let version = String::from_utf8_lossy(&version);
    (!version.contains(TOOLCHAIN)).then(|| format!("counted with {TOOLCHAIN}, this is {:?}", version.trim_end()))
}
