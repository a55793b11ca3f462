//! What needs no tree of its own. The decisions themselves are held against the kernel, by the tests of the workspace.

use super::*;
use crate::ensure_dir;
use crate::policy::{Feature, optional};
use std::path::Path;

#[track_caller]
fn says(policy: &Policy, object: impl Into<Object>, right: Right) -> String {
    policy.check(object, right).expect("an answer").to_string()
}

#[track_caller]
fn refusal(policy: &Policy, object: impl Into<Object>, right: Right) -> Error {
    policy.check(object, right).expect_err("no answer")
}

#[test]
fn the_grants_are_named() {
    let policy = Policy::new().read(optional("/usr")).read_write("/usr/bin").exec("/usr/bin").udp_connect(53);
    let by = |object: Object, right| {
        let decision = policy.check(object, right).expect("an answer");
        assert_eq!(decision.is_allowed(), decision.by().next().is_some());
        decision.by().map(ToString::to_string).collect::<Vec<_>>()
    };
    let all = [r#"read = "/usr""#, r#"read_write = "/usr/bin""#, r#"exec = "/usr/bin""#];
    assert_eq!(by("/usr/bin".into(), Right::ReadDir), all);
    assert_eq!(by("/usr/bin/env".into(), Right::WriteFile), [r#"read_write = "/usr/bin""#]);
    assert_eq!(by("/usr".into(), Right::WriteFile), [""; 0]);
    assert_eq!(by("/dev/null".into(), Right::WriteFile), [r#"exec = "/dev/null""#]);
    assert_eq!(by(53.into(), Right::ConnectSendUdp), ["udp_connect = 53"]);
    assert_eq!(by(0.into(), Right::BindUdp), ["udp_connect = 0"]);
    assert_eq!(by(53.into(), Right::BindUdp), [""; 0]);
}

#[test]
fn an_answer_is_a_sentence() {
    let policy = Policy::new().read("/usr").refer("/usr").net_bind(8000..=8010).unrestricted(Feature::Udp);
    for (object, right, sentence) in [
        (
            Object::from("/usr"),
            Right::ReadDir,
            r#"read_dir on "/usr" is allowed by read = "/usr", from ABI 1 on (Linux 5.13)"#,
        ),
        ("/etc".into(), Right::ReadDir, r#"read_dir on "/etc" is denied, from ABI 1 on (Linux 5.13)"#),
        (
            "/etc".into(),
            Right::Truncate,
            r#"truncate on "/etc" is denied, from ABI 3 on (Linux 6.2); below, it is free"#,
        ),
        ("/etc".into(), Right::Refer, r#"refer on "/etc" is denied, from ABI 1 on (Linux 5.13)"#),
        (
            "/usr".into(),
            Right::Refer,
            r#"refer on "/usr" is allowed by refer = "/usr", from ABI 2 on (Linux 5.19); below, it is denied"#,
        ),
        (
            8001.into(),
            Right::BindTcp,
            "bind_tcp on port 8001 is allowed by net_bind = 8000..=8010, from ABI 4 on (Linux 6.7); below, it is free",
        ),
        (53.into(), Right::ConnectSendUdp, "connect_send_udp on port 53 is free: the policy leaves it unrestricted"),
        (
            Object::Outside,
            Right::Signal,
            "signal to what is outside is denied, from ABI 6 on (Linux 6.12); below, it is free",
        ),
    ] {
        assert_eq!(says(&policy, object, right), sentence);
    }
    assert_eq!(
        says(&Policy::new().abi(9), 53, Right::BindUdp),
        "bind_udp on port 53 is free: it needs ABI 10, which `abi` leaves out"
    );
}

#[test]
fn refer_is_denied_where_no_ruleset_can_allow_it_and_kept_where_it_is_not_restricted() {
    let at = |policy: &Policy| {
        let decision = policy.check("/usr", Right::Refer).expect("an answer");
        ([0, 1, 2, 9].map(|abi| decision.is_allowed_at(abi)), decision.since(), decision.free())
    };
    let denied = ([true, false, false, false], Some(1), None);
    assert_eq!(at(&Policy::new()), denied);
    let unrestricted = Policy::new().unrestricted(Right::Refer);
    assert_eq!(at(&unrestricted), ([true, false, true, true], Some(2), Some(Free::Unrestricted)));
    assert_eq!(at(&unrestricted.clone().abi(1)), denied);
    assert_eq!(at(&Policy::new().abi(1)), denied);
    assert_eq!(at(&Policy::new().refer("/usr")), ([true, false, true, true], Some(2), None));
    let free = Policy::new().unrestricted(Feature::Fs);
    assert_eq!(at(&free), ([true; 4], None, Some(Free::Kept)));
    assert_eq!(at(&free.clone().refer("/etc")), ([true, true, false, false], Some(2), None));
    assert_eq!(at(&free.clone().refer("/usr")), ([true; 4], Some(2), None));
    let neither = free.unrestricted(Right::Refer);
    assert_eq!(at(&neither), ([true; 4], None, Some(Free::Unrestricted)), "also where sockets by path are restricted");
    assert_eq!(at(&neither.unrestricted(Feature::Unix)), ([true; 4], None, Some(Free::Unrestricted)));
    assert_eq!(
        says(&unrestricted, "/usr", Right::Refer),
        "refer on \"/usr\" is free: the policy leaves it unrestricted, from ABI 2 on (Linux 5.19); below, it is denied"
    );
    let says = says(&Policy::new().abi(1), "/usr", Right::Refer);
    assert!(says.contains("denied, though not restricted, because other rights on paths are, from ABI 1"), "{says}");
}

#[test]
fn a_right_that_is_not_about_the_object_is_an_error() {
    let policy = Policy::new();
    for (object, right, words) in [
        (Object::from("/usr"), Right::BindTcp, "bind_tcp is not about \"/usr\": ask about a port"),
        (80.into(), Right::ReadFile, "read_file is not about port 80: ask about a path"),
        (80.into(), Right::Signal, "signal is not about port 80: ask about `Object::Outside`"),
        (Object::Outside, Right::ResolveUnix, "resolve_unix is not about what is outside: ask about a path"),
        ("/etc/passwd".into(), Right::MakeReg, "make_reg is about directories, and \"/etc/passwd\" is none"),
        ("/etc/passwd".into(), Right::ReadDir, "ask about its parent"),
        ("/nowhere".into(), Right::ReadDir, "\"/nowhere\": No such file or directory"),
        ("".into(), Right::ReadDir, "No such file or directory"),
    ] {
        let error = refusal(&policy, object, right);
        assert!(matches!(error.kind(), ErrorKind::Check(_)), "{error}");
        assert!(error.to_string().contains(words), "{error}");
        let told = format!("{error:#}");
        assert!(told.starts_with("landlock-runtime/src/check/tests.rs:"), "the caller's line: {told}");
        assert!(!error.to_string().contains("not applied"), "{error}");
    }
    for right in Right::ALL {
        let kinds = [Object::from("/usr"), 80.into(), Object::Outside];
        assert_eq!(kinds.iter().filter(|object| object.takes(*right)).count(), 1, "{right}");
    }
}

#[test]
fn nothing_is_made_by_asking() {
    let missing = std::env::temp_dir().join(format!("landlock-runtime-check-{}", std::process::id()));
    let policy = Policy::new().write(ensure_dir(&missing));
    assert!(!policy.check("/usr", Right::MakeDir).expect("an answer").is_allowed());
    assert!(!missing.exists());
    std::fs::create_dir(&missing).expect("a directory");
    let decision = policy.check(&missing, Right::MakeDir).expect("an answer");
    assert!(decision.is_allowed());
    std::fs::remove_dir(&missing).expect("it is there");
    assert!(policy.check(Path::new("/usr").to_owned(), Right::MakeDir).is_ok());
}
