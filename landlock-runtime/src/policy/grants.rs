//! The keys that grant something, as methods.

use super::{Origin, PathRule, Paths, Policy, PolicyError, PortGrant, Ports, Right, Rights, Terms, literal, optional};
use std::ops::RangeInclusive;

/// Grants on files.
impl Policy {
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
        let terms = self.terms_mut();
        if !terms.paths.iter().any(|grant| grant.key == "exec" && grant.origin == Origin::Implied) {
            let null = PathRule { origin: Origin::Implied, ..optional(literal(c"/dev/null")) };
            terms.add_path("exec", Rights::of(&[Right::ReadFile, Right::WriteFile]), null);
        }
        terms.grant_paths("exec", Rights::EXEC, paths);
        self
    }

    /// Grants `resolve_unix`: connecting to UNIX sockets by their path. Free below ABI 9.
    pub fn connect_unix(self, paths: impl Paths) -> Policy {
        self.grant_paths("connect_unix", Right::ResolveUnix.into(), paths)
    }

    /// Grants exactly these rights, as one rule for each path: on a file, those of them that a file can have. What single
    /// keys say one by one, for a set that the program has computed or read.
    ///
    /// Rights that are not on files, on ports or of scopes, are an error when the policy is enforced.
    ///
    /// ```
    /// use landlock_runtime::{Policy, Right, Rights, each};
    ///
    /// let rights = Rights::of(&[Right::Execute, Right::ReadFile, Right::ReadDir]);
    /// let policy = Policy::new().grant(rights, each(["/usr", "/bin"]));
    /// assert_eq!(policy.to_string(), r#"#[sandbox(read = ["/usr", "/bin"], execute = ["/usr", "/bin"])]"#);
    /// ```
    pub fn grant(mut self, rights: impl Into<Rights>, paths: impl Paths) -> Policy {
        let rights = rights.into();
        if rights.is_empty() {
            self.terms_mut().defects.push(PolicyError::NoRights { key: "grant" });
        }
        let elsewhere = rights - Rights::ON_PATHS;
        if !elsewhere.is_empty() {
            self.terms_mut().defects.push(PolicyError::NotOnPaths { key: "grant", rights: elsewhere });
        }
        self.grant_paths("grant", rights, paths)
    }

    pub(crate) fn grant_paths(mut self, key: &'static str, rights: Rights, paths: impl Paths) -> Policy {
        self.terms_mut().grant_paths(key, rights, paths);
        self
    }
}

impl Terms {
    fn grant_paths(&mut self, key: &'static str, rights: Rights, paths: impl Paths) {
        let before = self.paths.len();
        paths.for_each(&mut |rule| self.add_path(key, rights, rule));
        self.name(key, rights, self.paths.len() > before);
    }

    fn add_path(&mut self, key: &'static str, rights: Rights, rule: PathRule) {
        if let Some(defect) = PolicyError::of_path(key, &rule) {
            self.defects.push(defect);
        }
        self.template = self.template.or(rule.template);
        if self.paths.capacity() == 0 {
            self.paths.reserve_exact(PATHS);
        }
        self.paths.push(PathRule { rights, key, ..rule });
    }

    fn add_port(&mut self, key: &'static str, right: Right, ports: RangeInclusive<u16>) {
        if let Some(defect) = PolicyError::of_ports(key, right, &ports) {
            self.defects.push(defect);
        }
        if self.ports.capacity() == 0 {
            self.ports.reserve_exact(PORTS);
        }
        self.ports.push(PortGrant { key, ports, rights: right.into(), origin: Origin::Written });
    }

    fn name(&mut self, key: &'static str, rights: Rights, on_something: bool) {
        self.named |= rights;
        if !on_something {
            self.on_nothing.push((key, rights));
        }
    }
}

