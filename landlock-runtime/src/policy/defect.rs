//! What can be wrong with a policy that only a run can show.

use super::expand::Failure;
use super::{Opening, PathRule, Right, Rights};
use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// A value in a policy that cannot be used, or two that contradict each other. Nothing was restricted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// A path is empty.
    EmptyPath {
        /// The key that grants it.
        key: &'static str,
    },
    /// A path contains a NUL byte.
    NulInPath {
        /// The key that grants it.
        key: &'static str,
        /// The path.
        path: PathBuf,
    },
    /// Port 0 where something must listen.
    PortZero {
        /// The key that grants it.
        key: &'static str,
    },
    /// A range of ports that ends before it starts.
    EmptyRange {
        /// The key that grants it.
        key: &'static str,
        /// The range.
        ports: RangeInclusive<u16>,
    },
    /// A grant on paths of rights that are not on files.
    NotOnPaths {
        /// The key of the grant.
        key: &'static str,
        /// The rights.
        rights: Rights,
    },
    /// A grant of no right at all.
    NoRights {
        /// The key of the grant.
        key: &'static str,
    },
    /// A grant of rights that the policy leaves unrestricted.
    Moot {
        /// The key of the grant.
        key: &'static str,
        /// The rights.
        rights: Rights,
    },
    /// A grant of rights that the policy's own `abi` leaves out.
    AboveAbi {
        /// The key of the grant.
        key: &'static str,
        /// The ABI that brought the first of its rights.
        needs: u32,
        /// The policy's `abi`.
        abi: u32,
    },
    /// The policy requires rights that it leaves unrestricted itself.
    RequiredUnrestricted {
        /// The rights.
        rights: Rights,
    },
    /// The policy requires rights that its own `abi` leaves out.
    RequiredAboveAbi {
        /// The rights.
        rights: Rights,
    },
    /// An included policy leaves rights unrestricted, and this one does not say so.
    IncludedUnrestricted {
        /// The rights.
        rights: Rights,
    },
    /// What a program needs to run cannot be told: `presets::elf`.
    Program {
        /// The program.
        path: PathBuf,
        /// The system's words, or what is wrong with the file.
        reason: String,
    },
    /// An included policy says something that changes what is enforced, and this one does not say it.
    IncludedOption {
        /// The key.
        key: &'static str,
        /// Its value there, as one would write it here.
        value: String,
    },
    /// An ABI that this version does not know.
    UnknownAbi {
        /// The ABI.
        abi: u32,
    },
    /// A path names an environment variable that is not set, or empty.
    Unset {
        /// The key that grants it.
        key: &'static str,
        /// The path, as it was written.
        path: PathBuf,
        /// The variable.
        variable: String,
    },
    /// A path means nothing usable in this environment.
    Unusable {
        /// The key that grants it.
        key: &'static str,
        /// The path, as it was written.
        path: PathBuf,
        /// What came out.
        expanded: PathBuf,
    },
    /// A path with a malformed variable.
    Malformed {
        /// The key that grants it.
        key: &'static str,
        /// The path, as it was written.
        path: PathBuf,
    },
    /// A path in the policy of a child process that is another for each process, such as `/proc/self` and `/dev/stdin`: the
    /// rule would be on what is the parent's own.
    OfTheParent {
        /// The key that grants it.
        key: &'static str,
        /// The path.
        path: PathBuf,
        /// What to do about it.
        instead: &'static str,
    },
    /// A set-user-id program trusts no environment.
    SetUserId {
        /// The key that grants it.
        key: &'static str,
        /// The path, as it was written.
        path: PathBuf,
    },
}

impl PolicyError {
    pub(super) fn of_path(key: &'static str, rule: &PathRule) -> Option<PolicyError> {
        if rule.text.is_empty() { Some(PolicyError::of_no_path(key, rule)) } else { None }
    }

    #[cold]
    fn of_no_path(key: &'static str, rule: &PathRule) -> PolicyError {
        match &rule.opening {
            Opening::Nul(path) => PolicyError::NulInPath { key, path: path.to_path_buf() },
            _ => PolicyError::EmptyPath { key },
        }
    }

    pub(super) fn of_template(rule: &PathRule, failure: Failure, set_user_id: bool) -> PolicyError {
        let (key, path) = (rule.key, rule.path().to_owned());
        match failure {
            Failure::Unset(_) if set_user_id => PolicyError::SetUserId { key, path },
            Failure::Unset(variable) => PolicyError::Unset { key, path, variable },
            Failure::Unusable(expanded) => PolicyError::Unusable { key, path, expanded },
            Failure::Malformed => PolicyError::Malformed { key, path },
        }
    }

    /// A grant of what everybody may do already. `refer` beside it does not save one.
    pub(super) fn of_grant(key: &'static str, rights: Rights, unrestricted: Rights) -> Option<PolicyError> {
        let granted = rights.but_refer();
        let is_moot = !granted.is_empty() && unrestricted.contains(granted);
        is_moot.then_some(PolicyError::Moot { key, rights: granted })
    }

    pub(super) fn of_ports(key: &'static str, right: Right, ports: &RangeInclusive<u16>) -> Option<PolicyError> {
        let connects = matches!(right, Right::ConnectTcp | Right::ConnectSendUdp);
        let to_nobody = ports.is_empty() || connects && *ports.start() == 0;
        if to_nobody { Some(PolicyError::of_no_port(key, ports)) } else { None }
    }

