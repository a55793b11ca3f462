//! What a program asks for: the builder. Values come in as the user wrote them; what leaves is a list of grants,
//! the rights to handle, and the defects that only a run can show. Nothing here looks at the kernel or at a path.

mod defect;
mod path;
mod port;
mod require;
mod right;

pub use defect::PolicyError;
pub use path::{Each, OnePath, PathRule, Paths, each, optional};
pub use port::Ports;
pub use require::Require;
pub use right::{Feature, Right, Rights};

pub(crate) use require::Requirement;
use std::ops::RangeInclusive;

/// A sandbox policy: everything that Landlock can restrict at ABI 10 is denied, but for what is granted here.
///
/// [`#[sandbox]`](crate::sandbox) expands to calls of these same methods. A policy does nothing until it is enforced, by
/// [`restrict_process`](Policy::restrict_process), [`restrict_thread`](Policy::restrict_thread) or [`run`](Policy::run).
///
/// ```no_run
/// use landlock_runtime::{Feature, Policy, optional};
///
/// let enforcement = Policy::new()
///     .read("/etc")
///     .read(optional("/opt/share"))
///     .net_connect(443)
///     .require(Feature::Fs)
///     .restrict_process()?;
/// println!("{enforcement}");
/// # Ok::<(), landlock_runtime::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a policy restricts nothing until it is enforced"]
pub struct Policy {
    pub(crate) paths: Vec<PathGrant>,
    pub(crate) ports: Vec<PortGrant>,
    /// The keys that this policy itself grants with, whatever it includes.
    named: Vec<(&'static str, Rights)>,
    unrestricted: Rights,
    requirement: Option<Requirement>,
    /// What included policies carry that loosens: an error unless this policy says the same.
    included_unrestricted: Rights,
    included_requirements: Vec<Requirement>,
    defects: Vec<PolicyError>,
}

/// Rights on one path, and the key that granted them.
#[derive(Clone, Debug)]
pub(crate) struct PathGrant {
    pub(crate) key: &'static str,
    pub(crate) rule: PathRule,
    pub(crate) rights: Rights,
}

/// Rights on a range of ports.
#[derive(Clone, Debug)]
pub(crate) struct PortGrant {
    pub(crate) ports: RangeInclusive<u16>,
    pub(crate) rights: Rights,
}

/// Grants on files.
impl Policy {
    /// The policy that grants nothing.
    pub fn new() -> Policy {
        Policy::default()
    }

    /// Grants `read_file` and `read_dir` on files, and on directories and all beneath them. Never `execute`.
    pub fn read(self, paths: impl Paths) -> Policy {
        self.grant_paths("read", Rights::READ, paths)
    }

    /// Grants `write_file`, `truncate`, `make_reg`, `make_dir`, `make_sym`, `make_fifo`, `make_sock`, `remove_file`,
    /// `remove_dir` and `refer`. Not reading, not device nodes, not `ioctl`.
    ///
    /// `refer` is denied at ABI 1, whatever is granted; below ABI 3 `truncate` is free everywhere.
    pub fn write(self, paths: impl Paths) -> Policy {
        self.grant_paths("write", Rights::WRITE, paths)
    }

    /// Grants what [`read`](Policy::read) and [`write`](Policy::write) grant.
    pub fn read_write(self, paths: impl Paths) -> Policy {
        self.grant_paths("read_write", Rights::READ | Rights::WRITE, paths)
    }

    /// Grants `execute`, `read_file` and `read_dir`; and, where there is a `/dev/null`, reading and writing it, because
    /// every [`Command`](std::process::Command) with null standard streams opens it.
    ///
    /// This is not a list of programs: a dynamically linked one also needs its ELF interpreter (`ld.so`) here, and with
    /// that any file that can be read can be run through it.
    pub fn exec(mut self, paths: impl Paths) -> Policy {
        if !self.named.iter().any(|(key, _)| *key == "exec") {
            let rights = Rights::of(&[Right::ReadFile, Right::WriteFile]);
            self.paths.push(PathGrant { key: "exec", rule: optional("/dev/null"), rights });
        }
        self.grant_paths("exec", Rights::EXEC, paths)
    }

    /// Grants `resolve_unix`: connecting to UNIX sockets by their path. Free below ABI 9.
    pub fn connect_unix(self, paths: impl Paths) -> Policy {
        self.grant_paths("connect_unix", Right::ResolveUnix.into(), paths)
    }

    fn grant_paths(mut self, key: &'static str, rights: Rights, paths: impl Paths) -> Policy {
        self.name(key, rights);
        paths.for_each(&mut |rule| {
            if let Some(defect) = PolicyError::of_path(key, &rule.path) {
                self.defects.push(defect);
            }
            self.paths.push(PathGrant { key, rule, rights });
        });
        self
    }
}

/// Grants on ports.
impl Policy {
    /// Grants `connect_tcp` on ports, whatever the host: Landlock has no rules about hosts. TCP is free below ABI 4.
    ///
    /// Port 0 is an error: nothing listens there.
    pub fn net_connect(self, ports: impl Ports) -> Policy {
        self.grant_ports("net_connect", Right::ConnectTcp, ports)
    }

