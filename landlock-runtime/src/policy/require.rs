//! What must really be enforced before anything runs.

use super::{Feature, Right, Rights};

/// What [`Policy::require`](super::Policy::require) accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Require {
    /// Nothing: run unsandboxed where the kernel cannot restrict. [`Enforcement`](crate::Enforcement) tells.
    None,
    /// All that the policy handles.
    All,
    /// Every thread of the process: the kernel has ABI 8, or no other thread runs.
    Threads,
    /// A kernel of this ABI or a later one.
    Abi(u32),
    /// These rights. For the feature `fs`, those of ABI 1.
    Rights(Rights),
}

impl From<Rights> for Require {
    fn from(rights: Rights) -> Require {
        Require::Rights(rights)
    }
}

impl From<Right> for Require {
    fn from(right: Right) -> Require {
        Require::Rights(right.into())
    }
}

impl From<Feature> for Require {
    fn from(feature: Feature) -> Require {
        Require::Rights(Requirement::of_feature(feature))
    }
}

/// The sum of what a policy requires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Requirement {
    pub(crate) rights: Rights,
    pub(crate) all: bool,
    /// One of these at least, unless there are none.
    pub(crate) any_of: Rights,
    pub(crate) threads: bool,
    pub(crate) abi: u32,
}

impl Requirement {
    pub(super) fn add(&mut self, require: Require) {
        match require {
            Require::None => {}
            Require::All => self.all = true,
            Require::Threads => self.threads = true,
            Require::Abi(abi) => self.abi = self.abi.max(abi),
            Require::Rights(rights) => self.rights |= rights,
        }
    }

    /// Adds all that another requires.
    #[inline]
    pub(super) fn add_all(&mut self, other: &Requirement) {
        self.rights |= other.rights;
        self.all |= other.all;
        self.threads |= other.threads;
        self.abi = self.abi.max(other.abi);
    }

    /// Whether it requires all that another does.
    #[inline]
    pub(super) fn covers(&self, other: &Requirement) -> bool {
        let rights = self.all || !other.all && self.rights.contains(other.rights);
        rights && self.threads >= other.threads && self.abi >= other.abi
    }

    /// Files where the policy restricts them; else the features it names; else anything that it restricts.
    pub(super) fn default_for(restricted: Rights, named: Rights) -> Requirement {
        let files = Requirement::of_feature(Feature::Fs) & restricted;
        let rights = if files.is_empty() { Requirement::of_features_in(named) & restricted } else { files };
        let any_of = if rights.is_empty() { restricted } else { Rights::EMPTY };
        Requirement { rights, any_of, ..Requirement::default() }
    }

    /// The features that have a right among these, as a requirement.
    pub(crate) fn of_features_in(rights: Rights) -> Rights {
        let touched = |feature: &&Feature| !(rights & feature.rights()).is_empty();
        Feature::ALL.iter().filter(touched).fold(Rights::EMPTY, |all, feature| all | Requirement::of_feature(*feature))
    }

    /// A feature as a requirement. Files: what every kernel with Landlock restricts, since ABI 1.
    fn of_feature(feature: Feature) -> Rights {
        match feature {
            Feature::Fs => feature.rights() - Rights::of(&[Right::Truncate, Right::IoctlDev]),
            other => other.rights(),
        }
    }
}
