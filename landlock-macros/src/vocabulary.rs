//! The words beside the keys, each listed once: what other tools call our keys and places, features and rights as the runtime spells
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
    ("stack_size", "stack"),
    ("time", "timeout"),
    ("time_limit", "timeout"),
    ("deadline", "timeout"),
    ("mem", "memory"),
    ("memory_limit", "memory"),
    ("memory_max", "memory"),
    ("max_memory", "memory"),
    ("rlimit", "memory"),
];

/// Places of `isolate`, and what they are called elsewhere.
pub(crate) static PLACES: &[(&str, &str)] = &[
    ("thread", "thread"),
    ("new_thread", "thread"),
    ("spawn", "thread"),
    ("in_place", "in_place"),
    ("caller", "in_place"),
    ("current_thread", "in_place"),
    ("pool", "pool"),
    ("thread_pool", "pool"),
    ("threadpool", "pool"),
    ("rayon", "pool"),
    ("workers", "pool(workers = 4)"),
    ("process", "process"),
    ("subprocess", "process"),
    ("child", "process"),
    ("child_process", "process"),
    ("fork", "process"),
    ("reuse", "process(reuse)"),
    ("worker", "process(reuse)"),
    ("max_calls", "process(reuse, max_calls = 1000)"),
];

/// The place that a word stands for.
pub(crate) fn place(word: &str) -> Option<&'static str> {
    PLACES.iter().find(|(name, _)| *name == word).map(|(_, place)| *place)
}

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
