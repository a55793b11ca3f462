//! What a list of calls comes to, whatever their order and however they are spelled.

use crate::calls::{Call, Required, Rule, Word};
use landlock_runtime::{Feature, Right, Rights};
use std::collections::BTreeSet;

/// Two lists with equal results build the same policy.
pub(crate) fn canonical(calls: &[Call]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let rights = |word: &Word| match *word {
        Word::Feature(feature) => feature.rights(),
        Word::Right(right) => right.into(),
    };
    let mut required = BTreeSet::new();
    let mut abi = 0;
    for call in calls {
        match call {
            Call::Path(key, rule) => drop(all.insert(format!("{key} {}", text(rule)))),
            Call::Ports(key, ports) => drop(all.insert(format!("{key} {ports:?}"))),
            Call::Words(key, word) => all.extend(rights(word).iter().map(|right| format!("{key} {right}"))),
            Call::Require(Required::Nothing) => drop(required.insert("nothing".to_owned())),
            Call::Require(Required::All) => drop(required.insert("all".to_owned())),
            Call::Require(Required::Threads) => drop(required.insert("threads".to_owned())),
            Call::Require(Required::Abi(least)) => abi = abi.max(*least),
            Call::Require(Required::Word(word)) => {
                // Of files, a feature that is required is that of ABI 1.
                let newer = match word {
                    Word::Feature(Feature::Fs) => Rights::of(&[Right::Truncate, Right::IoctlDev]),
                    _ => Rights::EMPTY,
                };
                required.extend((rights(word) - newer).iter().map(|right| right.to_string()));
            }
            Call::Abi(_) | Call::Threads(_) | Call::Flag(..) => {}
        }
    }
    required.extend((abi > 0).then(|| format!("abi {abi}")));
    if required.len() > 1 {
        required.remove("nothing");
    }
    all.extend(required.into_iter().map(|required| format!("require {required}")));
    all.extend(settings(calls));
    all
}

/// Those of which the last call counts, unless it says the default.
fn settings(calls: &[Call]) -> impl Iterator<Item = String> {
    let last = |wanted: &str, default: &str| {
        let said = calls.iter().rev().find_map(|call| match call {
            Call::Abi(abi) if wanted == "abi" => Some(abi.to_string()),
            Call::Threads(new) if wanted == "threads_new" => Some(new.to_string()),
            Call::Flag(key, set) if key == wanted => Some(set.to_string()),
            _ => None,
        });
        said.filter(|said| said != default).map(|said| format!("{wanted} {said}"))
    };
    let all = [
        last("abi", ""),
        last("threads_new", "false"),
        last("no_new_privs", "true"),
        last("log_same_exec", "true"),
        last("log_new_exec", "false"),
        last("log_subdomains", "true"),
    ];
    all.into_iter().flatten()
}

fn text(rule: &Rule) -> String {
    let (optional, way, text) = opened(rule);
    let optional = if optional { "optional " } else { "" };
    format!("{optional}{way} {text}")
}

/// Whether it may be missing, how it is opened, and what. What is made follows no link anyway.
fn opened(rule: &Rule) -> (bool, &str, String) {
    match rule {
        Rule::Path(path) => (false, "", format!("{path:?}")),
        Rule::Template(template) => (false, "", format!("expand({template:?})")),
        Rule::Wrapped(wrapper, inner) => {
            let (optional, way, text) = opened(inner);
            match (wrapper.as_str(), way) {
                ("optional", way) => (true, way, text),
                ("nofollow", "ensure_dir" | "ensure_file") => (optional, way, text),
                (wrapper, _) => (optional, wrapper, text),
            }
        }
    }
}
