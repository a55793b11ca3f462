//! Text of a landlockconfig file in; out what it says, or every mistake in it with its line and key. The schema is that of
//! <https://github.com/landlock-lsm/landlockconfig>, version 0.1.
//!
//! The macro needs this when a program is compiled, the runtime when it runs, and a crate of macros can export no function.
//! So this directory is compiled into both: in the runtime it is a symbolic link, which `cargo package` replaces by the
//! files, as it does for the README. A third published crate would be one more for every user to trust, a second copy one
//! more to keep alike. Hence nothing here names either crate: rights are names, paths are strings.

mod check;
mod json;
mod node;
mod read;
pub(crate) mod rights;
mod toml;
mod variable;

pub(crate) use rights::Names;
use std::path::Path;

/// In which of the two notations a file is written. TOML spells the keys in snake case, JSON in camel case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Toml,
}

impl Format {
    /// By the end of the file's name.
    pub(crate) fn of(file: &Path) -> Option<Format> {
        match file.extension()?.to_str()? {
            "json" => Some(Format::Json),
            "toml" => Some(Format::Toml),
            _ => None,
        }
    }
}

/// What a file says, with its groups and variables resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Config {
    /// What it restricts: what its rulesets name and what its rules allow.
    pub(crate) handled: Names,
    pub(crate) paths: Vec<PathGrant>,
    pub(crate) ports: Vec<PortGrant>,
}

/// Rights on paths, as one entry of `pathBeneath` gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathGrant {
    pub(crate) rights: Names,
    pub(crate) paths: Vec<String>,
}

/// One right on ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PortGrant {
    pub(crate) right: &'static str,
    pub(crate) ports: Vec<u16>,
}

/// What is wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// From 1 on.
    pub(crate) line: usize,
    /// `path_beneath[0].parent[2]`; empty where the text is not even TOML or JSON.
    pub(crate) key: String,
    /// What is wrong, and what to write instead.
    pub(crate) problem: String,
}

impl Mistake {
    /// `policy.toml:7: abi: …`
    pub(crate) fn in_file(&self, file: &str) -> String {
        let Mistake { line, key, problem } = self;
        let place = if file.is_empty() { format!("line {line}") } else { format!("{file}:{line}") };
        if key.is_empty() { format!("{place}: {problem}") } else { format!("{place}: {key}: {problem}") }
    }
}

/// What the text says, or every mistake in it, in the order of their lines.
pub(crate) fn parse(text: &str, format: Format) -> Result<Config, Vec<Mistake>> {
    let tree = match format {
        Format::Json => json::read(text),
        Format::Toml => toml::read(text),
    };
    match tree {
        Ok(tree) => check::config(&tree, text, format),
        Err(mistake) => Err(vec![mistake]),
    }
}
