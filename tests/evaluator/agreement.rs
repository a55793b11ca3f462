//! The comparison: each operation succeeds inside exactly when all that it needs is allowed by the answer, and fails with its
//! errno else. Outside, each succeeds.

use crate::network::Peers;
use crate::operations::{Operation, errno, one_of_each};
use crate::policies::policy;
use crate::world::World;
use fastrand::Rng;
use landlock_runtime::{CheckError, Error, ErrorKind, Object, Policy, Right, status};
use landlock_tests::{Case, Errno, Scratch, Verdict, abi, case, unshare_mounts};
use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::time::Duration;

pub(crate) const CASES: &[Case] = &[
    // Root's tree has more in it.
    case!(answers_are_those_of_the_kernel).only_ordinary().deadline(LONG),
    case!(answers_are_those_of_the_kernel_across_mounts).only_root().deadline(LONG),
];

/// For `LANDLOCK_PAIRS`.
const LONG: Duration = Duration::from_mins(30);

pub(crate) const PAIRS: u64 = 10_000;
const POLICIES_IN_A_WORLD: u64 = 12;
/// Rights that a file keeps when it comes to another directory.
const OF_FILES: [Right; 6] =
    [Right::Execute, Right::WriteFile, Right::ReadFile, Right::Truncate, Right::IoctlDev, Right::ResolveUnix];

/// What is compared with the kernel: whether a policy allows a right on an object, at an ABI.
pub(crate) type Evaluator = fn(&Policy, &Object, Right, u32) -> Result<bool, Error>;

pub(crate) fn check(policy: &Policy, object: &Object, right: Right, abi: u32) -> Result<bool, Error> {
    Ok(policy.check(object.clone(), right)?.is_allowed_at(abi))
}

fn answers_are_those_of_the_kernel(scratch: &Scratch) -> Verdict {
    compare(scratch, check, false)
}

fn answers_are_those_of_the_kernel_across_mounts(scratch: &Scratch) -> Verdict {
    unshare_mounts()?;
    compare(scratch, check, true)
}

/// Compares until there are enough pairs, and shows the first that disagrees.
pub(crate) fn compare(scratch: &Scratch, evaluator: Evaluator, mounts: bool) -> Verdict {
    let number = |name| env::var(name).ok().map(|text| text.parse::<u64>()).transpose();
    let first = number("LANDLOCK_SEED")?.unwrap_or(0);
    let enough = number("LANDLOCK_PAIRS")?.unwrap_or(PAIRS);
    let (pairs, refused, signals_are_free) = (BTreeMap::new(), 0, false);
    let mut comparison = Comparison { evaluator, abi: abi(), peers: Peers::new()?, pairs, refused, signals_are_free };
    for seed in first.. {
        let directory = scratch.directory(seed.to_string())?;
        comparison.in_a_world(seed, &directory, mounts).map_err(|error| format!("LANDLOCK_SEED={seed}: {error}"))?;
        if comparison.pairs() >= enough {
            break;
        }
    }
    println!("seeds from {first} on: {}", comparison.summary());
    comparison.is_varied()
}

struct Comparison {
    evaluator: Evaluator,
    abi: u32,
    peers: Peers,
    /// Of each kind of operation, how many were allowed, and how many denied.
    pairs: BTreeMap<&'static str, (u64, u64)>,
    /// Policies that could not be enforced, for a reason that the answer names, too.
    refused: u64,
    /// Whether this kernel cannot keep one thread's signals inside: erratum 2.
    signals_are_free: bool,
}

impl Comparison {
    fn pairs(&self) -> u64 {
        self.pairs.values().map(|(allowed, denied)| allowed + denied).sum()
    }

    fn in_a_world(&mut self, seed: u64, directory: &Path, mounts: bool) -> Verdict {
        let mut rng = Rng::with_seed(seed);
        let world = World::new(&mut rng, directory, mounts)?;
        let root = rustix::process::geteuid().is_root();
        for _ in 0..POLICIES_IN_A_WORLD {
            let policy = policy(&mut rng, &world, &self.peers);
            let operations = one_of_each(&mut rng, &world, &self.peers, root)?;
            self.under(&policy, &operations).map_err(|error| format!("{policy}: {error}"))?;
        }
        Ok(())
    }

