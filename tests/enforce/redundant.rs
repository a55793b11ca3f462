//! A smaller grant inside a larger one takes nothing away, and the report says so: the macro sees literals only.

use crate::support::{list, read, write};
use landlock_runtime::{Enforcement, Policy, Right, each, expand, fd, literal, nofollow, optional, policy, status};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case};
use std::fs::File;
use std::os::unix::fs::symlink;
use std::process::Command;

pub(crate) const CASES: &[Case] = &[
    case!(an_inner_grant_takes_nothing_away),
    case!(grants_of_every_key_are_compared),
    case!(what_adds_something_is_not_reported),
    case!(included_grants_are_compared_and_not_reported),
    case!(what_is_no_stable_text_is_not_reported),
    case!(every_place_reports),
];

fn redundant(enforcement: &Enforcement) -> Vec<String> {
    enforcement.redundant_grants().map(|grant| grant.to_string()).collect()
}

fn an_inner_grant_takes_nothing_away(scratch: &Scratch) -> Verdict {
    let (public, file) = (scratch.directory("public")?, scratch.file("public/file")?);
    let probes = Probes::new().allowed("writing where only reading was to be", write(&file)).denied(
        "what is granted nowhere",
        Errno::ACCESS,
        list("/etc"),
    );
    probes.outside()?;
    let root = scratch.path();
    let enforcement = policy!(read_write = root, read = public).restrict_process()?;
    probes.inside()?;
    assert_eq!(redundant(&enforcement), [format!("read = {public:?} (within {root:?})")]);
    let line = format!("; these grants add nothing to wider ones: read = {public:?} (within {root:?})");
    assert!(enforcement.to_string().ends_with(&line), "{enforcement}");
    Ok(())
}

fn grants_of_every_key_are_compared(_: &Scratch) -> Verdict {
    let below = "/usr/share";
    let within = |key| format!("{key} = \"/usr/share\" (within \"/usr\")");
    for (policy, key) in [
        (Policy::new().read_write("/usr").write(below), "write"),
        (Policy::new().read("/usr").read(below), "read"),
        (Policy::new().read("/usr").read_dir(below), "read_dir"),
        (Policy::new().exec("/usr").read_file(below), "read_file"),
        (Policy::new().exec("/usr").execute(below), "execute"),
        (Policy::new().execute("/").read("/usr").exec(below), "exec"),
        (Policy::new().grant(Right::ReadDir, "/usr").grant(Right::ReadDir, below), "grant"),
    ] {
        let report = policy.run(|| status().layers().last().cloned())?.ok_or("no layer")?;
        let found = redundant(&report);
        let outermost = key == "exec";
        let expected = if outermost { format!("exec = {below:?} (within \"/\")") } else { within(key) };
        assert_eq!(found, [expected], "{policy}");
    }
    Ok(())
}

fn what_adds_something_is_not_reported(scratch: &Scratch) -> Verdict {
    let (inner, missing) = (scratch.directory("inner")?, scratch.join("missing"));
    let root = scratch.path();
    for policy in [
        Policy::new().read(root).read(root),
        Policy::new().read(root).read_file(root),
        Policy::new().read(root).write(&inner),
        Policy::new().read_dir(root).read(&inner),
        Policy::new().read(&inner).read(scratch.directory("inner2")?),
        Policy::new().read(optional(&missing)).read(root),
        Policy::new().read(root).read(optional(missing.join("below"))),
    ] {
        let enforcement = policy.run(|| status().layers().last().cloned())?.ok_or("no layer")?;
        assert_eq!(redundant(&enforcement), [""; 0], "{policy}");
        assert!(!enforcement.to_string().contains("add nothing"), "{enforcement}");
    }
    Ok(())
}

fn included_grants_are_compared_and_not_reported(_: &Scratch) -> Verdict {
    let of_a_preset = Policy::new().read("/usr").read("/usr/lib");
    let enforcement = Policy::new().include(&of_a_preset).read("/usr/share").restrict_process()?;
    assert_eq!(redundant(&enforcement), ["read = \"/usr/share\" (within \"/usr\")"]);
    Ok(())
}

/// Of a descriptor, of a relative path and of `/proc`, the text does not tell where they are.
fn what_is_no_stable_text_is_not_reported(scratch: &Scratch) -> Verdict {
    let inner = scratch.directory("inner")?;
    symlink("/etc", scratch.join("link"))?;
    std::env::set_current_dir(scratch.path())?;
    let open = File::open(&inner)?;
    let probes = Probes::new().allowed("through a link that leads elsewhere", read("/etc/passwd")).denied(
        "what is granted nowhere",
        Errno::ACCESS,
        list("/usr"),
    );
    probes.outside()?;
    let rules = each([fd(&open), optional("inner"), optional("/proc/self/fd"), literal(c"link"), nofollow("./inner")]);
    let enforcement = Policy::new().read("/proc").read(scratch.path()).read(rules).restrict_process()?;
    probes.inside()?;
    assert_eq!(redundant(&enforcement), [""; 0]);
    Ok(())
}

fn every_place_reports(scratch: &Scratch) -> Verdict {
    let inner = scratch.directory("inner")?;
    let name = "LANDLOCK_TESTS_ROOT";
    let entry = [format!("read = {inner:?} (within {:?})", scratch.path())];
    temp_env::with_var(name, Some(scratch.path()), || {
        let policy =
            Policy::new().read_write(expand("$LANDLOCK_TESTS_ROOT")).read(expand("$LANDLOCK_TESTS_ROOT/inner"));
        let on_thread = policy.run(|| status().layers().last().cloned())?.ok_or("no layer")?;
        assert_eq!(redundant(&on_thread), entry);
        assert_eq!(redundant(&policy.apply_to(&mut Command::new("/bin/true"))?), entry);
        let prepared = policy.prepare()?;
        assert_eq!(redundant(&prepared.restrict_process()?), entry);
        let again = policy.restrict_process()?;
        assert!(!again.new_layer());
        assert_eq!(redundant(&again), entry);
        Ok(())
    })
}
