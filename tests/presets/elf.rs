//! Programs with exactly what they need to run.

use crate::operations::{hold, list, read, run};
use crate::programs::{AGAIN, RUNS};
use landlock_runtime::{ErrorKind, Policy, PolicyError, presets};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case};
use std::env;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

pub(crate) const CASES: &[Case] = &[
    case!(program_runs_with_what_it_needs),
    case!(program_with_libraries_of_libraries),
    case!(this_program_runs),
    case!(program_behind_a_link),
    case!(static_program_needs_itself),
    case!(libraries_are_not_executed),
    case!(script_names_its_interpreter),
    case!(script_of_env_names_what_env_starts),
    case!(unfit_program_is_an_error),
    case!(hostile_program_chooses_nothing),
    case!(missing_library_is_listed),
    case!(replaced_program_is_an_error),
    case!(unreadable_program_is_an_error).only_ordinary(),
];

fn program_runs_with_what_it_needs(_: &Scratch) -> Verdict {
    for program in ["/bin/true", "/usr/bin/env"] {
        let probes = Probes::new()
            .allowed(program, run(program, &[], 0))
            .denied("another", Errno::ACCESS, run("/bin/cat", &["/dev/null"], 0))
            .denied("the libraries' directory", Errno::ACCESS, list("/usr/lib"));
        hold(&Policy::new().include(&presets::elf(program)), &probes)?;
        let without = Probes::new().allowed("reading it", read(program)).denied(
            "running it with nothing else",
            Errno::ACCESS,
            run(program, &[], 0),
        );
        hold(&Policy::new().exec(program), &without)?;
    }
    Ok(())
}

/// It is linked with libraries that are linked with others; what it lists is granted besides.
fn program_with_libraries_of_libraries(scratch: &Scratch) -> Verdict {
    let directory = scratch.directory("listed")?;
    let probes = Probes::new().allowed("ls", run("/bin/ls", &["listed"], 0)).denied(
        "ls of another directory",
        Errno::ACCESS,
        |_| match run("/bin/ls", &["/usr"], 0)(0) {
            Err(error) if error.to_string().contains("Permission denied") => {
                Err(io::Error::from_raw_os_error(libc::EACCES))
            }
            other => other,
        },
    );
    hold(&Policy::new().read(directory).include(&presets::elf("/bin/ls")), &probes)
}

fn this_program_runs(_: &Scratch) -> Verdict {
    let program = env::current_exe()?;
    let probes = Probes::new().allowed("this program", run(&program, &[AGAIN], i32::from(RUNS))).denied(
        "another",
        Errno::ACCESS,
        run("/bin/true", &[], 0),
    );
    hold(&presets::elf(&program), &probes)
}

fn program_behind_a_link(scratch: &Scratch) -> Verdict {
    let link = scratch.join("link");
    std::os::unix::fs::symlink("/bin/true", &link)?;
    let probes = Probes::new()
        .allowed("by the link", run(&link, &[], 0))
        .allowed("by its name", run("/bin/true", &[], 0))
        .denied("another", Errno::ACCESS, run("/bin/cat", &["/dev/null"], 0));
    hold(&presets::elf(&link), &probes)
}

/// Debian's is static.
fn static_program_needs_itself(_: &Scratch) -> Verdict {
    const PROGRAM: &str = "/sbin/ldconfig";
    let policy = presets::elf(PROGRAM);
    if !Path::new(PROGRAM).exists() || format!("{policy:?}").contains("/ld-linux") {
        println!("no static {PROGRAM} here");
        return Ok(());
    }
    let probes = Probes::new()
        .allowed("a static program", run(PROGRAM, &["--version"], 0))
        .denied("the cache, which it does not need", Errno::ACCESS, read("/etc/ld.so.cache"))
        .denied("a program that is not static", Errno::ACCESS, run("/bin/true", &[], 0));
    hold(&policy, &probes)
}

/// The C library of glibc has an entry point and can be run as a program, elsewhere.
fn libraries_are_not_executed(_: &Scratch) -> Verdict {
    let library = ["/lib/x86_64-linux-gnu/libc.so.6", "/lib64/libc.so.6"].into_iter().find(|path| runs(path));
    let Some(library) = library else {
        println!("no C library here that runs");
        return Ok(());
    };
    let probes = Probes::new().allowed("reading the C library", read(library)).denied(
        "running it",
        Errno::ACCESS,
        run(library, &[], 0),
    );
    hold(&presets::elf("/bin/true"), &probes)
}

fn runs(path: &str) -> bool {
    run(path, &[], 0)(0).is_ok()
}

fn script_names_its_interpreter(scratch: &Scratch) -> Verdict {
    let script = scratch.join("script");
    fs::write(&script, "#!/bin/sh\nexit 0\n")?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
    let error = refusal(&script)?;
    assert!(error.contains("include presets::elf(\"/bin/sh\")"), "{error}");
    let probes = Probes::new().allowed("the script, as the error says", run(&script, &[], 0)).denied(
        "another program",
        Errno::ACCESS,
        run("/bin/cat", &["/dev/null"], 0),
    );
    hold(&Policy::new().exec(&script).include(&presets::elf("/bin/sh")), &probes)
}

