//! The parent's side: which trials there are on this kernel, for these users, and the `main` of a test target.

use crate::scratch::RunDirectory;
use crate::trial::{self, User};
use crate::{Case, child, kernel, notes};
use libtest_mimic::{Arguments, Trial};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::{env, io};

/// The `main` of a test target. As root, every case runs as root and as an ordinary user.
#[must_use]
pub fn main(modules: &[&[Case]]) -> ExitCode {
    let cases = || modules.iter().copied().flatten();
    let mut arguments = env::args().skip(1);
    if arguments.next().as_deref() == Some(child::FLAG) {
        return child::run(cases(), arguments);
    }
    match trials(cases().copied()) {
        Ok(run) => run,
        Err(error) => {
            eprintln!("cannot prepare the tests: {error}");
            ExitCode::FAILURE
        }
    }
}

fn trials(cases: impl Iterator<Item = Case>) -> io::Result<ExitCode> {
    let arguments = Arguments::from_args();
    let abi = kernel::abi();
    if !arguments.list {
        println!("Landlock ABI of this kernel: {abi}");
    }
    let run = Arc::new(RunDirectory::new()?);
    let is_root = rustix::process::geteuid().is_root();
    let program = if is_root { run.program()? } else { env::current_exe()? };
    let users: &[User] = if is_root { &[User::Root, User::Nobody] } else { &[User::Same] };
    let trials = cases
        .flat_map(|case| users.iter().filter_map(move |user| plan(case, *user, abi)))
        .enumerate()
        .map(|(number, planned)| planned.trial(number, &program, &run))
        .collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    notes::print();
    drop(run);
    Ok(conclusion.exit_code())
}

struct Planned {
    case: Case,
    user: User,
    unfit: Option<String>,
}

/// A case for one user, unless another user runs it or it says nothing about this one.
fn plan(case: Case, user: User, abi: u32) -> Option<Planned> {
    let unfit = match user {
        User::Root if !case.root => return None,
        User::Nobody if !case.ordinary => return None,
        User::Same if !case.ordinary => Some("needs root".to_owned()),
        _ => case.unfit(abi),
    };
    Some(Planned { case, user, unfit })
}

impl Planned {
    fn trial(self, number: usize, program: &Path, run: &Arc<RunDirectory>) -> Trial {
        let Planned { case, user, unfit } = self;
        let name = match &unfit {
            None => format!("{} [{user}]", case.short_name()),
            Some(reason) => format!("{} [{user}] [{reason}]", case.short_name()),
        };
        let (program, run, ignored) = (program.to_owned(), Arc::clone(run), unfit.is_some());
        let runner = move || match unfit {
            None => trial::run(&case, user, &program, &run, number),
            Some(reason) => Err(reason.into()),
        };
        Trial::test(name, runner).with_ignored_flag(ignored)
    }
}
