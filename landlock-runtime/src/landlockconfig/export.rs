//! From a policy to a landlockconfig file.

use super::schema::rights::{Class, LATEST_ABI, Names, RIGHTS};
use super::{LandlockconfigError, rights};
use crate::policy::{Opening, PathRule, Policy, Right, Rights};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The same policy for other tools. Feature `landlockconfig`.
impl Policy {
    /// This policy as a landlockconfig file in TOML: what it restricts up to its [`abi`](Policy::abi), and what it grants of
    /// that, with what was included. Paths as they are, and every port of a range by itself.
    ///
    /// Who reads the file decides how it is enforced, so it does not carry `require`, `threads`, `no_new_privs`, `log` and
    /// `quiet`; and the format has no word for [`optional`](crate::optional), because there every path that is missing is
    /// skipped.
    ///
    /// ```
    /// use landlock_runtime::Policy;
    ///
    /// let policy = Policy::new().abi(6).read("/usr").net_connect(443);
    /// assert_eq!(policy.to_landlockconfig_toml()?, r#"abi = 6
    ///
    /// [[ruleset]]
    /// handled_access_fs = ["abi.all"]
    /// handled_access_net = ["abi.all"]
    /// scoped = ["abi.all"]
    ///
    /// [[path_beneath]]
    /// allowed_access = ["read_file", "read_dir"]
    /// parent = ["/usr"]
    ///
    /// [[net_port]]
    /// allowed_access = ["connect_tcp"]
    /// port = [443]
    /// "#);
    /// # Ok::<(), landlock_runtime::LandlockconfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What the format cannot say, all of it at once ([`Inexpressible`](LandlockconfigError::Inexpressible)):
    ///
    /// * grants of `resolve_unix`, `bind_udp` and `connect_send_udp`, or only some of the rights around them restricted: the
    ///   format has no names for these yet. `.abi(8)` leaves them out;
    /// * paths that are not UTF-8, [`fd`](crate::fd), [`nofollow`](crate::nofollow), [`ensure_dir`](crate::ensure_dir),
    ///   [`ensure_file`](crate::ensure_file), [`expand`](crate::expand);
    /// * a policy that restricts nothing.
    ///
    /// And what is wrong with the policy itself ([`Policy`](LandlockconfigError::Policy)).
    pub fn to_landlockconfig_toml(&self) -> Result<String, LandlockconfigError> {
        File::of(self).map(|file| file.toml())
    }

    /// This policy as a landlockconfig file in JSON: as [`to_landlockconfig_toml`](Policy::to_landlockconfig_toml).
    ///
    /// ```
    /// use landlock_runtime::Policy;
    ///
    /// let policy = Policy::new().abi(8).read("/usr").net_bind(8080..=8089);
    /// let file = policy.to_landlockconfig_json()?;
    /// let again = Policy::from_landlockconfig_json(&file)?;
    /// assert_eq!(again.abi(8).to_landlockconfig_json()?, file);
    /// # Ok::<(), landlock_runtime::LandlockconfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`to_landlockconfig_toml`](Policy::to_landlockconfig_toml).
    pub fn to_landlockconfig_json(&self) -> Result<String, LandlockconfigError> {
        File::of(self).map(|file| format!("{:#}\n", file.json()))
    }
}

type Words = Vec<&'static str>;

/// What the file says, in its words.
struct File {
    abi: u32,
    ruleset: Vec<(&'static str, Words)>,
    paths: Vec<(Words, Vec<String>)>,
    ports: Vec<(Words, Vec<u16>)>,
}

impl File {
    fn of(policy: &Policy) -> Result<File, LandlockconfigError> {
        let defects = policy.defects();
        if !defects.is_empty() {
            return Err(LandlockconfigError::Policy(defects));
        }
        let abi = policy.terms.options.abi.unwrap_or(LATEST_ABI);
        let handled = policy.handled() & rights(Names::that(|right| right.since <= abi));
        let kept = if policy.keeps_refer(handled) { Right::Refer.into() } else { Rights::EMPTY };
        let mut problems = Vec::new();
        let mut say = |rights, class, what: &str| {
            words(rights, class, abi).unwrap_or_else(|nameless| {
                problems.push(format!(
                    "it has no name for {nameless}, and {what}: write `.abi({})` to leave out what it cannot say",
                    nameless.iter().map(since).min().unwrap_or(abi) - 1
                ));
                Words::new()
            })
        };
        let ruleset = [("handledAccessFs", Class::Fs), ("handledAccessNet", Class::Net), ("scoped", Class::Scope)];
        let ruleset: Vec<_> = ruleset
            .map(|(key, class)| {
                (key, say((handled | kept) & of_class(class), class, "not all of its kind are restricted"))
            })
            .into_iter()
            .collect();
        let ports = ports(policy, handled).into_iter();
        let ports: Vec<_> =
            ports.map(|(rights, ports)| (say(rights, Class::Net, "it is granted on ports"), ports)).collect();
        let (paths, unsaid) = paths(policy, handled, kept);
        let paths: Vec<_> = paths
            .into_iter()
            .map(|(rights, paths)| (say(rights, Class::Fs, "it is granted on paths"), paths))
            .collect();
        problems.extend(unsaid);
        if handled.is_empty() {
            problems.push("it restricts nothing, and a file must restrict something".to_owned());
        }
        problems.dedup();
        let ruleset = ruleset.into_iter().filter(|(_, words)| !words.is_empty()).collect();
        let file = File { abi, ruleset, paths, ports };
        if problems.is_empty() { Ok(file) } else { Err(LandlockconfigError::Inexpressible { problems }) }
    }

