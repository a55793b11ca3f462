//! Policies at random, few enough that equal ones and nearly equal ones meet: on the names of a world, in every way in which a path
//! is granted.

use crate::operations::{NAMES, PORTS};
use fastrand::Rng;
use landlock_runtime::{PathRule, Policy, ensure_dir, ensure_file, fd, nofollow, optional};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A key, on a rule and on a path as it is.
type Key = (fn(Policy, PathRule) -> Policy, fn(Policy, &Path) -> Policy);

macro_rules! keys {
    ($($key:ident)*) => {
        &[$((|policy, rule| policy.$key(rule), |policy, path| policy.$key(path))),*]
    };
}

const KEYS: &[Key] = keys! { read read_write write_file read_file read_dir };

/// A rule on a name, or below it, or around it.
struct Grant {
    name: &'static str,
    key: Key,
    path: PathBuf,
    /// None is the path as it is.
    rule: Option<PathRule>,
}

/// Those of one sequence: each several times, and once without what it grants on one of its names.
pub(crate) fn policies(rng: &mut Rng, base: &Path, made: &[Arc<OwnedFd>]) -> Vec<Policy> {
    let mut policies = Vec::new();
    for _ in 0..rng.usize(1..3) {
        let (grants, ports) = (grants(rng, base, made), rng.u8(..6));
        let without = pick(rng, &grants).name;
        let policy = |but: Option<&str>| {
            let grants = grants.iter().filter(|grant| Some(grant.name) != but);
            let policy = grants.fold(Policy::new(), |policy, grant| match &grant.rule {
                Some(rule) => grant.key.0(policy, rule.clone()),
                None => grant.key.1(policy, &grant.path),
            });
            match ports {
                0 => policy.net_bind(PORTS[0]),
                1 => policy.net_bind(PORTS[0]..=PORTS[1]),
                _ => policy,
            }
        };
        policies.extend([policy(None), policy(None), policy(None), policy(Some(without))]);
    }
    policies
}

fn grants(rng: &mut Rng, base: &Path, made: &[Arc<OwnedFd>]) -> Vec<Grant> {
    let mut grants: Vec<Grant> = Vec::new();
    for _ in 0..rng.usize(1..4) {
        // Often on the same path once more, in another way.
        let last = grants.last().filter(|_| rng.bool()).map(|grant| grant.name);
        let name = last.unwrap_or_else(|| *pick(rng, &NAMES));
        let (key, path) = (*pick(rng, KEYS), base.join(name));
        let makes = last.is_some() && rng.bool();
        let rule = if makes { Some(optional(ensure_dir(&path))) } else { rule(rng, &path, made) };
        grants.push(Grant { name, key, path, rule });
    }
    grants
}

fn rule(rng: &mut Rng, path: &Path, made: &[Arc<OwnedFd>]) -> Option<PathRule> {
    let below = if rng.u8(..4) == 0 { path.join(["f", "s"][rng.usize(..2)]) } else { path.to_owned() };
    Some(match rng.u8(..16) {
        0..4 => optional(below),
        4..6 => optional(ensure_dir(below)),
        6 => optional(ensure_file(below)),
        7 => ensure_dir(path),
        8 => optional(nofollow(below)),
        9 => return None,
        10 => fd(pick(rng, made)),
        11 => optional(path.parent().unwrap_or(path)),
        _ => optional(path),
    })
}

pub(crate) fn pick<'a, T>(rng: &mut Rng, items: &'a [T]) -> &'a T {
    &items[rng.usize(..items.len())]
}
