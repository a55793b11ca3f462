//! The three flags of `log`, each with its default and its opposite.

use crate::{Question, open_denied};
use landlock_runtime::{Policy, each, optional};
use std::path::Path;
use std::process::{Command, Stdio};

/// The same in a program that is executed inside.
fn read_denied_in_child(policy: &Policy, file: &Path) {
    let policy = policy.clone().exec(each(["/usr", "/bin", "/lib", "/lib64"].map(optional)));
    let cat = || Command::new("cat").arg(file).stderr(Stdio::null()).status();
    assert!(!policy.run(cat).expect("it is enforced").expect("it starts").success(), "it is denied");
}

/// The same by a layer further in; the outer one grants it.
fn open_denied_further_in(outer: &Policy, file: &Path) {
    let outer = outer.clone().read(file);
    outer.run(|| open_denied(&Policy::new(), file)).expect("it is enforced");
}

pub(crate) fn the_flags_decide_what_is_in_the_log(question: &mut Question<'_>) {
    let mut logged = |denied: fn(&Policy, &Path), policy: Policy| question.is_logged(|file| denied(&policy, file));
    let policy = Policy::new;

    assert!(logged(open_denied, policy()), "same_exec by default");
    assert!(logged(open_denied, policy().log_same_exec(true)));
    assert!(!logged(open_denied, policy().log_same_exec(false)));
    assert!(logged(open_denied, policy().log_new_exec(true).log_subdomains(false)), "not the others' business");

    assert!(!logged(read_denied_in_child, policy()), "new_exec by default");
    assert!(!logged(read_denied_in_child, policy().log_new_exec(false)));
    assert!(logged(read_denied_in_child, policy().log_new_exec(true)));
    assert!(logged(read_denied_in_child, policy().log_new_exec(true).log_same_exec(false)));

    assert!(logged(open_denied_further_in, policy()), "subdomains by default");
    assert!(logged(open_denied_further_in, policy().log_subdomains(true)));
    assert!(!logged(open_denied_further_in, policy().log_subdomains(false)));
    assert!(logged(open_denied_further_in, policy().log_same_exec(false)), "not of its own denials");
}
