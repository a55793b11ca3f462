//! Layer upon layer: they intersect, an equal policy adds none, 16 are all, and renames across directories go on.

use crate::support::{list, read, says};
use landlock_runtime::{ErrorKind, Feature, Policy, Require, Right, ensure_dir, nofollow, optional, status};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case};
use rustix::fs::{Mode, OFlags};
use std::fs;
use std::io;
use std::os::unix::fs::{chroot, symlink};
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::thread;

pub(crate) const CASES: &[Case] = &[
    case!(renames_across_directories).abi(2),
    case!(rename_cannot_gain_rights).abi(2),
    case!(layer_without_files_keeps_renames).abi(2),
    case!(layer_without_files_alone_keeps_renames).abi(2),
    case!(layer_without_files_keeps_renames_whatever_it_includes).abi(2),
    case!(layer_without_refer_breaks_renames).abi(4),
    case!(layers_intersect),
    case!(equal_policy_adds_no_layer),
    case!(policy_without_paths_adds_no_layer),
    case!(what_was_skipped_belongs_to_its_rule),
    case!(path_that_leads_elsewhere_is_another),
    case!(path_that_was_made_anew_is_another),
    case!(path_below_another_root_is_another).only_root(),
    case!(file_that_was_narrower_before_is_enough),
    case!(order_and_repetition_are_no_difference).abi(4),
    case!(different_policies_are_different).abi(6),
    case!(neither_looser_nor_stricter_is_equal).abi(6),
    case!(layer_that_is_on_tells_what_it_skipped),
    case!(required_path_is_not_the_optional_one_that_was_missing),
    case!(moving_paths_are_equal_while_they_stay),
    case!(nested_run_adds_no_layer),
    case!(recursion_adds_no_layer),
    case!(seventeenth_layer_is_an_error),
];

const ROUNDS: u32 = 4;

/// Three directories with a file to move for each round.
pub(crate) fn directories(scratch: &Scratch) -> io::Result<[PathBuf; 3]> {
    let names = ["one", "two", "three"];
    for (name, round) in names.into_iter().flat_map(|name| (0..ROUNDS).map(move |round| (name, round))) {
        scratch.file(format!("{name}/from-{name}-{round}"))?;
    }
    Ok(names.map(|name| scratch.join(name)))
}

/// Moves a file from one directory to another.
pub(crate) fn rename(from: &Path, to: &Path) -> impl Fn(u32) -> io::Result<()> + Send + Sync + use<> {
    let (from, to) = (from.to_owned(), to.to_owned());
    move |round| {
        let name = format!("from-{}-{round}", from.file_name().unwrap_or_default().display());
        fs::rename(from.join(&name), to.join(name))
    }
}

fn renames_across_directories(scratch: &Scratch) -> Verdict {
    let [one, two, three] = directories(scratch)?;
    let probes = Probes::new()
        .allowed("renaming between granted directories", rename(&one, &two))
        .denied("renaming to another", Errno::ACCESS, rename(&two, &three))
        .denied("renaming from another", Errno::ACCESS, rename(&three, &one));
    probes.outside()?;
    Policy::new().write(one).write(two).run(|| probes.inside())?
}

fn rename_cannot_gain_rights(scratch: &Scratch) -> Verdict {
    let [one, two, _] = directories(scratch)?;
    let probes = Probes::new().allowed("renaming to where less is granted", rename(&two, &one)).denied(
        "renaming to where it could be read",
        Errno::XDEV,
        rename(&one, &two),
    );
    probes.outside()?;
    Policy::new().write(one).read_write(two).run(|| probes.inside())?
}

/// A first layer that allows renames between two directories, a second one, and what is left of the renames.
pub(crate) fn under_a_second_layer(scratch: &Scratch, second: &Policy) -> Verdict {
    let [one, two, three] = directories(scratch)?;
    let probes = Probes::new().allowed("renaming between granted directories", rename(&one, &two)).denied(
        "renaming to another",
        Errno::ACCESS,
        rename(&two, &three),
    );
    probes.outside()?;
    let first = Policy::new().write(one).write(two);
    first.run(|| second.run(|| probes.inside()))???;
    second.run(|| first.run(|| probes.inside()))??
}

/// A layer that is put on by every kernel that knows `refer`, also where it knows nothing else of the policy.
fn without_files() -> Policy {
    Policy::new().unrestricted(Feature::Fs).require(Require::None)
}

fn layer_without_files_keeps_renames(scratch: &Scratch) -> Verdict {
    under_a_second_layer(scratch, &without_files())
}

