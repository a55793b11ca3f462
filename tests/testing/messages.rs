//! The assertions fail when they must, and say what was found, at the line of the caller.

use crate::started::FAILS_AT;
use crate::{Directory, of_the_ignored};
use landlock_runtime::testing::{self, assert_allowed, assert_denied};
use landlock_runtime::{Policy, Require, policy};
use std::fs::{self, File};
use std::{io, panic};

/// What an assertion that must fail says.
fn message(assertion: impl FnOnce() + panic::UnwindSafe) -> String {
    let payload = panic::catch_unwind(assertion).expect_err("it must fail");
    *payload.downcast().expect("the payload is a text")
}

#[test]
fn a_control_that_fails_proves_nothing() {
    let policy = Policy::new().read("/usr");
    let expected = "(…, File::open(\"/missing\")): it fails outside the sandbox already, so inside it would prove nothing: \
                    No such file or directory (os error 2)";
    assert_eq!(message(|| assert_denied!(policy, File::open("/missing"))), format!("assert_denied!{expected}"));
    assert_eq!(message(|| assert_allowed!(policy, File::open("/missing"))), format!("assert_allowed!{expected}"));
}

#[test]
fn what_succeeds_was_not_denied() {
    let policy = Policy::new().read("/usr");
    let (said, line) = (message(|| assert_denied!(policy, fs::read_dir("/usr"))), line!());
    let found = "assert_denied!(…, fs::read_dir(\"/usr\")): it succeeded inside\n  #[sandbox(read = \"/usr\")]\n  ";
    let enforced = format!("{found}{}:{line}: thread restricted ", file!());
    assert!(said.starts_with(&enforced), "{said}");
    assert_eq!(said.contains("; not enforced by this kernel: "), landlock_tests::abi() < 10, "{said}");
}

#[test]
fn what_was_denied_was_not_allowed() {
    let expected = "assert_allowed!(…, File::open(\"/etc/passwd\")): it was denied inside: Permission denied (os error 13)\n  \
                    #[sandbox(read = \"/usr\")]";
    let policy = Policy::new().read("/usr");
    assert_eq!(message(|| assert_allowed!(policy, File::open("/etc/passwd"))), expected);
}

/// What the control has used up is missing inside.
#[test]
fn another_errno_is_no_denial() -> io::Result<()> {
    let directory = Directory::new("errno")?;
    let policy = Policy::new();
    let file = directory.file("file")?;
    let said = message(|| assert_denied!(policy, fs::remove_file(&file)));
    let found = "it failed inside with another error than Landlock's (EACCES, EPERM, EXDEV): No such file or directory";
    assert!(said.contains(found), "{said}");
    let granted = Policy::new().write(&directory.0);
    directory.file("file")?;
    let said = message(|| assert_allowed!(granted, fs::remove_file(&file)));
    assert!(said.contains("): it failed inside: No such file or directory (os error 2)"), "{said}");
    let without_errno = |round| if round == 0 { Ok(()) } else { Err(io::Error::from(io::ErrorKind::PermissionDenied)) };
    let said = message(|| assert_denied!(policy, |round| without_errno(round)));
    assert!(said.contains("with another error than Landlock's"), "the program's own error: {said}");
    Ok(())
}

#[test]
fn a_policy_that_cannot_be_applied() {
    let policy = Policy::new().read("/missing");
    let said = message(|| assert_denied!(policy, File::open("/etc/passwd")));
    assert!(said.contains("): tests/testing/messages.rs:"), "{said}");
    assert!(said.contains(": the sandbox was not applied: read = \"/missing\": No such file"), "{said}");
    let everything = Policy::new().require(Require::Abi(u32::MAX));
    let said = message(|| assert_allowed!(everything, File::open("/etc/passwd")));
    assert!(said.contains("and the policy requires ABI 4294967295"), "{said}");
}

/// On the kernel that lacks it, the message says so.
#[test]
fn what_the_kernel_does_not_enforce() -> io::Result<()> {
    if !testing::require_abi(1) {
        return Ok(());
    }
    let policy = policy!(read = "/usr");
    let listen = || std::net::TcpListener::bind("127.0.0.1:0");
    let said = testing::abi(1, || message(|| assert_denied!(policy, listen())))?;
    assert!(said.contains("thread restricted in part (ABI 1); not enforced by this kernel: refer (ABI 2"), "{said}");
    assert!(said.contains("bind_tcp, connect_tcp (ABI 4, Linux 6.7)"), "{said}");
    let free = policy!(read = "/usr", require = none);
    let said = testing::abi(0, || message(|| assert_denied!(free, listen())))?;
    assert!(said.contains(": thread not restricted: this kernel has no Landlock"), "{said}");
    Ok(())
}

/// It failed for another reason, whatever its errno.
#[test]
fn where_nothing_is_enforced_nothing_is_denied() -> io::Result<()> {
    let policy = policy!(read = "/usr", require = none);
    let fails = |round| if round == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(13)) };
    let said = testing::abi(0, || message(|| assert_denied!(policy, |round| fails(round))))?;
    assert!(
        said.contains("): it failed inside, though nothing denies it: Permission denied (os error 13)\n"),
        "{said}"
    );
    if testing::require_abi(1) {
        assert_denied!(policy, |round| fails(round));
    }
    Ok(())
}

/// What an operation says when it panics is its own.
#[test]
fn a_panic_of_the_operation() {
    let policy = Policy::new().read("/usr");
    let said = message(|| assert_allowed!(policy, |round| if round == 0 { Ok(()) } else { failing(round) }));
    assert_eq!(said, "in round 1");
}

fn failing(round: u32) -> io::Result<()> {
    panic!("in round {round}")
}

#[test]
fn it_points_at_the_caller() -> io::Result<()> {
    let (said, passed) = of_the_ignored("started::fails")?;
    assert!(!passed && said.contains(&format!("panicked at {FAILS_AT}:5:\n")), "{said}");
    Ok(())
}
