//! Running programs with the system's libraries, and the running one once more.

use crate::operations::{hold, list, read, run};
use landlock_runtime::{Policy, presets};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case};
use std::env;
use std::fs;
use std::process::Command;

pub(crate) const CASES: &[Case] = &[
    case!(libraries_run_the_granted_program),
    case!(libraries_do_not_execute),
    case!(program_starts_itself),
    case!(deleted_program_starts_itself),
];

pub(crate) const AGAIN: &str = "--again";

/// A code that no loader ends with.
pub(crate) const RUNS: u8 = 42;

fn libraries_run_the_granted_program(_: &Scratch) -> Verdict {
    let probes = Probes::new()
        .allowed("the granted program", run("/bin/true", &[], 0))
        .denied("another program", Errno::ACCESS, run("/bin/cat", &["/dev/null"], 0))
        .denied("reading another program", Errno::ACCESS, read("/bin/cat"))
        .denied("another directory", Errno::ACCESS, list("/etc"));
    hold(&Policy::new().exec("/bin/true").include(&presets::shared_libs()), &probes)
}

/// Neither a program without its libraries, nor the libraries' own programs: but what is read can be run through `ld.so`.
fn libraries_do_not_execute(scratch: &Scratch) -> Verdict {
    let copy = scratch.directory("readable")?.join("true");
    fs::copy("/bin/true", &copy)?;
    let loader = "/lib64/ld-linux-x86-64.so.2";
    if !fs::exists(loader)? {
        println!("no {loader} here");
        return Ok(());
    }
    let through = copy.clone();
    let through_loader = move |_| {
        let status = Command::new(loader).arg(&through).status()?;
        if status.success() { Ok(()) } else { Err(std::io::Error::other(status.to_string())) }
    };
    let probes = Probes::new()
        .denied("a program that is only readable", Errno::ACCESS, run(&copy, &[], 0))
        .allowed("the same through the loader, as documented", through_loader);
    hold(&Policy::new().read(scratch.join("readable")).include(&presets::shared_libs()), &probes)
}

fn program_starts_itself(_: &Scratch) -> Verdict {
    let program = env::current_exe()?;
    let probes = Probes::new()
        .allowed("this program", run(&program, &[AGAIN], i32::from(RUNS)))
        .allowed("by its other name", run("/proc/self/exe", &[AGAIN], i32::from(RUNS)))
        .denied("another", Errno::ACCESS, run("/bin/true", &[], 0));
    hold(&presets::self_exe().include(&presets::shared_libs()), &probes)?;
    let alone = Probes::new().allowed("reading this program", read(&program)).denied(
        "running it without its interpreter",
        Errno::ACCESS,
        run(&program, &[AGAIN], i32::from(RUNS)),
    );
    hold(&presets::self_exe(), &alone)
}

/// A copy of this program that deletes itself before it makes its policy.
fn deleted_program_starts_itself(scratch: &Scratch) -> Verdict {
    let variable = "LANDLOCK_TESTS_DELETED";
    if env::var_os(variable).is_none() {
        let copy = scratch.join("copy");
        fs::copy(env::current_exe()?, &copy)?;
        let mut command = Command::new(&copy);
        command.args(env::args_os().skip(1)).env(variable, "1").current_dir(scratch.path());
        let output = command.output()?;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        return Ok(());
    }
    fs::remove_file(env::current_exe()?)?;
    let probes = Probes::new().allowed("this program", run("/proc/self/exe", &[AGAIN], i32::from(RUNS))).denied(
        "another",
        Errno::ACCESS,
        run("/bin/true", &[], 0),
    );
    hold(&presets::self_exe().include(&presets::shared_libs()), &probes)
}
