//! The keys that grant nothing, as methods: what is left out, what is required, and how the layer is made.

use super::{Loosened, Origin, PathRule, Paths, Policy, PolicyError, PortGrant, Ports, Require, Right, Rights};
use std::ops::RangeInclusive;

/// All that a policy says beside its grants. The default is the strictest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) abi: Option<u32>,
    pub(crate) new_threads_only: bool,
    pub(crate) keep_privileges: bool,
    pub(crate) log: Log,
    pub(crate) quiet: Quiet,
}

impl Options {
    /// Whether two layers made with these are alike in what they do besides restricting.
    pub(crate) fn agree_with(&self, other: &Options) -> bool {
        self.keep_privileges == other.keep_privileges
            && self.log == other.log
            && self.quiet.rights == other.quiet.rights
            && self.quiet.is_everywhere()
            && other.quiet.is_everywhere()
    }
}

impl Quiet {
    /// Whether no object is named, so that only scopes are quiet.
    fn is_everywhere(&self) -> bool {
        self.paths.is_empty() && self.ports.is_empty()
    }
}

/// Whose denials the kernel writes to its audit log (ABI 7). The default is the kernel's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Log {
    pub(crate) same_exec: bool,
    pub(crate) new_exec: bool,
    pub(crate) subdomains: bool,
}

impl Default for Log {
    fn default() -> Log {
        Log { same_exec: true, new_exec: false, subdomains: true }
    }
}

/// Denials that are left out of the audit log (ABI 10).
#[derive(Clone, Debug, Default)]
pub(crate) struct Quiet {
    pub(crate) rights: Rights,
    pub(crate) paths: Vec<PathRule>,
    pub(crate) ports: Vec<RangeInclusive<u16>>,
}

/// Which threads [`restrict_process`](Policy::restrict_process) restricts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Threads {
    /// All of them; below ABI 8, where that cannot be done, other threads are an error.
    All,
    /// The calling thread and those that start later. Threads that run already stay free, and
    /// [`Enforcement`](crate::Enforcement) says so.
    New,
}

/// What is not a grant.
impl Policy {
    /// Adds the grants of another policy: a preset, or one that a library exports. The key is `include`.
    ///
    /// What loosens does not come along: where `other` leaves something `unrestricted`, carries a `require`, a lower `abi`,
    /// `threads = new` or `no_new_privs = false`, this policy must say the same, else it is an error when it is enforced.
    #[inline]
    pub fn include(mut self, other: &Policy) -> Policy {
        let (terms, other) = (self.terms_mut(), &*other.terms);
        let included = |origin: Origin| if origin == Origin::Written { Origin::Included } else { origin };
        let paths = other.paths.iter().cloned();
        terms.paths.extend(paths.map(|grant| PathRule { origin: included(grant.origin), ..grant }));
        let ports = other.ports.iter().cloned();
        terms.ports.extend(ports.map(|grant| PortGrant { origin: included(grant.origin), ..grant }));
        terms.template = terms.template.or(other.template);
        terms.unhandled_by_files |= other.unhandled_by_files;
        terms.included.push(Loosened::of(other));
        terms.included.extend_from_slice(&other.included);
        terms.defects.extend_from_slice(&other.defects);
        self
    }

    /// Leaves a feature, or single rights, to everybody: this layer does not restrict them.
    ///
    /// ```
    /// use landlock_runtime::{Feature, Policy};
    ///
    /// let policy = Policy::new().read("/srv").unrestricted(Feature::Tcp).unrestricted(Feature::Udp);
    /// ```
    pub fn unrestricted(mut self, rights: impl Into<Rights>) -> Policy {
        self.terms_mut().unrestricted |= rights.into();
        self
    }

    /// Says what must really be enforced; if it cannot be, enforcing fails and nothing runs. Several calls add up.
    ///
    /// Without this, the ABI 1 rights on files are required; where files are unrestricted, the features that the policy
    /// grants something in; where there are none, that anything at all is enforced.
    pub fn require(mut self, require: impl Into<Require>) -> Policy {
        self.terms_mut().requirement.get_or_insert_default().add(require.into());
        self
    }

    /// Restricts only what this ABI knows, also on newer kernels. The default is 10, and never rises within a major version
    /// of this crate.
    ///
    /// A grant of this policy of which the ABI knows nothing is an error when it is enforced; one that is included is left out.
    #[inline]
    pub fn abi(mut self, ceiling: u32) -> Policy {
        if !(1..=10).contains(&ceiling) {
            self.terms_mut().defects.push(PolicyError::UnknownAbi { abi: ceiling });
        }
        self.terms_mut().options.abi = Some(ceiling);
        self
    }

    /// Whether [`restrict_process`](Policy::restrict_process) reaches threads that run already.
    pub fn threads(mut self, threads: Threads) -> Policy {
        self.terms_mut().options.new_threads_only = threads == Threads::New;
        self
    }

    /// Whether to set `no_new_privs`. `false` needs `CAP_SYS_ADMIN`, and lets set-user-id programs started inside gain
    /// privileges.
    pub fn no_new_privs(mut self, set: bool) -> Policy {
        self.terms_mut().options.keep_privileges = !set;
        self
    }

    /// Whether denials are written to the audit log until the process executes another program (ABI 7). Default: true.
    pub fn log_same_exec(mut self, log: bool) -> Policy {
        self.terms_mut().options.log.same_exec = log;
        self
    }

    /// Whether denials are written to the audit log after the process has executed another program (ABI 7). Default: false.
    pub fn log_new_exec(mut self, log: bool) -> Policy {
        self.terms_mut().options.log.new_exec = log;
        self
    }

    /// Whether denials by layers that are put on later, further in, are written to the audit log (ABI 7). Default: true.
    pub fn log_subdomains(mut self, log: bool) -> Policy {
        self.terms_mut().options.log.subdomains = log;
        self
    }

    /// Leaves denials of these rights out of the audit log (ABI 10): of files and ports, on the objects that
    /// [`quiet_paths`](Policy::quiet_paths) and [`quiet_ports`](Policy::quiet_ports) name; of the two scopes, everywhere.
    pub fn quiet(mut self, rights: impl Into<Rights>) -> Policy {
        self.terms_mut().options.quiet.rights |= rights.into();
        self
    }

    /// The files and directories on which denials of the [`quiet`](Policy::quiet) rights are not logged (ABI 10). Nothing
    /// is granted on them.
    pub fn quiet_paths(mut self, paths: impl Paths) -> Policy {
        let terms = self.terms_mut();
        paths.for_each(&mut |rule| {
            terms.defects.extend(PolicyError::of_path("quiet", &rule));
            terms.template = terms.template.or(rule.template);
            terms.options.quiet.paths.push(PathRule { key: "quiet", ..rule });
        });
        self
    }

    /// The ports on which denials of the [`quiet`](Policy::quiet) rights are not logged (ABI 10). Nothing is granted on
    /// them.
    pub fn quiet_ports(mut self, ports: impl Ports) -> Policy {
        let terms = self.terms_mut();
        ports.for_each(&mut |ports| {
            terms.defects.extend(PolicyError::of_ports("quiet", Right::BindTcp, &ports));
            terms.options.quiet.ports.push(ports);
        });
        self
    }

    /// What this policy restricts on a kernel that knows ABI 10.
    #[must_use]
    pub fn handled(&self) -> Rights {
        Rights::ALL - self.terms.unrestricted
    }
}
