//! Access rights and scopes: their names, sets of them, and the features that group them.

use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign, Sub};

/// One table for the names: the kernel's own, in lower case.
macro_rules! rights {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// An access right, or one of the two scopes, by the kernel's own name.
        ///
        /// The meaning of each is the kernel's:
        /// <https://docs.kernel.org/userspace-api/landlock.html#access-rights>.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Right {
            $($(#[$doc])* $variant,)*
        }

        impl Right {
            /// All rights and scopes that this version knows, those of ABI 10.
            pub const ALL: &'static [Right] = &[$(Right::$variant,)*];

            /// The kernel's name, in lower case: `read_file`, `connect_tcp`, `signal`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Right::$variant => $name,)*
                }
            }
        }
    };
}

rights! {
    /// Execute a file. Running a program needs it on the binary and on its ELF interpreter, with `read_file`.
    Execute = "execute",
    /// Open a file for writing.
    WriteFile = "write_file",
    /// Open a file for reading.
    ReadFile = "read_file",
    /// Open a directory or list it.
    ReadDir = "read_dir",
    /// Remove an empty directory, or rename one.
    RemoveDir = "remove_dir",
    /// Unlink or rename a file.
    RemoveFile = "remove_file",
    /// Create a character device.
    MakeChar = "make_char",
    /// Create a directory.
    MakeDir = "make_dir",
    /// Create a regular file.
    MakeReg = "make_reg",
    /// Create a UNIX socket.
    MakeSock = "make_sock",
    /// Create a named pipe.
    MakeFifo = "make_fifo",
    /// Create a block device.
    MakeBlock = "make_block",
    /// Create a symbolic link.
    MakeSym = "make_sym",
    /// Link or rename a file into another directory.
    Refer = "refer",
    /// Truncate a file.
    Truncate = "truncate",
    /// Send `ioctl` commands to a device opened inside the sandbox.
    IoctlDev = "ioctl_dev",
    /// Connect to a UNIX socket by its path.
    ResolveUnix = "resolve_unix",
    /// Bind a TCP port.
    BindTcp = "bind_tcp",
    /// Connect to a TCP port.
    ConnectTcp = "connect_tcp",
    /// Bind a UDP port, explicitly or by sending from an unbound socket (port 0).
    BindUdp = "bind_udp",
    /// Connect a UDP socket to a port, or send to one.
    ConnectSendUdp = "connect_send_udp",
    /// Scope: connect to abstract UNIX sockets made outside the sandbox.
    AbstractUnixSocket = "abstract_unix_socket",
    /// Scope: send signals to processes outside the sandbox.
    Signal = "signal",
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of [`Right`]s.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Rights(u32);

impl Rights {
    /// No right at all.
    pub const EMPTY: Rights = Rights(0);
    /// Every right and scope that this version knows, those of ABI 10.
    pub const ALL: Rights = Rights::of(Right::ALL);
    /// Every right on files and directories. `resolve_unix` is not one: it is about sockets.
    pub(crate) const ON_FILES: Rights = Feature::Fs.rights().with(Rights::of(&[Right::Refer]));
    /// Every right that a rule on a path may carry.
    pub(crate) const ON_PATHS: Rights = Rights::ON_FILES.with(Feature::Unix.rights());

    pub(crate) const READ: Rights = Rights::of(&[Right::ReadFile, Right::ReadDir]);
    pub(crate) const WRITE: Rights = Rights::of(&[
        Right::WriteFile,
        Right::Truncate,
        Right::MakeReg,
        Right::MakeDir,
        Right::MakeSym,
        Right::MakeFifo,
        Right::MakeSock,
        Right::RemoveFile,
        Right::RemoveDir,
        Right::Refer,
    ]);
    pub(crate) const EXEC: Rights = Rights::of(&[Right::Execute, Right::ReadFile, Right::ReadDir]);

    /// The set of these rights.
    #[must_use]
    pub const fn of(rights: &[Right]) -> Rights {
        let mut bits = 0;
        let mut next = 0;
        while next < rights.len() {
            bits |= 1 << rights[next] as u32;
            next += 1;
        }
        Rights(bits)
    }

    pub(crate) const fn with(self, other: Rights) -> Rights {
        Rights(self.0 | other.0)
    }

    /// Without `refer`, unless that is all: it is restricted for a reason of its own, beside the other rights on files.
    pub(crate) fn but_refer(self) -> Rights {
        let refer = Rights::from(Right::Refer);
        if self == refer { self } else { self - refer }
    }

    /// For an atomic.
    pub(crate) const fn bits(self) -> u32 {
        self.0
    }

    /// Back from an atomic.
    pub(crate) const fn from_bits(bits: u32) -> Rights {
        Rights(bits & Rights::ALL.0)
    }

    /// Whether the set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether every right of `other` is in this set.
    #[must_use]
    pub fn contains(self, other: impl Into<Rights>) -> bool {
        let other = other.into();
        self.0 & other.0 == other.0
    }

    /// The rights in the set, in the kernel's order.
    pub fn iter(self) -> impl Iterator<Item = Right> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let next = left.trailing_zeros();
            left &= left.checked_sub(1)?;
            Right::ALL.get(next as usize).copied()
        })
    }
}

