//! `unrestricted = refer`: renames across directories go on, under this layer, and under others beside it; where no ruleset can
//! leave them free, and where the policy handles nothing on paths, that is so and said.

use crate::stacking::{directories, rename, under_a_second_layer};
use landlock_runtime::{ErrorKind, Feature, Policy, PolicyError, Require, Right, Rights, status};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case, read};
use rustix::mount::{MountFlags, MountPropagationFlags, mount, mount_change};
use rustix::thread::UnshareFlags;
use std::ffi::CStr;
use std::io;
use std::path::PathBuf;

pub(crate) const CASES: &[Case] = &[
    case!(moves_wherever_both_ends_are_granted).abi(2),
    case!(no_file_gains_rights).abi(2),
    case!(second_layer_moves_what_the_first_does).abi(2),
    case!(a_layer_that_denies_it_still_does).abi(2),
    case!(first_kernels_deny_it).abi(6),
    case!(a_ceiling_of_abi_1_denies_it).abi(2),
    case!(a_layer_that_denies_it_is_not_the_equal_of_one_that_does_not).abi(2),
    case!(nothing_reports_it_as_restricted),
    case!(prepared_and_child_programs_have_it).abi(2),
    case!(mounts_where_nothing_on_paths_is_handled).only_root(),
];

fn free() -> Policy {
    Policy::new().unrestricted(Right::Refer)
}

fn moves_wherever_both_ends_are_granted(scratch: &Scratch) -> Verdict {
    let [one, two, three] = directories(scratch)?;
    let secret = scratch.file("secret")?;
    let probes = Probes::new()
        .allowed("renaming between granted directories", rename(&one, &two))
        .denied("renaming to another", Errno::ACCESS, rename(&two, &three))
        .denied("renaming from another", Errno::ACCESS, rename(&three, &one))
        .denied("reading elsewhere", Errno::ACCESS, read(secret));
    probes.outside()?;
    free().read_write(one).read_write(two).run(|| probes.inside())?
}

/// The rule on `/` holds for `refer` alone.
fn no_file_gains_rights(scratch: &Scratch) -> Verdict {
    let [one, two, _] = directories(scratch)?;
    let probes = Probes::new().allowed("renaming to where less is granted", rename(&two, &one)).denied(
        "renaming to where it could be read",
        Errno::XDEV,
        rename(&one, &two),
    );
    probes.outside()?;
    free().write(one).read_write(two).run(|| probes.inside())?
}

/// Upon the first, and below it.
fn second_layer_moves_what_the_first_does(scratch: &Scratch) -> Verdict {
    under_a_second_layer(scratch, &free().read_write(scratch.path()))
}

fn a_layer_that_denies_it_still_does(scratch: &Scratch) -> Verdict {
    let [one, two, _] = directories(scratch)?;
    let secret = scratch.file("secret")?;
    let probes = Probes::new()
        .allowed("writing", landlock_tests::write(scratch.file("one/written")?))
        .denied("reading elsewhere", Errno::ACCESS, read(secret))
        .denied("renaming between granted directories", Errno::XDEV, rename(&one, &two));
    probes.outside()?;
    let denies = Policy::new().grant(Rights::from(Feature::Fs), &one).grant(Rights::from(Feature::Fs), &two);
    let keeps = free().read_write(&one).read_write(&two);
    denies.run(|| keeps.run(|| probes.inside()))???;
    keeps.run(|| denies.run(|| probes.inside()))??
}

/// ABI 1 as it is, or as an older kernel would have it.
fn first_kernels_deny_it(scratch: &Scratch) -> Verdict {
    let [one, two, _] = directories(scratch)?;
    let inside = one.clone();
    let probes = Probes::new()
        .allowed("renaming within a directory", move |round| {
            std::fs::rename(inside.join(format!("from-one-{round}")), inside.join(format!("renamed-{round}")))
        })
        .denied("renaming between granted directories", Errno::XDEV, rename(&two, &one));
    probes.outside()?;
    let policy = free().read_write(&one).read_write(&two);
    assert!(!policy.check(&one, Right::Refer)?.is_allowed_at(1), "and that is what the policy says");
    landlock_runtime::testing::abi(1, || policy.run(|| probes.inside()))???;
    assert!(policy.check(&one, Right::Refer)?.is_allowed_at(2));
    Ok(())
}

/// `abi` says: as on that kernel.
fn a_ceiling_of_abi_1_denies_it(scratch: &Scratch) -> Verdict {
    let [one, two, _] = directories(scratch)?;
    let policy = |abi| free().abi(abi).read_write(&one).read_write(&two);
    let rename = rename(&one, &two);
    let denied = policy(1).run(|| rename(0))?.map_err(|error| Errno::from_io_error(&error));
    assert_eq!(denied, Err(Some(Errno::XDEV)));
    assert!(!policy(1).check(&one, Right::Refer)?.is_allowed());
    policy(2).run(|| rename(1))??;
    assert!(policy(2).check(&one, Right::Refer)?.is_allowed());
    Ok(())
}

