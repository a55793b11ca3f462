//! Policies that cannot be enforced: every defect in one error, with the place, the key and the way out; and after each,
//! nothing is restricted.

use crate::support::{refused, says};
use landlock_runtime::{
    Error, ErrorKind, Feature, Policy, PolicyError, Require, Right, Rights, each, ensure_dir, ensure_file, optional,
};
use landlock_tests::{Case, Scratch, Verdict, case};
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;

pub(crate) const CASES: &[Case] = &[
    case!(missing_paths_in_one_error),
    case!(directory_rights_on_a_file),
    case!(unreachable_paths).only_ordinary(),
    case!(defects_in_one_error).abi(0),
    case!(ports_that_cannot_be).abi(0),
    case!(moot_grants).abi(0),
    case!(grants_above_the_ceiling).abi(0),
    case!(included_grants_above_the_ceiling),
    case!(included_unrestricted),
    case!(included_require),
    case!(included_requirements_add_up).abi(1),
    case!(a_grant_of_no_right),
    case!(site_comes_first),
    case!(every_kind_is_an_io_error),
    case!(users_and_developers_read_what_is_theirs),
    case!(a_missing_output_can_be_made_as_the_error_says),
    case!(the_system_s_words_stand_once_in_a_chain),
    case!(ours_is_found_behind_other_errors),
];

fn missing_paths_in_one_error(scratch: &Scratch) -> Verdict {
    let [first, second, third] = ["first", "second/below", "file/third"].map(|name| scratch.join(name));
    let present = scratch.file("file")?;
    let policy = Policy::new().read(&first).write(each([&present, &second])).exec(optional(scratch.join("fourth")));
    let policy = policy.read_write(&third);
    let error = refused(|| policy.restrict_process())?;
    let advice = format!("write optional({first:?}) if it may be missing");
    let lines = [format!("read = {first:?}"), format!("write = {second:?}"), format!("read_write = {third:?}"), advice];
    says(&error, &["3 rules cannot be made"]);
    says(&error, &lines.each_ref().map(String::as_str));
    let ErrorKind::Rules(rules) = error.kind() else { return Err(error.into()) };
    let found: Vec<_> = rules.iter().map(|rule| (rule.key, rule.path.clone(), rule.source.raw_os_error())).collect();
    let missing = |key, path, errno| (key, path, Some(errno));
    assert_eq!(
        found,
        [
            missing("read", first, libc::ENOENT),
            missing("write", second, libc::ENOENT),
            missing("read_write", third, libc::ENOTDIR)
        ]
    );
    assert!(!error.to_string().contains("fourth"), "it is optional");
    let mut ran = false;
    refused(|| policy.run(|| ran = true))?;
    assert!(!ran, "the body ran");
    Ok(())
}

/// No key of today grants directory rights alone: where some of its rights fit a file, the others are trimmed.
fn directory_rights_on_a_file(scratch: &Scratch) -> Verdict {
    let file = scratch.file("file")?;
    let directory_rights = Policy::new().unrestricted(Right::WriteFile).unrestricted(Right::Truncate).write(&file);
    let error = refused(|| directory_rights.restrict_process())?;
    says(&error, &[&format!("write = {file:?}"), "make_reg", "can only be granted on a directory: grant its parent"]);
    Policy::new().unrestricted(Right::WriteFile).unrestricted(Right::Truncate).write(scratch.path()).run(|| ())?;
    Ok(())
}

fn unreachable_paths(scratch: &Scratch) -> Verdict {
    let file = scratch.file("closed/file")?;
    let mode = |mode| fs::set_permissions(scratch.join("closed"), fs::Permissions::from_mode(mode));
    Policy::new().read(&file).run(|| ())?;
    mode(0)?;
    let required = refused(|| Policy::new().read(&file).restrict_process())?;
    let optional = refused(|| Policy::new().read(optional(&file)).restrict_process())?;
    mode(0o700)?;
    for error in [required, optional] {
        says(&error, &[&format!("read = {file:?}"), "Permission denied", "this user cannot reach it"]);
        assert_eq!(io::Error::from(error).kind(), io::ErrorKind::PermissionDenied);
    }
    Ok(())
}