    fn under(&mut self, policy: &Policy, operations: &[Operation]) -> Verdict {
        let mut expected = Vec::new();
        for operation in operations {
            let context = |error: io::Error| format!("outside, {operation}: {error}");
            (operation.prepare)().map_err(context)?;
            match self.expected(policy, operation) {
                Ok(answer) => expected.push(answer),
                Err(error) => return self.refused(policy, &error, operation),
            }
            (operation.act)().map_err(context)?;
            operation.clean().map_err(context)?;
            (operation.prepare)().map_err(context)?;
        }
        let (outcomes, signals_are_free) = policy.run(|| {
            let outcomes: Vec<_> = operations.iter().map(|operation| (operation.act)()).collect();
            (outcomes, status().layers().any(|layer| layer.missing().contains(Right::Signal)))
        })?;
        self.signals_are_free |= signals_are_free;
        operations.iter().try_for_each(Operation::clean)?;
        let mut disagreement = String::new();
        for ((operation, expected), outcome) in operations.iter().zip(expected).zip(outcomes) {
            let expected = expected.filter(|_| operation.kind != "signalling" || !signals_are_free);
            let found = outcome.as_ref().err().map(|error| Errno::from_io_error(error).ok_or(error));
            let agrees = match (expected, found) {
                (None, None) => true,
                (Some(expected), Some(Ok(found))) => expected == found,
                _ => false,
            };
            if !agrees {
                let _ = write!(disagreement, "\n  {operation}: expected {expected:?}, found {outcome:?}");
            }
            let (allowed, denied) = self.pairs.entry(operation.kind).or_default();
            *if expected.is_none() { allowed } else { denied } += 1;
        }
        if disagreement.is_empty() { Ok(()) } else { Err(format!("disagreement:{disagreement}").into()) }
    }

    /// What the operation must come to inside: success, or this errno.
    fn expected(&self, policy: &Policy, operation: &Operation) -> Result<Option<Errno>, Error> {
        let allowed = |object: &Object, right| (self.evaluator)(policy, object, right, self.abi);
        let mut denied = Vec::new();
        for (object, right) in &operation.needs {
            if !allowed(object, *right)? {
                denied.push(*right);
            }
        }
        if let Some((file, directory)) = &operation.moves {
            let (file, directory) = (Object::from(file), Object::from(directory));
            for right in OF_FILES {
                if allowed(&directory, right)? && !allowed(&file, right)? {
                    denied.push(Right::Refer);
                }
            }
        }
        Ok((!denied.is_empty()).then(|| errno(&denied)))
    }

    /// A policy without an answer cannot be enforced, in the same words.
    fn refused(&mut self, policy: &Policy, error: &Error, operation: &Operation) -> Verdict {
        operation.clean()?;
        self.refused += 1;
        // On an overlay, of files with two names.
        if matches!(error.kind(), ErrorKind::Check(CheckError::SeveralNames { .. })) {
            return Ok(());
        }
        match policy.run(|| ()) {
            Err(enforced) if enforced.kind().to_string() == error.kind().to_string() => Ok(()),
            // There, nobody sees that it is granted on a file.
            _ if self.abi == 1 && error.to_string().contains("refer can only") => Ok(()),
            Err(enforced) => Err(format!("two errors:\n  {error}\n  {enforced}").into()),
            Ok(()) => Err(format!("it is enforced: {error}").into()),
        }
    }

    fn summary(&self) -> String {
        let mut text = format!("{} pairs agree, {} policies refused", self.pairs(), self.refused);
        for (kind, (allowed, denied)) in &self.pairs {
            let _ = write!(text, "\n  {kind}: {allowed} allowed, {denied} denied");
        }
        text
    }

    /// Every kind was seen allowed, and denied where this kernel can deny it.
    fn is_varied(&self) -> Verdict {
        for (kind, (allowed, denied)) in &self.pairs {
            let since = match *kind {
                "truncating" => 3,
                "binding" | "connecting" => 4,
                "signalling" if self.signals_are_free => u32::MAX,
                "signalling" | "connecting by name" => 6,
                "connecting by path" => 9,
                "binding UDP" | "sending" | "sending from a bound socket" => 10,
                _ => 1,
            };
            if *allowed == 0 || (*denied == 0 && self.abi >= since) {
                return Err(format!("{kind}: {allowed} allowed, {denied} denied").into());
            }
        }
        Ok(())
    }
}
