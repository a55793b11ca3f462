//! The keys of the language, each listed once: this table drives the parser, the suggestions and the README's table.

use crate::vocabulary::LINUX;

/// What kind of value a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Paths,
    Ports,
    Policies,
    Unrestricted,
    Require,
    Isolate,
    Stack,
    Timeout,
    Memory,
    OnError,
    Abi,
    Threads,
    NoNewPrivs,
    Log,
    Quiet,
    Crate,
}

impl Kind {
    /// Whether several values stand in brackets.
    pub(crate) fn takes_a_list(self) -> bool {
        matches!(self, Kind::Paths | Kind::Ports | Kind::Policies | Kind::Unrestricted | Kind::Require)
    }
}

/// The newest ABI whose rights have keys.
pub(crate) const LATEST_ABI: u32 = 10;

/// A key, and its row in the README.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// A value as one would write it, for messages and for the table.
    pub(crate) example: &'static str,
    /// What it grants or says.
    pub(crate) meaning: &'static str,
    /// The feature that its rights belong to.
    pub(crate) feature: Option<&'static str>,
    /// The ABI that its rights need, and those of them that need a later one.
    pub(crate) abi: &'static str,
    /// The ABI below which it grants nothing.
    pub(crate) since: u32,
}

pub(crate) static KEYS: &[Key] = &[
    Key {
        name: "read",
        kind: Kind::Paths,
        example: "\"/etc\"",
        meaning: "`read_file`, `read_dir`. Never execute.",
        feature: Some("fs"),
        abi: "1",
        since: 1,
    },
    Key {
        name: "write",
        kind: Kind::Paths,
        example: "\"/var/log/app\"",
        meaning: "`write_file`, `truncate`, `make_reg`, `make_dir`, `make_sym`, `make_fifo`, `make_sock`, `remove_file`, \
                  `remove_dir`, `refer`. Not read, not device nodes, not ioctl.",
        feature: Some("fs"),
        abi: "1, refer 2, truncate 3",
        since: 1,
    },
    Key {
        name: "read_write",
        kind: Kind::Paths,
        example: "\"/tmp\"",
        meaning: "what `read` and `write` grant",
        feature: Some("fs"),
        abi: "as these",
        since: 1,
    },
    Key {
        name: "exec",
        kind: Kind::Paths,
        example: "[\"/usr\", \"/lib\"]",
        meaning: "`execute`, `read_file`, `read_dir`; and `/dev/null`, where there is one, read and write",
        feature: Some("fs"),
        abi: "1",
        since: 1,
    },
    Key {
        name: "connect_unix",
        kind: Kind::Paths,
        example: "\"/run/app.sock\"",
        meaning: "`resolve_unix`",
        feature: Some("unix"),
        abi: "9",
        since: 9,
    },
    Key {
        name: "net_connect",
        kind: Kind::Ports,
        example: "443",
        meaning: "`connect_tcp`",
        feature: Some("tcp"),
        abi: "4",
        since: 4,
    },
    Key {
        name: "net_bind",
        kind: Kind::Ports,
        example: "8080",
        meaning: "`bind_tcp`; port 0 is any ephemeral port",
        feature: Some("tcp"),
        abi: "4",
        since: 4,
    },
    Key {
        name: "udp_connect",
        kind: Kind::Ports,
        example: "53",
        meaning: "`connect_send_udp`, and `bind_udp` of port 0, without which nothing can be sent",
        feature: Some("udp"),
        abi: "10",
        since: 10,
    },
    Key {
        name: "udp_bind",
        kind: Kind::Ports,
        example: "0",
        meaning: "`bind_udp`",
        feature: Some("udp"),
        abi: "10",
        since: 10,
    },
    right(Kind::Paths, "execute", "fs", "1", 1),
    right(Kind::Paths, "write_file", "fs", "1", 1),
    right(Kind::Paths, "read_file", "fs", "1", 1),
    right(Kind::Paths, "read_dir", "fs", "1", 1),
    right(Kind::Paths, "remove_dir", "fs", "1", 1),
    right(Kind::Paths, "remove_file", "fs", "1", 1),
    right(Kind::Paths, "make_char", "fs", "1", 1),
    right(Kind::Paths, "make_dir", "fs", "1", 1),
    right(Kind::Paths, "make_reg", "fs", "1", 1),
    right(Kind::Paths, "make_sock", "fs", "1", 1),
    right(Kind::Paths, "make_fifo", "fs", "1", 1),
    right(Kind::Paths, "make_block", "fs", "1", 1),
    right(Kind::Paths, "make_sym", "fs", "1", 1),
    right(Kind::Paths, "refer", "fs", "2", 2),
    right(Kind::Paths, "truncate", "fs", "3", 3),
    right(Kind::Paths, "ioctl_dev", "fs", "5", 5),
    right(Kind::Paths, "resolve_unix", "unix", "9", 9),
    right(Kind::Ports, "bind_tcp", "tcp", "4", 4),
    right(Kind::Ports, "connect_tcp", "tcp", "4", 4),
    right(Kind::Ports, "bind_udp", "udp", "10", 10),
    right(Kind::Ports, "connect_send_udp", "udp", "10", 10),
    Key {
        name: "include",
        kind: Kind::Policies,
        example: "landlock_runtime::presets::dns()",
        meaning: "the grants of another `Policy`: a preset, or what a library exports",
        feature: None,
        abi: "",
        since: 0,
    },
    Key {
        name: "unrestricted",
        kind: Kind::Unrestricted,
        example: "tcp",
        meaning: "does not restrict these features (`fs` `tcp` `udp` `unix` `signal` `abstract_unix`) or single rights",
        feature: None,
        abi: "",
        since: 0,
    },
    Key {
        name: "require",
        kind: Kind::Require,
        example: "[fs, tcp]",
        meaning: "what must really be enforced, or the body does not run: `none`, `all`, `threads`, `abi(6)`, features, \
                  rights. Default: `fs`; where that is unrestricted, the features that the attribute names, else anything",
        feature: None,
        abi: "",
        since: 0,
    },
    Key {
        name: "isolate",
        kind: Kind::Isolate,
        example: "in_place",
        meaning: "`thread`, the default on any fn but main: a fresh thread for this call; `in_place`: the calling thread, \
                  for good; `pool` or `pool(workers = 4)`: threads that stay restricted, for policies without arguments; \
                  `process` or `process(reuse, workers = 4, max_calls = 1000)`: a child process, the only boundary against \
                  code execution",
        feature: None,
        abi: "",
        since: 0,
    },
    Key {
        name: "stack",
        kind: Kind::Stack,
        example: "\"16 MiB\"",
        meaning: "the stack of the fresh thread, or of the body in a process; default `\"8 MiB\"`",
        feature: None,
        abi: "",
        since: 0,
    },
    Key {
        name: "timeout",
        kind: Kind::Timeout,
        example: "\"5 s\"",
        meaning: "with `isolate = process`: how long a call may take, then its process is killed and the call is an error",
        feature: None,
        abi: "",
        since: 0,
    },
    Key {
        name: "memory",
        kind: Kind::Memory,
        example: "\"256 MiB\"",
        meaning: "with `isolate = process`: how much memory its process may have (`RLIMIT_DATA`)",
        feature: None,
        abi: "",
        since: 0,
    },
    Key {
        name: "on_error",
        kind: Kind::OnError,
        example: "panic",
        meaning: "`return`, `panic`, `exit(code)`. Default: on main a message and exit 1; elsewhere `return` where the \
                  return type is a `Result`, else `panic`",
        feature: None,
        abi: "",
        since: 0,
    },
    Key {
        name: "abi",
        kind: Kind::Abi,
        example: "6",
        meaning: "the ceiling: restrict only what this ABI knows, also on newer kernels; default 10",
        feature: None,
        abi: "",
        since: 0,
    },
    Key {
        name: "threads",
        kind: Kind::Threads,
        example: "new",
        meaning: "on main: `all`, the default, or `new`, which leaves running threads free and reports it",
        feature: None,
        abi: "all at once 8",
        since: 0,
    },
    Key {
        name: "no_new_privs",
        kind: Kind::NoNewPrivs,
        example: "false",
        meaning: "default `true`; `false` needs `CAP_SYS_ADMIN`, and lets set-user-id programs gain privileges",
        feature: None,
        abi: "",
        since: 0,
    },
    Key {
        name: "log",
        kind: Kind::Log,
        example: "log(new_exec = true)",
        meaning: "the audit flags `same_exec` (default `true`), `new_exec` (`false`), `subdomains` (`true`)",
        feature: None,
        abi: "7",
        since: 0,
    },
    Key {
        name: "quiet",
        kind: Kind::Quiet,
        example: "quiet(rights = read_file, paths = \"/proc\")",
        meaning: "no audit record for denials of these `rights` on these `paths` and `ports`, and of these `scopes`",
        feature: None,
        abi: "10",
        since: 0,
    },
    Key {
        name: "crate",
        kind: Kind::Crate,
        example: "::landlock_runtime",
        meaning: "where the runtime crate is, for those who re-export it",
        feature: None,
        abi: "",
        since: 0,
    },
];

