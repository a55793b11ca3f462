//! Programs that choose what is granted for them: whatever they name, it is an ELF file of their architecture, or nothing.

use super::forged::Forged;
use crate::Policy;
use crate::policy::Opening;
use crate::presets::elf::below;
use crate::presets::tests::farm::Farm;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const LOADER: &str = "/lib64/ld-linux-x86-64.so.2";

fn farm() -> io::Result<Farm> {
    let farm = Farm::new()?
        .write(LOADER, Forged::library().bytes())?
        .write("/lib64/foreign.so", Forged::foreign_library().bytes())?
        .write("/etc/shadow", "secret")?
        .write("/bin/script", "#!/bin/sh\n")?
        .plant("/lib64/all -> /\n/lib64/shadow.so -> /etc/shadow\n/lib64/linked.so -> ld-linux-x86-64.so.2")?;
    let fifo = farm.root().real("/lib64").ok_or(io::ErrorKind::NotFound)?.join("fifo.so");
    assert!(Command::new("mkfifo").arg(fifo).status()?.success());
    Ok(farm)
}

fn needed_by(farm: Farm, program: &Forged) -> io::Result<(Farm, Policy)> {
    let farm = farm.write("/bin/tool", program.bytes())?;
    let policy = below(farm.root(), Path::new("/bin/tool"));
    Ok((farm, policy))
}

#[test]
fn interpreter_is_what_the_kernel_would_start() -> io::Result<()> {
    for (interpreter, reason) in [
        ("/", "it is not a regular file"),
        ("/etc", "it is not a regular file"),
        ("/lib64/all", "it is not a regular file"),
        ("/lib64/fifo.so", "it is not a regular file"),
        ("/etc/shadow", "it is not an ELF file"),
        ("/lib64/shadow.so", "it is not an ELF file"),
        ("/bin/script", "it is a script"),
        ("/lib64/foreign.so", "it is of another architecture than the program"),
        ("/nowhere", "No such file or directory"),
        ("lib64/ld-linux-x86-64.so.2", "the path is not absolute"),
        ("", "the path is not absolute"),
    ] {
        let (_farm, policy) = needed_by(farm()?, &Forged::program(interpreter))?;
        let defects: Vec<String> = policy.defects().iter().map(ToString::to_string).collect();
        let [defect] = &defects[..] else { panic!("{interpreter:?}: {policy:?}") };
        let expected = format!("presets::elf(\"/bin/tool\"): of its interpreter, {interpreter:?}: {reason}");
        assert!(defect.starts_with(&expected), "{defect}");
        assert!(policy.terms.paths.is_empty(), "{policy:?}");
    }
    let (farm, policy) = needed_by(farm()?, &Forged::program("/lib64/linked.so"))?;
    farm.grants(&policy, &format!("exec /bin/tool\nexec {LOADER}"));
    Ok(())
}

#[test]
fn libraries_are_what_the_loader_would_load() -> io::Result<()> {
    let mut farm = farm()?;
    let mut policy;
    for name in [
        "/",
        "/etc",
        "/etc/shadow",
        "/lib64/all",
        "/lib64/fifo.so",
        "/lib64/foreign.so",
        "$ORIGIN/../etc/shadow",
        "../etc/shadow",
        "all",
        "shadow.so",
        "fifo.so",
        "foreign.so",
        "..",
        ".",
        "",
    ] {
        for paths in ["", "/", "$ORIGIN/..", "/etc", "/lib64", "/lib64/all/etc", "/lib64/shadow.so", "/lib64/fifo.so"] {
            let program = Forged::program(LOADER).needs(name);
            for program in [program.clone().rpath(paths), program.runpath(paths)] {
                (farm, policy) = needed_by(farm, &program)?;
                farm.grants(&policy, &format!("exec /bin/tool\nexec {LOADER}"));
            }
        }
    }
    (farm, policy) = needed_by(farm, &Forged::program(LOADER).needs("linked.so").rpath("/lib64"))?;
    farm.grants(&policy, &format!("exec /bin/tool\nexec {LOADER}\nread {LOADER}"));
    Ok(())
}

/// What a program has and its libraries name: only the file that was looked at is granted, whatever stands there later.
#[test]
fn rules_are_on_the_files_that_were_read() -> io::Result<()> {
    let program = Forged::program(LOADER).needs("linked.so").needs("gone.so").rpath("/lib64");
    let (_farm, policy) = needed_by(farm()?, &program)?;
    for grant in policy.terms.paths.iter().filter(|grant| !grant.path().starts_with("/etc")) {
        match grant.path().to_str() {
            Some("/dev/null") => {}
            Some("/lib64/gone.so") => assert!(matches!(grant.opening, Opening::Nothing), "{grant:?}"),
            _ => assert!(matches!(grant.opening, Opening::Only(_)), "{grant:?}"),
        }
    }
    let printed = policy.to_string();
    assert!(printed.contains("linked.so") && !printed.contains("gone.so"), "{printed}");
    Ok(())
}

