//! The words of the language, each listed once: this table drives the parser, the suggestions and the README's table.

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
    OnError,
}

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
    /// The ABI that its rights need.
    pub(crate) abi: &'static str,
}

pub(crate) static KEYS: &[Key] = &[
    Key {
        name: "read",
        kind: Kind::Paths,
        example: "\"/etc\"",
        meaning: "`read_file`, `read_dir`. Never execute.",
        feature: Some("fs"),
        abi: "1",
    },
    Key {
        name: "write",
        kind: Kind::Paths,
        example: "\"/var/log/app\"",
        meaning: "`write_file`, `truncate`, `make_reg`, `make_dir`, `make_sym`, `make_fifo`, `make_sock`, `remove_file`, \
                  `remove_dir`, `refer`. Not read, not device nodes, not ioctl.",
        feature: Some("fs"),
        abi: "1, refer 2, truncate 3",
    },
    Key {
        name: "read_write",
        kind: Kind::Paths,
        example: "\"/tmp\"",
        meaning: "what `read` and `write` grant",
        feature: Some("fs"),
        abi: "as these",
    },
    Key {
        name: "exec",
        kind: Kind::Paths,
        example: "[\"/usr\", \"/lib\"]",
        meaning: "`execute`, `read_file`, `read_dir`; and `/dev/null`, where there is one, read and write",
        feature: Some("fs"),
        abi: "1",
    },
    Key {
        name: "connect_unix",
        kind: Kind::Paths,
        example: "\"/run/app.sock\"",
        meaning: "`resolve_unix`",
        feature: Some("unix"),
        abi: "9",
    },
    Key {
        name: "net_connect",
        kind: Kind::Ports,
        example: "443",
        meaning: "`connect_tcp`",
        feature: Some("tcp"),
        abi: "4",
    },
    Key {
        name: "net_bind",
        kind: Kind::Ports,
        example: "8080",
        meaning: "`bind_tcp`; port 0 is any ephemeral port",
        feature: Some("tcp"),
        abi: "4",
    },
    Key {
        name: "udp_connect",
        kind: Kind::Ports,
        example: "53",
        meaning: "`connect_send_udp`, and `bind_udp` of port 0, without which nothing can be sent",
        feature: Some("udp"),
        abi: "10",
    },
    Key { name: "udp_bind", kind: Kind::Ports, example: "0", meaning: "`bind_udp`", feature: Some("udp"), abi: "10" },
    Key {
        name: "include",
        kind: Kind::Policies,
        example: "presets::dns()",
        meaning: "the grants of another `Policy`: a preset, or what a library exports",
        feature: None,
        abi: "",
    },
    Key {
        name: "unrestricted",
        kind: Kind::Unrestricted,
        example: "tcp",
        meaning: "leaves features (`fs` `tcp` `udp` `unix` `signal` `abstract_unix`) or single rights to everybody",
        feature: None,
        abi: "",
    },
    Key {
        name: "require",
        kind: Kind::Require,
        example: "[fs, tcp]",
        meaning: "what must really be enforced, or the body does not run: `none`, `all`, `threads`, `abi(6)`, features, \
                  rights. Default: `fs`; where that is unrestricted, the features that the attribute names, else anything",
        feature: None,
        abi: "",
    },
    Key {
        name: "isolate",
        kind: Kind::Isolate,
        example: "in_place",
        meaning: "`thread`, the default on any fn but main: a fresh thread for this call; `in_place`: the calling thread, \
                  for good",
        feature: None,
        abi: "",
    },
    Key {
        name: "stack",
        kind: Kind::Stack,
        example: "\"16 MiB\"",
        meaning: "the stack of the fresh thread; default `\"8 MiB\"`",
        feature: None,
        abi: "",
    },
    Key {
        name: "on_error",
        kind: Kind::OnError,
        example: "panic",
        meaning: "`return`, `panic`, `exit(code)`. Default: on main a message and exit 1; elsewhere `return` where the \
                  return type is a `Result`, else `panic`",
        feature: None,
        abi: "",
    },
];

impl Key {
    pub(crate) fn named(name: &str) -> Option<&'static Key> {
        KEYS.iter().find(|key| key.name == name)
    }
}

/// The keys as a table in Markdown: in the documentation of the attribute, and in the README.
pub(crate) fn table() -> String {
    let head = "| key | example | grants, or says | feature | ABI |\n|---|---|---|---|---|\n";
    let row = |Key { name, example, meaning, feature, abi, .. }: &Key| {
        let feature = feature.map_or_else(String::new, |feature| format!("`{feature}`"));
        format!("| `{name}` | `{name} = {example}` | {meaning} | {feature} | {abi} |\n")
    };
    KEYS.iter().map(row).fold(head.to_owned(), |table, row| table + &row)
}

/// What other tools call our keys.
pub(crate) static OTHER_NAMES: &[(&str, &str)] = &[
    ("ro", "read"),
    ("read_only", "read"),
    ("readonly", "read"),
    ("rw", "read_write"),
    ("readwrite", "read_write"),
    ("rox", "exec"),
    ("rx", "exec"),
    ("execute", "exec"),
    ("wo", "write"),
    ("connect", "net_connect"),
    ("connect_tcp", "net_connect"),
    ("tcp_connect", "net_connect"),
    ("net", "net_connect"),
    ("port", "net_connect"),
    ("ports", "net_connect"),
    ("bind", "net_bind"),
    ("bind_tcp", "net_bind"),
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
