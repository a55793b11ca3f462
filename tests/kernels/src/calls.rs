//! What the three system calls of Landlock answer to every bit, size and flag: a table in text, which must be the same on a
//! real kernel and where its ABI is emulated.
#![allow(unsafe_code)]

use crate::{Attempt, EMULATE};
use libc::{c_int, c_long, c_uint};
use rustix::fs::{Mode, OFlags, open};
use std::fmt::Write as _;
use std::io;
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};
use std::process::{Command, Stdio};

/// Two pages, so that the kernel refuses a size before it reads past the end.
type Attr = [u64; 1024];

const READ_FILE: u64 = 1 << 2;

/// The attribute with one word set.
fn attr(word: usize, value: u64) -> Attr {
    let mut attr = [0; 1024];
    attr[word] = value;
    attr
}

/// An attribute that every ABI takes.
fn plain() -> Attr {
    attr(0, READ_FILE)
}

fn create(attr: Option<&Attr>, size: usize, flags: c_uint) -> io::Result<c_int> {
    let pointer = attr.map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: the pointer is null or to a live array, of which the kernel reads `size` bytes: at most a page, which it has.
    check(unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, pointer, size, flags) })
}

fn add(ruleset: c_int, kind: c_int, rule: [u64; 2], flags: c_uint) -> io::Result<c_int> {
    // SAFETY: the pointer is to a live array, not shorter than the attribute of any kind of rule, and only read.
    check(unsafe { libc::syscall(libc::SYS_landlock_add_rule, ruleset, kind, std::ptr::from_ref(&rule), flags) })
}

fn restrict(ruleset: c_int, flags: c_uint) -> io::Result<c_int> {
    // SAFETY: no pointer is passed.
    check(unsafe { libc::syscall(libc::SYS_landlock_restrict_self, ruleset, flags) })
}

fn check(result: c_long) -> io::Result<c_int> {
    c_int::try_from(result).ok().filter(|result| *result >= 0).ok_or_else(io::Error::last_os_error)
}

fn ruleset(attr: Option<&Attr>, size: usize) -> io::Result<OwnedFd> {
    let fd = create(attr, size, 0)?;
    // SAFETY: the call succeeded, so this is a new descriptor that nobody else owns.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

fn name<T>(outcome: &io::Result<T>) -> String {
    match outcome {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// The ABI, asked anew.
fn version() -> io::Result<c_int> {
    create(None, 0, 1)
}

/// All that leaves the process free.
pub(crate) fn of_rulesets() -> Attempt<String> {
    let mut table = String::new();
    let mut line = |what: &str, index: usize, outcome: String| writeln!(table, "{what} {index}: {outcome}");
    line("version", 0, version()?.to_string())?;
    for (flags, index) in (1..6).zip(1..) {
        line("query with an attribute", index, name(&create(Some(&plain()), 8, flags)))?;
    }
    // Without 2: what was mended is told by kernels that are older than the question, too.
    for (flags, index) in (3..6).zip(3..) {
        line("query", index, name(&create(None, 0, flags)))?;
    }
    for (word, bits, size) in [(0, 18, 8), (1, 5, 16), (2, 3, 24)] {
        for bit in 0..bits {
            line(&format!("word {word}, bit"), bit, name(&ruleset(Some(&attr(word, 1 << bit)), size)))?;
        }
    }
    for word in 3..8 {
        let mut attr = plain();
        attr[word] = 1;
        line("later word", word, name(&ruleset(Some(&attr), 64)))?;
    }
    for size in (0..=64).step_by(4).chain([4096, 4097, 8192]) {
        line("size", size, name(&ruleset(Some(&plain()), size)))?;
    }
    line("nothing handled", 0, name(&ruleset(Some(&attr(0, 0)), 8)))?;
    line("no attribute", 0, name(&ruleset(None, 8)))?;
    Ok(table)
}

/// What this flag does, last of all: it may restrict the process.
pub(crate) fn of_flags(flags: c_uint) -> Attempt<String> {
    let mut table = String::new();
    rustix::thread::set_no_new_privs(true)?;
    let ruleset = ruleset(Some(&plain()), 8)?;
    let root = open("/", OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
    let beneath = [READ_FILE, u64::try_from(root.as_raw_fd())?];
    let fd = ruleset.as_raw_fd();
    writeln!(table, "add with {flags}: {}", name(&add(fd, 1, beneath, flags)))?;
    if flags == 0 {
        writeln!(table, "add a port: {}", name(&add(fd, 2, [1, 443], 0)))?;
        writeln!(table, "add a third kind: {}", name(&add(fd, 3, beneath, 0)))?;
        writeln!(table, "add to nothing: {}", name(&add(-1, 1, beneath, 0)))?;
    }
    writeln!(table, "restrict to nothing with {flags}: {}", name(&restrict(-1, flags)))?;
    writeln!(table, "restrict with {flags}: {}", name(&restrict(fd, flags)))?;
    Ok(table)
}

/// The part of the table that the arguments ask for.
pub(crate) fn main(mut arguments: impl Iterator<Item = String>) -> Attempt<()> {
    let part = match arguments.next() {
        None => of_rulesets()?,
        Some(flags) => of_flags(flags.parse()?)?,
    };
    print!("{part}");
    Ok(())
}

/// Writes the whole table, as the kernel answers or as an emulated ABI does: each part by a process of its own.
pub(crate) fn table_of(emulated: Option<u32>, output: &std::fs::File) -> Attempt<()> {
    let flags = [0, 1, 2, 4, 8, 16, 32].map(|flags| Some(flags.to_string()));
    for part in [None].into_iter().chain(flags) {
        let mut command = Command::new(std::env::current_exe()?);
        if let Some(abi) = emulated {
            command.args([EMULATE, &abi.to_string()]).arg(std::env::current_exe()?);
        }
        command.arg(FLAG).args(part).stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output.try_clone()?);
        let status = command.status()?;
        if !status.success() {
            return Err(format!("the system calls could not be asked: {status}").into());
        }
    }
    Ok(())
}

/// The first argument of the process that prints a part.
pub(crate) const FLAG: &str = "--calls";