/// As Linux does (`load_elf_binary`).
#[test]
fn first_of_two_interpreters_is_started() -> io::Result<()> {
    let (farm, policy) = needed_by(farm()?, &Forged::program(LOADER).interpreter("/lib64/foreign.so"))?;
    farm.grants(&policy, &format!("exec /bin/tool\nexec {LOADER}"));
    let (_farm, policy) = needed_by(farm, &Forged::program("/lib64/foreign.so").interpreter(LOADER))?;
    assert!(policy.terms.paths.is_empty() && policy.defects().len() == 1, "{policy:?}");
    Ok(())
}

/// As the loaders of glibc and musl do.
#[test]
fn last_of_several_paths_is_searched() -> io::Result<()> {
    let mut farm =
        farm()?.write("/a/liba.so", Forged::library().bytes())?.write("/b/libb.so", Forged::library().bytes())?;
    let program = Forged::program(LOADER).needs("liba.so").needs("libb.so");
    let mut policy;
    for program in [program.clone().runpath("/a").runpath("/b"), program.rpath("/a").rpath("/b")] {
        (farm, policy) = needed_by(farm, &program)?;
        farm.grants(&policy, &format!("exec /bin/tool\nexec {LOADER}\nread /b/libb.so"));
    }
    Ok(())
}

fn names(program: Forged, most: u32) -> Forged {
    (0..most).fold(program, |program, n| program.needs(format!("lib{n}.so")))
}

/// Within a second, or some where the machine has more to do.
fn at_once(farm: Farm, program: &Forged) -> io::Result<(Farm, Policy)> {
    let start = Instant::now();
    let made = needed_by(farm, program)?;
    let time = start.elapsed();
    assert!(time < Duration::from_secs(5), "{time:?}");
    Ok(made)
}

#[test]
fn what_is_named_over_and_over_is_looked_at_once() -> io::Result<()> {
    let slashes = "/:".repeat(1000) + "/lib64";
    let program = names((0..4000).fold(Forged::program(LOADER), |program, _| program.runpath(&*slashes)), 96);
    let (farm, policy) = at_once(farm()?, &program.needs("linked.so"))?;
    farm.grants(&policy, &format!("exec /bin/tool\nexec {LOADER}\nread {LOADER}"));
    let program = names(Forged::program(LOADER).rpath("/".repeat(2047)), 96);
    let (farm, policy) = at_once(farm, &program)?;
    farm.grants(&policy, &format!("exec /bin/tool\nexec {LOADER}"));
    Ok(())
}

#[test]
fn more_than_any_program_names_is_an_error() -> io::Result<()> {
    let mut farm = (0..300).try_fold(farm()?, |farm, n| farm.plant(&format!("/d/{n}/")))?;
    let directories = |most| (0..most).map(|n| format!("/d/{n}")).collect::<Vec<_>>().join(":");
    let around = |n| format!("/d{}/lib{n}.so", "/../d".repeat(700));
    let winding = (0..1000).fold(Forged::program(LOADER), |program, n| program.needs(around(n)));
    let mut policy;
    for (program, what) in [
        (names(Forged::program(LOADER), 1025), "libraries"),
        (Forged::program(LOADER).runpath(directories(257)), "directories of libraries"),
        (names(Forged::program(LOADER).runpath(directories(256)), 1000), "places of libraries"),
        (winding, "places of libraries"),
    ] {
        (farm, policy) = at_once(farm, &program)?;
        let defects: Vec<String> = policy.defects().iter().map(ToString::to_string).collect();
        let told = format!("it or one of its libraries names more {what} than any program does");
        assert_eq!(defects, [format!("presets::elf(\"/bin/tool\"): {told}")]);
        assert!(policy.terms.paths.is_empty(), "{policy:?}");
    }
    let most = names(Forged::program(LOADER).runpath(directories(256)), 40).needs("linked.so");
    (farm, policy) = at_once(farm, &most)?;
    assert!(policy.defects().is_empty(), "{policy:?}");
    farm.grants(&policy, &format!("exec /bin/tool\nexec {LOADER}\nread {LOADER}"));
    Ok(())
}
