//! A later layer that grants what an earlier one withholds: it comes to nothing, and the report says so.

use crate::support::{list, read};
use landlock_runtime::{Enforcement, Feature, GrantOn, Policy, fd, optional, status};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case};
use std::fs::File;
use std::process::Command;
use std::thread;

pub(crate) const CASES: &[Case] = &[
    case!(first_layer_withholds_nothing),
    case!(grants_on_other_paths_are_reported),
    case!(grants_of_other_rights_are_reported),
    case!(grants_on_ports_are_reported).abi(4),
    case!(what_the_outer_layer_leaves_open_is_not_reported).abi(4),
    case!(paths_that_are_missing_are_not_reported),
    case!(rules_without_a_path_are_taken_to_grant),
    case!(every_place_reports),
];

fn withheld(enforcement: &Enforcement) -> Vec<String> {
    enforcement.withheld_by_outer().map(ToString::to_string).collect()
}

fn first_layer_withholds_nothing(_: &Scratch) -> Verdict {
    let enforcement = Policy::new().read("/usr").restrict_process()?;
    assert_eq!(withheld(&enforcement), [""; 0]);
    assert!(!enforcement.to_string().contains("withheld"), "{enforcement}");
    let narrower = Policy::new().read("/usr/share").restrict_process()?;
    assert_eq!(withheld(&narrower), [""; 0]);
    Ok(())
}

fn grants_on_other_paths_are_reported(scratch: &Scratch) -> Verdict {
    let probes = Probes::new()
        .allowed("what both grant", list("/usr/share"))
        .denied("what only the inner grants", Errno::ACCESS, list("/etc"))
        .denied("above what the outer grants", Errno::ACCESS, list("/usr"));
    probes.outside()?;
    let below = scratch.directory("below")?;
    let _ = Policy::new().read("/usr/share").read(scratch.path()).restrict_process()?;
    let inner = Policy::new().read("/usr").read("/etc").read(below).restrict_process()?;
    probes.inside()?;
    assert_eq!(withheld(&inner), ["read = \"/usr\" (read_file, read_dir)", "read = \"/etc\" (read_file, read_dir)"]);
    let entry = inner.withheld_by_outer().next().ok_or("no entry")?;
    assert_eq!((entry.key, &entry.on), ("read", &GrantOn::Path("/usr".into())));
    let text = inner.to_string();
    assert!(
        text.contains("; withheld by a layer further out: read = \"/usr\" (read_file, read_dir), read = "),
        "{text}"
    );
    Ok(())
}

fn grants_of_other_rights_are_reported(scratch: &Scratch) -> Verdict {
    let file = scratch.file("file")?;
    let probes =
        Probes::new().allowed("reading", read(&file)).denied("writing", Errno::ACCESS, crate::support::write(&file));
    probes.outside()?;
    let _ = Policy::new().read("/usr").read(scratch.path()).execute(scratch.path()).restrict_process()?;
    let inner = Policy::new().read_file(&file).write_file(&file).execute(&file).restrict_process()?;
    probes.inside()?;
    assert_eq!(withheld(&inner), [format!("write_file = {file:?} (write_file)")]);
    Ok(())
}

fn grants_on_ports_are_reported(_: &Scratch) -> Verdict {
    let _ = Policy::new().net_connect(443).net_connect(8000..=8003).net_bind(80).restrict_process()?;
    let inner = Policy::new().net_connect(443).net_connect(8002..=8005).net_connect(80).restrict_process()?;
    assert_eq!(withheld(&inner), ["net_connect = 8004..=8005 (connect_tcp)", "net_connect = 80 (connect_tcp)"]);
    Ok(())
}

fn what_the_outer_layer_leaves_open_is_not_reported(scratch: &Scratch) -> Verdict {
    let (one, two) = (scratch.directory("one")?, scratch.directory("two")?);
    let _ = Policy::new().unrestricted(Feature::Fs).net_connect(443).restrict_process()?;
    let inner = Policy::new().write(one).write(two).net_connect(444).unrestricted(Feature::Udp).restrict_process()?;
    assert_eq!(withheld(&inner), ["net_connect = 444 (connect_tcp)"], "files are open there, and so is `refer`");
    Ok(())
}

fn paths_that_are_missing_are_not_reported(scratch: &Scratch) -> Verdict {
    let missing = scratch.join("missing");
    let outer = Policy::new().read("/usr").read(optional(&missing)).prepare()?;
    let inner = Policy::new().read("/usr/share").read(optional(&missing));
    let report = || outer.run(|| inner.run(|| status().layers().last().map(withheld)));
    assert_eq!(report()??.ok_or("no layer")?, [""; 0]);
    scratch.directory("missing")?;
    let since = [format!("read = {missing:?} (read_file, read_dir)")];
    assert_eq!(report()??.ok_or("no layer")?, since, "it was not there for the outer layer");
    Ok(())
}

fn rules_without_a_path_are_taken_to_grant(_: &Scratch) -> Verdict {
    let (usr, etc) = (File::open("/usr")?, File::open("/etc")?);
    let _ = Policy::new().read(fd(&usr)).restrict_process()?;
    let inner = Policy::new().read("/usr").read(fd(&etc)).exec("/usr").restrict_process()?;
    assert_eq!(withheld(&inner)[0], "exec = \"/dev/null\" (write_file)");
    assert_eq!(withheld(&inner)[1], "exec = \"/usr\" (execute)");
    assert_eq!(withheld(&inner).len(), 2);
    Ok(())
}

fn every_place_reports(_: &Scratch) -> Verdict {
    const ETC: [&str; 1] = ["read = \"/etc\" (read_file, read_dir)"];
    let (outer, inner) = (Policy::new().read("/usr"), Policy::new().read("/usr/share").read("/etc"));
    let last = || status().layers().last().map(withheld);
    assert_eq!(outer.run(|| inner.run(last))??.ok_or("no layer")?, ETC);
    assert_eq!(outer.run(|| inner.prepare()?.run(last))??.ok_or("no layer")?, ETC);
    let prepared = inner.prepare()?;
    outer.run(|| {
        assert_eq!(withheld(&inner.apply_to(&mut Command::new("true"))?), ETC);
        let restrict = || Ok::<_, landlock_runtime::Error>(withheld(&prepared.restrict_thread()?));
        // Started by std: it has the layer, but this library does not know that.
        assert_eq!(thread::scope(|scope| scope.spawn(restrict).join().expect("no panic"))?, [""; 0]);
        Ok::<_, landlock_runtime::Error>(())
    })??;
    assert_eq!(last(), None);
    Ok(())
}
