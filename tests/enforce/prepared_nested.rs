//! Prepared policies within others: an equal one adds no layer, and no call escapes a layer of its caller.

use crate::support::{Failure, list, says};
use crate::threads::{policy, probes};
use landlock_runtime::{ErrorKind, PlaceError, Prepared, status};
use landlock_tests::{Case, Scratch, Verdict, case};
use std::thread;

pub(crate) const CASES: &[Case] = &[
    case!(recursion_adds_no_layer),
    case!(recursion_of_a_policy_that_is_never_equal),
    case!(equal_policy_of_the_caller_is_enough),
    case!(different_policies_nest),
    case!(call_cannot_escape_a_layer_of_its_caller),
    case!(layers_of_the_first_caller_stay),
];

fn layers() -> usize {
    status().layers().count()
}

fn descend(prepared: &Prepared, depth: u32) -> Verdict {
    if depth > 0 {
        return prepared.run(|| descend(prepared, depth - 1))?;
    }
    assert_eq!(layers(), 1);
    assert!(list("/etc")(0).is_err() && list("/usr")(0).is_ok());
    Ok(())
}

fn recursion_adds_no_layer(_: &Scratch) -> Verdict {
    descend(&policy().prepare()?, 40)
}

fn recursion_of_a_policy_that_is_never_equal(_: &Scratch) -> Verdict {
    descend(&policy().read("/proc/self/status").prepare()?, 40)
}

fn equal_policy_of_the_caller_is_enough(_: &Scratch) -> Verdict {
    let prepared = policy().prepare()?;
    assert_eq!(prepared.run(layers)?, 1);
    assert_eq!(prepared.run(|| policy().run(layers))??, 1);
    let other = policy().prepare()?;
    assert_eq!(prepared.run(|| other.run(layers))??, 1);
    // Of the first of these, nobody has looked at the objects.
    assert_eq!(policy().run(|| policy().run(|| prepared.run(layers)))???, 2);
    policy().run(|| escapes(&prepared).map(drop))??;
    Ok(())
}

fn different_policies_nest(_: &Scratch) -> Verdict {
    let (outer, inner) = (policy().read("/etc").prepare()?, policy().prepare()?);
    let (probes, of_outer) = (probes(), list("/etc"));
    probes.outside()?;
    outer.run(|| {
        of_outer(0)?;
        inner.run(|| probes.inside())??;
        assert_eq!(inner.run(layers)?, 2);
        assert_eq!(inner.run(|| outer.run(layers))??, 2, "it holds that one already");
        Ok(of_outer(0)?)
    })?
}

/// What must fail because the call would run without a layer that its caller holds.
fn escapes(prepared: &Prepared) -> Failure {
    let mut ran = false;
    let error = prepared.run(|| ran = true).err().ok_or("it ran")?;
    assert!(matches!(error.kind(), ErrorKind::Place(PlaceError::WouldEscape { .. })) && !ran, "{error}");
    says(&error, &["would escape it", "prepared_nested.rs:"]);
    Ok(error)
}

fn call_cannot_escape_a_layer_of_its_caller(_: &Scratch) -> Verdict {
    let wide = || policy().read("/etc");
    let prepared = wide().prepare()?;
    let probes = probes();
    probes.outside()?;
    prepared.run(|| list("/etc")(0))??;
    policy().run(|| {
        escapes(&prepared)?;
        wide().prepare()?.run(|| probes.inside())?
    })??;
    let in_place = || {
        let _ = policy().restrict_thread()?;
        escapes(&prepared)?;
        // A thread that adds no layer has that of this one.
        policy().run(|| escapes(&prepared).map(drop))?
    };
    thread::scope(|scope| scope.spawn(in_place).join().expect("no panic"))?;
    Ok(prepared.run(|| list("/etc")(0))??)
}

fn layers_of_the_first_caller_stay(_: &Scratch) -> Verdict {
    let (prepared, probes) = (policy().read("/etc").prepare()?, probes());
    probes.outside()?;
    policy().run(|| {
        prepared.run(|| probes.inside())??;
        prepared.run(|| probes.inside())?
    })??;
    assert_eq!(prepared.run(layers)?, 2);
    prepared.run(|| probes.inside())??;
    // One like it is not the very layer.
    policy().run(|| escapes(&prepared).map(drop))?
}
