//! What a policy grants and the layers above withhold: layers intersect, so such a grant comes to nothing. A policy comes
//! in; what leaves is the list of these grants, by what the texts say, as far as this library put the layers on.

use super::{Layer, Object, PROCESS, of_this_thread, plain};
use crate::policy::{GrantOn, PathGrant, Policy, PortGrant, Right, Rights};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

/// A grant of which an outer layer withholds a part: it has no rule for the path, one above it, or the port, with these
/// rights. See [`Enforcement::withheld_by_outer`](crate::Enforcement::withheld_by_outer).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Withheld {
    /// The key that grants it.
    pub key: &'static str,
    /// What it is about.
    pub on: GrantOn,
    /// The rights that the outer layer denies there.
    pub rights: Rights,
}

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Withheld { key, on, rights } = self;
        write!(f, "{key} = {on} ({rights})")
    }
}

/// What the layers of the calling thread withhold of what a policy grants; `missing` paths are granted nothing anyway.
pub(crate) fn withheld(policy: &Policy, enforced: Rights, missing: &[PathBuf]) -> Vec<Withheld> {
    let mut outer: Vec<Arc<Layer>> = PROCESS.read().unwrap_or_else(PoisonError::into_inner).clone();
    outer.extend(of_this_thread());
    let mut withheld = Vec::new();
    for layer in &outer {
        let closed = enforced & layer.enforcement.enforced();
        let paths = policy.paths.iter().filter(|grant| !missing.contains(&grant.rule.path));
        let outer = layer.paths();
        withheld.extend(paths.filter_map(|grant| outer.withhold(grant, closed)));
        withheld.extend(policy.ports.iter().flat_map(|grant| layer.withholds_ports(grant, closed)));
    }
    let mut first = Vec::new();
    for entry in withheld {
        if !first.contains(&entry) {
            first.push(entry);
        }
    }
    first
}

impl Layer {
    /// What the layer grants on paths.
    fn paths(&self) -> OuterPaths<'_> {
        let refer = if self.policy.keeps_refer() { Right::Refer.into() } else { Rights::EMPTY };
        let mut paths = OuterPaths { named: BTreeMap::new(), everywhere: refer };
        for PathGrant { rule, rights, .. } in self.grants(&self.policy) {
            let object = Object::Path(plain(&rule.path), ANY_WAY);
            let named = rule.is_stable().then(|| paths.named.entry(object).or_default());
            *named.unwrap_or(&mut paths.everywhere) |= *rights;
        }
        paths
    }

    /// The parts of the range for which there is no rule.
    fn withholds_ports(&self, grant: &PortGrant, closed: Rights) -> Vec<Withheld> {
        let rights = grant.rights & closed;
        if rights.is_empty() {
            return Vec::new();
        }
        let outer = self.policy.ports.iter().filter(|outer| outer.rights.contains(rights));
        let outer = outer.map(|outer| outer.ports.clone()).collect();
        let entry = |ports| Withheld { key: grant.key, on: GrantOn::PortRange(ports), rights };
        without(&grant.ports, outer).into_iter().map(entry).collect()
    }
}

/// The paths that a layer names, whichever way they were opened, and what it may grant on any path: a rule that does not name its
/// object by an absolute path says nothing that can be compared, so what it grants is taken to be granted.
struct OuterPaths<'a> {
    named: BTreeMap<Object<'a>, Rights>,
    everywhere: Rights,
}

const ANY_WAY: u8 = 0;

impl OuterPaths<'_> {
    fn withhold(&self, grant: &PathGrant, closed: Rights) -> Option<Withheld> {
        let path = &grant.rule.path;
        if !grant.rule.is_stable() {
            return None;
        }
        let plain = plain(path);
        let above = Path::new(&plain).ancestors().map(|above| Object::Path(above.as_os_str().into(), ANY_WAY));
        let above = above.filter_map(|above| self.named.get(&above));
        let granted = above.fold(self.everywhere, |all, rights| all | *rights);
        let rights = (grant.rights & closed) - granted;
        (!rights.is_empty()).then(|| Withheld { key: grant.key, on: GrantOn::Path(path.clone()), rights })
    }
}

/// What is left of a range.
fn without(range: &RangeInclusive<u16>, mut taken: Vec<RangeInclusive<u16>>) -> Vec<RangeInclusive<u16>> {
    taken.sort_by_key(|part| *part.start());
    let mut left = Vec::new();
    let mut next = Some(*range.start());
    for part in taken {
        match next {
            Some(first) if part.end() < &first => {}
            Some(first) if part.start() <= &first => next = part.end().checked_add(1),
            Some(first) if part.start() <= range.end() => {
                left.push(first..=part.start() - 1);
                next = part.end().checked_add(1);
            }
            _ => break,
        }
    }
    left.extend(next.filter(|first| first <= range.end()).map(|first| first..=*range.end()));
    left
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn what_is_left_of_a_range() {
        assert_eq!(without(&(10..=20), vec![]), [10..=20]);
        assert_eq!(without(&(10..=20), vec![12..=13, 0..=10]), [11..=11, 14..=20]);
        assert_eq!(without(&(10..=20), vec![15..=30, 21..=22, 11..=12]), [10..=10, 13..=14]);
        assert_eq!(without(&(10..=20), vec![1..=9, 20..=u16::MAX]), [10..=19]);
        assert_eq!(without(&(0..=u16::MAX), vec![0..=0, u16::MAX..=u16::MAX]), [1..=u16::MAX - 1]);
        assert_eq!(without(&(0..=u16::MAX), vec![0..=u16::MAX, 3..=4]), []);
        assert_eq!(without(&(10..=20), vec![10..=14, 12..=13, 15..=20]), []);
    }
}
