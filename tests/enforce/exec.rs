//! Running programs: what `exec` grants, and what is not enough.

use crate::support::{Operation, copy_program, program, read, read_in_child, run_programs};
use landlock_runtime::{Policy, each, optional};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case};
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub(crate) const CASES: &[Case] = &[
    case!(programs_run_where_exec_is_granted),
    case!(reading_is_not_executing),
    case!(loader_must_be_granted),
    case!(null_streams_work_under_exec),
    case!(children_are_restricted),
];

/// Runs a program that does nothing.
fn run(path: impl Into<PathBuf>) -> Operation {
    let path = path.into();
    Box::new(move |_| succeed(Command::new(&path)))
}

fn succeed(mut command: Command) -> io::Result<()> {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) }
}

/// A copy of a program that does nothing, in a directory that nothing else is in.
fn copy_of_true(scratch: &Scratch) -> io::Result<PathBuf> {
    let copy = scratch.directory("beside")?.join("true");
    copy_program("true", &copy)?;
    Ok(copy)
}

fn programs_run_where_exec_is_granted(scratch: &Scratch) -> Verdict {
    let beside = copy_of_true(scratch)?;
    let probes = Probes::new()
        .allowed("a program of the system", run(program("true")))
        .denied("one beside", Errno::ACCESS, run(&beside))
        .denied("reading one beside", Errno::ACCESS, read(beside));
    probes.outside()?;
    let _ = run_programs(Policy::new()).restrict_process()?;
    probes.inside()
}

fn reading_is_not_executing(scratch: &Scratch) -> Verdict {
    let readable = copy_of_true(scratch)?;
    let probes = Probes::new()
        .allowed("a program of the system", run(program("true")))
        .allowed("reading a program", read(&readable))
        .denied("running it", Errno::ACCESS, run(&readable));
    probes.outside()?;
    let _ = run_programs(Policy::new()).read_write(scratch.join("beside")).restrict_process()?;
    probes.inside()
}

/// Execution of the binary alone is not enough: its ELF interpreter is executed, too.
fn loader_must_be_granted(scratch: &Scratch) -> Verdict {
    let copy = copy_of_true(scratch)?;
    let libraries = ["/usr", "/lib", "/lib64"].map(optional);
    let probes = Probes::new().allowed("reading it", read(&copy)).denied(
        "a program without its loader",
        Errno::ACCESS,
        run(&copy),
    );
    probes.outside()?;
    let _ = Policy::new().exec(copy).read(each(libraries)).restrict_process()?;
    probes.inside()
}

fn null_streams_work_under_exec(scratch: &Scratch) -> Verdict {
    let quietly = |_| {
        let mut quiet = Command::new(program("true"));
        quiet.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        succeed(quiet)
    };
    let probes = Probes::new()
        .allowed("a program with null streams", quietly)
        .denied("another device", Errno::ACCESS, read("/dev/zero"))
        .denied("a program beside", Errno::ACCESS, run(copy_of_true(scratch)?));
    probes.outside()?;
    let _ = run_programs(Policy::new()).restrict_process()?;
    probes.inside()
}

fn children_are_restricted(scratch: &Scratch) -> Verdict {
    let (granted, beside) = (scratch.file("granted")?, scratch.file("beside")?);
    let probes = Probes::new().allowed("a child that reads a granted file", read_in_child(&granted)).denied(
        "a child that reads another file",
        Errno::ACCESS,
        read_in_child(beside),
    );
    probes.outside()?;
    run_programs(Policy::new()).read(granted).run(|| probes.inside())??;
    probes.outside()
}