    #[cold]
    fn of_no_port(key: &'static str, ports: &RangeInclusive<u16>) -> PolicyError {
        if ports.is_empty() {
            PolicyError::EmptyRange { key, ports: ports.clone() }
        } else {
            PolicyError::PortZero { key }
        }
    }
}

/// What an error is about; in `{:#}`, which is for who writes the program, behind the key that grants it.
#[cold]
pub(crate) fn about(f: &mut fmt::Formatter<'_>, key: &str, value: fmt::Arguments<'_>) -> fmt::Result {
    if f.alternate() { write!(f, "{key} = {value}: ") } else { write!(f, "{value}: ") }
}

/// In `{:#}`, what the developer is to change.
#[cold]
pub(crate) fn advise(f: &mut fmt::Formatter<'_>, advice: fmt::Arguments<'_>) -> fmt::Result {
    if f.alternate() { write!(f, ": {advice}") } else { Ok(()) }
}

/// What a value can cause that a program's user has given is said in one line; `{:#}` adds the key, and what to change. All else
/// is for the developer anyway.
impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PolicyError::EmptyPath { key } => {
                if f.alternate() {
                    write!(f, "{key}: ")?;
                }
                f.write_str("the path is empty")?;
                let advice = "leave the grant out, or write std::path::Path::new(\".\") for the working directory";
                advise(f, format_args!("{advice}"))
            }
            PolicyError::NulInPath { key, path } => {
                about(f, key, format_args!("{path:?}"))?;
                f.write_str("a path cannot contain a NUL byte")?;
                advise(f, format_args!("correct the path"))
            }
            PolicyError::PortZero { key } => {
                about(f, key, format_args!("0"))?;
                f.write_str("nothing listens on port 0")?;
                advise(f, format_args!("write the port of the peer"))
            }
            PolicyError::EmptyRange { key, ports } => {
                let (start, end) = (ports.start(), ports.end());
                about(f, key, format_args!("{start}..={end}"))?;
                f.write_str("the range is empty")?;
                advise(f, format_args!("write {end}..={start}"))
            }
            PolicyError::NotOnPaths { key, rights } => write!(
                f,
                "{key} grants {rights} on paths, and these are no rights on paths: grant rights on ports with a key of theirs, \
                 such as `net_connect = 443`, and leave a scope free with `unrestricted = signal`"
            ),
            PolicyError::NoRights { key } => {
                write!(
                    f,
                    "{key}: the set of rights is empty, so this grants nothing: name a right, or leave the grant out"
                )
            }
            PolicyError::Moot { key, rights } => {
                write!(f, "{key} grants {rights}, which the policy leaves unrestricted: leave one of the two out")
            }
            PolicyError::AboveAbi { key, needs, abi } => write!(
                f,
                "{key} needs ABI {needs}, which `abi = {abi}` leaves out: write `abi = {needs}`, or leave `{key}` out"
            ),
            PolicyError::RequiredUnrestricted { rights } => {
                write!(f, "require names {rights}, which the policy leaves unrestricted: leave one of the two out")
            }
            PolicyError::RequiredAboveAbi { rights } => {
                write!(f, "require names {rights}, which `abi` leaves out: raise `abi`, or leave the requirement out")
            }
            PolicyError::IncludedUnrestricted { rights } => write!(
                f,
                "an included policy says `unrestricted = [{rights}]`: add that to `unrestricted` here too, or leave that policy \
                 out"
            ),
            PolicyError::IncludedOption { key, value } => write!(
                f,
                "an included policy says `{key} = {value}`: write `{key} = {value}` here too, or leave that policy out"
            ),
            PolicyError::Program { path, reason } => write!(f, "presets::elf({path:?}): {reason}"),
            PolicyError::UnknownAbi { abi } => {
                write!(f, "abi = {abi}: this version knows ABI 1 to 10: write one of these")
            }
            PolicyError::Unset { key, path, variable } => {
                about(f, key, format_args!("{path:?}"))?;
                write!(f, "the environment variable {variable} is not set")?;
                advise(
                    f,
                    format_args!(
                        "set it; or, if it may be missing, write `optional({path:?})` in an attribute, \
                         `optional(expand({path:?}))` in the builder"
                    ),
                )
            }
            PolicyError::Unusable { key, path, expanded } => {
                about(f, key, format_args!("{path:?}"))?;
                write!(
                    f,
                    "the environment makes {expanded:?} of it, which is not an absolute path below `/` without \
                     `..`: correct the environment"
                )
            }
            PolicyError::Malformed { key, path } => {
                write!(
                    f,
                    "{key} = {path:?}: a variable is written `$NAME` or `${{NAME}}`; a path that has a `$` in it is \
                     std::path::Path::new({path:?})"
                )
            }
            PolicyError::OfTheParent { key, path, instead } => {
                about(f, key, format_args!("{path:?}"))?;
                f.write_str("it is another file in each process, and the rule would be on that of the parent")?;
                advise(f, format_args!("{instead}"))
            }
            PolicyError::SetUserId { key, path } => {
                about(f, key, format_args!("{path:?}"))?;
                f.write_str("this is a set-user-id program, whose environment is somebody else's")?;
                advise(f, format_args!("write a path without variables"))
            }
        }
    }
}

impl std::error::Error for PolicyError {}