fn layer_without_files_alone_keeps_renames(scratch: &Scratch) -> Verdict {
    let [one, two, _] = directories(scratch)?;
    let rename = rename(&one, &two);
    without_files().run(|| rename(0))??;
    Ok(())
}

/// An included policy may grant `refer` somewhere, but files are still unrestricted everywhere.
fn layer_without_files_keeps_renames_whatever_it_includes(scratch: &Scratch) -> Verdict {
    let included = Policy::new().write(scratch.directory("included")?);
    under_a_second_layer(scratch, &without_files().include(&included))
}

/// As documented: it leaves `mount` free, and costs the renames. From ABI 9 on both need `unix`, too: sockets have paths.
fn layer_without_refer_breaks_renames(scratch: &Scratch) -> Verdict {
    let [one, two, _] = directories(scratch)?;
    let inside_one = one.clone();
    let probes = Probes::new()
        .allowed("renaming within a directory", move |round| {
            fs::rename(inside_one.join(format!("from-one-{round}")), inside_one.join(format!("renamed-{round}")))
        })
        .denied("renaming between directories", Errno::XDEV, rename(&two, &one));
    probes.outside()?;
    let first = Policy::new().write(one).write(two);
    let second = Policy::new().unrestricted(Feature::Fs).unrestricted(Feature::Unix).unrestricted(Right::Refer);
    first.run(|| second.run(|| probes.inside()))??
}

fn layers_intersect(scratch: &Scratch) -> Verdict {
    let [first, second, both] = ["first", "second", "both"].map(|name| scratch.file(name));
    let (first, second, both) = (first?, second?, both?);
    let probes = Probes::new()
        .allowed("what both grant", read(&both))
        .denied("what only the first grants", Errno::ACCESS, read(&first))
        .denied("what only the second grants", Errno::ACCESS, read(&second));
    probes.outside()?;
    let _ = Policy::new().read(first).read(&both).restrict_process()?;
    let _ = Policy::new().read(second).read(&both).restrict_process()?;
    assert_eq!(status().layers().count(), 2);
    probes.inside()
}

fn equal_policy_adds_no_layer(scratch: &Scratch) -> Verdict {
    let missing = scratch.join("missing");
    let policy = || Policy::new().read("/usr").write(optional(&missing)).net_connect(443);
    // The first looks at no object, for it would be for nothing nearly always; the second does.
    for _ in 0..2 {
        assert!(policy().restrict_process()?.new_layer());
    }
    for _ in 0..40 {
        let again = policy().restrict_process()?;
        assert!(!again.new_layer() && !again.enforced().is_empty());
    }
    assert_eq!(status().layers().count(), 2);
    policy().run(|| assert_eq!(status().layers().count(), 2))?;
    Ok(())
}

/// There is nothing to look at.
fn policy_without_paths_adds_no_layer(_: &Scratch) -> Verdict {
    assert!(Policy::new().restrict_process()?.new_layer());
    assert!(!Policy::new().restrict_process()?.new_layer());
    Ok(())
}

/// `optional` skips what another rule makes: what is granted there is another rule's.
fn what_was_skipped_belongs_to_its_rule(scratch: &Scratch) -> Verdict {
    let made = scratch.directory("parent")?.join("made");
    let file = made.join("file");
    let probes = {
        let (file, of_parent) = (file.clone(), scratch.directory("granted")?);
        Probes::new().allowed("another", list(of_parent)).denied("it", Errno::ACCESS, move |_| {
            fs::write(&file, "x")?;
            fs::read(&file).map(drop)
        })
    };
    let inner = Policy::new().read(scratch.join("granted"));
    let outer = inner.clone().read(optional(&made)).read_write(optional(ensure_dir(&made)));
    outer.run(|| {
        fs::write(&file, "x")?;
        let report = inner.run(|| {
            probes.outside().err().ok_or("a policy that does not grant it is not on already")?;
            probes.inside()?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(status().layers().count())
        })??;
        assert_eq!(report, 2);
        let withheld = Policy::new().read(&made).run(|| {
            let status = status();
            status.layers().last().map_or(0, |layer| layer.withheld_by_outer().count())
        })?;
        assert_eq!(withheld, 0, "the outer layer grants it");
        Ok(())
    })?
}