/// The defects of an error.
fn defects(error: &Error) -> &[PolicyError] {
    match error.kind() {
        ErrorKind::Policy(defects) => defects,
        kind => panic!("{kind}"),
    }
}

fn defects_in_one_error(_: &Scratch) -> Verdict {
    let policy = Policy::new().read("").write("a\0b").net_connect(0);
    let error = refused(|| policy.restrict_process())?;
    says(
        &error,
        &["read: the path is empty", "write = \"a\\0b\"", "NUL", "net_connect = 0: nothing listens on port 0"],
    );
    let expected = [
        PolicyError::EmptyPath { key: "read" },
        PolicyError::NulInPath { key: "write", path: "a\0b".into() },
        PolicyError::PortZero { key: "net_connect" },
    ];
    assert_eq!(defects(&error), expected);
    let optional = refused(|| Policy::new().read(optional("")).restrict_process())?;
    assert_eq!(defects(&optional), [PolicyError::EmptyPath { key: "read" }]);
    Ok(())
}

fn ports_that_cannot_be(_: &Scratch) -> Verdict {
    let (start, end) = (8010, 8000);
    let error = refused(|| Policy::new().net_bind(start..=end).udp_connect(0..=9).restrict_process())?;
    says(&error, &["net_bind = 8010..=8000: the range is empty: write 8000..=8010", "udp_connect = 0"]);
    let expected =
        [PolicyError::EmptyRange { key: "net_bind", ports: start..=end }, PolicyError::PortZero { key: "udp_connect" }];
    assert_eq!(defects(&error), expected);
    Ok(())
}

fn moot_grants(_: &Scratch) -> Verdict {
    let policy = Policy::new().unrestricted(Feature::Fs).unrestricted(Feature::Tcp).write("/usr").net_connect(443);
    let error = refused(|| policy.restrict_process())?;
    says(&error, &["write grants", "net_connect grants connect_tcp, which the policy leaves unrestricted"]);
    assert!(matches!(defects(&error), [PolicyError::Moot { key: "write", .. }, PolicyError::Moot { .. }]));
    let error = refused(|| Policy::new().unrestricted(Feature::Udp).require(Feature::Udp).restrict_process())?;
    says(&error, &["require names bind_udp, connect_send_udp, which the policy leaves unrestricted"]);
    assert_eq!(defects(&error), [PolicyError::RequiredUnrestricted { rights: Feature::Udp.rights() }]);
    Ok(())
}

/// What the macro refuses at compile time, in its words; whatever else is unrestricted.
fn grants_above_the_ceiling(scratch: &Scratch) -> Verdict {
    let free = Rights::ALL - Right::Signal.into();
    for unrestricted in [Rights::EMPTY, Feature::Fs.into(), Feature::Fs.rights() | Feature::Tcp.rights(), free] {
        let unrestricted = unrestricted - Right::ResolveUnix.into();
        let policy = Policy::new().abi(8).connect_unix(scratch.path()).unrestricted(unrestricted);
        let error = refused(|| policy.restrict_process())?;
        says(
            &error,
            &["connect_unix needs ABI 9, which `abi = 8` leaves out: write `abi = 9`, or leave `connect_unix` out"],
        );
        assert_eq!(defects(&error), [PolicyError::AboveAbi { key: "connect_unix", needs: 9, abi: 8 }]);
    }
    let several = Policy::new().refer("/usr").net_bind(0).net_bind(80).read("/usr").write("/usr").udp_bind(0).abi(1);
    let error = refused(|| several.restrict_process())?;
    let above = |key, needs| PolicyError::AboveAbi { key, needs, abi: 1 };
    assert_eq!(defects(&error), [above("refer", 2), above("net_bind", 4), above("udp_bind", 10)]);
    Ok(())
}

