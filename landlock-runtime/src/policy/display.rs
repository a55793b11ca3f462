//! A policy as the attribute that one would write for it.

use super::options::{Log, Quiet};
use super::{Feature, Opening, Origin, PathRule, Policy, Requirement, Rights};
use crate::kernel::known_by;
use std::collections::HashMap;
use std::fmt::{self, Display, Write as _};
use std::ops::RangeInclusive;
use std::path::{Component, Path};

/// `#[sandbox(read = "/etc", net_connect = 443)]`: of a policy that can be enforced, what the macro accepts. What it takes
/// no literal for stands as an expression: a path that is relative or not UTF-8, or that adds nothing to those around it; a
/// descriptor.
impl Display for Policy {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut arguments = Arguments::default();
        let (terms, named, idle) = (&*self.terms, self.named_keys(), self.idle());
        // An included grant that grants nothing here is no mistake, but a key for it would be.
        let stands = |key, rights: Rights| named.contains(&(key, rights)) || !idle.contains(rights.but_refer());
        let grants = terms.paths.iter().filter(|grant| {
            let grants = grant.origin != Origin::Implied && !matches!(grant.opening, Opening::Nothing);
            grants && stands(grant.key, grant.rights)
        });
        let paths: Vec<_> = grants.flat_map(|rule| keys(rule, idle).into_iter().map(move |key| (key, rule))).collect();
        let literals = Literals::of(&paths);
        for ((key, rights), rule) in &paths {
            arguments.add(key, path(rule, is_literal(rule) && !literals.include(rule, *rights)));
        }
        for grant in
            terms.ports.iter().filter(|grant| grant.origin != Origin::Implied && stands(grant.key, grant.rights))
        {
            arguments.add(grant.key, ports(&grant.ports));
        }
        arguments.extend("unrestricted", words(terms.unrestricted));
        if let Some(requirement) = &terms.requirement {
            arguments.extend("require", required(requirement));
        }
        let options = &terms.options;
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
    #[inline]
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
    #[inline]
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

/// The literal grants by their paths: of one that adds nothing to those around it, the macro says that it is a mistake.
struct Literals<'a>(HashMap<&'a Path, Vec<Rights>>);

