//! Policies in files of the landlockconfig project: text in, a [`Policy`] out, and back. The schema is read in `schema`,
//! which the macro shares; what it means for a policy stands here.

mod error;
mod export;
#[allow(unreachable_pub, reason = "the same source as in the macro")]
mod schema;

pub use error::{LandlockconfigError, LandlockconfigMistake};

use crate::policy::{Policy, Right, Rights, each, optional};
use schema::{Config, Format, Names};
use std::path::Path;
use std::{fs, io};

/// Files of the [landlockconfig](https://github.com/landlock-lsm/landlockconfig) project. Feature `landlockconfig`.
impl Policy {
    /// A policy from a landlockconfig file in TOML.
    ///
    /// * What a rule allows is granted, whole groups (`abi.all`, `abi.read_execute`, `abi.read_write`) as of the file's `abi`.
    ///   A path that does not exist is skipped, as if it were [`optional`](crate::optional), and
    ///   [`Enforcement`](crate::Enforcement) names it; a relative one is as of the working directory when the policy is
    ///   enforced.
    /// * `${name}` is a variable of the file, never of the environment; of several values, each makes a path. A variable of
    ///   another file is unknown.
    /// * Everything else is denied, **also what the file leaves unhandled**: there,
    ///   [`unhandled_by_landlockconfig`](Policy::unhandled_by_landlockconfig) says what that is, and how to follow the file
    ///   instead. The file's `abi` is no [ceiling](Policy::abi).
    ///
    /// Files compose by [`include`](Policy::include): what one grants is granted, and what one leaves unhandled is left
    /// unhandled by both.
    ///
    /// ```
    /// use landlock_runtime::Policy;
    ///
    /// let policy = Policy::from_landlockconfig_toml(r#"
    ///     abi = 6
    ///
    ///     [[variable]]
    ///     name = "system"
    ///     literal = ["/usr", "/etc"]
    ///
    ///     [[path_beneath]]
    ///     allowed_access = ["read_file", "read_dir"]
    ///     parent = ["${system}", "/lib64"]
    ///
    ///     [[net_port]]
    ///     allowed_access = ["connect_tcp"]
    ///     port = [443]
    /// "#)?;
    /// let readable = policy.run(|| (std::fs::read_dir("/etc").is_ok(), std::fs::read_dir("/proc").is_ok()))?;
    /// assert_eq!(readable, (true, false));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Malformed`](LandlockconfigError::Malformed): what is not TOML, keys and rights that the schema does not have, values
    /// of another type, ports that are none, unknown variables, a file for an ABI that this version does not know. Every
    /// mistake of the file, each with its line, its key and what to write instead.
    pub fn from_landlockconfig_toml(text: &str) -> Result<Policy, LandlockconfigError> {
        from_text(text, Format::Toml, None)
    }

    /// A policy from a landlockconfig file in JSON: as [`from_landlockconfig_toml`](Policy::from_landlockconfig_toml).
    ///
    /// ```
    /// use landlock_runtime::{Policy, Right};
    ///
    /// let text = r#"{ "abi": 4, "pathBeneath": [{ "allowedAccess": ["reed_file"], "parent": ["/usr"] }] }"#;
    /// let error = Policy::from_landlockconfig_json(text).unwrap_err();
    /// assert!(error.to_string().starts_with("line 1: pathBeneath[0].allowedAccess[0]: `reed_file` is no right"));
    /// ```
    ///
    /// # Errors
    ///
    /// As [`from_landlockconfig_toml`](Policy::from_landlockconfig_toml).
    pub fn from_landlockconfig_json(text: &str) -> Result<Policy, LandlockconfigError> {
        from_text(text, Format::Json, None)
    }

    /// A policy from a landlockconfig file, whose name ends in `.toml` or `.json`. It is read now; errors name it.
    ///
    /// ```no_run
    /// use landlock_runtime::Policy;
    ///
    /// Policy::from_landlockconfig_file("/etc/app/sandbox.toml")?.restrict_process()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`from_landlockconfig_toml`](Policy::from_landlockconfig_toml); and [`File`](LandlockconfigError::File) where it
    /// cannot be read, is not UTF-8, or has another name.
    pub fn from_landlockconfig_file(file: impl AsRef<Path>) -> Result<Policy, LandlockconfigError> {
        let file = file.as_ref();
        let failed = |source| LandlockconfigError::File { file: file.to_owned(), source };
        let other = || io::Error::new(io::ErrorKind::InvalidInput, "the name ends neither in `.toml` nor in `.json`");
        let format = Format::of(file).ok_or_else(other).map_err(failed)?;
        let text = fs::read_to_string(file).map_err(failed)?;
        from_text(&text, format, Some(file))
    }

