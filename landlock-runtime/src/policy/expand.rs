//! `~/` and `$VAR` in paths: from the template that the user wrote to the path that it means in this environment.

use super::{PathRule, Policy, PolicyError, Skipped, Terms};
use crate::kernel::is_privileged_start;
use std::ffi::OsString;
use std::path::{Component, PathBuf};

/// A policy without templates, and the optional ones that mean nothing in this environment; or what is wrong with them.
pub(super) type Expanded = Result<(Policy, Vec<Skipped>), Vec<PolicyError>>;

/// The mark of a template is the functions that it needs: a program without templates is built without them.
#[derive(Debug)]
pub(crate) struct Template {
    /// Expands all those of a policy.
    pub(super) expand: fn(Policy) -> Expanded,
    /// Whether what one has led to is all there is.
    #[cfg(target_os = "linux")]
    pub(crate) is_a_root: fn(std::os::fd::BorrowedFd<'_>) -> std::io::Result<bool>,
}

impl Template {
    /// Variables are those of the environment; for a set-user-id program, whose environment is somebody else's, none is set.
    pub(super) const ENVIRONMENT: &'static Template = &Template {
        expand: |policy| expanded_policy(policy, is_privileged_start()),
        #[cfg(target_os = "linux")]
        is_a_root: crate::kernel::is_a_root,
    };
}

#[inline]
fn expanded_policy(mut policy: Policy, set_user_id: bool) -> Expanded {
    let (mut skipped, mut defects) = (Vec::new(), Vec::new());
    let lookup = |name: &str| std::env::var_os(name).filter(|_| !set_user_id);
    let mut keep = |rule: &mut PathRule| match rule.expanded(lookup) {
        Ok(path) => {
            rule.text = PathRule::of(&path).text;
            rule.expanded = true;
            true
        }
        Err(Failure::Unset(_)) if rule.optional && !set_user_id => {
            skipped.push(Skipped::other(rule.path().to_owned()));
            false
        }
        Err(failure) => {
            defects.push(PolicyError::of_template(rule, failure, set_user_id));
            false
        }
    };
    let Terms { paths, options, template, .. } = policy.terms_mut();
    *template = None;
    paths.retain_mut(&mut keep);
    options.quiet.paths.retain_mut(keep);
    if defects.is_empty() { Ok((policy, skipped)) } else { Err(defects) }
}

/// Why a template means nothing here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// A variable is not set, or empty: an optional path is skipped.
    Unset(String),
    /// What came out is no path that a literal could be.
    Unusable(PathBuf),
    /// The syntax.
    Malformed,
}

impl PathRule {
    /// The path that the rule means, with variables as `lookup` knows them.
    pub(super) fn expanded(&self, lookup: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, Failure> {
        if self.template.is_none() || self.expanded {
            return Ok(self.path().to_owned());
        }
        let template = self.path().to_str().ok_or(Failure::Malformed)?;
        let set = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let variable = |name: &str| set(name).ok_or_else(|| Failure::Unset(name.to_owned()));
        let mut path = OsString::new();
        let mut rest = template;
        if template.starts_with("~/") {
            path.push(variable("HOME")?);
            rest = &template[1..];
        }
        while let Some((before, after)) = rest.split_once('$') {
            path.push(before);
            let (name, after) = name(after).ok_or(Failure::Malformed)?;
            path.push(variable(name)?);
            rest = after;
        }
        path.push(rest);
        usable(PathBuf::from(path))
    }
}

/// The name after `$`, with or without braces, and what follows it.
#[inline]
fn name(after: &str) -> Option<(&str, &str)> {
    let (name, rest) = match after.strip_prefix('{') {
        Some(braced) => braced.split_once('}')?,
        None => after.split_at(after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len())),
    };
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let goes_on_well = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (starts_well && goes_on_well).then_some((name, rest))
}

/// An environment can be wrong or hostile: what comes out must be what a literal may be, and not all there is. Whether a link
/// in it leads there shows when it is opened.
#[inline]
fn usable(path: PathBuf) -> Result<PathBuf, Failure> {
    let climbs = path.components().any(|part| part == Component::ParentDir);
    let is_root = path.components().all(|part| part == Component::RootDir);
    if path.is_absolute() && !climbs && !is_root { Ok(path) } else { Err(Failure::Unusable(path)) }
}

#[cfg(test)]
mod tests {
    use super::{Failure, PathBuf, expanded_policy};

    fn expanded(template: &str) -> Result<PathBuf, Failure> {
        let variables =
            [("HOME", "/home/me"), ("EMPTY", ""), ("REL", "etc"), ("UP", "/srv/.."), ("A_1", "x"), ("ROOT", "//")];
        let lookup = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
        super::super::expand(template).expanded(lookup)
    }

    #[test]
    fn variables_are_replaced_where_they_stand() {
        for (template, path) in [
            ("~/.cache/app", "/home/me/.cache/app"),
            ("$HOME/.cache", "/home/me/.cache"),
            ("${HOME}/a", "/home/me/a"),
            ("/srv/$A_1/y", "/srv/x/y"),
            ("/srv/${A_1}y$A_1", "/srv/xyx"),
            ("/a/~/b", "/a/~/b"),
        ] {
            assert_eq!(expanded(template), Ok(PathBuf::from(path)), "{template}");
        }
    }

    #[test]
    fn an_unset_variable_is_named() {
        assert_eq!(expanded("/srv/$MISSING/x"), Err(Failure::Unset("MISSING".to_owned())));
        assert_eq!(expanded("$EMPTY/etc"), Err(Failure::Unset("EMPTY".to_owned())), "else this were /etc");
    }

    #[test]
    fn the_environment_cannot_widen_to_everything() {
        for template in ["$REL", "$UP", "$ROOT", "$REL/x", "$UP/etc"] {
            assert!(matches!(expanded(template), Err(Failure::Unusable(_))), "{template}");
        }
    }

    #[test]
    fn a_set_user_id_program_expands_nothing() {
        use crate::{Policy, PolicyError, expand, optional};
        const TEMPLATE: &str = "$CARGO_MANIFEST_DIR/src";
        for rule in [expand(TEMPLATE), optional(expand(TEMPLATE))] {
            let policy = Policy::new().read(rule);
            let (expanded, skipped) = expanded_policy(policy.clone(), false).expect("cargo sets it");
            assert_eq!(expanded.terms.paths[0].path(), PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
            assert!(skipped.is_empty());
            let refused = PolicyError::SetUserId { key: "read", path: TEMPLATE.into() };
            assert_eq!(expanded_policy(policy, true).expect_err("it would trust its caller"), [refused]);
        }
    }

    #[test]
    fn templates_are_expanded_wherever_they_stand() {
        use crate::{Policy, expand};
        let template = || expand("$CARGO_MANIFEST_DIR/src");
        let source = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
        let included = Policy::new().include(&Policy::new().read(template()));
        let quiet = Policy::new().quiet_paths(template());
        let [(included, _), (quiet, _)] = [included, quiet].map(|policy| policy.expanded().expect("cargo sets it"));
        assert_eq!(included.terms.paths[0].path(), source);
        assert_eq!(quiet.terms.options.quiet.paths[0].path(), source);
    }

    #[test]
    fn malformed_templates_are_refused() {
        for template in ["$", "/a/$", "/a/$/b", "${", "${HOME", "${}", "$1", "${A-B}", "/a/$$HOME"] {
            assert_eq!(expanded(template), Err(Failure::Malformed), "{template}");
        }
    }
}
