//! The property, and enforcers that break it, which must be seen.

use crate::sequence::{Enforcer, Report, Sequence, Way};
use crate::world::{Privileges, World};
use landlock_runtime::{Error, Policy};
use landlock_tests::{Case, Scratch, Verdict, case};
use rustix::mount::{MountPropagationFlags, mount_change};
use rustix::thread::UnshareFlags;
use std::env;
use std::time::Duration;

pub(crate) const CASES: &[Case] = &[
    case!(never_more_than_a_fresh_layer).only_ordinary().deadline(LONG),
    case!(never_more_than_a_fresh_layer_across_roots_and_mounts).only_root().deadline(LONG),
    case!(equal_by_text).must_fail("more than a fresh layer").deadline(LONG),
    case!(no_layer_at_all).must_fail("more than a fresh layer").deadline(LONG),
];

/// For `LANDLOCK_SEQUENCES`.
const LONG: Duration = Duration::from_mins(30);

const SEQUENCES: u64 = 300;

fn never_more_than_a_fresh_layer(scratch: &Scratch) -> Verdict {
    of_all(scratch, Privileges::None, &enforced)
}

fn never_more_than_a_fresh_layer_across_roots_and_mounts(scratch: &Scratch) -> Verdict {
    // SAFETY: what is unshared is the namespace, which belongs to this thread; nothing holds on to the one before.
    #[allow(unsafe_code)]
    unsafe { rustix::thread::unshare_unsafe(UnshareFlags::NEWNS) }?;
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?;
    of_all(scratch, Privileges::Root, &enforced)
}

/// A policy whose text is on already is taken to be on.
fn equal_by_text(scratch: &Scratch) -> Verdict {
    of_all(scratch, Privileges::None, &|policy, way, on, body| {
        if on.iter().any(|other| other.to_string() == policy.to_string()) {
            body();
            return Ok(());
        }
        enforced(policy, way, on, body)
    })
}

fn no_layer_at_all(scratch: &Scratch) -> Verdict {
    of_all(scratch, Privileges::None, &|_, _, _, body| {
        body();
        Ok(())
    })
}

/// What the library does: the body runs under the policy, and what the calling thread has on already.
fn enforced(policy: &Policy, way: Way, _: &[Policy], body: &mut (dyn FnMut() + Send)) -> Result<(), Error> {
    let on_this_thread = |body: &mut (dyn FnMut() + Send)| policy.restrict_thread().map(|_| body());
    match way {
        Way::Run => policy.run(body),
        Way::Here => on_this_thread(body),
        Way::Thread => std::thread::scope(|scope| {
            let joined = scope.spawn(|| on_this_thread(body)).join();
            joined.unwrap_or_else(|payload| std::panic::resume_unwind(payload))
        }),
    }
}

/// All sequences, also after one has failed: the first is shown, and of the others their seeds.
fn of_all(scratch: &Scratch, privileges: Privileges, enforcer: Enforcer<'_>) -> Verdict {
    let number = |name| env::var(name).ok().map(|text| text.parse::<u64>()).transpose();
    let first = number("LANDLOCK_SEED")?.unwrap_or(0);
    let sequences = number("LANDLOCK_SEQUENCES")?.unwrap_or(SEQUENCES);
    let (mut report, mut failed, mut shown) = (Report::default(), Vec::new(), None);
    for seed in first..first + sequences {
        let world = World::new(&scratch.directory(seed.to_string())?, privileges)?;
        if let Err(violation) = Sequence::run(seed, world, enforcer, &mut report) {
            failed.push(seed);
            shown.get_or_insert_with(|| format!("LANDLOCK_SEED={seed}: {violation}"));
        }
    }
    println!("seeds from {first} on: {report}");
    match shown {
        Some(shown) => {
            Err(format!("{shown}\n{} of {sequences} sequences fail, those of the seeds {failed:?}", failed.len())
                .into())
        }
        None => report.is_varied(sequences),
    }
}