    /// What this policy restricts, and the landlockconfig files that it was made from leave unhandled: to everybody.
    ///
    /// Such a file restricts only what it names, and may say nothing of ports or scopes; an older one cannot name what a newer
    /// kernel knows. This crate denies that as well. To follow the file instead, leave it unrestricted:
    ///
    /// ```
    /// use landlock_runtime::{Feature, Policy};
    ///
    /// let file = "abi = 5\n[[ruleset]]\nhandled_access_fs = ['abi.all']";
    /// let policy = Policy::from_landlockconfig_toml(file)?;
    /// let unhandled = policy.unhandled_by_landlockconfig();
    /// assert!(unhandled.contains(Feature::Tcp) && !unhandled.contains(Feature::Fs));
    ///
    /// let as_the_file_has_it = policy.unrestricted(unhandled);
    /// assert!(as_the_file_has_it.unhandled_by_landlockconfig().is_empty());
    /// # Ok::<(), landlock_runtime::LandlockconfigError>(())
    /// ```
    ///
    /// # Enforcement
    ///
    /// A layer that handles no right on files, as such a file can have it, still denies `refer` where another layer handles
    /// some: to keep renames across directories, leave `refer` restricted, which then grants it everywhere.
    ///
    /// Where the file restricts files and does not name `refer`, the kernel denies that under the file's own ruleset; a policy
    /// that leaves it unrestricted allows it everywhere. To deny it, too, subtract it: `unhandled - Right::Refer.into()`.
    #[must_use]
    pub fn unhandled_by_landlockconfig(&self) -> Rights {
        self.terms.unhandled_by_files & self.handled()
    }

    pub(crate) fn of_file_that_leaves(mut self, unhandled: Rights) -> Policy {
        self.terms_mut().unhandled_by_files |= unhandled;
        self
    }
}

fn from_text(text: &str, format: Format, file: Option<&Path>) -> Result<Policy, LandlockconfigError> {
    match schema::parse(text, format) {
        Ok(config) => Ok(policy(&config)),
        Err(mistakes) => Err(LandlockconfigError::malformed(file, mistakes)),
    }
}

/// The calls that the macro would write.
fn policy(config: &Config) -> Policy {
    let mut policy = Policy::new();
    for grant in &config.paths {
        policy = policy.grant(rights(grant.rights), each(grant.paths.iter().map(optional)));
    }
    for grant in &config.ports {
        let ports = each(grant.ports.iter().copied());
        policy = match grant.right {
            "bind_tcp" => policy.bind_tcp(ports),
            "connect_tcp" => policy.connect_tcp(ports),
            "bind_udp" => policy.bind_udp(ports),
            _ => policy.connect_send_udp(ports),
        };
    }
    policy.of_file_that_leaves(rights(config.handled.others()))
}

fn rights(names: Names) -> Rights {
    let is_among = |right: &&Right| names.iter().any(|known| known.name == right.name());
    Right::ALL.iter().filter(is_among).fold(Rights::EMPTY, |rights, right| rights | (*right).into())
}

#[cfg(test)]
mod tests {
    use super::schema::rights::{Class, LATEST_ABI, RIGHTS};
    use super::*;
    use crate::policy::Feature;

    #[test]
    fn the_schema_knows_the_rights_of_this_version() {
        let names: Vec<_> = RIGHTS.iter().map(|right| right.name).collect();
        let ours: Vec<_> = Right::ALL.iter().map(|right| right.name()).collect();
        assert_eq!(names, ours);
        let of = |class| rights(Names::that(|right| right.class == class));
        assert_eq!(of(Class::Fs), Rights::ON_FILES | Feature::Unix.rights());
        assert_eq!(of(Class::Net), Feature::Tcp.rights() | Feature::Udp.rights());
        assert_eq!(of(Class::Scope), Feature::Signal.rights() | Feature::AbstractUnix.rights());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_schema_has_the_abi_of_every_right() {
        for (known, right) in RIGHTS.iter().zip(Right::ALL) {
            assert_eq!(known.since as usize, crate::kernel::since(*right), "{right}");
        }
        let newest = Right::ALL.iter().map(|right| crate::kernel::since(*right)).max();
        assert_eq!(newest, Some(LATEST_ABI as usize));
    }
}