/// A library's grants are no mistake of the program that goes without them, nor is what an older ABI knows in part.
fn included_grants_above_the_ceiling(_: &Scratch) -> Verdict {
    let included = Policy::new().read("/usr").connect_unix("/run").udp_connect(53);
    Policy::new().abi(1).include(&included).run(|| ())?;
    let known_in_part = Rights::of(&[Right::ReadFile, Right::ResolveUnix]);
    Policy::new().abi(1).write("/usr").grant(known_in_part, "/usr").run(|| ())?;
    Policy::new().abi(10).connect_unix("/run").udp_connect(53).run(|| ())?;
    Ok(())
}

fn included_unrestricted(_: &Scratch) -> Verdict {
    let included = Policy::new().read("/usr").unrestricted(Feature::Tcp);
    let twice_included = Policy::new().unrestricted(Feature::Tcp).include(&included);
    for included in [&included, &twice_included] {
        let error = refused(|| Policy::new().include(included).restrict_process())?;
        says(
            &error,
            &["an included policy says `unrestricted = [bind_tcp, connect_tcp]`: add that to `unrestricted` here too"],
        );
        assert_eq!(defects(&error), [PolicyError::IncludedUnrestricted { rights: Feature::Tcp.rights() }]);
        Policy::new().include(included).unrestricted(Feature::Tcp).run(|| ())?;
    }
    Ok(())
}

fn included_require(_: &Scratch) -> Verdict {
    let included = Policy::new().read("/usr").require(Require::None);
    let error = refused(|| Policy::new().include(&included).restrict_process())?;
    says(&error, &["an included policy says `require = none`: write `require = none` here too"]);
    assert_eq!(defects(&error), [PolicyError::IncludedOption { key: "require", value: "none".to_owned() }]);
    Policy::new().include(&included).require(Feature::Fs).run(|| ())?;
    Policy::new().include(&included).require(Require::None).run(|| ())?;
    Ok(())
}

/// Of two included policies that require different things, both are satisfied by what the error says.
fn included_requirements_add_up(_: &Scratch) -> Verdict {
    let files = Policy::new().read("/usr").require(Feature::Fs);
    let abi = Policy::new().read("/usr").require(Require::Abi(1)).require(Right::ReadDir);
    let error = refused(|| Policy::new().include(&files).include(&abi).restrict_process())?;
    says(&error, &["write `require = fs` here too", "write `require = [read_dir, abi(1)]` here too"]);
    let one = Policy::new().require(Feature::Fs).include(&files).include(&abi);
    let error = refused(|| one.restrict_process())?;
    says(&error, &["an included policy says `require = [fs, abi(1)]`"]);
    one.require(Require::Abi(1)).run(|| ())?;
    Ok(())
}

fn a_grant_of_no_right(_: &Scratch) -> Verdict {
    let error = refused(|| Policy::new().grant(Rights::EMPTY, "/usr").restrict_process())?;
    says(&error, &["grant: the set of rights is empty, so this grants nothing"]);
    assert_eq!(defects(&error), [PolicyError::NoRights { key: "grant" }]);
    Policy::new().grant(Right::ReadDir, "/usr").run(|| ())?;
    Ok(())
}

fn site_comes_first(_: &Scratch) -> Verdict {
    let policy = Policy::new().read("");
    let (line, error) = (line!(), refused(|| policy.restrict_process())?);
    let told = format!("{error:#}");
    assert!(told.starts_with(&format!("{}:{line}: the sandbox was not applied: ", file!())), "{told}");
    assert_eq!((error.site().location().line(), error.site().function()), (line, None));
    let (line, error) = (line!(), refused(|| policy.run(|| ()))?);
    assert!(format!("{error:#}").starts_with(&format!("{}:{line}: ", file!())), "{error:#}");
    Ok(())
}

