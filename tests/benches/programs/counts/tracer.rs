//! A program comes in; its system calls leave, in order, and how many instructions it took. It is traced from its first
//! instruction to its end.

use nix::sys::ptrace::{self, Options};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The numbers of the system calls that a program makes; its arguments stand behind its path.
pub(crate) fn system_calls(command: &[&str]) -> Vec<i64> {
    let traced = Traced::start(command);
    let mut calls = Vec::new();
    let mut inside = true;
    traced.run(|pid, status| {
        if matches!(status, Some(WaitStatus::PtraceSyscall(_))) {
            inside = !inside;
            if inside {
                calls.push(number(pid));
            }
        }
        ptrace::syscall(pid, None)
    });
    calls
}

/// How many instructions a program takes from a system call on to its end; a system call is one.
pub(crate) fn instructions(command: &[&str], from: i64) -> u64 {
    let traced = Traced::start(command);
    let mut count = 0;
    let mut begun = false;
    traced.run(|pid, status| {
        begun = begun || matches!(status, Some(WaitStatus::PtraceSyscall(_))) && number(pid) == from;
        count += u64::from(begun);
        if begun { ptrace::step(pid, None) } else { ptrace::syscall(pid, None) }
    });
    count
}

/// The call that a stopped process is about to make.
fn number(pid: Pid) -> i64 {
    let call = fs::read_to_string(format!("/proc/{pid}/syscall")).expect("it is stopped");
    call.split(' ').next().and_then(|number| number.parse().ok()).expect("it makes a call")
}

/// A program that has just been executed, and is stopped.
struct Traced {
    child: Child,
    pid: Pid,
}

impl Traced {
    /// A shell waits until it is traced, and then becomes the program.
    fn start(command: &[&str]) -> Traced {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", "read go && exec \"$0\" \"$@\""]).args(command).env_clear();
        let mut child = shell.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("there is a shell");
        let pid = Pid::from_raw(child.id().try_into().expect("it is a pid"));
        let options = Options::PTRACE_O_TRACEEXEC | Options::PTRACE_O_TRACESYSGOOD | Options::PTRACE_O_EXITKILL;
        ptrace::seize(pid, options).expect("a child may be traced");
        let mut go = child.stdin.take().expect("it has a pipe");
        go.write_all(b"go\n").expect("it waits");
        // The execution of the shell may be the first that is seen.
        loop {
            let executed = waitpid(pid, None).expect("it is a child");
            assert!(matches!(executed, WaitStatus::PtraceEvent(..)), "{executed:?}");
            if fs::read_link(format!("/proc/{pid}/exe")).expect("it is stopped") == Path::new(command[0]) {
                break;
            }
            ptrace::cont(pid, None).expect("it is stopped");
        }
        Traced { child, pid }
    }

    /// Asks at every stop how to go on, until it ends well.
    fn run(self, mut go_on: impl FnMut(Pid, Option<WaitStatus>) -> nix::Result<()>) {
        let mut stopped = None;
        loop {
            go_on(self.pid, stopped).expect("it is stopped");
            match waitpid(self.pid, None).expect("it is a child") {
                WaitStatus::Exited(_, code) => {
                    assert_eq!(code, 0, "{:?}", self.child);
                    return;
                }
                status @ (WaitStatus::PtraceSyscall(_) | WaitStatus::Stopped(..)) => stopped = Some(status),
                status => panic!("{status:?}"),
            }
        }
    }
}
