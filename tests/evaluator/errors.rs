//! A policy that cannot be enforced has no answer, for the same reasons in the same words; and asking changes nothing.

use landlock_runtime::{
    Decision, Error, ErrorKind, Feature, Policy, Require, Right, ensure_dir, ensure_file, expand, fd, nofollow,
    optional,
};
use landlock_tests::{Case, Scratch, Verdict, case};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixStream;

pub(crate) const CASES: &[Case] = &[
    case!(errors_are_those_of_enforcing),
    case!(unreachable_paths).only_ordinary(),
    case!(nothing_is_made),
    case!(inside_as_outside),
];

fn refusal(policy: &Policy) -> Result<Error, String> {
    policy.check(80, Right::BindTcp).err().ok_or_else(|| format!("{policy} has an answer"))
}

fn are_the_same(policies: &[Policy]) -> Verdict {
    for policy in policies {
        let asked = refusal(policy)?;
        let enforced = policy.run(|| ()).err().ok_or_else(|| format!("{policy} is enforced"))?;
        println!("{asked}");
        assert_eq!(asked.kind().to_string(), enforced.kind().to_string());
    }
    Ok(())
}

fn errors_are_those_of_enforcing(scratch: &Scratch) -> Verdict {
    let (file, missing) = (scratch.file("file")?, scratch.join("missing"));
    let link = scratch.join("link");
    symlink(&file, &link)?;
    let (socket, _other) = UnixStream::pair()?;
    are_the_same(&[
        Policy::new().read(""),
        Policy::new().read("/usr").unrestricted(Feature::Fs),
        Policy::new().udp_bind(0).abi(9),
        Policy::new().require(Feature::Udp).abi(9),
        Policy::new().read(&missing).write(&missing).read(optional(&missing)),
        Policy::new().make_reg(&file),
        Policy::new().grant(Right::MakeDir, &file).read(&missing),
        Policy::new().read(nofollow(&link)),
        Policy::new().read(ensure_dir(&file)),
        Policy::new().read(ensure_file(scratch.path())),
        Policy::new().read(ensure_dir(&link)),
        Policy::new().read(ensure_dir(missing.join("new"))),
        Policy::new().read(ensure_file(file.join("new"))),
        Policy::new().read(expand("$NOT_SET_ANYWHERE/x")),
        Policy::new().read(fd(&socket)),
    ])
}

fn unreachable_paths(scratch: &Scratch) -> Verdict {
    let closed = scratch.directory("closed")?;
    fs::set_permissions(&closed, Permissions::from_mode(0o000))?;
    let inner = closed.join("inner");
    let same = are_the_same(&[
        Policy::new().read(&inner),
        Policy::new().read(ensure_dir(&inner)),
        Policy::new().read(optional(&inner)),
    ]);
    let answer = Policy::new().check(&inner, Right::ReadFile);
    // Open again, for an ordinary user is to remove it.
    fs::set_permissions(&closed, Permissions::from_mode(0o700))?;
    same?;
    let error = answer.err().ok_or("there is an answer")?;
    assert!(matches!(error.kind(), ErrorKind::Check(_)) && error.to_string().contains("Permission denied"), "{error}");
    Ok(())
}

fn nothing_is_made(scratch: &Scratch) -> Verdict {
    let (directory, file) = (scratch.join("directory"), scratch.join("file"));
    let policy = Policy::new().read_write(ensure_dir(&directory)).read(ensure_file(&file));
    assert!(!policy.check(scratch.path(), Right::MakeReg)?.is_allowed());
    assert!(!directory.exists() && !file.exists());
    policy.run(|| ())?;
    assert!(policy.check(&directory, Right::MakeReg)?.is_allowed());
    assert!(policy.check(&file, Right::ReadFile)?.is_allowed());
    assert!(!policy.check(scratch.path(), Right::MakeReg)?.is_allowed());
    Ok(())
}

/// A program that is restricted already can ask, too: another policy, and what its own allows.
fn inside_as_outside(scratch: &Scratch) -> Verdict {
    let file = scratch.file("directory/file")?;
    let other = scratch.file("other/file")?;
    let policy = Policy::new().read(scratch.join("directory")).require(Require::None);
    let answers = || [policy.check(&file, Right::ReadFile), policy.check(&other, Right::ReadFile)].map(Result::ok);
    let outside = answers();
    assert_eq!(outside.each_ref().map(|answer| answer.as_ref().is_some_and(Decision::is_allowed)), [true, false]);
    assert_eq!(policy.run(answers)?, outside);
    Ok(())
}