    /// Grants `bind_tcp` on ports; 0 stands for any ephemeral port that the kernel picks. TCP is free below ABI 4.
    pub fn net_bind(self, ports: impl Ports) -> Policy {
        self.grant_ports("net_bind", Right::BindTcp, ports)
    }

    /// Grants `connect_send_udp` on ports, and `bind_udp` of port 0, without which nothing can be sent. UDP is free
    /// below ABI 10. Port 0 is an error.
    pub fn udp_connect(mut self, ports: impl Ports) -> Policy {
        self.ports.push(PortGrant { ports: 0..=0, rights: Right::BindUdp.into() });
        self.grant_ports("udp_connect", Right::ConnectSendUdp, ports)
    }

    /// Grants `bind_udp` on ports; 0 stands for any ephemeral port. UDP is free below ABI 10.
    pub fn udp_bind(self, ports: impl Ports) -> Policy {
        self.grant_ports("udp_bind", Right::BindUdp, ports)
    }

    fn grant_ports(mut self, key: &'static str, right: Right, ports: impl Ports) -> Policy {
        self.name(key, right.into());
        ports.for_each(&mut |ports| {
            if let Some(defect) = PolicyError::of_ports(key, right, &ports) {
                self.defects.push(defect);
            }
            self.ports.push(PortGrant { ports, rights: right.into() });
        });
        self
    }
}

/// What is not a grant.
impl Policy {
    /// Adds the grants of another policy: a preset, or one that a library exports.
    ///
    /// What loosens does not come along: if `other` is `unrestricted` somewhere or carries a `require`, this policy must
    /// say the same, else it is an error when the policy is enforced.
    pub fn include(mut self, other: &Policy) -> Policy {
        self.paths.extend_from_slice(&other.paths);
        self.ports.extend_from_slice(&other.ports);
        self.included_unrestricted |= other.unrestricted | other.included_unrestricted;
        self.included_requirements.extend(other.requirement.iter().chain(&other.included_requirements));
        self.defects.extend_from_slice(&other.defects);
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
        self.unrestricted |= rights.into();
        self
    }

    /// Says what must really be enforced; if it cannot be, enforcing fails and nothing runs. Several calls add up.
    ///
    /// Without this, the ABI 1 rights on files are required; where files are unrestricted, the features that the policy
    /// grants something in; where there are none, that anything at all is enforced.
    pub fn require(mut self, require: impl Into<Require>) -> Policy {
        self.requirement.get_or_insert_default().add(require.into());
        self
    }

    /// What this policy restricts on a kernel that knows ABI 10.
    #[must_use]
    pub fn handled(&self) -> Rights {
        Rights::ALL - self.unrestricted
    }
}

/// What the stages after this one ask.
impl Policy {
    /// A policy that cannot be enforced, of which only this is known.
    #[cfg(feature = "elf")]
    pub(crate) fn defective(defect: PolicyError) -> Policy {
        Policy { defects: vec![defect], ..Policy::default() }
    }

    /// All that is wrong with the policy before the kernel is asked.
    pub(crate) fn defects(&self) -> Vec<PolicyError> {
        let mut defects = self.defects.clone();
        defects.extend(
            self.named.iter().filter_map(|(key, rights)| PolicyError::of_grant(key, *rights, self.unrestricted)),
        );
        let unsaid = self.included_unrestricted - self.unrestricted;
        if !unsaid.is_empty() {
            defects.push(PolicyError::IncludedUnrestricted { rights: unsaid });
        }
        if self.included_requirements.iter().any(|included| self.requirement.as_ref() != Some(included)) {
            defects.push(PolicyError::IncludedRequire);
        }
        if let Some(requirement) = &self.requirement {
            let moot = requirement.rights - self.handled();
            if !moot.is_empty() {
                defects.push(PolicyError::RequiredUnrestricted { rights: moot });
            }
        }
        defects
    }

    /// What must be enforced, by the policy's own word or by default.
    pub(crate) fn requirement(&self) -> Requirement {
        self.requirement.unwrap_or_else(|| Requirement::default_for(self.handled(), self.named()))
    }

    pub(crate) fn says_require(&self) -> bool {
        self.requirement.is_some()
    }

    /// Whether `refer` is handled only because it must be, to be allowed everywhere. What is included does not change
    /// that: it may well grant `refer`, in a policy that restricts files.
    pub(crate) fn keeps_refer(&self) -> bool {
        let refer = Rights::from(Right::Refer);
        self.handled() & Rights::ON_FILES == refer && !self.named().contains(refer)
    }

    /// The rights that this policy itself grants somewhere, whatever it includes.
    pub(crate) fn named(&self) -> Rights {
        self.named.iter().fold(Rights::EMPTY, |all, (_, rights)| all | *rights)
    }

    fn name(&mut self, key: &'static str, rights: Rights) {
        if !self.named.contains(&(key, rights)) {
            self.named.push((key, rights));
        }
    }
}
