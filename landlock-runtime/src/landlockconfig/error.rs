//! What can be wrong with a landlockconfig file, and with a policy that is to become one.

use super::schema::Mistake;
use crate::policy::PolicyError;
use std::path::{Path, PathBuf};
use std::{fmt, io};

/// Why a landlockconfig file is no policy, or a policy no such file. Feature `landlockconfig`.
#[derive(Debug)]
#[non_exhaustive]
pub enum LandlockconfigError {
    /// The file cannot be read.
    File {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The text is not of the format. All mistakes, in the order of their lines; one where it is not even TOML or JSON.
    Malformed {
        /// The file, if it was read from one.
        file: Option<PathBuf>,
        /// What is wrong in it.
        mistakes: Vec<LandlockconfigMistake>,
    },
    /// The policy could not be enforced, either.
    Policy(Vec<PolicyError>),
    /// The policy says what the format has no words for.
    Inexpressible {
        /// Each thing, and what to write instead.
        problems: Vec<String>,
    },
}

/// A mistake in a landlockconfig file. Feature `landlockconfig`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LandlockconfigMistake {
    /// The line, from 1 on.
    pub line: usize,
    /// The key, as `path_beneath[0].parent[2]`; empty where there is none.
    pub key: String,
    /// What is wrong, and what to write instead.
    pub problem: String,
}

impl LandlockconfigError {
    pub(super) fn malformed(file: Option<&Path>, mistakes: Vec<Mistake>) -> LandlockconfigError {
        let public = |Mistake { line, key, problem }| LandlockconfigMistake { line, key, problem };
        LandlockconfigError::Malformed {
            file: file.map(Path::to_owned),
            mistakes: mistakes.into_iter().map(public).collect(),
        }
    }
}

impl fmt::Display for LandlockconfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LandlockconfigError::File { file, source } => write!(f, "{}: {source}", file.display()),
            LandlockconfigError::Malformed { file, mistakes } => {
                let file = file.as_ref().map_or_else(String::new, |file| file.display().to_string());
                let line = |mistake: &LandlockconfigMistake| {
                    let LandlockconfigMistake { line, key, problem } = mistake.clone();
                    Mistake { line, key, problem }.in_file(&file)
                };
                f.write_str(&mistakes.iter().map(line).collect::<Vec<_>>().join("\n"))
            }
            LandlockconfigError::Policy(defects) => {
                let defects: Vec<_> = defects.iter().map(|defect| format!("{defect:#}")).collect();
                f.write_str(&defects.join("; "))
            }
            LandlockconfigError::Inexpressible { problems } => {
                write!(f, "a landlockconfig file cannot say this policy: {}", problems.join("; "))
            }
        }
    }
}

impl std::error::Error for LandlockconfigError {}
