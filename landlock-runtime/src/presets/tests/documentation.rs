//! Every path that a preset grants stands in its documentation.

use super::farm::Farm;
use crate::policy::Policy;
use crate::presets::libraries::TRIPLETS;
use crate::presets::loader::MUSL;
use crate::presets::{dns, libraries, process, region, stdio, tls, tmp};
use std::io;

#[test]
fn names_every_path() -> io::Result<()> {
    let nothing = Farm::new()?;
    let root = nothing.root();
    documented(include_str!("../names.rs"), &dns());
    documented(include_str!("../tls.rs"), &tls::below(root));
    documented(include_str!("../streams.rs"), &stdio().include(&tmp()));
    documented(include_str!("../region.rs"), &region::timezone_below(root).include(&region::locale_below(root)));
    documented(include_str!("../libraries.rs"), &libraries::below(root));
    Ok(())
}

#[test]
fn interpreters_are_named() -> io::Result<()> {
    let every = MUSL.map(|architecture| format!("/lib/ld-musl-{architecture}.so.1\n")).concat();
    let farm = Farm::new()?.plant(&format!("{every}\n/lib64/ld64.so.2\n/lib/ld-linux-aarch64.so.1"))?;
    let policy = libraries::below(farm.root());
    assert_eq!(policy.terms.paths.iter().filter(|grant| grant.key == "exec").count(), MUSL.len() + 3);
    documented(include_str!("../libraries.rs"), &policy);
    Ok(())
}

#[test]
fn nothing_is_required_of_the_system() {
    for policy in [dns(), stdio(), tmp(), process::backtrace()] {
        assert!(policy.terms.paths.iter().all(|grant| grant.optional), "{policy:?}");
    }
}

#[track_caller]
fn documented(source: &str, policy: &Policy) {
    let documentation: String = source.lines().filter(|line| line.starts_with("///")).collect();
    for grant in &policy.terms.paths {
        let mut path = grant.path().display().to_string();
        for architecture in MUSL {
            path = path.replace(&format!("ld-musl-{architecture}."), "ld-musl-*.");
        }
        let of_an_architecture = TRIPLETS.iter().any(|triplet| path == format!("/usr/lib/{triplet}/gconv"));
        assert!(of_an_architecture || documentation.contains(&format!("`{path}`")), "`{path}` is not documented");
    }
}