    fn json(&self) -> Value {
        let mut file = json!({ "abi": self.abi });
        let ruleset = self.ruleset.iter().map(|(key, words)| ((*key).to_owned(), json!(words)));
        file["ruleset"] = json!([Value::Object(ruleset.collect())]);
        if !self.paths.is_empty() {
            let rule = |(access, paths): &(Words, Vec<String>)| json!({ "allowedAccess": access, "parent": paths });
            file["pathBeneath"] = self.paths.iter().map(rule).collect();
        }
        if !self.ports.is_empty() {
            let rule = |(access, ports): &(Words, Vec<u16>)| json!({ "allowedAccess": access, "port": ports });
            file["netPort"] = self.ports.iter().map(rule).collect();
        }
        file
    }

    fn toml(&self) -> String {
        let mut file = format!("abi = {}\n\n[[ruleset]]\n", self.abi);
        for (key, words) in &self.ruleset {
            let key = match *key {
                "handledAccessFs" => "handled_access_fs",
                "handledAccessNet" => "handled_access_net",
                scoped => scoped,
            };
            let _ = writeln!(file, "{key} = {}", toml_list(words));
        }
        let mut rule = |table, access: &Words, key, values: String| {
            let _ = write!(file, "\n[[{table}]]\nallowed_access = {}\n{key} = {values}\n", toml_list(access));
        };
        for (access, paths) in &self.paths {
            rule("path_beneath", access, "parent", toml_list(paths));
        }
        for (access, ports) in &self.ports {
            rule("net_port", access, "port", toml_list(ports));
        }
        file
    }
}

/// JSON's lists of strings and numbers are TOML's as well, but for one character that TOML wants escaped.
fn toml_list<T: serde::Serialize>(values: &[T]) -> String {
    let values: Vec<_> = values.iter().map(|value| json!(value).to_string().replace('\x7f', "\\u007F")).collect();
    format!("[{}]", values.join(", "))
}

/// Rights in the words of the format: their names, or the group that has them all; else those that have no name.
fn words(wanted: Rights, class: Class, abi: u32) -> Result<Words, Rights> {
    let is_group = |name: &&&str| Names::group(name, class, abi).is_some_and(|group| rights(group) == wanted);
    let nameless = wanted - rights(Names::that(|right| right.spelled));
    let group = Names::groups(class).iter().find(is_group).filter(|_| !wanted.is_empty());
    match group {
        Some(group) => Ok(vec![*group]),
        None if nameless.is_empty() => Ok(wanted.iter().map(Right::name).collect()),
        None => Err(nameless),
    }
}

fn of_class(class: Class) -> Rights {
    rights(Names::that(|right| right.class == class))
}

fn since(right: Right) -> u32 {
    RIGHTS.iter().find(|known| known.name == right.name()).map_or(1, |known| known.since)
}

/// Paths with equal rights together, those that are kept everywhere on `/`; and what cannot be said of them.
fn paths(policy: &Policy, handled: Rights, kept: Rights) -> (Vec<(Rights, Vec<String>)>, Vec<String>) {
    let (mut rights, mut unsaid) = (BTreeMap::<String, Rights>::new(), Vec::new());
    rights.insert("/".to_owned(), kept);
    for grant in policy.terms.paths.iter().filter(|grant| !matches!(grant.opening, Opening::Nothing)) {
        match path(grant) {
            Ok(path) => *rights.entry(path).or_default() |= grant.rights & handled,
            Err(problem) => unsaid.push(problem),
        }
    }
    (grouped(rights), unsaid)
}

/// A path as the format writes it, where `$` begins a variable.
fn path(rule: &PathRule) -> Result<String, String> {
    let what = match &rule.opening {
        _ if rule.template.is_some() => "depends on the environment",
        Opening::Follow | Opening::Only(_) | Opening::Nothing => match rule.path().to_str() {
            Some(path) => return Ok(path.replace('$', "$$")),
            None => "is not UTF-8",
        },
        Opening::Own => "is another file for each process",
        Opening::NoFollow => "must not be a link",
        Opening::EnsureDir | Opening::EnsureFile => "is to be made if it is missing",
        #[cfg(unix)]
        Opening::Descriptor(_) => "is an open descriptor",
        Opening::Nul(_) => "has a NUL in it",
    };
    Err(format!("{:?} {what}: grant a plain path", rule.path()))
}

fn ports(policy: &Policy, handled: Rights) -> Vec<(Rights, Vec<u16>)> {
    let mut rights = BTreeMap::<u16, Rights>::new();
    for grant in &policy.terms.ports {
        for port in grant.ports.clone() {
            *rights.entry(port).or_default() |= grant.rights & handled;
        }
    }
    grouped(rights)
}

fn grouped<T>(rights: BTreeMap<T, Rights>) -> Vec<(Rights, Vec<T>)> {
    let mut groups: Vec<(Rights, Vec<T>)> = Vec::new();
    for (object, rights) in rights.into_iter().filter(|(_, rights)| !rights.is_empty()) {
        match groups.iter_mut().find(|(known, _)| *known == rights) {
            Some((_, objects)) => objects.push(object),
            None => groups.push((rights, vec![object])),
        }
    }
    groups
}