fn every_kind_is_an_io_error(scratch: &Scratch) -> Verdict {
    let missing = scratch.join("missing");
    let kind = |policy: Policy| {
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(
            io::Error::from(refused(|| policy.restrict_process())?).kind(),
        )
    };
    assert_eq!(kind(Policy::new().read(""))?, io::ErrorKind::InvalidInput);
    assert_eq!(kind(Policy::new().read(&missing).write(&missing))?, io::ErrorKind::NotFound);
    assert_eq!(kind(Policy::new().require(Require::Abi(1000)))?, io::ErrorKind::Unsupported);
    let on_main = refused(|| Policy::new().restrict_thread())?;
    assert_eq!(io::Error::from(on_main).kind(), io::ErrorKind::Other);
    let question_mark = || -> io::Result<()> { Ok(Policy::new().read(&missing).run(|| ())?) };
    let error = question_mark().expect_err("it is missing");
    says(Error::of(&error).ok_or("it is ours")?, &["optional("]);
    Ok(())
}

/// `{}` in one line, without what only a developer can change.
fn users_and_developers_read_what_is_theirs(scratch: &Scratch) -> Verdict {
    let [first, second] = ["first", "second"].map(|name| scratch.join(name));
    let text = |policy: Policy| -> Result<(String, String), Box<dyn std::error::Error + Send + Sync>> {
        let error = refused(|| policy.restrict_process())?;
        let developer = format!("{error:#}");
        assert_eq!(format!("{error:?}"), developer, "what `main` prints");
        assert!(developer.starts_with(&format!("{}:", file!())), "{developer}");
        Ok((error.to_string(), developer))
    };
    let enoent = "No such file or directory (os error 2)";
    let (user, developer) = text(Policy::new().read(&first))?;
    assert_eq!(user, format!("{first:?}: {enoent}"));
    let advice = format!("correct the path, or write optional({first:?}) if it may be missing");
    let expected = format!(": the sandbox was not applied: read = {first:?}: {enoent}: {advice}");
    assert!(developer.ends_with(&expected), "{developer}");

    let (user, developer) = text(Policy::new().read(&first).exec(&second))?;
    assert_eq!(user, format!("{first:?}: {enoent}; {second:?}: {enoent}"));
    assert_eq!(developer.lines().count(), 3, "{developer}");

    let template = "$LANDLOCK_TESTS_UNSET/x";
    let not_applied = "the sandbox was not applied:";
    for (policy, said, left_to_the_developer) in [
        (
            Policy::new().read(""),
            format!("{not_applied} the path is empty"),
            "read: the path is empty: leave the grant",
        ),
        (
            Policy::new().read("a\0"),
            format!("{not_applied} \"a\\0\": a path cannot contain a NUL byte"),
            "read = \"a\\0\"",
        ),
        (
            Policy::new().net_connect(0),
            format!("{not_applied} 0: nothing listens on port 0"),
            "write the port of the peer",
        ),
        (
            Policy::new().read(landlock_runtime::expand(template)),
            format!("{not_applied} {template:?}: the environment variable LANDLOCK_TESTS_UNSET is not set"),
            "`optional(expand(",
        ),
    ] {
        let (user, developer) = text(policy)?;
        assert_eq!(user, said);
        assert!(developer.contains(left_to_the_developer), "{developer}");
    }
    Ok(())
}

/// Each way out of the error, taken; and `optional`, which is none.
fn a_missing_output_can_be_made_as_the_error_says(scratch: &Scratch) -> Verdict {
    let (directory, file) = (scratch.directory("out")?, scratch.join("out/report"));
    let advice = |policy: Policy| refused(|| policy.restrict_process()).map(|error| format!("{error:#}"));
    let makes = format!(
        "correct the path; or, if the program makes it, open it before this, grant its directory {directory:?}"
    );
    let around = |wrappers: &str| format!(", or put {wrappers} around it, which makes it for this user alone");
    for policy in [Policy::new().write(&file), Policy::new().read_write(&file)] {
        let said = advice(policy)?;
        assert!(said.ends_with(&format!("{makes}{}", around("`ensure_file(…)` or `ensure_dir(…)`"))), "{said}");
        assert!(!said.contains("optional"), "{said}");
    }
    let said = advice(Policy::new().write_file(&file))?;
    assert!(said.ends_with(&format!("open it before this{}", around("`ensure_file(…)`"))), "{said}");
    let said = advice(Policy::new().make_reg(&file))?;
    assert!(said.ends_with(&format!("{makes}{}", around("`ensure_dir(…)`"))), "{said}");
    let said = advice(Policy::new().write(scratch.join("nowhere/report")))?;
    assert!(said.ends_with("correct the path, or make the directory above it first"), "{said}");
    let said = advice(Policy::new().write("/landlock-tests-missing"))?;
    assert!(
        said.contains(&format!("makes it, open it before this{}", around("`ensure_file(…)` or `ensure_dir(…)`"))),
        "nobody is to grant `/`: {said}"
    );

    let included = Policy::new().read(scratch.join("missing"));
    let said = advice(Policy::new().include(&included))?;
    assert!(said.ends_with("an included policy grants it: make it, or leave that policy out"), "{said}");

    let write = || fs::write(&file, "text");
    let denied = Policy::new().write(optional(&file)).run(write)?.expect_err("it was skipped").kind();
    assert_eq!(denied, io::ErrorKind::PermissionDenied);
    for policy in [Policy::new().write(&directory), Policy::new().write(ensure_file(&file))] {
        policy.run(write)??;
        fs::remove_file(&file)?;
    }
    let inside = file.join("inside");
    Policy::new().write(ensure_dir(&file)).run(|| fs::write(&inside, "text"))??;
    Ok(())
}

