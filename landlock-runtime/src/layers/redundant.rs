//! Grants that add nothing to wider ones of the same policy: Landlock only adds, so a smaller grant inside a larger one takes
//! nothing away. A policy comes in; what leaves is the list of these grants, by what the texts say.

use super::named::{Entry, Named};
use crate::policy::{Origin, Rights, Skipped, Terms};
use std::fmt;
use std::path::PathBuf;

/// A grant that adds nothing to those of the same policy on directories above it. See
/// [`Enforcement::redundant_grants`](crate::Enforcement::redundant_grants).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RedundantGrant {
    /// The key that grants it.
    pub key: &'static str,
    /// The path.
    pub path: PathBuf,
    /// The directory on which the same is granted already; of several that do so together, the outermost.
    pub within: PathBuf,
}

impl fmt::Display for RedundantGrant {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RedundantGrant { key, path, within } = self;
        write!(f, "{key} = {path:?} (within {within:?})")
    }
}

/// The grants that the policy itself writes and that wider ones include, whoever wrote those. What was skipped grants nothing.
#[inline]
pub(crate) fn redundant(terms: &Terms, skipped: &[Skipped]) -> Vec<RedundantGrant> {
    let grants = || {
        let grants = terms.paths.iter().enumerate();
        grants.filter(|(at, grant)| grant.is_stable() && !Skipped::has(skipped, *at)).map(|(_, grant)| grant)
    };
    let named = Named::new(grants().map(|grant| Entry::new(grant.path(), grant.rights)).collect());
    let mut list = Vec::new();
    for grant in grants().filter(|grant| grant.origin == Origin::Written) {
        let mut rights = grant.rights;
        for above in grant.path().ancestors().skip(1) {
            let Some(place) = named.find(&Entry::new(above, Rights::EMPTY)) else { continue };
            rights = rights - named.0[place].rights;
            if rights.is_empty() {
                let (path, within) = (grant.path().to_owned(), above.to_owned());
                list.push(RedundantGrant { key: grant.key, path, within });
                break;
            }
        }
    }
    list
}
