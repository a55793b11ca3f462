//! Child programs that are restricted before their first instruction: by `apply_to` a command, and by `spawn`.

use crate::support::{Failure, descriptors, program, refused, run_programs, says, threads, unrestricted};
use landlock_runtime::{Enforcement, ErrorKind, Policy, Require, Right, Rights, each, optional};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case};
use std::ffi::OsStr;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::{fs, io};

pub(crate) const CASES: &[Case] = &[
    case!(child_is_restricted_and_the_parent_is_not),
    case!(one_command_starts_several),
    case!(children_start_restricted_children),
    case!(child_has_no_descriptor_more),
    case!(ruleset_lives_as_long_as_the_command),
    case!(environment_and_streams_are_as_without),
    case!(child_cannot_signal_its_parent).abi(6),
    case!(child_gains_no_privileges),
    case!(identity_changes_before),
    case!(program_needs_exec),
    case!(null_streams_need_null),
    case!(nothing_starts_where_a_requirement_fails),
    case!(layer_too_many_is_an_errno),
    case!(equal_process_adds_no_layer),
    case!(parent_with_much_memory),
    case!(command_of_an_executor),
];

/// Both ways to start a restricted child.
type Start = fn(&Policy, Command) -> io::Result<Child>;

const WAYS: [(&str, Start); 2] = [("apply_to", applied), ("spawn", spawned)];

fn applied(policy: &Policy, mut command: Command) -> io::Result<Child> {
    let _ = policy.apply_to(&mut command)?;
    command.spawn()
}

fn spawned(policy: &Policy, mut command: Command) -> io::Result<Child> {
    Ok(policy.spawn(&mut command)?)
}

fn system() -> Policy {
    run_programs(Policy::new())
}

