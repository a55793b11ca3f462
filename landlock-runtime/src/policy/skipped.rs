//! A rule of a policy that comes to nothing: its path is optional and missing, or leads to what needs no rule.

use std::path::PathBuf;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Skipped {
    /// The place of the rule among those of the policy: another on the same path may have found, or made, what is there.
    at: usize,
    pub(crate) path: PathBuf,
}

impl Skipped {
    /// One of the rules that grant, which are told in their order.
    #[inline]
    pub(crate) fn rule(at: usize, path: PathBuf) -> Skipped {
        Skipped { at, path }
    }

    /// What would have granted nothing, or is no longer in the policy. It stands behind the others.
    #[inline]
    pub(crate) fn other(path: PathBuf) -> Skipped {
        Skipped { at: usize::MAX, path }
    }

    /// Whether the rule at this place was skipped.
    #[inline]
    pub(crate) fn has(list: &[Skipped], at: usize) -> bool {
        list.binary_search_by_key(&at, |skipped| skipped.at).is_ok()
    }
}
