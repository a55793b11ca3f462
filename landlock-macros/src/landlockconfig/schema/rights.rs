//! The rights of the format: their names, and the groups that stand for several at an ABI.

/// To what a right applies, and so in which lists it may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Fs,
    Net,
    Scope,
}

/// A right, or a scope.
#[derive(Debug)]
pub(crate) struct Right {
    /// The kernel's name.
    pub(crate) name: &'static str,
    pub(crate) class: Class,
    /// The ABI that brought it.
    pub(crate) since: u32,
    /// Whether the schema has the name. The others it only has through groups.
    pub(crate) spelled: bool,
}

/// In the kernel's order. A test of the runtime holds names and ABIs against its own.
pub(crate) static RIGHTS: [Right; 23] = [
    right("execute", Class::Fs, 1),
    right("write_file", Class::Fs, 1),
    right("read_file", Class::Fs, 1),
    right("read_dir", Class::Fs, 1),
    right("remove_dir", Class::Fs, 1),
    right("remove_file", Class::Fs, 1),
    right("make_char", Class::Fs, 1),
    right("make_dir", Class::Fs, 1),
    right("make_reg", Class::Fs, 1),
    right("make_sock", Class::Fs, 1),
    right("make_fifo", Class::Fs, 1),
    right("make_block", Class::Fs, 1),
    right("make_sym", Class::Fs, 1),
    right("refer", Class::Fs, 2),
    right("truncate", Class::Fs, 3),
    right("ioctl_dev", Class::Fs, 5),
    Right { name: "resolve_unix", class: Class::Fs, since: 9, spelled: false },
    right("bind_tcp", Class::Net, 4),
    right("connect_tcp", Class::Net, 4),
    Right { name: "bind_udp", class: Class::Net, since: 10, spelled: false },
    Right { name: "connect_send_udp", class: Class::Net, since: 10, spelled: false },
    right("abstract_unix_socket", Class::Scope, 6),
    right("signal", Class::Scope, 6),
];

/// The newest ABI in the table.
pub(crate) const LATEST_ABI: u32 = 10;

const fn right(name: &'static str, class: Class, since: u32) -> Right {
    Right { name, class, since, spelled: true }
}

/// Rights, by their names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names(u32);

impl Names {
    /// Those of the table that are so.
    pub(crate) fn that(is_so: impl Fn(&Right) -> bool) -> Names {
        let bits = RIGHTS.iter().enumerate().filter(|(_, right)| is_so(right));
        Names(bits.fold(0, |bits, (position, _)| bits | 1 << position))
    }

    /// Those that `abi.all` and its like stand for in lists of a class.
    pub(crate) fn group(name: &str, class: Class, abi: u32) -> Option<Names> {
        let known = |right: &Right| right.class == class && right.since <= abi;
        match (name, class) {
            ("abi.all", _) => Some(Names::that(known)),
            ("abi.read_execute", Class::Fs) => Some(Names::that(|right| {
                known(right) && ["execute", "read_file", "read_dir", "refer"].contains(&right.name)
            })),
            ("abi.read_write", Class::Fs) => Some(Names::that(|right| known(right) && right.name != "execute")),
            _ => None,
        }
    }

    /// The groups that lists of a class may name.
    pub(crate) fn groups(class: Class) -> &'static [&'static str] {
        match class {
            Class::Fs => &["abi.all", "abi.read_execute", "abi.read_write"],
            Class::Net | Class::Scope => &["abi.all"],
        }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn add(&mut self, other: Names) {
        self.0 |= other.0;
    }

    /// The rights of the table that are not among these.
    pub(crate) fn others(self) -> Names {
        Names(Names::that(|_| true).0 & !self.0)
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = &'static Right> {
        RIGHTS.iter().enumerate().filter(move |(position, _)| self.0 & (1 << position) != 0).map(|(_, right)| right)
    }
}
