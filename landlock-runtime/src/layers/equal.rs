//! Whether a policy would make a layer that is on already. A layer and a policy come in; what leaves is yes or no: the same
//! rights restricted, the same grants, in whatever order they stand.

use super::Layer;
use super::named::{Entry, Named};
use super::ports::gaps;
use crate::policy::{PathRule, Policy, PortGrant, Rights};

impl Layer {
    /// Whether a policy would make the same layer. A path that means something else at another time is never equal, not
    /// even to itself.
    pub(super) fn equals(&self, policy: &Policy, enforced: Rights) -> bool {
        self.enforcement.enforced() == enforced
            && self.policy.handled() == policy.handled()
            && self.policy.terms.options.agree_with(&policy.terms.options)
            && covers(&self.policy.terms.ports, &policy.terms.ports)
            && covers(&policy.terms.ports, &self.policy.terms.ports)
            && policy.terms.paths.iter().all(PathRule::is_stable)
            && self.has_the_paths_of(policy)
    }

    #[cfg(all(test, target_os = "linux"))]
    pub(super) fn equals_layer(&self, other: &Layer) -> bool {
        self.equals(&other.policy, other.enforcement.enforced())
    }

    /// What was missing when this layer was made, and may be, is granted nothing by it: there the two do not differ.
    fn has_the_paths_of(&self, policy: &Policy) -> bool {
        let skipped = Named::of(&self.enforcement.skipped);
        let mut asked = Vec::with_capacity(policy.terms.paths.len());
        for grant in &policy.terms.paths {
            if !skipped.has(grant) {
                asked.push(Entry::of(grant));
            }
        }
        let mut asked = Named::new(asked);
        for grant in &self.policy.terms.paths {
            if !skipped.has(grant) {
                let Some(place) = asked.find(&Entry::of(grant)) else { return false };
                asked.0[place].others |= grant.rights;
            }
        }
        asked.0.iter().all(|entry| entry.rights == entry.others)
    }
}

/// Whether some grants on ports have all that others have.
fn covers(some: &[PortGrant], others: &[PortGrant]) -> bool {
    for (position, PortGrant { ports, rights, .. }) in others.iter().enumerate() {
        // Most often they stand in the same order.
        if some.get(position).is_some_and(|grant| grant.ports == *ports && grant.rights == *rights) {
            continue;
        }
        let mut lacks = false;
        for right in rights.iter() {
            gaps(ports, right.into(), some, &mut |_| lacks = true);
        }
        if lacks {
            return false;
        }
    }
    true
}