/// What a thread that holds the policy already may open under it once things have changed, and what any other may. Outside,
/// both can be opened.
fn held_and_fresh<T: Send>(
    policy: &Policy,
    change: impl FnOnce() -> io::Result<T>,
    opens: impl Fn() -> [bool; 2] + Sync,
) -> Result<T, Box<dyn std::error::Error + Send + Sync>> {
    let (ready, go_on) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        let held = scope.spawn(|| {
            // So its objects have been looked at.
            let _ = policy.prepare()?.restrict_thread()?;
            ready.wait();
            go_on.wait();
            policy.run(&opens)
        });
        ready.wait();
        let kept = change()?;
        go_on.wait();
        let held = held.join().expect("no panic")?;
        assert_eq!((opens(), policy.run(&opens)?), ([true, true], [false, true]));
        assert_eq!(held, [false, false], "what both layers allow");
        Ok(kept)
    })
}

fn path_that_leads_elsewhere_is_another(scratch: &Scratch) -> Verdict {
    let (old, new) = (scratch.file("v1/old")?, scratch.file("v2/new")?);
    let link = scratch.join("current");
    symlink("v1", &link)?;
    let change = || fs::remove_file(&link).and_then(|()| symlink("v2", &link));
    held_and_fresh(&Policy::new().read(&link), change, || [&old, &new].map(|file| fs::read(file).is_ok()))
}

fn path_that_was_made_anew_is_another(scratch: &Scratch) -> Verdict {
    let (directory, away) = (scratch.join("directory"), scratch.join("away"));
    scratch.file("directory/old")?;
    let change = || fs::rename(&directory, &away).and_then(|()| scratch.file("directory/new").map(drop));
    held_and_fresh(&Policy::new().read(&directory), change, || {
        [away.join("old"), directory.join("new")].map(|file| fs::read(file).is_ok())
    })
}

fn path_below_another_root_is_another(scratch: &Scratch) -> Verdict {
    scratch.file("root/granted/old")?;
    scratch.file("root/below/granted/new")?;
    chroot(scratch.join("root"))?;
    std::env::set_current_dir("/")?;
    let before = fs::File::open("/granted")?;
    let old = || rustix::fs::openat(&before, "old", OFlags::RDONLY, Mode::empty()).is_ok();
    held_and_fresh(&Policy::new().read("/granted"), || chroot("/below"), || [old(), fs::read("/granted/new").is_ok()])
}

/// It was missing, and now it is there: a layer that allows less adds nothing.
fn file_that_was_narrower_before_is_enough(scratch: &Scratch) -> Verdict {
    let file = scratch.join("file");
    let policy = Policy::new().read("/usr").read(optional(&file));
    let prepared = policy.prepare()?;
    scratch.file("file")?;
    let layers = prepared.run(|| policy.run(|| (status().layers().count(), fs::read(&file).is_ok())))??;
    assert_eq!(layers, (1, false));
    assert!(policy.run(|| fs::read(&file).is_ok())?);
    Ok(())
}

fn order_and_repetition_are_no_difference(_: &Scratch) -> Verdict {
    let first = Policy::new().read("/usr").write("/tmp").net_connect(443).net_connect(1000..=1002);
    for _ in 0..2 {
        assert!(first.restrict_process()?.new_layer());
    }
    let reordered = Policy::new().net_connect(1001..=1002).net_connect(443).write("/tmp").read("/usr");
    assert!(!reordered.net_connect(1000).read("/usr").restrict_process()?.new_layer());
    Ok(())
}

fn different_policies_are_different(scratch: &Scratch) -> Verdict {
    let missing = scratch.join("missing");
    let base = || Policy::new().read("/usr").net_connect(443);
    let others = [
        base().read("/etc"),
        base().write("/usr"),
        base().net_connect(444),
        base().net_bind(443),
        base().unrestricted(Feature::Signal),
        base().unrestricted(Feature::Udp),
        base().read(optional(&missing)),
    ];
    let _ = base().restrict_process()?;
    for other in &others {
        assert!(other.restrict_process()?.new_layer(), "{other:?}");
    }
    assert_eq!(status().layers().count(), 1 + others.len());
    Ok(())
}

/// Whichever of the two is on already.
fn neither_looser_nor_stricter_is_equal(_: &Scratch) -> Verdict {
    let base = Policy::new().read("/usr").net_connect(443);
    let others = [
        base.clone().read("/etc"),
        base.clone().write("/usr"),
        base.clone().net_connect(444),
        base.clone().net_bind(443),
        base.clone().unrestricted(Feature::Signal),
        base.clone().unrestricted(Feature::Udp),
        base.clone().abi(5),
        Policy::new().read(nofollow("/usr")).net_connect(443),
    ];
    // The second time the objects have been looked at.
    let twice = |policy: &Policy| policy.run(|| status().layers().count());
    let layers = |outer: &Policy, inner: &Policy| outer.run(|| inner.run(|| twice(inner)))??;
    for other in &others {
        assert_eq!((layers(&base, other)?, layers(other, &base)?, layers(other, other)?), (3, 3, 2), "{other:?}");
    }
    Ok(())
}

