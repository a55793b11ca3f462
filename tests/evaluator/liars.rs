//! Evaluators that are wrong in one respect each: the comparison must see it.

use crate::agreement::{check, compare};
use landlock_runtime::{Error, Feature, Object, Policy, Right};
use landlock_tests::{Case, Scratch, Verdict, case};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// On a kernel in a virtual machine.
const LONG: Duration = Duration::from_mins(1);

/// One user is enough.
pub(crate) const CASES: &[Case] = &[
    case!(one_wrong_answer).must_fail("disagreement").only_ordinary().deadline(LONG),
    case!(files_by_their_directory).must_fail("disagreement").only_ordinary().deadline(LONG),
    case!(links_where_they_stand).must_fail("disagreement").only_ordinary().deadline(LONG),
    case!(refer_like_any_right).must_fail("disagreement").only_ordinary().deadline(LONG),
    case!(refer_is_lost_where_it_is_unrestricted).must_fail("disagreement").only_ordinary().deadline(LONG).abi(2),
    case!(every_kernel_is_new).must_fail("disagreement").only_ordinary().deadline(LONG).below_abi(10),
    case!(ports_like_each_other).must_fail("disagreement").only_ordinary().deadline(LONG).abi(4),
    case!(nothing_outside_is_denied).must_fail("disagreement").only_ordinary().deadline(LONG).abi(6),
];

/// One answer of a thousand is its opposite.
fn one_wrong_answer(scratch: &Scratch) -> Verdict {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    let evaluator = |policy: &Policy, object: &Object, right, abi| {
        let wrong = ASKED.fetch_add(1, Ordering::Relaxed) % 1000 == 999;
        Ok(check(policy, object, right, abi)? != wrong)
    };
    compare(scratch, evaluator, false)
}

/// Rules on files, and other names of them, count for nothing.
fn files_by_their_directory(scratch: &Scratch) -> Verdict {
    compare(
        scratch,
        |policy, object, right, abi| match object {
            Object::Path(path) if path.is_file() => ask(policy, path.parent(), right, abi),
            object => check(policy, object, right, abi),
        },
        false,
    )
}

/// A path that leads through a link is judged by the directory that the link stands in.
fn links_where_they_stand(scratch: &Scratch) -> Verdict {
    compare(
        scratch,
        |policy, object, right, abi| match object {
            Object::Path(path) => {
                let link = path.ancestors().filter(|above| is_link(above)).last();
                ask(policy, link.map_or(Some(path), Path::parent), right, abi)
            }
            object => check(policy, object, right, abi),
        },
        false,
    )
}

/// The kernel denies it also where it is not handled, under a ceiling of ABI 1.
fn refer_like_any_right(scratch: &Scratch) -> Verdict {
    compare(
        scratch,
        |policy, object, right, abi| {
            let unhandled = || policy.check(object.clone(), right).map(|decision| decision.to_string());
            let unhandled = right == Right::Refer && unhandled()?.contains("though not restricted");
            Ok(unhandled || check(policy, object, right, abi)?)
        },
        false,
    )
}

/// Where it is unrestricted, the ruleset handles it, and allows it everywhere.
fn refer_is_lost_where_it_is_unrestricted(scratch: &Scratch) -> Verdict {
    compare(
        scratch,
        |policy, object, right, abi| {
            let restricts_files = !(policy.handled() & Feature::Fs.rights()).is_empty();
            let lost = right == Right::Refer && restricts_files && !policy.handled().contains(right);
            Ok(!lost && check(policy, object, right, abi)?)
        },
        false,
    )
}

fn every_kernel_is_new(scratch: &Scratch) -> Verdict {
    compare(scratch, |policy, object, right, _| check(policy, object, right, u32::MAX), false)
}

fn ports_like_each_other(scratch: &Scratch) -> Verdict {
    compare(
        scratch,
        |policy, object, right, abi| match (object, right) {
            (Object::Port(_), Right::BindTcp) => check(policy, object, Right::ConnectTcp, abi),
            _ => check(policy, object, right, abi),
        },
        false,
    )
}

fn nothing_outside_is_denied(scratch: &Scratch) -> Verdict {
    compare(
        scratch,
        |policy, object, right, abi| Ok(*object == Object::Outside || check(policy, object, right, abi)?),
        false,
    )
}

fn ask(policy: &Policy, path: Option<&Path>, right: Right, abi: u32) -> Result<bool, Error> {
    check(policy, &Object::from(path.expect("it is not `/`")), right, abi)
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
}