impl<'a> Literals<'a> {
    #[inline]
    fn of(paths: &[((&str, Rights), &'a PathRule)]) -> Literals<'a> {
        let mut literals = HashMap::<_, Vec<_>>::new();
        for ((_, rights), rule) in paths.iter().filter(|(_, rule)| is_comparable(rule)) {
            literals.entry(rule.path()).or_default().push(*rights);
        }
        Literals(literals)
    }

    /// Whether those on the paths above grant all of it, with those on the same path that grant more.
    #[inline]
    fn include(&self, rule: &PathRule, rights: Rights) -> bool {
        let is_more = |more: &Rights| *more != rights && more.contains(rights);
        let around = rule.path().ancestors().enumerate().flat_map(|(distance, path)| {
            let grants = self.0.get(path).into_iter().flatten().copied();
            grants.filter(move |grant| distance > 0 || is_more(grant))
        });
        is_comparable(rule) && around.fold(Rights::EMPTY, |all, grant| all | grant).contains(rights)
    }
}

#[inline]
fn is_comparable(rule: &PathRule) -> bool {
    is_literal(rule) && !rule.is_of_this_process()
}

impl Policy {
    /// The rights that no grant is needed for: unrestricted ones, and those that `abi` leaves out.
    #[inline]
    fn idle(&self) -> Rights {
        self.terms.unrestricted | self.terms.options.abi.map_or(Rights::EMPTY, |abi| Rights::ALL - known_by(abi))
    }
}

/// The keys that grant the same: for a set of rights, those of groups that are in it, then the rest one by one but for
/// those that are idle.
#[inline]
fn keys(grant: &PathRule, idle: Rights) -> Vec<(&'static str, Rights)> {
    if grant.key != "grant" {
        return vec![(grant.key, grant.rights)];
    }
    let idle = if idle.contains(grant.rights) { Rights::EMPTY } else { idle };
    let (mut keys, mut rest) = (Vec::new(), grant.rights);
    for (key, rights) in
        [("read_write", Rights::READ | Rights::WRITE), ("read", Rights::READ), ("write", Rights::WRITE)]
    {
        if rest.contains(rights) && !idle.contains(rights.but_refer()) {
            keys.push((key, rights));
            rest = rest - rights;
        }
    }
    keys.extend((rest - idle).iter().map(|right| (right.name(), right.into())));
    keys
}

/// The path with its wrappers. What is made is never missing, so `optional` is about the path within.
#[inline]
fn path(rule: &PathRule, literal: bool) -> String {
    let optional = |text| if rule.optional { format!("optional({text})") } else { text };
    let text = text(rule, literal);
    match &rule.opening {
        Opening::Follow | Opening::Only(_) | Opening::Own | Opening::Nothing | Opening::Nul(_) => optional(text),
        Opening::NoFollow => optional(format!("nofollow({text})")),
        Opening::EnsureDir => format!("ensure_dir({})", optional(text)),
        Opening::EnsureFile => format!("ensure_file({})", optional(text)),
        #[cfg(unix)]
        Opening::Descriptor(_) => rule.path().display().to_string().replace("fd ", "fd(&descriptor_") + ")",
    }
}

#[inline]
fn text(rule: &PathRule, literal: bool) -> String {
    match rule.path().to_str() {
        Some(text) if literal => format!("{text:?}"),
        Some(text) if rule.template.is_some() && !rule.expanded => format!("landlock_runtime::expand({text:?})"),
        Some(text) => format!("std::path::Path::new({text:?})"),
        None => {
            let mut bytes = String::new();
            for byte in rule.path().as_os_str().as_encoded_bytes() {
                let _ = write!(bytes, "{}", std::ascii::escape_default(*byte));
            }
            format!("<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b\"{bytes}\")")
        }
    }
}

/// What an attribute takes as a literal: a template, or a path that means itself.
#[inline]
fn is_literal(rule: &PathRule) -> bool {
    let Some(text) = rule.path().to_str().filter(|text| !text.contains("://")) else { return false };
    let climbs = || rule.path().components().any(|part| part == Component::ParentDir);
    rule.template.is_some() && !rule.expanded || rule.path().is_absolute() && !text.contains('$') && !climbs()
}

#[inline]
pub(super) fn ports(ports: &RangeInclusive<u16>) -> String {
    if ports.start() == ports.end() {
        ports.start().to_string()
    } else {
        format!("{}..={}", ports.start(), ports.end())
    }
}

/// Whole features by their names, the rest right by right.
#[inline]
fn words(rights: Rights) -> Vec<String> {
    let features = Feature::ALL.iter().filter(|feature| rights.contains(**feature));
    let by_feature = features.clone().fold(Rights::EMPTY, |all, feature| all | feature.rights());
    features.map(Feature::to_string).chain((rights - by_feature).iter().map(|right| right.to_string())).collect()
}

/// `fs`, `[fs, tcp]`
#[inline]
pub(super) fn requirement(requirement: &Requirement) -> String {
    let words = required(requirement);
    if let [word] = &words[..] { word.clone() } else { format!("[{}]", words.join(", ")) }
}

#[inline]
fn required(requirement: &Requirement) -> Vec<String> {
    let mut words = required_rights(requirement.rights);
    words.extend(requirement.all.then(|| "all".to_owned()));
    words.extend(requirement.threads.then(|| "threads".to_owned()));
    words.extend((requirement.abi > 0).then(|| format!("abi({})", requirement.abi)));
    if words.is_empty() { vec!["none".to_owned()] } else { words }
}

/// As [`words`], but `fs` stands for the rights of ABI 1.
#[inline]
fn required_rights(rights: Rights) -> Vec<String> {
    let files = Requirement::of_features_in(Feature::Fs.rights());
    if rights.contains(files) {
        let mut words = vec![Feature::Fs.to_string()];
        words.extend(self::words(rights - files));
        return words;
    }
    words(rights)
}

#[inline]
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

#[inline]
fn quiet(quiet: &Quiet) -> String {
    let mut arguments = Arguments::default();
    arguments.extend("rights", words(quiet.rights));
    arguments.extend("paths", quiet.paths.iter().map(|rule| path(rule, is_literal(rule))));
    arguments.extend("ports", quiet.ports.iter().map(ports));
    arguments.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Require, Right, Threads, each, ensure_dir, expand, nofollow, optional};

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

    #[test]
    fn what_is_no_literal_stands_as_an_expression() {
        let inner = Policy::new()
            .read_write("/srv")
            .read(optional("/srv/link"))
            .write("/srv")
            .read("/srvx")
            .exec("/srv/bin")
            .read_write(expand("~/x"))
            .read(ensure_dir(optional(expand("~/x/y"))));
        assert_eq!(
            inner.to_string(),
            "#[sandbox(read_write = [\"/srv\", \"~/x\"], read = [optional(std::path::Path::new(\"/srv/link\")), \"/srvx\", \
             ensure_dir(optional(landlock_runtime::expand(\"~/x/y\")))], write = std::path::Path::new(\"/srv\"), \
             exec = \"/srv/bin\")]"
        );
        let made = Policy::new().read(optional(ensure_dir(expand("~/y")))).read(expand("$X/https://y"));
        assert_eq!(
            made.to_string(),
            "#[sandbox(read = [ensure_dir(optional(\"~/y\")), landlock_runtime::expand(\"$X/https://y\")])]"
        );
    }

    #[test]
    #[cfg(unix)]
    fn a_descriptor_has_a_name_that_shows_its_number() {
        use std::os::fd::AsRawFd as _;
        let open = std::io::stdin();
        let printed = Policy::new().read(crate::fd(&open)).to_string();
        assert_eq!(printed, format!("#[sandbox(read = fd(&descriptor_{}))]", open.as_raw_fd()));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn included_grants_that_grant_nothing_here_are_left_out() {
        let included = Policy::new().read("/srv").udp_connect(53).net_connect(443).connect_unix("/run");
        let policy = Policy::new().include(&included).abi(9).unrestricted(Feature::Tcp);
        assert_eq!(
            policy.to_string(),
            "#[sandbox(read = \"/srv\", connect_unix = \"/run\", unrestricted = tcp, abi = 9)]"
        );
        let rights = Rights::READ | Rights::of(&[Right::ResolveUnix, Right::Truncate]);
        let policy = Policy::new().grant(rights, "/srv").abi(8).unrestricted(Right::Truncate);
        assert_eq!(policy.to_string(), "#[sandbox(read = \"/srv\", unrestricted = truncate, abi = 8)]");
        let rights = Rights::READ | Rights::WRITE;
        assert_eq!(Policy::new().grant(rights, "/srv").to_string(), "#[sandbox(read_write = \"/srv\")]");
        let mistake = Policy::new().connect_unix("/run").grant(Right::ResolveUnix, "/x").abi(8);
        assert_eq!(
            mistake.to_string(),
            "#[sandbox(connect_unix = \"/run\", resolve_unix = \"/x\", abi = 8)]",
            "a mistake of its own stays in sight"
        );
    }
}
