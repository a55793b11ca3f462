//! Whether a policy says what that of a layer said. A layer and a policy come in; what leaves is yes or no: the same rights
//! restricted, the same grants by their texts, in whatever order they stand. What the texts lead to is another question.

use super::Layer;
use super::named::{Entry, Named};
use super::ports::gaps;
use crate::policy::{Policy, PortGrant, Rights};

impl Layer {
    pub(super) fn is_alike(&self, policy: &Policy, enforced: Rights) -> bool {
        self.enforcement.enforced() == enforced
            && self.policy.handled() == policy.handled()
            && self.policy.keeps_refer(enforced) == policy.keeps_refer(enforced)
            && self.policy.terms.options.agree_with(&policy.terms.options)
            && covers(&self.policy.terms.ports, &policy.terms.ports)
            && covers(&policy.terms.ports, &self.policy.terms.ports)
            && self.has_the_paths_of(policy)
    }

    fn has_the_paths_of(&self, policy: &Policy) -> bool {
        let mut asked = Named::new(policy.terms.paths.iter().map(Entry::of).collect());
        for grant in &self.policy.terms.paths {
            let Some(place) = asked.find(&Entry::of(grant)) else { return false };
            asked.0[place].others |= grant.rights;
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
