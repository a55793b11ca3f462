//! A backtrace made in a sandbox. `std` remembers what it has read: each case looks once, in its own process.

use landlock_runtime::{Policy, presets};
use landlock_tests::{Case, Scratch, Verdict, case};
use std::backtrace::Backtrace;
use std::panic;
use std::sync::mpsc;

pub(crate) const CASES: &[Case] = &[
    case!(functions_have_no_names_without),
    case!(functions_have_names_with),
    case!(panic_names_its_function),
    case!(nothing_else_is_granted),
];

#[inline(never)]
fn function_that_is_looked_for() -> String {
    Backtrace::force_capture().to_string()
}

fn functions_have_no_names_without(_: &Scratch) -> Verdict {
    let trace = Policy::new().run(function_that_is_looked_for)?;
    assert!(trace.contains("<unknown>") && !trace.contains("function_that_is_looked_for"), "{trace}");
    Ok(())
}

fn functions_have_names_with(_: &Scratch) -> Verdict {
    let trace = presets::backtrace().run(function_that_is_looked_for)?;
    assert!(trace.contains("backtrace::function_that_is_looked_for"), "{trace}");
    assert!(trace.contains("presets/backtrace.rs"), "no line numbers: {trace}");
    Ok(())
}

fn panic_names_its_function(_: &Scratch) -> Verdict {
    let (sender, receiver) = mpsc::channel();
    panic::set_hook(Box::new(move |_| {
        let _ = sender.send(function_that_is_looked_for());
    }));
    let ended = panic::catch_unwind(|| presets::backtrace().run(|| panic!("as expected")));
    let _ = panic::take_hook();
    assert!(ended.is_err());
    let trace = receiver.recv()?;
    assert!(trace.contains("panic_names_its_function"), "{trace}");
    Ok(())
}

fn nothing_else_is_granted(_: &Scratch) -> Verdict {
    use crate::operations::{hold, list, read, run};
    use landlock_tests::{Errno, Probes};
    let program = std::env::current_exe()?;
    let probes = Probes::new()
        .allowed("reading this program", read(&program))
        .denied("running it", Errno::ACCESS, run(&program, &[crate::programs::AGAIN], i32::from(crate::programs::RUNS)))
        .denied("the memory map", Errno::ACCESS, read("/proc/self/maps"))
        .denied("another file", Errno::ACCESS, read("/etc/passwd"))
        .denied("another directory", Errno::ACCESS, list("/usr/lib"));
    hold(&presets::backtrace(), &probes)
}