/// No text of a cause stands in the text of what it caused, wherever people print both.
fn the_system_s_words_stand_once_in_a_chain(scratch: &Scratch) -> Verdict {
    let missing = scratch.join("missing");
    let errors = [
        refused(|| Policy::new().read(&missing).restrict_process())?,
        refused(|| Policy::new().read(&missing).write(&missing).restrict_process())?,
        refused(|| Policy::new().require(Require::Abi(1000)).restrict_process())?,
        refused(|| Policy::new().read("/usr").spawn(&mut std::process::Command::new("/usr/bin/env")))?,
        refused(|| Policy::new().check(&missing, Right::ReadFile))?,
    ];
    for error in errors {
        let number = error.raw_os_error();
        let errors: [Box<dyn std::error::Error>; 2] = match error.kind() {
            ErrorKind::Rules(_) => [format!("{error}").into(), Box::new(io::Error::from(error))],
            _ => [Box::new(io::Error::from(error)), "".into()],
        };
        for error in errors {
            let mut texts = vec![error.to_string()];
            let mut cause = error.source();
            while let Some(error) = cause {
                texts.push(error.to_string());
                cause = error.source();
            }
            let chain = texts.join(": ");
            let words = number.map(|number| format!("(os error {number})")).unwrap_or_default();
            let rules = usize::max(1, chain.matches("; \"").count() + 1);
            assert!(words.is_empty() || chain.matches(&words).count() <= rules, "{chain}");
        }
    }
    Ok(())
}

fn ours_is_found_behind_other_errors(scratch: &Scratch) -> Verdict {
    type Boxed = Box<dyn std::error::Error + Send + Sync>;
    let (missing, file) = (scratch.join("missing"), scratch.file("file")?);
    let error = |policy: &Policy| refused(|| policy.restrict_process());
    let policy = Policy::new().read(&missing).exec(&missing);
    let ours = error(&policy)?;
    assert_eq!((ours.raw_os_error(), ours.io_kind()), (Some(libc::ENOENT), io::ErrorKind::NotFound));
    let io_error = io::Error::from(error(&policy)?);
    assert_eq!(io_error.kind(), io::ErrorKind::NotFound);
    let boxed: Boxed = error(&policy)?.into();
    let wrapped: Boxed = io::Error::other(io::Error::from(error(&policy)?)).into();
    for error in [&io_error as &(dyn std::error::Error + 'static), &*boxed, &*wrapped] {
        assert_eq!(Error::of(error).and_then(Error::raw_os_error), Some(libc::ENOENT), "{error}");
    }
    assert!(Error::of(&io::Error::from_raw_os_error(libc::ENOENT)).is_none());
    let two = error(&Policy::new().read(&missing).read(file.join("below")))?;
    assert_eq!((two.raw_os_error(), two.io_kind()), (None, io::ErrorKind::Other));
    Ok(())
}
