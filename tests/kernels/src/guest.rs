//! In a machine. Its first process waits for those that nobody else waits for, and switches the machine off; its child mounts
//! what a system has, runs the tests one target after the other, and says over the serial line how they ended.

use crate::serial::Line;
use crate::suites::{Harness, SUITES, Suite};
use crate::{Attempt, calls, examples, machines};
use landlock_runtime::{Unavailable, testing};
use rustix::mount::{MountFlags, mount};
use rustix::process::{Pid, WaitOptions, wait};
use rustix::system::{RebootCommand, reboot, uname};
use std::convert::Infallible;
use std::ffi::CStr;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// This program, in the image.
pub(crate) const PROGRAM: &str = "/init";
/// Where each program is, a line for each: its suite and its path. The first line is the directory they run in.
pub(crate) const PLAN: &str = "/plan";
/// The second serial port: the first is the kernel's.
const PORT: &str = "/dev/ttyS1";

const ROOT: u32 = 0;
const NOBODY: u32 = 65534;

/// The first argument of the child.
pub(crate) const FLAG: &str = "--guest-tests";

/// The first process. Does not come back: the machine goes off.
pub(crate) fn run(emulated: Option<String>) -> Attempt<Infallible> {
    if let Err(error) = reap_until_the_end(emulated) {
        println!("{error}");
    }
    reboot(RebootCommand::PowerOff)?;
    Err("the machine is still on".into())
}

/// Until the child has ended: a process that nobody waits for would stay, and a test that looks for its end would wait.
fn reap_until_the_end(emulated: Option<String>) -> Attempt<()> {
    let child = Command::new(PROGRAM).arg(FLAG).args(emulated).spawn()?;
    while let Some((ended, _)) = wait(WaitOptions::empty())? {
        if ended == Pid::from_child(&child) {
            break;
        }
    }
    Ok(())
}

/// The child.
pub(crate) fn tests(emulated: Option<String>) -> Attempt<()> {
    mount_all()?;
    // What makes `lo` go up, and gives it its addresses.
    fs::write("/sys/class/net/lo/flags", "0x9")?;
    let port = OpenOptions::new().read(true).write(true).open(PORT)?;
    match emulated {
        None => seen(&port, true),
        Some(abi) => testing::abi(abi.parse()?, || seen(&port, false))?,
    }
}

/// The tests on the kernel as this thread sees it, and what the system calls of the real one answer.
fn seen(port: &File, is_real: bool) -> Attempt<()> {
    let say = |line: Line| writeln!(&*port, "{line}");
    say(Line::Kernel(uname().release().to_string_lossy().into_owned()))?;
    let (abi, without) = match landlock_tests::landlock() {
        Ok(abi) => (abi, ""),
        Err(Unavailable::NotBuiltIn) => (0, "ENOSYS"),
        Err(Unavailable::Disabled) => (0, "EOPNOTSUPP"),
        Err(_) => (0, "another errno"),
    };
    say(Line::Abi(abi, without.to_owned()))?;
    let plan = fs::read_to_string(PLAN)?;
    let (directory, programs) = plan.split_once('\n').ok_or("there is no plan")?;
    std::env::set_current_dir(directory)?;
    for suite in SUITES.iter().filter(|suite| suite.abi <= abi && (is_real || !suite.emulates)) {
        let programs = programs.lines().filter_map(|line| line.strip_prefix(suite.name)?.strip_prefix(' '));
        let programs: Vec<_> = programs.map(Path::new).collect();
        for user in users(suite) {
            say(Line::Starts(suite.name.to_owned(), name(*user)))?;
            let code = match suite.harness {
                Harness::Examples => examples::run(&programs, port, |program| started(program, *user))?,
                _ => start(suite, &programs, *user, abi, port)?,
            };
            say(Line::Ended(code))?;
        }
    }
    if is_real && abi > 0 {
        for seen in (1..=abi).filter(|seen| *seen == abi || abi == machines::NEWEST_ABI) {
            say(Line::Calls(seen))?;
            calls::table_of(if seen == abi { None } else { Some(seen) }, port)?;
        }
    }
    say(Line::Done)?;
    Ok(rustix::termios::tcdrain(port)?)
}

fn users(suite: &Suite) -> &'static [u32] {
    match suite.harness {
        Harness::Cases => &[ROOT],
        Harness::Libtest | Harness::Examples => &[ROOT, NOBODY],
    }
}

fn name(user: u32) -> String {
    if user == ROOT { "root".to_owned() } else { format!("uid {user}") }
}

/// A program to start as a user.
fn started(program: &Path, user: u32) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin").env("HOME", "/root").env("LC_ALL", "C");
    command.stdin(Stdio::null());
    if user != ROOT {
        command.uid(user).gid(user);
    }
    command
}

/// Runs a test target as a user, and answers with its exit code.
fn start(suite: &Suite, programs: &[&Path], user: u32, abi: u32, port: &File) -> Attempt<i32> {
    let [program] = programs else { return Err(format!("{}: {programs:?} are not one program", suite.name).into()) };
    let mut command = started(program, user);
    if suite.harness == Harness::Libtest {
        // What a test that skips itself says is shown, too.
        command.args(["--show-output", "--test-threads=1", suite.filter]);
        // Those that other tests start.
        command.args(["--skip", "started::"]);
    }
    if abi == 0 {
        // A case that warns of just this.
        command.args(["--skip", "this_kernel_has_landlock"]);
    }
    command.stdout(port.try_clone()?).stderr(port.try_clone()?);
    Ok(command.status()?.code().unwrap_or(-1))
}

fn mount_all() -> Attempt<()> {
    const NONE: Option<&CStr> = None;
    let systems = [("proc", "/proc", NONE), ("sysfs", "/sys", NONE), ("devtmpfs", "/dev", NONE)];
    let below = [("devpts", "/dev/pts", Some(c"ptmxmode=0666")), ("tmpfs", "/dev/shm", Some(c"mode=1777"))];
    for (kind, place, data) in systems.into_iter().chain(below) {
        fs::create_dir_all(place)?;
        mount(kind, place, kind, MountFlags::empty(), data).map_err(|error| format!("mounting {place}: {error}"))?;
    }
    for everybodys in ["/tmp", "/var/tmp"] {
        fs::set_permissions(everybodys, Permissions::from_mode(0o1777))?;
    }
    Ok(())
}
