//! The words beside the keys, each listed once: what other tools call our keys, features and rights as the runtime spells
//! them, the Linux version of each ABI.

use crate::keys::LATEST_ABI;

/// What other tools call our keys.
pub(crate) static OTHER_NAMES: &[(&str, &str)] = &[
    ("ro", "read"),
    ("read_only", "read"),
    ("readonly", "read"),
    ("rw", "read_write"),
    ("readwrite", "read_write"),
    ("rox", "exec"),
    ("rx", "exec"),
    ("wo", "write"),
    ("connect", "net_connect"),
    ("tcp_connect", "net_connect"),
    ("net", "net_connect"),
    ("port", "net_connect"),
    ("ports", "net_connect"),
    ("bind", "net_bind"),
    ("tcp_bind", "net_bind"),
    ("listen", "net_bind"),
    ("udp", "udp_connect"),
    ("unix", "connect_unix"),
    ("preset", "include"),
    ("presets", "include"),
    ("allow", "unrestricted"),
    ("thread", "isolate"),
    ("stack_size", "stack"),
];

/// Features, as an attribute and as the runtime spell them.
pub(crate) static FEATURES: &[(&str, &str)] = &[
    ("fs", "Fs"),
    ("tcp", "Tcp"),
    ("udp", "Udp"),
    ("unix", "Unix"),
    ("signal", "Signal"),
    ("abstract_unix", "AbstractUnix"),
];

/// Single rights, as the kernel and as the runtime spell them.
pub(crate) static RIGHTS: &[(&str, &str)] = &[
    ("execute", "Execute"),
    ("write_file", "WriteFile"),
    ("read_file", "ReadFile"),
    ("read_dir", "ReadDir"),
    ("remove_dir", "RemoveDir"),
    ("remove_file", "RemoveFile"),
    ("make_char", "MakeChar"),
    ("make_dir", "MakeDir"),
    ("make_reg", "MakeReg"),
    ("make_sock", "MakeSock"),
    ("make_fifo", "MakeFifo"),
    ("make_block", "MakeBlock"),
    ("make_sym", "MakeSym"),
    ("refer", "Refer"),
    ("truncate", "Truncate"),
    ("ioctl_dev", "IoctlDev"),
    ("resolve_unix", "ResolveUnix"),
    ("bind_tcp", "BindTcp"),
    ("connect_tcp", "ConnectTcp"),
    ("bind_udp", "BindUdp"),
    ("connect_send_udp", "ConnectSendUdp"),
];

/// The Linux version that brought each ABI, from ABI 1 on.
pub(crate) const LINUX: [&str; LATEST_ABI as usize] =
    ["5.13", "5.19", "6.2", "6.7", "6.10", "6.12", "6.15", "7.0", "7.1", "7.2"];
