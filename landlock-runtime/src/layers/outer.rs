//! What a policy grants and the layers above withhold: layers intersect, so such a grant comes to nothing. A policy comes
//! in; what leaves is the list of these grants, by what the texts say, as far as this library put the layers on.

use super::{Layer, Object, all, plain};
use crate::policy::{GrantOn, PathGrant, Policy, PortGrant, Right, Rights};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

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
    let mut withheld = Vec::new();
    let mut add = |entry| {
        if !withheld.contains(&entry) {
            withheld.push(entry);
        }
    };
    for layer in &all() {
        let closed = enforced & layer.enforcement.enforced();
        let outer = layer.paths();
        for grant in policy.terms.paths.iter().filter(|grant| !missing.iter().any(|path| path == grant.rule.path())) {
            outer.withhold(grant, closed).into_iter().for_each(&mut add);
        }
        for grant in &policy.terms.ports {
            layer.withhold_ports(grant, closed, &mut add);
        }
    }
    withheld
}

impl Layer {
    /// What the layer grants on paths.
    fn paths(&self) -> OuterPaths<'_> {
        let refer = if self.policy.keeps_refer() { Right::Refer.into() } else { Rights::EMPTY };
        let mut paths = OuterPaths { named: BTreeMap::new(), everywhere: refer };
        for PathGrant { rule, rights, .. } in self.grants(&self.policy) {
            let object = Object::Path(plain(rule.path()), ANY_WAY);
            let named = rule.is_stable().then(|| paths.named.entry(object).or_default());
            *named.unwrap_or(&mut paths.everywhere) |= *rights;
        }
        paths
    }

    /// The parts of the range for which there is no rule.
    fn withhold_ports(&self, grant: &PortGrant, closed: Rights, add: &mut impl FnMut(Withheld)) {
        let rights = grant.rights & closed;
        if rights.is_empty() {
            return;
        }
        let mut left = vec![grant.ports.clone()];
        for outer in self.policy.terms.ports.iter().filter(|outer| outer.rights.contains(rights)) {
            left = without(&left, &outer.ports);
        }
        for ports in left {
            add(Withheld { key: grant.key, on: GrantOn::PortRange(ports), rights });
        }
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
        let path = grant.rule.path();
        if !grant.rule.is_stable() {
            return None;
        }
        let plain = plain(path);
        let above = Path::new(&plain).ancestors().map(|above| Object::Path(above.as_os_str().into(), ANY_WAY));
        let above = above.filter_map(|above| self.named.get(&above));
        let granted = above.fold(self.everywhere, |all, rights| all | *rights);
        let rights = (grant.rights & closed) - granted;
        (!rights.is_empty()).then(|| Withheld { key: grant.key, on: GrantOn::Path(path.to_owned()), rights })
    }
}

/// What is left of some ranges without another, which is not empty.
fn without(ranges: &[RangeInclusive<u16>], taken: &RangeInclusive<u16>) -> Vec<RangeInclusive<u16>> {
    let mut left = Vec::new();
    for range in ranges {
        let below = taken.start().checked_sub(1).map(|last| *range.start()..=last.min(*range.end()));
        let above = taken.end().checked_add(1).map(|first| first.max(*range.start())..=*range.end());
        left.extend(below.filter(|part| !part.is_empty()));
        left.extend(above.filter(|part| !part.is_empty()));
    }
    left
}

#[cfg(test)]
mod tests {
    use std::ops::RangeInclusive;

    fn without(range: RangeInclusive<u16>, taken: &[RangeInclusive<u16>]) -> Vec<RangeInclusive<u16>> {
        taken.iter().fold(vec![range], |left, taken| super::without(&left, taken))
    }

    #[test]
    fn what_is_left_of_a_range() {
        assert_eq!(without(10..=20, &[]), [10..=20]);
        assert_eq!(without(10..=20, &[12..=13, 0..=10]), [11..=11, 14..=20]);
        assert_eq!(without(10..=20, &[15..=30, 21..=22, 11..=12]), [10..=10, 13..=14]);
        assert_eq!(without(10..=20, &[1..=9, 20..=u16::MAX]), [10..=19]);
        assert_eq!(without(0..=u16::MAX, &[0..=0, u16::MAX..=u16::MAX]), [1..=u16::MAX - 1]);
        assert_eq!(without(0..=u16::MAX, &[0..=u16::MAX, 3..=4]), []);
        assert_eq!(without(10..=20, &[10..=14, 12..=13, 15..=20]), []);
    }
}