/// `env` starts another program: granted alone, it is denied.
fn script_of_env_names_what_env_starts(scratch: &Scratch) -> Verdict {
    let script = scratch.join("script");
    fs::write(&script, "#!/usr/bin/env sh\nexit 0\n")?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
    let error = refusal(&script)?;
    assert!(error.contains("include presets::elf(\"/usr/bin/env\")"), "{error}");
    assert!(error.contains("presets::elf(…) with the path of \"sh\""), "{error}");
    let policy = Policy::new().exec(&script).include(&presets::elf("/usr/bin/env")).include(&presets::elf("/bin/sh"));
    let probes = Probes::new().allowed("the script, as the error says", run(&script, &[], 0)).denied(
        "another program",
        Errno::ACCESS,
        run("/bin/cat", &["/dev/null"], 0),
    );
    hold(&policy, &probes)
}

fn unfit_program_is_an_error(scratch: &Scratch) -> Verdict {
    let missing = refusal(&scratch.join("missing"))?;
    assert!(missing.contains("No such file or directory"), "{missing}");
    let text = refusal(&scratch.file("text")?)?;
    assert!(text.contains("it is not an ELF file"), "{text}");
    let directory = refusal(scratch.path())?;
    assert!(directory.contains("it is not a regular file"), "{directory}");
    Ok(())
}

/// A copy of a program, in which a name is another, no longer one.
fn forged(program: &Path, name: &str, other: &str) -> io::Result<()> {
    let mut bytes = fs::read("/bin/true")?;
    let places: Vec<_> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(name.as_bytes())).collect();
    for at in places {
        bytes[at..at + name.len()].fill(0);
        bytes[at..at + other.len()].copy_from_slice(other.as_bytes());
    }
    fs::write(program, bytes)?;
    fs::set_permissions(program, fs::Permissions::from_mode(0o755))
}

fn interpreter_of_true() -> Option<&'static str> {
    let known = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-x86_64.so.1"];
    known.into_iter().find(|path| Path::new(path).exists())
}

/// Its interpreter is `/`, or one of its libraries is a directory or a text.
fn hostile_program_chooses_nothing(scratch: &Scratch) -> Verdict {
    let program = scratch.join("program");
    let Some(interpreter) = interpreter_of_true() else {
        println!("no known interpreter here");
        return Ok(());
    };
    for other in ["/", "/etc", "/etc/passwd"] {
        forged(&program, interpreter, other)?;
        let error = refusal(&program)?;
        assert!(error.contains(&format!("of its interpreter, {other:?}: it is not ")), "{error}");
    }
    for other in ["/", "/etc", "../etc"] {
        forged(&program, "libc.so.6", other)?;
        let probes = Probes::new()
            .allowed("the program", read(&program))
            .denied("a file", Errno::ACCESS, read("/etc/passwd"))
            .denied("a directory", Errno::ACCESS, list("/etc"));
        hold(&presets::elf(&program), &probes)?;
    }
    Ok(())
}

fn missing_library_is_listed(scratch: &Scratch) -> Verdict {
    let program = scratch.join("program");
    forged(&program, "libc.so.6", "libgone.6")?;
    let skipped: Vec<_> = {
        let report = presets::elf(&program).apply_to(&mut std::process::Command::new(&program))?;
        report.skipped().map(Path::to_owned).collect()
    };
    assert!(skipped.iter().any(|path| path.ends_with("libgone.6")), "{skipped:?}");
    Ok(())
}

/// What stands at the path when the policy is enforced is not what was looked at.
fn replaced_program_is_an_error(scratch: &Scratch) -> Verdict {
    let (program, moved) = (scratch.join("program"), scratch.join("moved"));
    fs::copy("/bin/true", &program)?;
    let policy = presets::elf(&program);
    policy.run(|| ())?;
    fs::rename(&program, &moved)?;
    std::os::unix::fs::symlink("/", &program)?;
    for outcome in
        [policy.run(|| ()), policy.prepare().map(drop), policy.check("/", landlock_runtime::Right::ReadDir).map(drop)]
    {
        let error = outcome.err().ok_or("the root directory is granted")?.to_string();
        assert!(error.contains("another file stands there than when the policy was made"), "{error}");
    }
    fs::remove_file(&program)?;
    std::os::unix::fs::symlink(&moved, &program)?;
    policy.run(|| ())?;
    Ok(())
}

fn unreadable_program_is_an_error(scratch: &Scratch) -> Verdict {
    let program = scratch.join("program");
    fs::copy("/bin/true", &program)?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o111))?;
    let error = refusal(&program)?;
    assert!(error.contains("Permission denied"), "{error}");
    Ok(())
}

/// The text of the error that names the program, and the site that asked for the sandbox.
fn refusal(program: &Path) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let Err(error) = Policy::new().include(&presets::elf(program)).run(|| ()) else {
        return Err("there was no error".into());
    };
    let ErrorKind::Policy(defects) = error.kind() else { return Err(error.into()) };
    let [PolicyError::Program { path, .. }] = &defects[..] else { return Err(error.into()) };
    assert_eq!(path, &PathBuf::from(program));
    let text = format!("{error:#}");
    assert!(text.contains(file!()) && text.contains("presets::elf("), "{text}");
    Ok(text)
}