fn command(name: &str, arguments: &[impl AsRef<OsStr>]) -> Command {
    let mut command = Command::new(program(name));
    command.args(arguments).stdin(Stdio::inherit()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn shell(script: &str) -> Command {
    command("sh", &["-c", script])
}

/// What a child made of its task: `EACCES` and `EPERM` where it says so.
fn judge(output: &Output) -> io::Result<()> {
    let complaint = String::from_utf8_lossy(&output.stderr);
    match output.status.success() {
        true => Ok(()),
        false if complaint.contains("Permission denied") => Err(io::Error::from_raw_os_error(libc::EACCES)),
        false if complaint.contains("not permitted") => Err(io::Error::from_raw_os_error(libc::EPERM)),
        false => Err(io::Error::other(complaint.into_owned())),
    }
}

/// A child that does what `command` says: unrestricted, or by one of the ways.
fn task(start: Option<Start>, policy: &Policy, mut command: Command) -> io::Result<()> {
    let child = match start {
        Some(start) => start(policy, command),
        None => command.spawn(),
    }?;
    judge(&child.wait_with_output()?)
}

/// Two tasks, of which a restricted child can do the first: with no sandbox, then by each way, then again with none.
fn pair(
    policy: &Policy,
    errno: Errno,
    allowed: impl Fn() -> Command + Sync,
    denied: impl Fn() -> Command + Sync,
) -> Verdict {
    let probes = |start: Option<Start>| {
        let (allowed, denied) = (&allowed, &denied);
        Probes::new()
            .allowed("what is granted", move |round| task(start.filter(|_| round > 0), policy, allowed()))
            .denied("what is not", errno, move |round| task(start.filter(|_| round > 0), policy, denied()))
    };
    for (way, start) in WAYS {
        println!("{way}");
        let probes = probes(Some(start));
        probes.outside()?;
        probes.inside()?;
    }
    probes(None).outside()?;
    unrestricted()
}

fn child_is_restricted_and_the_parent_is_not(scratch: &Scratch) -> Verdict {
    let (granted, other) = (scratch.file("granted")?, scratch.file("other")?);
    pair(&system().read(&granted), Errno::ACCESS, || command("cat", &[&granted]), || command("cat", &[&other]))?;
    assert_eq!((fs::read(granted)?, threads()?), (fs::read(other)?, 1));
    Ok(())
}

fn one_command_starts_several(scratch: &Scratch) -> Verdict {
    let (granted, other) = (scratch.file("granted")?, scratch.file("other")?);
    let policy = system().read(&granted);
    let mut command = command("cat", &[&granted, &other]);
    assert!(command.output()?.status.success());
    let enforcement: Enforcement = policy.apply_to(&mut command)?;
    assert!(enforcement.whole_process() && enforcement.new_layer());
    for _ in 0..3 {
        let output = command.output()?;
        assert_eq!(output.stdout, b"some bytes", "the first file, and not the second");
        assert_eq!(judge(&output).err().and_then(|error| error.raw_os_error()), Some(libc::EACCES));
    }
    unrestricted()
}

fn children_start_restricted_children(scratch: &Scratch) -> Verdict {
    let (granted, other) = (scratch.file("granted")?, scratch.file("other")?);
    let nested = |path: &Path| shell(&format!("sh -c 'sh -c \"cat {}\"; exit $?'; exit $?", path.display()));
    pair(&system().read(&granted), Errno::ACCESS, || nested(&granted), || nested(&other))
}

fn child_has_no_descriptor_more(_: &Scratch) -> Verdict {
    let listing = || shell("ls /proc/self/fd; for fd in /proc/self/fd/*; do readlink $fd; done; exit 0");
    let listed = |child: io::Result<Child>| -> io::Result<String> {
        let output = child?.wait_with_output()?;
        judge(&output)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let numbers = |listed: &str| listed.lines().filter(|line| line.parse::<u32>().is_ok()).count();
    let free = listed(listing().spawn())?;
    assert!(numbers(&free) >= 3, "{free}");
    for (way, start) in WAYS {
        let restricted = listed(start(&system().read("/proc"), listing()))?;
        assert_eq!(numbers(&restricted), numbers(&free), "{way}: {restricted}");
        assert!(!restricted.contains("landlock-ruleset"), "{way}: {restricted}");
    }
    Ok(())
}

fn ruleset_lives_as_long_as_the_command(_: &Scratch) -> Verdict {
    let before = descriptors()?;
    let mut applied = shell("exit 0");
    let _ = system().apply_to(&mut applied)?;
    let during = descriptors()?;
    assert_eq!(during.len(), before.len() + 1);
    assert!(during.iter().any(|target| target.to_string_lossy().contains("landlock-ruleset")), "{during:?}");
    assert!(applied.status()?.success());
    drop(applied);
    assert_eq!(descriptors()?, before);
    assert!(system().spawn(&mut shell("exit 0"))?.wait()?.success());
    assert_eq!(descriptors()?, before);
    Ok(())
}

fn environment_and_streams_are_as_without(scratch: &Scratch) -> Verdict {
    let directory = scratch.directory("here")?;
    let told = |start: Start, policy: &Policy| -> io::Result<Output> {
        let mut command = shell("echo $ONE:$TWO:$#:$0; pwd; env | sort | grep -v _=; cat; echo complaint >&2; exit 7");
        command.args(["name", "argument"]).env("ONE", "1").env_remove("TWO").current_dir(&directory);
        let mut child = start(policy, {
            command.stdin(Stdio::piped());
            command
        })?;
        io::Write::write_all(&mut child.stdin.take().ok_or("no pipe").map_err(io::Error::other)?, b"through the pipe")?;
        child.wait_with_output()
    };
    let free = told(|_, mut command| command.spawn(), &system())?;
    assert_eq!((free.status.code(), &free.stderr[..]), (Some(7), &b"complaint\n"[..]));
    let text = String::from_utf8_lossy(&free.stdout);
    assert!(text.starts_with("1::1:name\n") && text.ends_with("through the pipe"), "{text}");
    for (way, start) in WAYS {
        assert_eq!(told(start, &system())?, free, "{way}");
    }
    let null = |stdin: fn() -> Stdio, policy: &Policy, start: Start| {
        let mut command = shell("exit 0");
        command.stdin(stdin());
        start(policy, command)?.wait()
    };
    for (way, start) in WAYS {
        assert!(null(Stdio::null, &system(), start)?.success(), "{way}: a null stream");
    }
    Ok(())
}

fn child_cannot_signal_its_parent(_: &Scratch) -> Verdict {
    pair(&system(), Errno::PERM, || shell("kill -0 $$"), || shell("kill -0 $PPID"))
}

fn child_gains_no_privileges(_: &Scratch) -> Verdict {
    let script = "while read -r key value; do [ $key = NoNewPrivs: ] && exit $value; done < /proc/self/status; exit 9";
    let told = || shell(script);
    // Also where there is nothing to enforce.
    let nothing = Policy::new().unrestricted(Rights::ALL).require(Require::None);
    for policy in [system().read("/proc"), nothing] {
        assert_eq!(told().status()?.code(), Some(0));
        for (way, start) in WAYS {
            assert_eq!(start(&policy, told())?.wait()?.code(), Some(1), "{way}");
        }
        assert!(!rustix::thread::no_new_privs()?, "the parent");
    }
    Ok(())
}

/// What `Command` changes in the child comes before the restriction, by either way.
fn identity_changes_before(scratch: &Scratch) -> Verdict {
    let (granted, other) = (scratch.file("granted")?, scratch.file("other")?);
    let as_nobody = |path: &Path| {
        let mut command = command("cat", &[path]);
        if rustix::process::geteuid().is_root() {
            command.uid(65534).gid(65534);
        }
        command.process_group(0);
        command
    };
    pair(&system().read(&granted), Errno::ACCESS, || as_nobody(&granted), || as_nobody(&other))
}

fn program_needs_exec(_: &Scratch) -> Verdict {
    let policy = Policy::new().read("/usr");
    let cat = program("cat");
    let mut command = Command::new(&cat);
    command.arg("/usr/share/missing");
    assert!(command.output().is_ok(), "it runs where nothing is restricted");
    let error: Failure = refused(|| policy.spawn(&mut command));
    let error = error?;
    assert!(matches!(error.kind(), ErrorKind::Program { program, .. } if *program == cat), "{error}");
    says(&error, &["command.rs:", &format!("{cat:?}: Permission denied"), "`exec` must grant it"]);
    assert!(!error.to_string().contains("null"), "no program is granted: {error}");
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::PermissionDenied);
    let error = refused(|| system().spawn(&mut Command::new("/usr/bin/missing-program")))?;
    says(&error, &["\"/usr/bin/missing-program\": No such file or directory"]);
    let _ = policy.apply_to(&mut command)?;
    let error = command.spawn().err().ok_or("it runs")?;
    assert_eq!(error.raw_os_error(), Some(libc::EACCES));
    unrestricted()
}

/// It looks as if the program were denied. Each advice of the error, taken.
fn null_streams_need_null(_: &Scratch) -> Verdict {
    let programs = ["/usr", "/bin", "/lib", "/lib64"].map(optional);
    let rights = Rights::of(&[Right::Execute, Right::ReadFile, Right::ReadDir]);
    let policy = Policy::new().grant(rights, each(programs.clone()));
    let mut command = Command::new(program("true"));
    assert!(policy.spawn(&mut command)?.wait()?.success(), "with the streams of this process");
    let error = refused(|| policy.spawn(command.stdout(Stdio::null())))?;
    says(
        &error,
        &[&format!("executing {:?}, or opening /dev/null for its streams: Permission denied", program("true"))],
    );
    says(&error, &["grant `read_write` on /dev/null, or `exec` on the program and its interpreter"]);
    assert!(error.to_string().contains("/dev/null"), "also for who runs it: {error}");
    for policy in [policy.read_write("/dev/null"), Policy::new().exec(each(programs))] {
        assert!(policy.spawn(&mut command)?.wait()?.success());
    }
    Ok(())
}

fn nothing_starts_where_a_requirement_fails(scratch: &Scratch) -> Verdict {
    let made = scratch.join("made");
    let script = format!(": > {}", made.display());
    let touch = || shell(&script);
    let policy = system().write(scratch.path());
    let demanding = policy.clone().require(Require::Abi(u32::MAX));
    let error = refused(|| demanding.spawn(&mut touch()))?;
    assert!(matches!(error.kind(), ErrorKind::Required(_)), "{error}");
    refused(|| demanding.apply_to(&mut touch()))?;
    let missing = scratch.join("missing");
    says(&refused(|| policy.clone().read(&missing).spawn(&mut touch()))?, &["read = ", "missing"]);
    says(&refused(|| policy.clone().read(&missing).apply_to(&mut touch()))?, &["read = ", "missing"]);
    assert!(!made.exists());
    for (way, start) in WAYS {
        task(Some(start), &policy.clone().require(Require::Threads), touch())?;
        fs::remove_file(&made).map_err(|error| format!("{way}: {error}"))?;
    }
    Ok(())
}

fn layer_too_many_is_an_errno(scratch: &Scratch) -> Verdict {
    let mut command = shell("exit 0");
    let _ = system().apply_to(&mut command)?;
    for number in 0..16 {
        assert!(command.status()?.success(), "layer {number}");
        let directory = scratch.directory(number.to_string())?;
        let _ = system().read("/proc").read(scratch.path()).write(scratch.path()).read(directory).restrict_process()?;
    }
    assert_eq!(command.status().err().and_then(|error| error.raw_os_error()), Some(libc::E2BIG));
    let error = system().spawn(&mut shell("exit 0")).err().ok_or("a 17th layer")?;
    assert!(matches!(error.kind(), ErrorKind::Layers), "{error}");
    Ok(())
}

fn equal_process_adds_no_layer(_: &Scratch) -> Verdict {
    for _ in 0..2 {
        assert!(system().restrict_process()?.new_layer(), "the second looks at the objects");
    }
    for _ in 0..20 {
        let mut command = shell("exit 0");
        let enforcement = system().apply_to(&mut command)?;
        assert!(!enforcement.new_layer() && !enforcement.enforced().is_empty());
        assert!(command.status()?.success());
        assert!(system().spawn(&mut command)?.wait()?.success());
    }
    Ok(())
}

fn parent_with_much_memory(scratch: &Scratch) -> Verdict {
    let mut memory = vec![0_u8; 256 << 20];
    memory.chunks_mut(4096).for_each(|page| page[0] = 1);
    let (granted, other) = (scratch.file("granted")?, scratch.file("other")?);
    pair(&system().read(&granted), Errno::ACCESS, || command("cat", &[&granted]), || command("cat", &[&other]))?;
    assert_eq!(std::hint::black_box(memory).iter().step_by(4096).filter(|byte| **byte == 1).count(), 256 << 8);
    Ok(())
}

fn command_of_an_executor(scratch: &Scratch) -> Verdict {
    let (granted, other) = (scratch.file("granted")?, scratch.file("other")?);
    let policy = system().read(&granted);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let cat = |path: &Path, restricted: bool| {
        let mut command = tokio::process::Command::new(program("cat"));
        command.arg(path);
        if restricted {
            let _ = policy.apply_to(&mut command)?;
        }
        judge(&runtime.block_on(async { command.output().await })?)
    };
    let probes = Probes::new().allowed("what is granted", |round| cat(&granted, round > 0)).denied(
        "what is not",
        Errno::ACCESS,
        |round| cat(&other, round > 0),
    );
    probes.outside()?;
    probes.inside()?;
    unrestricted()
}
