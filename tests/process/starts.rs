//! The hook runs in every start of every program that has it, so nothing there may depend on the system: neither on `/proc`
//! nor on calls that a kernel may lack.

use landlock_runtime::{Policy, each, optional};
use landlock_tests::{Case, Scratch, Verdict, case};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter,
};
use std::env::{consts::ARCH, current_exe};
use std::process::{Command, Stdio};

pub(crate) const CASES: &[Case] = &[case!(a_program_starts_without_proc_and_without_new_calls)];

/// `prctl(PR_GET_AUXV)`, since Linux 6.4.
const GET_AUXV: u64 = 0x4155_5856;

fn a_program_starts_without_proc_and_without_new_calls(_: &Scratch) -> Verdict {
    let program = current_exe()?;
    // What the harness says to a child whose case it does not know: it came to its `main`.
    let mut command = Command::new(&program);
    command.args(["--child", "unknown"]).stdin(Stdio::null()).stdout(Stdio::piped());
    let outside = String::from_utf8(command.output()?.stdout)?;
    assert!(outside.contains("there is no case \"unknown\""), "{outside}");

    let is_it = SeccompCondition::new(0, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, GET_AUXV)?;
    let rules = [(libc::SYS_prctl, vec![SeccompRule::new(vec![is_it])?])].into();
    let invalid = SeccompAction::Errno(libc::EINVAL.unsigned_abs());
    let filter: BpfProgram = SeccompFilter::new(rules, SeccompAction::Allow, invalid, ARCH.try_into()?)?.try_into()?;
    apply_filter(&filter)?;
    let libraries = each(["/usr", "/lib", "/lib64", "/etc/ld.so.cache"].map(optional));
    let without_proc = Policy::new().exec(libraries).exec(&program);
    let inside = String::from_utf8(without_proc.spawn(&mut command)?.wait_with_output()?.stdout)?;
    assert_eq!(inside, outside);
    Ok(())
}
