//! `#[sandbox]` on `main`: whole programs, each in `programs/`, and what a user sees of them.

use landlock_runtime::testing;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

/// What a program printed, and how it ended.
struct Ran {
    stdout: String,
    stderr: String,
    code: Option<i32>,
}

fn run(program: &str, arguments: &[&str]) -> Ran {
    ran(Command::new(program).args(arguments))
}

fn ran(program: &mut Command) -> Ran {
    let Output { status, stdout, stderr } = program.env("RUST_BACKTRACE", "0").output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("the program prints text");
    Ran { stdout: text(stdout), stderr: text(stderr), code: status.code() }
}

macro_rules! run {
    ($program:literal $(, $argument:literal)*) => {
        run(env!(concat!("CARGO_BIN_EXE_", $program)), &[$($argument),*])
    };
}

/// The ABI of the kernel that runs, which some of these must say.
fn abi() -> u32 {
    landlock_tests::abi()
}

#[test]
fn main_is_restricted() {
    let free = run!("main_free");
    assert_eq!(free.stdout, "list /usr: Ok(())\nlist /etc: Ok(())\nno layer\n", "the same without a sandbox");

    let ran = run!("main_unit");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let (lists, status) = ran.stdout.split_at("list /usr: Ok(())\nlist /etc: Err(PermissionDenied)\n".len());
    assert_eq!(lists, "list /usr: Ok(())\nlist /etc: Err(PermissionDenied)\n");
    let how = if abi() < 10 { "restricted in part" } else { "restricted" };
    let expected = format!("main_unit::main (tests/programs/main_unit.rs:4): process {how} (ABI {})", abi());
    assert!(status.starts_with(&expected), "{status}");
    assert_eq!(ran.stderr, "", "nothing is said where nothing named is missing");
}

#[test]
fn what_main_returns_goes_through() {
    let ran = run!("main_result");
    assert_eq!((ran.code, &*ran.stdout), (Some(1), ""));
    assert!(ran.stderr.starts_with("Error: Os { code: 13, kind: PermissionDenied"), "{}", ran.stderr);
    assert_eq!(run!("main_exit_code").code, Some(7));
    assert_eq!(run!("main_never").code, Some(8));
}