/// As many as most policies have: memory for them is asked for once, and is no more than they need.
const PATHS: usize = 6;
const PORTS: usize = 2;

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
        let rights = Right::BindUdp.into();
        self.terms_mut().ports.push(PortGrant { key: "udp_connect", ports: 0..=0, rights, origin: Origin::Implied });
        self.grant_ports("udp_connect", Right::ConnectSendUdp, ports)
    }

    /// Grants `bind_udp` on ports; 0 stands for any ephemeral port. UDP is free below ABI 10.
    pub fn udp_bind(self, ports: impl Ports) -> Policy {
        self.grant_ports("udp_bind", Right::BindUdp, ports)
    }

    pub(super) fn grant_ports(mut self, key: &'static str, right: Right, ports: impl Ports) -> Policy {
        let terms = self.terms_mut();
        let before = terms.ports.len();
        ports.for_each(&mut |ports| terms.add_port(key, right, ports));
        terms.name(key, right.into(), terms.ports.len() > before);
        self
    }
}

/// The kernel's own names, as keys.
macro_rules! single_rights {
    ($grant:ident($of:ident): $($(#[$doc:meta])* $name:ident = $right:ident,)*) => {
        impl Policy {
            $(
                $(#[$doc])*
                pub fn $name(self, $of: impl $grant) -> Policy {
                    single_rights!(@ $grant self, stringify!($name), Right::$right, $of)
                }
            )*
        }
    };
    (@ Paths $policy:ident, $key:expr, $right:expr, $of:ident) => { $policy.grant_paths($key, $right.into(), $of) };
    (@ Ports $policy:ident, $key:expr, $right:expr, $of:ident) => { $policy.grant_ports($key, $right, $of) };
}

single_rights! {
    Paths(paths):
    /// Grants exactly `execute`. Running a program needs `read_file`, too: see [`exec`](Policy::exec).
    execute = Execute,
    /// Grants exactly `write_file`. Creating and truncating are rights of their own: see [`write`](Policy::write).
    write_file = WriteFile,
    /// Grants exactly `read_file`: not listing directories.
    read_file = ReadFile,
    /// Grants exactly `read_dir`: listing directories, not reading files.
    read_dir = ReadDir,
    /// Grants exactly `remove_dir`: removing empty directories, and renaming directories.
    remove_dir = RemoveDir,
    /// Grants exactly `remove_file`: unlinking and renaming files.
    remove_file = RemoveFile,
    /// Grants exactly `make_char`: creating character devices, which also needs a capability.
    make_char = MakeChar,
    /// Grants exactly `make_dir`.
    make_dir = MakeDir,
    /// Grants exactly `make_reg`: creating, linking and renaming into place regular files.
    make_reg = MakeReg,
    /// Grants exactly `make_sock`: binding UNIX sockets to paths.
    make_sock = MakeSock,
    /// Grants exactly `make_fifo`.
    make_fifo = MakeFifo,
    /// Grants exactly `make_block`: creating block devices, which also needs a capability.
    make_block = MakeBlock,
    /// Grants exactly `make_sym`: creating symbolic links.
    make_sym = MakeSym,
    /// Grants exactly `refer`: linking and renaming across directories, where both ends have it. Denied at ABI 1.
    refer = Refer,
    /// Grants exactly `truncate`. Free below ABI 3.
    truncate = Truncate,
    /// Grants exactly `ioctl_dev`: `ioctl` commands on devices opened inside. Free below ABI 5.
    ioctl_dev = IoctlDev,
    /// Grants exactly `resolve_unix`, as [`connect_unix`](Policy::connect_unix) does. Free below ABI 9.
    resolve_unix = ResolveUnix,
}

single_rights! {
    Ports(ports):
    /// Grants exactly `bind_tcp`, as [`net_bind`](Policy::net_bind) does. Free below ABI 4.
    bind_tcp = BindTcp,
    /// Grants exactly `connect_tcp`, as [`net_connect`](Policy::net_connect) does. Free below ABI 4.
    connect_tcp = ConnectTcp,
    /// Grants exactly `bind_udp`, as [`udp_bind`](Policy::udp_bind) does. Free below ABI 10.
    bind_udp = BindUdp,
    /// Grants exactly `connect_send_udp`: without `bind_udp` of port 0, only on sockets that are bound already. Free below
    /// ABI 10.
    connect_send_udp = ConnectSendUdp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_grants_its_rights_and_no_other() {
        let write = "remove_dir, remove_file, make_dir, make_reg, make_sock, make_fifo, make_sym, refer, truncate";
        for (policy, rights) in [
            (Policy::new().read("/x"), "read_file, read_dir".to_owned()),
            (Policy::new().write("/x"), format!("write_file, {write}")),
            (Policy::new().read_write("/x"), format!("write_file, read_file, read_dir, {write}")),
            (Policy::new().exec("/x"), "execute, read_file, read_dir".to_owned()),
            (Policy::new().connect_unix("/x"), "resolve_unix".to_owned()),
        ] {
            let granted: Vec<_> = policy.terms.paths.iter().filter(|grant| grant.origin != Origin::Implied).collect();
            assert_eq!(granted.iter().map(|grant| grant.rights.to_string()).collect::<Vec<_>>(), [rights], "{policy}");
        }
        for (policy, rights) in [
            (Policy::new().net_connect(1), "connect_tcp"),
            (Policy::new().net_connect(crate::each(&[1])), "connect_tcp"),
            (Policy::new().net_bind(1), "bind_tcp"),
            (Policy::new().udp_connect(1), "connect_send_udp"),
            (Policy::new().udp_bind(1), "bind_udp"),
        ] {
            let granted: Vec<_> = policy.terms.ports.iter().filter(|grant| grant.origin != Origin::Implied).collect();
            assert_eq!(granted.iter().map(|grant| grant.rights.to_string()).collect::<Vec<_>>(), [rights], "{policy}");
            assert!(granted.iter().all(|grant| grant.ports == (1..=1)), "{policy}");
        }
    }

    #[test]
    fn what_a_key_needs_is_implied_and_no_more() {
        let exec = Policy::new().exec("/x").exec("/y");
        let implied: Vec<_> = exec.terms.paths.iter().filter(|grant| grant.origin == Origin::Implied).collect();
        let [null] = implied[..] else { panic!("one for all: {implied:?}") };
        assert!(null.path() == "/dev/null" && null.optional, "{null:?}");
        assert_eq!(null.rights, Rights::of(&[Right::ReadFile, Right::WriteFile]));
        let udp = Policy::new().udp_connect(53);
        let implied: Vec<_> =
            udp.terms.ports.iter().filter(|grant| grant.origin == Origin::Implied).map(|grant| &grant.ports).collect();
        assert_eq!(implied, [&(0..=0)]);
    }

    #[test]
    fn a_set_is_granted_on_paths_only() {
        let rights = Rights::of(&[Right::ReadFile, Right::ReadDir, Right::Refer]);
        assert!(Policy::new().grant(rights, "/usr").defects().is_empty());
        assert!(Policy::new().grant(rights, "/usr").unrestricted(Right::ReadFile).defects().is_empty());
        let nothing = Policy::new().grant(Rights::EMPTY, "/usr").defects();
        assert_eq!(nothing, [PolicyError::NoRights { key: "grant" }]);
        assert!(nothing[0].to_string().starts_with("grant: the set of rights is empty"), "{}", nothing[0]);
        let elsewhere = Rights::of(&[Right::BindTcp, Right::Signal]);
        let defects = Policy::new().grant(rights | elsewhere, "/usr").defects();
        assert_eq!(defects, [PolicyError::NotOnPaths { key: "grant", rights: elsewhere }]);
        assert!(defects[0].to_string().starts_with("grant grants bind_tcp, signal on paths"), "{}", defects[0]);
    }
}
