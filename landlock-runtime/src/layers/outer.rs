//! What a policy grants and the layers above withhold: layers intersect, so such a grant comes to nothing. A policy comes
//! in; what leaves is the list of these grants, by what the texts say, as far as this library put the layers on.

use super::named::{Entry, Named};
use super::ports::gaps;
use super::{Layer, all, is_any_on};
use crate::policy::{GrantOn, Policy, PortGrant, Right, Rights, Skipped};
use crate::rare::Rare;
use std::fmt;
use std::sync::Arc;

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
pub(crate) fn withheld(policy: &Policy, enforced: Rights, missing: &[Skipped]) -> Rare<Withheld> {
    if is_any_on() { withheld_by_all(policy, enforced, missing) } else { Rare::EMPTY }
}

#[cold]
fn withheld_by_all(policy: &Policy, enforced: Rights, missing: &[Skipped]) -> Rare<Withheld> {
    withheld_by(&all(), policy, enforced, missing).into()
}

pub(super) fn withheld_by(
    layers: &[Arc<Layer>],
    policy: &Policy,
    enforced: Rights,
    missing: &[Skipped],
) -> Vec<Withheld> {
    let mut list = Vec::new();
    for layer in layers {
        let closed = enforced & layer.enforcement.enforced();
        layer.withhold_paths(policy, closed, missing, &mut list);
        layer.withhold_ports(&policy.terms.ports, closed, &mut list);
    }
    list
}

fn add(list: &mut Vec<Withheld>, key: &'static str, on: GrantOn, rights: Rights) {
    let entry = Withheld { key, on, rights };
    if !list.contains(&entry) {
        list.push(entry);
    }
}

impl Layer {
    fn withhold_paths(&self, policy: &Policy, closed: Rights, missing: &[Skipped], list: &mut Vec<Withheld>) {
        // A rule that does not name its object by an absolute path says nothing that can be compared: what it grants is
        // taken to be granted everywhere.
        let kept = self.policy.keeps_refer(self.enforcement.enforced());
        let mut everywhere = if kept { Right::Refer.into() } else { Rights::EMPTY };
        let mut named = Vec::with_capacity(self.policy.terms.paths.len());
        for (at, grant) in self.policy.terms.paths.iter().enumerate() {
            if Skipped::has(&self.enforcement.skipped, at) {
                continue;
            }
            if grant.is_stable() {
                named.push(Entry::new(grant.path(), grant.rights));
            } else {
                everywhere |= grant.rights;
            }
        }
        let named = Named::new(named);
        for (at, grant) in policy.terms.paths.iter().enumerate() {
            let mut rights = (grant.rights & closed) - everywhere;
            let mut above = Some(Entry::new(grant.path(), Rights::EMPTY));
            while let (Some(path), false) = (above, rights.is_empty()) {
                if let Some(place) = named.find(&path) {
                    rights = rights - named.0[place].rights;
                }
                above = path.above();
            }
            if !rights.is_empty() && grant.is_stable() && !Skipped::has(missing, at) {
                add(list, grant.key, GrantOn::Path(grant.path().to_owned()), rights);
            }
        }
    }

    /// The parts of the ranges for which there is no rule.
    fn withhold_ports(&self, ports: &[PortGrant], closed: Rights, list: &mut Vec<Withheld>) {
        for PortGrant { key, ports, rights, .. } in ports {
            let rights = *rights & closed;
            if !rights.is_empty() {
                gaps(ports, rights, &self.policy.terms.ports, &mut |ports| {
                    add(list, key, GrantOn::PortRange(ports), rights);
                });
            }
        }
    }
}