fn layer_that_is_on_tells_what_it_skipped(scratch: &Scratch) -> Verdict {
    let missing = scratch.join("missing");
    let policy = Policy::new().read("/usr").read(optional(&missing));
    for new_layer in [true, true, false] {
        let enforcement = policy.restrict_process()?;
        assert_eq!(enforcement.new_layer(), new_layer);
        assert_eq!(enforcement.skipped().collect::<Vec<_>>(), [&missing], "new layer: {new_layer}");
    }
    Ok(())
}

/// The layer that is on grants nothing on it.
fn required_path_is_not_the_optional_one_that_was_missing(scratch: &Scratch) -> Verdict {
    let missing = scratch.join("missing");
    let _ = Policy::new().read("/usr").read(optional(&missing)).restrict_process()?;
    let error = Policy::new().read("/usr").read(&missing).restrict_process().err().ok_or("it is missing")?;
    says(&error, &[&format!("read = {missing:?}"), "No such file or directory"]);
    Ok(())
}

/// A path that means something else at another time is as good as any: its object is what is compared.
fn moving_paths_are_equal_while_they_stay(scratch: &Scratch) -> Verdict {
    let (one, two) = (scratch.directory("one")?, scratch.directory("two")?);
    let policy = || Policy::new().read("/proc").read(".");
    let new = || policy().restrict_process().map(|enforcement| enforcement.new_layer());
    std::env::set_current_dir(&one)?;
    assert_eq!((new()?, new()?, new()?), (true, true, false));
    std::env::set_current_dir(&two)?;
    assert_eq!((new()?, new()?), (true, false));
    std::env::set_current_dir(&one)?;
    assert!(!new()?, "as the layer of before");
    Ok(())
}

fn nested_run_adds_no_layer(_: &Scratch) -> Verdict {
    let (policy, other) = (Policy::new().read("/usr"), Policy::new().read("/usr").read("/etc"));
    let layers = || status().layers().count();
    let counted = policy.run(|| {
        let equal = policy.run(layers)?;
        let unequal = other.run(|| (layers(), policy.run(layers)))?;
        Ok::<_, landlock_runtime::Error>((layers(), equal, unequal.0, unequal.1?))
    })??;
    assert_eq!(counted, (1, 2, 2, 3));
    let again = policy.run(|| policy.run(|| policy.run(|| policy.run(layers))))????;
    assert_eq!(again, 2);
    assert_eq!(layers(), 0);
    Ok(())
}

fn recursion_adds_no_layer(_: &Scratch) -> Verdict {
    fn descend(policy: &Policy, depth: u32) -> Verdict {
        if depth > 0 {
            return policy.run(|| descend(policy, depth - 1))?;
        }
        let probes = Probes::new().allowed("listing", list("/usr")).denied("another", Errno::ACCESS, list("/etc"));
        assert!(probes.outside().is_err(), "it is restricted down here");
        assert_eq!(status().layers().count(), 2);
        probes.inside()
    }
    descend(&Policy::new().read("/usr"), 40)
}

fn seventeenth_layer_is_an_error(scratch: &Scratch) -> Verdict {
    let directories: Vec<_> = (0..17).map(|number| scratch.directory(number.to_string())).collect::<io::Result<_>>()?;
    let layer = |number: usize| Policy::new().read("/usr").read(&directories[number]);
    for number in 0..16 {
        assert!(layer(number).restrict_process()?.new_layer());
    }
    let error = layer(16).restrict_process().err().ok_or("a 17th layer")?;
    assert!(matches!(error.kind(), ErrorKind::Layers), "{error:?}");
    says(&error, &["already has 16 Landlock layers, and the kernel allows no more"]);
    let mut ran = false;
    let error = layer(16).run(|| ran = true).err().ok_or("a 17th layer")?;
    assert!(matches!(error.kind(), ErrorKind::Layers) && !ran);
    assert_eq!(status().layers().count(), 16);
    assert!(matches!(layer(15).restrict_process().err().ok_or("a 17th")?.kind(), ErrorKind::Layers), "nobody looked");
    Ok(())
}