/// Both restrict the rights of ABI 1, and no other.
fn a_layer_that_denies_it_is_not_the_equal_of_one_that_does_not(scratch: &Scratch) -> Verdict {
    let [one, two, _] = directories(scratch)?;
    let of_abi_1 = Rights::from(Feature::Fs) - Rights::of(&[Right::Truncate, Right::IoctlDev]);
    let policy = |abi| {
        let policy = Policy::new().unrestricted(Rights::ALL - of_abi_1).abi(abi);
        policy.grant(of_abi_1, &one).grant(of_abi_1, &two)
    };
    let rename = rename(&one, &two);
    let inner = policy(2).run(|| policy(1).run(|| (status().layers().count(), rename(0))))??;
    assert_eq!((inner.0, inner.1.is_err()), (2, true));
    policy(2).run(|| policy(2).run(|| rename(1)))???;
    Ok(())
}

fn nothing_reports_it_as_restricted(scratch: &Scratch) -> Verdict {
    let [one, ..] = directories(scratch)?;
    let policy = free().write(&one);
    let refer = Rights::from(Right::Refer);
    assert!(!policy.handled().contains(refer));
    let report = policy.run(|| status().layers().next().map(|layer| (layer.asked(), layer.enforced())))?;
    let (asked, enforced) = report.ok_or("a layer")?;
    assert!(!asked.contains(refer) && !enforced.contains(refer) && !enforced.is_empty());
    assert_eq!(policy.to_string(), format!("#[sandbox(write = {one:?}, unrestricted = refer)]"));
    let error = policy.clone().require(Right::Refer).run(|| ()).err().ok_or("it cannot be required")?;
    let ErrorKind::Policy(defects) = error.kind() else { return Err(error.into()) };
    assert!(matches!(defects[..], [PolicyError::RequiredUnrestricted { rights }] if rights == refer), "{error}");
    policy.require(Require::Rights(Feature::Fs.rights() & Rights::of(&[Right::ReadFile]))).run(|| ())?;
    Ok(())
}

/// Every way from a policy to a layer.
fn prepared_and_child_programs_have_it(scratch: &Scratch) -> Verdict {
    let [one, two, three] = directories(scratch)?;
    let policy = free().read_write(&one).read_write(&two);
    let (allowed, denied) = (rename(&one, &two), rename(&two, &three));
    let prepared = policy.prepare()?;
    let outcome = prepared.run(|| (allowed(0), denied(0)))?;
    assert!(outcome.0.is_ok() && outcome.1.is_err(), "{outcome:?}");
    let moves = |from: &PathBuf, to: &PathBuf, round: u32| {
        let name = format!("from-{}-{round}", from.file_name().unwrap_or_default().display());
        let mut command = std::process::Command::new(crate::support::program("mv"));
        command.arg(from.join(&name)).arg(to.join(name)).stderr(std::process::Stdio::null());
        let _ = crate::support::run_programs(policy.clone()).apply_to(&mut command)?;
        Ok::<bool, Box<dyn std::error::Error + Send + Sync>>(command.status()?.success())
    };
    assert!(moves(&one, &two, 1)?);
    assert!(!moves(&two, &three, 1)?);
    Ok(())
}

/// In a mount namespace of its own.
fn mounts_where_nothing_on_paths_is_handled(scratch: &Scratch) -> Verdict {
    // SAFETY: what is unshared is the namespace, which belongs to this thread; nothing holds on to the one before.
    #[allow(unsafe_code)]
    unsafe { rustix::thread::unshare_unsafe(UnshareFlags::NEWNS) }?;
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?;
    let here = scratch.directory("here")?;
    let probe = |_| Ok::<(), io::Error>(mount(c"none", &here, c"tmpfs", MountFlags::empty(), None::<&CStr>)?);
    probe(0)?;
    let all = |policy: Policy| policy.unrestricted(Feature::Fs).unrestricted(Feature::Unix).require(Require::None);
    all(free()).run(|| probe(1))??;
    // As documented: what keeps renames costs mounts, from the ABI on that can keep them.
    let kept = all(Policy::new()).run(|| probe(2))?.map_err(|error| Errno::from_io_error(&error));
    let denied = if landlock_tests::abi() >= 2 { Err(Some(Errno::PERM)) } else { Ok(()) };
    assert_eq!(kept, denied);
    assert!(free().run(|| probe(3))?.is_err(), "and so does any layer that restricts files");
    Ok(())
}