/// A key of the kernel's own name.
const fn right(kind: Kind, name: &'static str, feature: &'static str, abi: &'static str, since: u32) -> Key {
    let example = match kind {
        Kind::Ports => "443",
        _ => "\"/srv\"",
    };
    Key { name, kind, example, meaning: "exactly that right", feature: Some(feature), abi, since }
}

const READ: &[&str] = &["read_file", "read_dir"];
const EXEC: &[&str] = &["execute", "read_file", "read_dir"];
const WRITE: &[&str] = &[
    "write_file",
    "truncate",
    "make_reg",
    "make_dir",
    "make_sym",
    "make_fifo",
    "make_sock",
    "remove_file",
    "remove_dir",
    "refer",
];

impl Key {
    pub(crate) fn named(name: &str) -> Option<&'static Key> {
        KEYS.iter().find(|key| key.name == name)
    }

    /// The rights on paths that it grants, by the kernel's names.
    pub(crate) fn rights(&'static self) -> Vec<&'static str> {
        match self.name {
            "read" => READ.to_vec(),
            "write" => WRITE.to_vec(),
            "read_write" => [READ, WRITE].concat(),
            "exec" => EXEC.to_vec(),
            "connect_unix" => vec!["resolve_unix"],
            single => vec![single],
        }
    }
}

/// The keys as a table in Markdown: in the documentation of the attribute, and in the README.
pub(crate) fn table() -> String {
    let head = "| key | example | grants, or says | feature | ABI | Linux |\n|---|---|---|---|---|---|\n";
    let row = |Key { name, example, meaning, feature, abi, since, .. }: &Key| {
        let feature = feature.map_or_else(String::new, |feature| format!("`{feature}`"));
        let linux = LINUX.get((*since as usize).wrapping_sub(1)).copied().unwrap_or_default();
        format!("| `{name}` | `{name} = {example}` | {meaning} | {feature} | {abi} | {linux} |\n")
    };
    KEYS.iter().map(row).fold(head.to_owned(), |table, row| table + &row)
}
