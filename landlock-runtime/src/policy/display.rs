//! A policy as the attribute that one would write for it.

use super::options::{Log, Quiet};
use super::{Feature, Opening, PathGrant, PathRule, Policy, Requirement, Right, Rights};
use std::fmt::{self, Display, Write as _};
use std::ops::RangeInclusive;
use std::path::{Component, Path};

/// `#[sandbox(read = "/etc", net_connect = 443)]`. What a program cannot say in a literal stands as an expression: a path
/// that is relative or not UTF-8, a descriptor.
impl Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut arguments = Arguments::default();
        for grant in self.paths.iter().filter(|grant| !grant.implied) {
            for key in keys(grant) {
                arguments.add(key, path(&grant.rule));
            }
        }
        for grant in self.ports.iter().filter(|grant| !grant.implied) {
            arguments.add(grant.key, ports(&grant.ports));
        }
        arguments.extend("unrestricted", words(self.unrestricted));
        if let Some(requirement) = &self.requirement {
            arguments.extend("require", required(requirement));
        }
        let options = &self.options;
        if let Some(abi) = options.abi {
            arguments.add("abi", abi.to_string());
        }
        if options.new_threads_only {
            arguments.add("threads", "new".to_owned());
        }
        if options.keep_privileges {
            arguments.add("no_new_privs", "false".to_owned());
        }
        if options.log != Log::default() {
            arguments.add("log", log(options.log));
        }
        if !options.quiet.rights.is_empty() || !options.quiet.paths.is_empty() || !options.quiet.ports.is_empty() {
            arguments.add("quiet", format!("quiet({})", quiet(&options.quiet)));
        }
        if arguments.0.is_empty() { f.write_str("#[sandbox]") } else { write!(f, "#[sandbox({arguments})]") }
    }
}

/// Keys with their values, each key once, in the order in which they first came.
#[derive(Default)]
struct Arguments(Vec<(&'static str, Vec<String>)>);

impl Arguments {
    fn add(&mut self, key: &'static str, value: String) {
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, values)) if values.contains(&value) => {}
            Some((_, values)) => values.push(value),
            None => self.0.push((key, vec![value])),
        }
    }

    fn extend(&mut self, key: &'static str, values: impl IntoIterator<Item = String>) {
        for value in values {
            self.add(key, value);
        }
    }
}

impl Display for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (key, values) in &self.0 {
            write!(f, "{separator}{key} = ")?;
            match &values[..] {
                [value] => f.write_str(value)?,
                values => write!(f, "[{}]", values.join(", "))?,
            }
            separator = ", ";
        }
        Ok(())
    }
}

/// The keys that grant the same: for a set of rights, those of groups that are in it, then the rest one by one.
fn keys(grant: &PathGrant) -> Vec<&'static str> {
    if grant.key != "grant" {
        return vec![grant.key];
    }
    let (mut keys, mut rest) = (Vec::new(), grant.rights);
    for (key, rights) in
        [("read_write", Rights::READ | Rights::WRITE), ("read", Rights::READ), ("write", Rights::WRITE)]
    {
        if rest.contains(rights) {
            keys.push(key);
            rest = rest - rights;
        }
    }
    keys.extend(rest.iter().map(Right::name));
    keys
}

fn path(rule: &PathRule) -> String {
    let bare = match &rule.opening {
        Opening::Follow => text(rule),
        Opening::NoFollow => format!("nofollow({})", text(rule)),
        Opening::EnsureDir => format!("ensure_dir({})", text(rule)),
        Opening::EnsureFile => format!("ensure_file({})", text(rule)),
        #[cfg(unix)]
        Opening::Descriptor(_) => rule.path.display().to_string().replace("fd ", "fd(") + ")",
    };
    if rule.optional { format!("optional({bare})") } else { bare }
}

fn text(rule: &PathRule) -> String {
    match rule.path.to_str() {
        Some(text) if rule.template || is_literal(&rule.path) => format!("{text:?}"),
        Some(text) => format!("std::path::Path::new({text:?})"),
        None => {
            let mut bytes = String::new();
            for byte in rule.path.as_os_str().as_encoded_bytes() {
                let _ = write!(bytes, "{}", std::ascii::escape_default(*byte));
            }
            format!("<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b\"{bytes}\")")
        }
    }
}

