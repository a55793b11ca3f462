//! Variables in paths: what they mean is asked when the policy is enforced, and nothing of the environment widens it.

use crate::support::{read, refused, says};
use landlock_runtime::{ErrorKind, Policy, PolicyError, Right, each, ensure_dir, expand, optional, policy};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case, unshare_mounts};
use rustix::mount::mount_bind;
use rustix::process::fchdir;
use std::fs::File;
use std::os::unix::fs::{chroot, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use temp_env::{with_var, with_var_unset};

pub(crate) const CASES: &[Case] = &[
    case!(home_is_the_tilde),
    case!(variables_with_and_without_braces),
    case!(meaning_is_that_of_enforcement),
    case!(unset_variable_is_an_error),
    case!(every_unset_variable_is_named),
    case!(optional_unset_variable_skips_the_path),
    case!(optional_expanded_path_may_be_missing),
    case!(environment_cannot_make_another_path_of_it),
    case!(malformed_variables_are_errors),
    case!(equal_once_expanded_is_equal),
    case!(made_where_the_variable_says),
    case!(link_to_the_root_is_an_error),
    case!(root_above_a_chroot_is_an_error).only_root(),
];

const NAME: &str = "LANDLOCK_TESTS_VARIABLE";

/// Restricts under a policy that is to grant the file and not the one beside it.
fn grants(policy: &Policy, granted: &Path, beside: &Path) -> Verdict {
    let probes = Probes::new().allowed("reading what the variable names", read(granted)).denied(
        "reading beside",
        Errno::ACCESS,
        read(beside),
    );
    probes.outside()?;
    policy.run(|| probes.inside())?
}

fn two_files(scratch: &Scratch) -> std::io::Result<(PathBuf, PathBuf)> {
    Ok((scratch.file("home/granted/file")?, scratch.file("home/beside")?))
}

fn home_is_the_tilde(scratch: &Scratch) -> Verdict {
    let (granted, beside) = two_files(scratch)?;
    with_var("HOME", Some(scratch.join("home")), || {
        grants(&Policy::new().read(expand("~/granted")), &granted, &beside)?;
        grants(&Policy::new().read(expand("$HOME/granted")), &granted, &beside)
    })
}

fn variables_with_and_without_braces(scratch: &Scratch) -> Verdict {
    let (granted, beside) = two_files(scratch)?;
    with_var(NAME, Some(scratch.path()), || {
        grants(&Policy::new().read(expand("$LANDLOCK_TESTS_VARIABLE/home/granted")), &granted, &beside)?;
        grants(&Policy::new().read(expand("${LANDLOCK_TESTS_VARIABLE}/home/granted/file")), &granted, &beside)
    })?;
    with_var(NAME, Some("ant"), || {
        let template = format!("{}/home/gr${{{NAME}}}ed", scratch.path().display());
        grants(&Policy::new().read(expand(&template)), &granted, &beside)
    })
}

fn meaning_is_that_of_enforcement(scratch: &Scratch) -> Verdict {
    let (granted, beside) = two_files(scratch)?;
    let build = || Policy::new().read(expand("$LANDLOCK_TESTS_VARIABLE"));
    let built_elsewhere = with_var(NAME, Some(&beside), build);
    let built_without = with_var_unset(NAME, build);
    with_var(NAME, Some(&granted), || {
        grants(&built_elsewhere, &granted, &beside)?;
        grants(&built_without, &granted, &beside)
    })?;
    with_var(NAME, Some(&beside), || grants(&built_without, &beside, &granted))
}

fn unset(policy: &Policy, words: &[&str]) -> Verdict {
    let error = refused(|| policy.restrict_process())?;
    let all_unset = |defects: &[PolicyError]| defects.iter().all(|defect| matches!(defect, PolicyError::Unset { .. }));
    assert!(matches!(error.kind(), ErrorKind::Policy(defects) if all_unset(defects)), "{error:?}");
    says(&error, words);
    Ok(())
}

fn unset_variable_is_an_error(_: &Scratch) -> Verdict {
    let policy = Policy::new().read(expand("$LANDLOCK_TESTS_VARIABLE/etc"));
    let words = [
        "read = \"$LANDLOCK_TESTS_VARIABLE/etc\": the environment variable LANDLOCK_TESTS_VARIABLE is not set: set it; or, \
         if it may be missing, write `optional(\"$LANDLOCK_TESTS_VARIABLE/etc\")` in an attribute, \
         `optional(expand(\"$LANDLOCK_TESTS_VARIABLE/etc\"))` in the builder",
    ];
    with_var_unset(NAME, || {
        policy!(read = optional("$LANDLOCK_TESTS_VARIABLE/etc")).run(|| ())?;
        Policy::new().read(optional(expand("$LANDLOCK_TESTS_VARIABLE/etc"))).run(|| ())
    })?;
    with_var_unset(NAME, || unset(&policy, &words))?;
    with_var(NAME, Some(""), || unset(&policy, &words))?;
    with_var_unset("HOME", || {
        unset(&Policy::new().write(expand("~/x")), &["write = \"~/x\"", "variable HOME is not set"])
    })
}

fn every_unset_variable_is_named(_: &Scratch) -> Verdict {
    with_var_unset(NAME, || {
        let template = |end| expand(&format!("${NAME}/{end}"));
        let policy = Policy::new().read(template("one")).write(each([template("two"), template("three")]));
        unset(&policy, &["read = \"$LANDLOCK_TESTS_VARIABLE/one\"", "write = ", "/two\"", "/three\""])
    })
}

fn optional_unset_variable_skips_the_path(scratch: &Scratch) -> Verdict {
    let (granted, beside) = two_files(scratch)?;
    let probes =
        Probes::new().allowed("reading", read(&granted)).denied("reading beside", Errno::ACCESS, read(&beside));
    probes.outside()?;
    let template = "$LANDLOCK_TESTS_VARIABLE/beside";
    with_var_unset(NAME, || {
        let policy = Policy::new().read(&granted).read(optional(expand(template)));
        let enforcement = policy.restrict_process()?;
        assert_eq!(enforcement.skipped().collect::<Vec<_>>(), [Path::new(template)]);
        probes.inside()
    })
}

fn optional_expanded_path_may_be_missing(scratch: &Scratch) -> Verdict {
    with_var(NAME, Some(scratch.path()), || {
        let missing = "$LANDLOCK_TESTS_VARIABLE/missing";
        let error = refused(|| Policy::new().read(expand(missing)).restrict_process())?;
        says(&error, &[&format!("read = {:?}: No such file", scratch.join("missing"))]);
        let enforcement = Policy::new().read(optional(expand(missing))).restrict_process()?;
        assert_eq!(enforcement.skipped().collect::<Vec<_>>(), [scratch.join("missing")]);
        Ok(())
    })
}

fn environment_cannot_make_another_path_of_it(scratch: &Scratch) -> Verdict {
    let up = scratch.join("..");
    for value in ["etc", ".", "..", "/usr/..", "/", "//", "/.", &up.display().to_string()] {
        with_var(NAME, Some(value), || -> Verdict {
            for template in ["$LANDLOCK_TESTS_VARIABLE", "${LANDLOCK_TESTS_VARIABLE}/"] {
                for rule in [expand(template), optional(expand(template))] {
                    let error = refused(|| Policy::new().read(rule).restrict_process())?;
                    let ErrorKind::Policy(defects) = error.kind() else { return Err(error.into()) };
                    assert!(matches!(&defects[..], [PolicyError::Unusable { key: "read", .. }]), "{value}: {error}");
                    says(&error, &[template, "which is not an absolute path below `/` without `..`"]);
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn malformed_variables_are_errors(_: &Scratch) -> Verdict {
    for template in ["/a/$", "/a/$/b", "/${", "/${HOME", "/${}", "/$1", "/${A-B}", "/$$HOME", "${HOME"] {
        let error = refused(|| Policy::new().read(expand(template)).restrict_process())?;
        says(&error, &[&format!("read = {template:?}: a variable is written `$NAME` or `${{NAME}}`")]);
    }
    Ok(())
}

fn equal_once_expanded_is_equal(scratch: &Scratch) -> Verdict {
    let (granted, beside) = two_files(scratch)?;
    let layer = |value: &Path| {
        let policy = Policy::new().read(expand("$LANDLOCK_TESTS_VARIABLE"));
        with_var(NAME, Some(value), || policy.restrict_process()).map(|enforcement| enforcement.new_layer())
    };
    assert!(Policy::new().read(&granted).restrict_process()?.new_layer());
    assert!(layer(&granted)?, "the same path, on which nobody has looked so far");
    assert!(!layer(&granted)?, "the same path");
    assert!(layer(&beside)?, "another path is another policy");
    Ok(())
}

fn made_where_the_variable_says(scratch: &Scratch) -> Verdict {
    let (home, beside) = (scratch.directory("home")?, scratch.file("beside")?);
    with_var("HOME", Some(&home), || {
        let policy = Policy::new().read_write(ensure_dir(expand("~/made")));
        policy.run(|| {
            std::fs::write(home.join("made/file"), "bytes")?;
            let denied = read(&beside)(0).map_err(|error| error.kind());
            assert_eq!(denied, Err(std::io::ErrorKind::PermissionDenied));
            Ok::<_, std::io::Error>(())
        })?
    })?;
    assert!(!scratch.join("~").exists());
    Ok(())
}

/// Whatever name the root directory has: nothing of the environment grants everything.
fn link_to_the_root_is_an_error(scratch: &Scratch) -> Verdict {
    let (link, inner) = (scratch.join("link"), scratch.file("inner/file")?);
    symlink("/", &link)?;
    symlink(scratch.join("inner"), scratch.join("fine"))?;
    let policies = |template: &str| {
        let rules = [expand(template), optional(expand(template))];
        let mut policies: Vec<_> = rules.iter().map(|rule| Policy::new().read(rule)).collect();
        policies.push(Policy::new().include(&Policy::new().read_write(expand(template))));
        policies
    };
    for root in ["/proc/self/root", "/proc/self/root/", "/proc/thread-self/root/proc/self/root", "/.", "//"]
        .map(PathBuf::from)
        .into_iter()
        .chain([link.clone(), link.join("proc/self/root"), link.join("")])
    {
        with_var(NAME, Some(&root), || {
            for policy in
                policies("$LANDLOCK_TESTS_VARIABLE").into_iter().chain(policies("${LANDLOCK_TESTS_VARIABLE}/"))
            {
                let outcomes = [
                    policy.run(|| ()),
                    policy.prepare().map(drop),
                    policy.check("/etc", Right::ReadDir).map(drop),
                    policy.apply_to(&mut Command::new("/bin/true")).map(drop),
                ];
                for outcome in outcomes {
                    let error = outcome.err().ok_or_else(|| format!("{root:?} is granted"))?;
                    let said = error.to_string();
                    assert!(said.contains("root directory") || said.contains("absolute path below `/`"), "{said}");
                }
            }
            Verdict::Ok(())
        })?;
    }
    // A link that leads elsewhere, by the same ways.
    for other in [scratch.join("fine"), link.join(scratch.join("fine").strip_prefix("/")?)] {
        with_var(NAME, Some(other), || {
            let policy = Policy::new().read(expand("$LANDLOCK_TESTS_VARIABLE"));
            grants(&policy, &inner, &scratch.file("beside")?)
        })?;
    }
    // The program's own word is its own.
    assert!(Policy::new().read(&link).run(|| std::fs::read_dir("/").is_ok())?);
    Ok(())
}

/// What has nothing above it is a root, too: the one that a `chroot` has left.
fn root_above_a_chroot_is_an_error(scratch: &Scratch) -> Verdict {
    unshare_mounts()?;
    let jail = scratch.directory("jail")?;
    let (root, inner) = (File::open("/")?, File::open(scratch.directory("outside")?)?);
    mount_bind("/proc", scratch.directory("jail/proc")?)?;
    chroot(&jail)?;
    let policy = Policy::new().read(expand("$LANDLOCK_TESTS_VARIABLE"));
    with_var(NAME, Some("/proc/self/cwd"), || {
        for (directory, refused) in [(&root, true), (&inner, false)] {
            fchdir(directory)?;
            assert_eq!(policy.run(|| ()).is_err(), refused);
            // What is outside may be above, and nobody can tell.
            let error = policy.check("/proc", Right::ReadDir).map(drop).expect_err("there is no answer");
            assert_eq!(matches!(error.kind(), ErrorKind::Rules(_)), refused, "{error}");
        }
        Ok(())
    })
}
