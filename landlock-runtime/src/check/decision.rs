//! The answer: allowed or denied, by which grants, and from which ABI on.

use super::Object;
use crate::kernel::{linux, since};
use crate::policy::{GrantOn, Right};
use std::fmt;

/// What a policy decides on one object and one right: see [`Policy::check`](crate::Policy::check). It prints as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a decision restricts nothing"]
pub struct Decision {
    pub(super) object: Object,
    pub(super) right: Right,
    pub(super) verdict: Verdict,
}

/// A grant of the policy that allows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GrantedBy {
    /// The key.
    pub key: &'static str,
    /// The path, as it was given or expanded to; or the ports.
    pub on: GrantOn,
}

/// Why a right needs no grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Free {
    /// The policy leaves it `unrestricted`.
    Unrestricted,
    /// The policy's `abi` does not know it.
    AboveAbi,
    /// `refer`, where files are unrestricted: it is restricted nevertheless, and granted everywhere, because a layer without
    /// it would deny it. See [`Feature::Fs`](crate::Feature::Fs).
    Kept,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Free(Free),
    /// From the ABI that brought the right. Between that and `denied_from` no ruleset can leave it free.
    FreeSince {
        free: Free,
        denied_from: u32,
    },
    /// From the ABI that brought the right. Between that and `denied_from` no rule can grant it.
    Granted {
        by: Vec<GrantedBy>,
        denied_from: u32,
    },
    /// `unhandled`: not because the policy restricts it, but because it restricts others.
    Denied {
        denied_from: u32,
        unhandled: bool,
    },
}

/// The ABI that brought a right.
#[inline]
pub(super) fn arrival(right: Right) -> u32 {
    since(right).try_into().unwrap_or(u32::MAX)
}

impl Decision {
    /// Whether it is allowed, on a kernel that knows the right.
    #[inline]
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        !matches!(self.verdict, Verdict::Denied { .. })
    }

    /// Whether it is allowed on a kernel of this ABI; 0 for one without Landlock.
    ///
    /// ```
    /// use landlock_runtime::{Policy, Right};
    ///
    /// let decision = Policy::new().check(443, Right::ConnectTcp)?;
    /// assert!(decision.is_allowed_at(3), "TCP is free there");
    /// assert!(!decision.is_allowed_at(4));
    /// # Ok::<(), landlock_runtime::Error>(())
    /// ```
    #[inline]
    #[must_use]
    pub fn is_allowed_at(&self, abi: u32) -> bool {
        match self.verdict {
            Verdict::Free(_) => true,
            Verdict::Granted { denied_from, .. } | Verdict::FreeSince { denied_from, .. } => {
                abi < denied_from || abi >= arrival(self.right)
            }
            Verdict::Denied { denied_from, .. } => abi < denied_from,
        }
    }

    /// The grants that allow it, as the policy has them: none where it is denied, or [free](Decision::free).
    #[inline]
    pub fn by(&self) -> impl Iterator<Item = &GrantedBy> {
        match &self.verdict {
            Verdict::Granted { by, .. } => by.iter(),
            _ => [].iter(),
        }
    }

    /// The ABI from which on it is decided so; `None` where it is free on all. Below, the right is free, because the kernel
    /// does not know it. But for `refer`: at ABI 1, where no grant helps, it is denied under every policy that restricts files.
    #[inline]
    #[must_use]
    pub fn since(&self) -> Option<u32> {
        match self.verdict {
            Verdict::Free(_) => None,
            Verdict::Granted { .. } | Verdict::FreeSince { .. } => Some(arrival(self.right)),
            Verdict::Denied { denied_from, .. } => Some(denied_from),
        }
    }

    /// Why it needs no grant, where it needs none.
    #[inline]
    #[must_use]
    pub fn free(&self) -> Option<Free> {
        match self.verdict {
            Verdict::Free(free) | Verdict::FreeSince { free, .. } => Some(free),
            _ => None,
        }
    }
}

impl fmt::Display for GrantedBy {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.key, self.on)
    }
}

impl fmt::Display for Decision {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Decision { object, right, verdict } = self;
        match object {
            Object::Outside => write!(f, "{right} to {object} is ")?,
            _ => write!(f, "{right} on {object} is ")?,
        }
        match verdict {
            Verdict::Free(free) | Verdict::FreeSince { free, .. } => match free {
                Free::Unrestricted => f.write_str("free: the policy leaves it unrestricted")?,
                Free::AboveAbi => write!(f, "free: it needs ABI {}, which `abi` leaves out", arrival(*right))?,
                Free::Kept => f.write_str("free: the policy leaves files unrestricted")?,
            },
            Verdict::Granted { by, .. } => {
                f.write_str("allowed by ")?;
                for (position, grant) in by.iter().enumerate() {
                    let separator = if position == 0 { "" } else { " and " };
                    write!(f, "{separator}{grant}")?;
                }
            }
            Verdict::Denied { unhandled: false, .. } => f.write_str("denied")?,
            Verdict::Denied { unhandled: true, .. } => {
                f.write_str("denied, though not restricted, because other rights on paths are")?;
            }
        }
        let Some(since) = self.since() else { return Ok(()) };
        write!(f, ", from ABI {since} on (Linux {})", linux(since))?;
        match since {
            0 | 1 => Ok(()),
            since if self.is_allowed_at(since - 1) => f.write_str("; below, it is free"),
            _ => f.write_str("; below, it is denied"),
        }
    }
}
