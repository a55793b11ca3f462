//! Calls of the builder as values: made at random or read from an expansion, compared, and called.

use landlock_runtime::{
    Feature, OnePath as _, PathRule, Policy, Require, Right, Threads, ensure_dir, ensure_file, expand, nofollow,
    optional,
};
use std::ops::RangeInclusive;
use std::path::Path;

/// One call of the builder.
#[derive(Clone, Debug)]
pub(crate) enum Call {
    Path(String, Rule),
    Ports(String, RangeInclusive<u16>),
    /// `unrestricted` or `quiet`.
    Words(String, Word),
    Require(Required),
    Abi(u32),
    Threads(bool),
    /// `no_new_privs` and the flags of the audit log.
    Flag(String, bool),
}

/// A path with what stands around it.
#[derive(Clone, Debug)]
pub(crate) enum Rule {
    Path(String),
    Template(String),
    Wrapped(String, Box<Rule>),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Word {
    Feature(Feature),
    Right(Right),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Required {
    Nothing,
    All,
    Threads,
    Abi(u32),
    Word(Word),
}

/// Every method that takes these, by its name.
macro_rules! by_name {
    ($policy:ident, $name:expr, $value:expr, [$($method:ident)*]) => {
        match $name {
            $(stringify!($method) => $policy.$method($value),)*
            name => panic!("no method {name}"),
        }
    };
}

impl Call {
    pub(crate) fn on(&self, policy: Policy) -> Policy {
        match self {
            Call::Path(key, rule) => by_name!(policy, key.as_str(), rule.build(), [
                read write read_write exec connect_unix execute write_file read_file read_dir remove_dir remove_file
                make_char make_dir make_reg make_sock make_fifo make_block make_sym refer truncate ioctl_dev
                resolve_unix quiet_paths
            ]),
            Call::Ports(key, ports) => by_name!(policy, key.as_str(), ports.clone(), [
                net_connect net_bind udp_connect udp_bind bind_tcp connect_tcp bind_udp connect_send_udp quiet_ports
            ]),
            Call::Words(key, Word::Feature(feature)) => {
                by_name!(policy, key.as_str(), *feature, [unrestricted quiet])
            }
            Call::Words(key, Word::Right(right)) => by_name!(policy, key.as_str(), *right, [unrestricted quiet]),
            Call::Require(required) => match *required {
                Required::Nothing => policy.require(Require::None),
                Required::All => policy.require(Require::All),
                Required::Threads => policy.require(Require::Threads),
                Required::Abi(abi) => policy.require(Require::Abi(abi)),
                Required::Word(Word::Feature(feature)) => policy.require(feature),
                Required::Word(Word::Right(right)) => policy.require(right),
            },
            Call::Abi(abi) => policy.abi(*abi),
            Call::Threads(new) => policy.threads(if *new { Threads::New } else { Threads::All }),
            Call::Flag(key, set) => {
                by_name!(policy, key.as_str(), *set, [no_new_privs log_same_exec log_new_exec log_subdomains])
            }
        }
    }
}

impl Rule {
    fn build(&self) -> PathRule {
        match self {
            Rule::Path(path) => Path::new(path).into_rule(),
            Rule::Template(template) => expand(template),
            Rule::Wrapped(wrapper, inner) => match wrapper.as_str() {
                "optional" => optional(inner.build()),
                "nofollow" => nofollow(inner.build()),
                "ensure_dir" => ensure_dir(inner.build()),
                "ensure_file" => ensure_file(inner.build()),
                wrapper => panic!("no wrapper {wrapper}"),
            },
        }
    }
}