#[test]
fn every_missing_path_is_named_at_once() {
    let ran = run!("main_missing");
    assert_eq!((ran.code, &*ran.stdout), (Some(1), ""));
    let site = "main_missing::main (tests/programs/main_missing.rs:4): ";
    let missing = |key, path, advice: &str| {
        format!("\n  {key} = {path:?}: No such file or directory (os error 2): correct the path, or {advice}")
    };
    let expected = format!(
        "{site}the sandbox was not applied: 3 rules cannot be made:{}{}{}\n",
        missing("read", "/missing/one", "write optional(\"/missing/one\") if it may be missing"),
        missing("write", "/missing/two", "make the directory above it first"),
        missing("exec", "/usr/missing", "write optional(\"/usr/missing\") if it may be missing"),
    );
    let order = |text: &str| {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(order(&ran.stderr), order(&expected));
}

#[test]
fn on_error_decides_how_main_fails() {
    let returned = run!("main_result_returned");
    assert_eq!((returned.code, &*returned.stdout), (Some(1), ""));
    let text = "Error: main_result_returned::main (tests/programs/main_result_returned.rs:4): the sandbox was not applied: read = ";
    assert!(returned.stderr.starts_with(text), "{}", returned.stderr);
    assert!(returned.stderr.contains("/missing/one"), "{}", returned.stderr);

    let exited = run!("main_on_error_exit");
    assert_eq!((exited.code, &*exited.stdout), (Some(0), ""));
    assert!(exited.stderr.contains("read = \"/missing/one\": No such file"), "{}", exited.stderr);

    let panicked = run!("main_on_error_panic");
    assert_eq!((panicked.code, &*panicked.stdout), (Some(101), ""));
    assert!(panicked.stderr.contains("read = \"/missing/one\": No such file"), "{}", panicked.stderr);
}

#[test]
fn threads_that_run_already_are_named_or_restricted() {
    let ran = run!("main_threads");
    if abi() >= 8 {
        assert_eq!((ran.code, &*ran.stdout), (Some(0), "list /etc: Err(PermissionDenied)\n"), "{}", ran.stderr);
    } else {
        assert_eq!((ran.code, &*ran.stdout), (Some(1), ""));
        assert!(ran.stderr.contains("(\"early-bird\")"), "{}", ran.stderr);
    }
}

#[test]
fn a_main_that_is_not_the_entry_is_an_error() {
    for (argument, name) in [("method", "Loader::main"), ("module", "module::main")] {
        let ran = run(env!("CARGO_BIN_EXE_main_not_the_entry"), &[argument]);
        assert_eq!((ran.code, &*ran.stdout), (Some(1), ""));
        assert!(ran.stderr.contains(name) && ran.stderr.contains("`isolate = thread`"), "{}", ran.stderr);
    }
}

#[test]
fn what_main_names_and_the_kernel_lacks_is_one_line() {
    let (named, required, said) = (run!("main_names_udp"), run!("main_requires_udp"), run!("main_says_require"));
    assert_eq!((named.code, &*named.stdout), (Some(0), "reached\n"));
    assert_eq!((said.code, &*said.stdout, &*said.stderr), (Some(0), "reached\n", ""));
    if abi() >= 10 {
        assert_eq!(named.stderr, "");
        assert_eq!((required.code, &*required.stdout), (Some(0), "reached\n"));
    } else {
        assert_eq!(named.stderr.lines().count(), 1, "{}", named.stderr);
        assert!(named.stderr.contains("bind_udp, connect_send_udp (ABI 10, Linux 7.2)"), "{}", named.stderr);
        assert_eq!((required.code, &*required.stdout), (Some(1), ""));
        assert!(required.stderr.contains(&format!("this kernel has ABI {}", abi())), "{}", required.stderr);
    }
}

/// Wherever the sandbox is not what the attribute says, and `require` does not say otherwise.
#[test]
fn a_main_with_less_than_it_names_says_so_in_one_line() {
    let older = |abi, program: &str| testing::abi(abi, || run(program, &[])).expect("it is emulated");
    let free = older(0, env!("CARGO_BIN_EXE_main_requires_nothing"));
    assert_eq!((free.code, &*free.stdout), (Some(0), "list /etc: Ok(())\n"));
    let site = "main_requires_nothing::main (tests/programs/main_requires_nothing.rs:4)";
    let expected = format!("{site}: process not restricted: this kernel has no Landlock: ");
    assert!(free.stderr.starts_with(&expected) && free.stderr.lines().count() == 1, "{}", free.stderr);
    if !testing::require_abi(2) {
        return;
    }
    let restricted = run!("main_requires_nothing");
    assert_eq!((&*restricted.stdout, &*restricted.stderr), ("list /etc: Err(PermissionDenied)\n", ""));
    let in_part = older(2, env!("CARGO_BIN_EXE_main_writes"));
    assert_eq!((in_part.code, &*in_part.stdout), (Some(0), "reached\n"));
    let expected = "main_writes::main (tests/programs/main_writes.rs:4): process restricted in part (ABI 2); not enforced by \
                    this kernel: truncate (ABI 3, Linux 6.2); `require = fs` runs all the same, `require = all` does not\n";
    assert_eq!(in_part.stderr, expected);
    assert_eq!(older(2, env!("CARGO_BIN_EXE_main_unit")).stderr, "", "what it names is there");
    assert_eq!(older(2, env!("CARGO_BIN_EXE_main_says_require")).stderr, "", "`require = fs` is what it wants");
    let refused = older(2, env!("CARGO_BIN_EXE_main_requires_udp"));
    assert_eq!((refused.code, &*refused.stdout), (Some(1), ""));
}

#[test]
fn an_executor_starts_restricted_whichever_way_round() {
    for ran in [run!("tokio_above"), run!("tokio_below")] {
        assert_eq!(ran.stdout, "list /usr: Ok(())\nlist /etc: Err(PermissionDenied)\n", "{}", ran.stderr);
        assert_eq!((ran.code, &*ran.stderr), (Some(0), ""));
    }
}

const VARIABLE: &str = "LANDLOCK_TESTS_GRANTED";
const GRANTED: &str = "list /usr: Ok(())\nlist /etc: Err(PermissionDenied)\n";

#[test]
fn the_environment_says_what_a_variable_is() {
    let program = env!("CARGO_BIN_EXE_main_expands");
    let expanded = ran(Command::new(program).env(VARIABLE, "/usr"));
    assert_eq!((expanded.code, &*expanded.stdout), (Some(0), GRANTED), "{}", expanded.stderr);
    let unset = ran(Command::new(program).env_remove(VARIABLE));
    assert_eq!((unset.code, &*unset.stdout), (Some(1), ""));
    assert!(unset.stderr.contains("the environment variable LANDLOCK_TESTS_GRANTED is not set"), "{}", unset.stderr);
}

/// A directory for a program that another user is to start, gone at the end of the test.
struct Elsewhere(std::path::PathBuf);

impl Drop for Elsewhere {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The same program, by the same user, with and without the set-user-id bit.
#[test]
fn a_set_user_id_program_expands_nothing() {
    const OWNER: u32 = 65533;
    const CALLER: u32 = 65534;
    if !rustix::process::geteuid().is_root() {
        eprintln!("SKIPPED: only root can give a program to another user");
        return;
    }
    let directory = Elsewhere(env::temp_dir().join(format!("landlock-tests-set-user-id-{}", std::process::id())));
    fs::create_dir(&directory.0).expect("a new directory");
    let flags = rustix::fs::statvfs(&directory.0).expect("its file system").f_flag;
    if flags.contains(rustix::fs::StatVfsMountFlags::NOSUID) {
        eprintln!("SKIPPED: {} is mounted nosuid", env::temp_dir().display());
        return;
    }
    let program = directory.0.join("program");
    // By another process: while a descriptor that writes it is open anywhere, also in a child just forked, it cannot start.
    let copied = Command::new("cp").args([Path::new(env!("CARGO_BIN_EXE_main_expands")), &program]).status();
    assert!(copied.expect("cp starts").success(), "a copy");
    std::os::unix::fs::chown(&program, Some(OWNER), Some(OWNER)).expect("another owner");
    let start = |path: &Path, mode| {
        for (path, mode) in [(path, mode), (&directory.0, 0o711)] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
        }
        ran(Command::new(path).uid(CALLER).gid(CALLER).current_dir("/").env(VARIABLE, "/usr"))
    };
    let plain = start(&program, 0o755);
    assert_eq!((plain.code, &*plain.stdout), (Some(0), GRANTED), "{}", plain.stderr);
    let set_user_id = start(&program, 0o4755);
    assert_eq!((set_user_id.code, &*set_user_id.stdout), (Some(1), ""), "{}", set_user_id.stderr);
    let words =
        "read = \"$LANDLOCK_TESTS_GRANTED\": this is a set-user-id program, whose environment is somebody else's";
    assert!(set_user_id.stderr.contains(words), "{}", set_user_id.stderr);
}