/// What an attribute takes as a literal, and as it stands.
fn is_literal(path: &Path) -> bool {
    let plain = |text: &str| !text.contains('$') && !text.contains("://");
    path.is_absolute()
        && path.to_str().is_some_and(plain)
        && !path.components().any(|part| part == Component::ParentDir)
}

fn ports(ports: &RangeInclusive<u16>) -> String {
    if ports.start() == ports.end() {
        ports.start().to_string()
    } else {
        format!("{}..={}", ports.start(), ports.end())
    }
}

/// Whole features by their names, the rest right by right.
fn words(rights: Rights) -> Vec<String> {
    let features = Feature::ALL.iter().filter(|feature| rights.contains(**feature));
    let by_feature = features.clone().fold(Rights::EMPTY, |all, feature| all | feature.rights());
    let single = |right: Right| match right {
        Right::AbstractUnixSocket => "abstract_unix".to_owned(),
        right => right.to_string(),
    };
    features.map(Feature::to_string).chain((rights - by_feature).iter().map(single)).collect()
}

fn required(requirement: &Requirement) -> Vec<String> {
    let mut words = required_rights(requirement.rights);
    words.extend(requirement.all.then(|| "all".to_owned()));
    words.extend(requirement.threads.then(|| "threads".to_owned()));
    words.extend((requirement.abi > 0).then(|| format!("abi({})", requirement.abi)));
    if words.is_empty() { vec!["none".to_owned()] } else { words }
}

/// As [`words`], but `fs` stands for the rights of ABI 1.
fn required_rights(rights: Rights) -> Vec<String> {
    let files = Requirement::of_features_in(Feature::Fs.rights());
    if rights.contains(files) {
        let mut words = vec![Feature::Fs.to_string()];
        words.extend(self::words(rights - files));
        return words;
    }
    words(rights)
}

fn log(log: Log) -> String {
    let default = Log::default();
    let flags = [
        ("same_exec", log.same_exec, default.same_exec),
        ("new_exec", log.new_exec, default.new_exec),
        ("subdomains", log.subdomains, default.subdomains),
    ];
    let said: Vec<_> =
        flags.iter().filter(|(_, set, usual)| set != usual).map(|(name, set, _)| format!("{name} = {set}")).collect();
    format!("log({})", said.join(", "))
}

fn quiet(quiet: &Quiet) -> String {
    let mut arguments = Arguments::default();
    arguments.extend("rights", words(quiet.rights));
    arguments.extend("paths", quiet.paths.iter().map(path));
    arguments.extend("ports", quiet.ports.iter().map(ports));
    arguments.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Require, Threads, each, ensure_dir, expand, nofollow, optional};

    #[test]
    fn a_policy_prints_as_its_attribute() {
        let full = Policy::new()
            .exec("/usr")
            .read("/etc")
            .read(each(["/srv", "/etc"]))
            .read(optional(nofollow("/opt")))
            .read_write(ensure_dir(expand("~/.cache/app")))
            .read("relative/../x")
            .make_reg("/var/$odd")
            .udp_connect(53)
            .net_connect(8000..=8010)
            .unrestricted(Feature::Signal)
            .unrestricted(Right::Refer)
            .require(Feature::Fs)
            .require(Right::Truncate)
            .require(Require::Abi(3))
            .abi(9)
            .threads(Threads::New)
            .no_new_privs(false)
            .log_new_exec(true)
            .quiet(Right::ReadFile)
            .quiet_paths("/proc");
        assert_eq!(
            full.to_string(),
            "#[sandbox(exec = \"/usr\", read = [\"/etc\", \"/srv\", optional(nofollow(\"/opt\")), \
             std::path::Path::new(\"relative/../x\")], read_write = ensure_dir(\"~/.cache/app\"), \
             make_reg = std::path::Path::new(\"/var/$odd\"), udp_connect = 53, net_connect = 8000..=8010, \
             unrestricted = [signal, refer], require = [fs, truncate, abi(3)], abi = 9, threads = new, \
             no_new_privs = false, log = log(new_exec = true), quiet = quiet(rights = read_file, paths = \"/proc\"))]"
        );
        assert_eq!(Policy::new().to_string(), "#[sandbox]");
        assert_eq!(Policy::new().require(Require::None).to_string(), "#[sandbox(require = none)]");
    }
}