impl From<Right> for Rights {
    fn from(right: Right) -> Rights {
        Rights(1 << right as u32)
    }
}

impl From<Feature> for Rights {
    fn from(feature: Feature) -> Rights {
        feature.rights()
    }
}

impl BitOr for Rights {
    type Output = Rights;

    fn bitor(self, other: Rights) -> Rights {
        self.with(other)
    }
}

impl BitOrAssign for Rights {
    fn bitor_assign(&mut self, other: Rights) {
        *self = *self | other;
    }
}

impl BitAnd for Rights {
    type Output = Rights;

    fn bitand(self, other: Rights) -> Rights {
        Rights(self.0 & other.0)
    }
}

impl Sub for Rights {
    type Output = Rights;

    fn sub(self, other: Rights) -> Rights {
        Rights(self.0 & !other.0)
    }
}

impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        let mut separator = "";
        for right in self.iter() {
            f.write_str(separator)?;
            f.write_str(right.name())?;
            separator = ", ";
        }
        Ok(())
    }
}

impl fmt::Debug for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rights({self})")
    }
}

/// A group of rights that a policy restricts together, unless it says `unrestricted`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Feature {
    /// Files and directories: every right on them but `refer` and `resolve_unix`.
    ///
    /// `refer` stands apart because a layer that does not handle it denies it all the same, as soon as any
    /// layer restricts files: renames across directories would fail with `EXDEV`. So a policy with
    /// unrestricted files still handles `refer`, and grants it everywhere; and so does a policy with
    /// unrestricted `refer` that restricts other rights on paths.
    Fs,
    /// TCP: `bind_tcp` and `connect_tcp` (ABI 4).
    Tcp,
    /// UDP: `bind_udp` and `connect_send_udp` (ABI 10).
    Udp,
    /// UNIX sockets in the file system: `resolve_unix` (ABI 9).
    Unix,
    /// Signals to processes outside the sandbox (ABI 6).
    Signal,
    /// Abstract UNIX sockets made outside the sandbox (ABI 6).
    AbstractUnix,
}

impl Feature {
    /// Every feature.
    pub const ALL: &'static [Feature] =
        &[Feature::Fs, Feature::Tcp, Feature::Udp, Feature::Unix, Feature::Signal, Feature::AbstractUnix];

    /// The rights of the feature.
    #[must_use]
    pub const fn rights(self) -> Rights {
        match self {
            Feature::Fs => {
                const {
                    Rights::of(&[
                        Right::Execute,
                        Right::WriteFile,
                        Right::ReadFile,
                        Right::ReadDir,
                        Right::RemoveDir,
                        Right::RemoveFile,
                        Right::MakeChar,
                        Right::MakeDir,
                        Right::MakeReg,
                        Right::MakeSock,
                        Right::MakeFifo,
                        Right::MakeBlock,
                        Right::MakeSym,
                        Right::Truncate,
                        Right::IoctlDev,
                    ])
                }
            }
            Feature::Tcp => const { Rights::of(&[Right::BindTcp, Right::ConnectTcp]) },
            Feature::Udp => const { Rights::of(&[Right::BindUdp, Right::ConnectSendUdp]) },
            Feature::Unix => const { Rights::of(&[Right::ResolveUnix]) },
            Feature::Signal => const { Rights::of(&[Right::Signal]) },
            Feature::AbstractUnix => const { Rights::of(&[Right::AbstractUnixSocket]) },
        }
    }

    /// The name that an attribute uses: `fs`, `tcp`, `abstract_unix`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Feature::Fs => "fs",
            Feature::Tcp => "tcp",
            Feature::Udp => "udp",
            Feature::Unix => "unix",
            Feature::Signal => "signal",
            Feature::AbstractUnix => "abstract_unix",
        }
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
