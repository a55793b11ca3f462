//! The words beside the keys, each listed once: what other tools call our keys and places, features and rights as the runtime spells
//! them, the Linux version of each ABI.

use crate::keys::LATEST_ABI;

/// What a word of another tool is here.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Here {
    /// These keys, with the same value.
    Keys(&'static [&'static str]),
    /// These arguments.
    Arguments(&'static str),
    /// No key: why, and what to do instead.
    Nothing(&'static str),
}

use Here::{Arguments, Keys, Nothing};

/// What other tools call our keys, in lower case.
pub(crate) static OTHER_NAMES: &[(&[&str], Here)] = &[
    (
        &["ro", "r", "read_only", "readonly", "allow_read", "read_path", "read_paths", "ro_paths", "ro_bind"],
        Keys(&["read"]),
    ),
    (&["fs", "file", "files", "filesystem", "path", "paths", "allow_fs", "path_beneath", "unveil"], Keys(&["read"])),
    (&["rw", "readwrite", "allow_read_write", "rw_paths", "read_write_paths"], Keys(&["read_write"])),
    (&["wo", "w", "write_only", "allow_write", "write_paths"], Keys(&["write"])),
    (&["create", "remove", "delete", "rename", "link"], Keys(&["write"])),
    (&["rox", "rx", "x", "run", "allow_run", "allow_exec", "exec_paths", "program", "programs"], Keys(&["exec"])),
    (&["rwx", "rwxc", "read_write_exec", "all_access"], Keys(&["read_write", "exec"])),
    (&["connect", "tcp_connect", "allow_connect", "tcp", "port", "ports", "tcp_ports"], Keys(&["net_connect"])),
    (&["net", "network", "allow_net", "allow_tcp", "outbound", "egress"], Keys(&["net_connect"])),
    (&["bind", "tcp_bind", "allow_bind", "listen", "inbound", "ingress"], Keys(&["net_bind"])),
    (&["udp", "allow_udp", "udp_send", "send_udp"], Keys(&["udp_connect"])),
    (&["unix", "unix_connect", "unix_socket", "unix_sockets", "socket", "sockets"], Keys(&["connect_unix"])),
    (&["ioctl"], Keys(&["ioctl_dev"])),
    (&["preset", "presets", "policy", "policies", "profile", "extends"], Keys(&["include"])),
    (
        &["grant", "grants", "rights"],
        Nothing(
            "each right is a key of its own, such as `read_file = \"/etc\"`; for a set of rights that the program computes, write \
         `include = landlock_runtime::Policy::new().grant(rights, \"/etc\")`",
        ),
    ),
    (
        &["optional", "ensure_dir", "ensure_file", "nofollow", "fd"],
        Nothing("it stands around a path, behind a key that grants something: write `read = optional(\"/opt/share\")`"),
    ),
    (&["allow", "allow_all", "unhandled"], Keys(&["unrestricted"])),
    (
        &["scope", "scopes", "scoped", "signal", "signals", "abstract_unix", "abstract_unix_socket"],
        Nothing(
            "signals and abstract UNIX sockets are kept inside by default: leave it out; to let them out, write \
         `unrestricted = [signal, abstract_unix]`",
        ),
    ),
    (
        &["handle", "handled", "handle_access", "restrict", "rules", "ruleset"],
        Nothing(
            "all that Landlock can restrict is restricted by default: leave it out; to leave something free, write \
         `unrestricted = tcp`",
        ),
    ),
    (
        &["best_effort", "soft_requirement", "compat", "compatibility", "compat_level"],
        Nothing(
            "best effort is the default, beyond what `require` names: leave the key out; where a kernel that lacks something is \
             to be an error, write `require = all`",
        ),
    ),
    (&["mandatory", "hard_requirement", "strict", "enforce", "required"], Arguments("require = all")),
    (&["min_abi", "minimum_abi", "abi_min"], Arguments("require = abi(6)")),
    (&["max_abi", "abi_max", "abi_version", "version"], Keys(&["abi"])),
    (
        &["all_threads", "tsync"],
        Nothing("`#[sandbox]` on `main` and `restrict_process()` restrict all threads by default: leave it out"),
    ),
    (&["no_new_privileges", "nnp"], Keys(&["no_new_privs"])),
    (&["panic"], Arguments("on_error = panic")),
    (&["exit"], Arguments("on_error = exit(1)")),
    (&["audit", "logging"], Keys(&["log"])),
    (&["stack_size"], Keys(&["stack"])),
    (&["time", "time_limit", "deadline"], Keys(&["timeout"])),
    (&["mem", "memory_limit", "memory_max", "max_memory", "rlimit"], Keys(&["memory"])),
    (
        &["host", "hosts", "hostname", "ip", "addr", "address", "domain"],
        Nothing("Landlock has no host rules, only ports: write `net_connect = 443`"),
    ),
];

/// What this word is here.
pub(crate) fn here(word: &str) -> Option<Here> {
    let word = word.to_lowercase();
    if ["deny", "forbid", "block", "except", "exclude"].iter().any(|denies| word.contains(denies)) {
        return Some(Nothing("Landlock only allows, and what no key grants is denied: leave it out"));
    }
    OTHER_NAMES.iter().find(|(names, _)| names.contains(&&*word)).map(|(_, here)| *here)
}

/// Words of other tools where features, rights and requirements stand, and what is written here.
pub(crate) static OTHER_WORDS: &[(&str, &str)] = &[
    ("file", "fs"),
    ("files", "fs"),
    ("filesystem", "fs"),
    ("net", "[tcp, udp]"),
    ("network", "[tcp, udp]"),
    ("scope", "[signal, abstract_unix]"),
    ("scopes", "[signal, abstract_unix]"),
    ("abstract", "abstract_unix"),
    ("socket", "unix"),
    ("sockets", "unix"),
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
