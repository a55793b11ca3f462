//! The kernel matrix: the enforcement tests on every ABI of Landlock, as root and as an ordinary user, in virtual machines.
//! Kernels come from Debian's mirrors, by the names of their packages, into the cache; nothing is installed.

mod apt;
mod calls;
mod contents;
mod cpio;
mod examples;
mod fetch;
mod guest;
mod image;
mod machine;
mod machines;
mod matrix;
mod qemu;
mod report;
mod results;
mod serial;
mod suites;

use landlock_runtime::testing;
use machines::Machine;
use std::error::Error;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::{env, fs};

/// What may go wrong is told to whoever started this.
type Attempt<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The first argument of the program as the first process of a machine.
const GUEST: &str = "--guest";

/// The first argument of a process that starts another under emulation; the ABI and that program follow.
const EMULATE: &str = "--emulate";

const HELP: &str = "\
The enforcement tests on every ABI of Landlock, in virtual machines.

    --only MACHINE  this machine only; may be repeated
    --list          the machines
    --cached        the kernels that were fetched before, whether there are newer ones or not
    --go-on         a kernel that is no longer to be had is told, and no failure
    --emulate ABI PROGRAM ARGUMENT…
                    runs a program here, as if the kernel had this ABI; for others than root, with no_new_privs";

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let outcome = match arguments.next().as_deref() {
        Some(GUEST) => guest::run(arguments.next()).map(|never| match never {}),
        Some(guest::FLAG) => guest::tests(arguments.next()).map(|()| ExitCode::SUCCESS),
        Some(calls::FLAG) => calls::main(arguments).map(|()| ExitCode::SUCCESS),
        Some(EMULATE) => emulated(arguments),
        Some("--help") => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        _ => Options::read(env::args().skip(1)).and_then(|options| matrix::run(&options)),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::FAILURE
    })
}

#[derive(Default)]
struct Options {
    only: Vec<Machine>,
    list: bool,
    cached: bool,
    go_on: bool,
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> Attempt<Options> {
        let mut options = Options::default();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--only" => {
                    let name = arguments.next().unwrap_or_default();
                    let machine = Machine::all().into_iter().find(|machine| machine.to_string() == name);
                    options.only.push(machine.ok_or_else(|| format!("there is no machine {name:?}: see --list"))?);
                }
                "--list" => options.list = true,
                "--cached" => options.cached = true,
                "--go-on" => options.go_on = true,
                _ => return Err(HELP.into()),
            }
        }
        Ok(options)
    }
}

fn emulated(mut arguments: impl Iterator<Item = String>) -> Attempt<ExitCode> {
    let (abi, program) = (arguments.next().unwrap_or_default(), arguments.next().ok_or(HELP)?);
    let mut command = Command::new(program);
    command.args(arguments);
    let status = testing::abi(abi.parse()?, || command.status())??;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Where kernels, lists and the image are kept.
fn cache() -> Attempt<PathBuf> {
    let base = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let base = base.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")));
    let cache = base.ok_or("neither XDG_CACHE_HOME nor HOME is set")?.join("landlock-kernels");
    fs::create_dir_all(&cache)?;
    Ok(cache)
}

/// Runs a program that must succeed, and answers with what it printed.
fn run(command: &mut Command) -> Attempt<String> {
    let name = command.get_program().to_os_string();
    let output = command.output().map_err(|error| format!("{}: {error}", name.display()))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} ended with {}: {complaint}", name.display(), output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
