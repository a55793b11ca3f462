//! The kernel matrix: the enforcement tests on every ABI of Landlock, as root and as an ordinary user, in virtual machines.
//! Kernels come from Debian's mirrors, by the names of their packages, into the cache; nothing is installed.

mod apt;
mod calls;
mod cpio;
mod emulate;
mod examples;
mod fetch;
mod guest;
mod image;
mod machine;
mod machines;
mod qemu;
mod report;
mod results;
mod serial;
mod suites;

use machine::Said;
use machines::Machine;
use report::Ran;
use results::Results;
use std::collections::BTreeMap;
use std::error::Error;
use std::io::BufWriter;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::time::Instant;
use std::{env, fs, thread};

/// What may go wrong is told to whoever started this.
type Attempt<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The first argument of the program as the first process of a machine.
const GUEST: &str = "--guest";

/// Machines at a time.
const AT_ONCE: usize = 2;

const HELP: &str = "\
The enforcement tests on every ABI of Landlock, in virtual machines.

    --only MACHINE  this machine only; may be repeated
    --list          the machines
    --cached        the kernels that were fetched before, whether there are newer ones or not
    --go-on         a kernel that is no longer to be had is told, and no failure
    --emulate ABI PROGRAM ARGUMENT…
                    runs a program here, as if the kernel had this ABI";

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let outcome = match arguments.next().as_deref() {
        Some(GUEST) => guest::run(arguments.next().and_then(|abi| abi.parse().ok())).map(|never| match never {}),
        Some(calls::FLAG) => calls::main(arguments).map(|()| ExitCode::SUCCESS),
        Some(emulate::FLAG) => emulated(arguments),
        _ => Options::read(env::args().skip(1)).and_then(|options| matrix(&options)),
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

fn matrix(options: &Options) -> Attempt<ExitCode> {
    let machines = if options.only.is_empty() { Machine::all() } else { options.only.clone() };
    if options.list {
        for machine in machines {
            println!("{machine}: ABI {} ({:?})", machine.abi, machine.landlock);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let started = Instant::now();
    let qemu = qemu::Qemu::get()?;
    let mut series: Vec<_> = machines.iter().map(|machine| machine.series).collect();
    series.dedup();
    let kernels = fetch::kernels(&series, options.cached)?;
    let built = suites::build()?;
    let image = write_image(&built)?;
    println!("{} s to prepare; {AT_ONCE} machines at a time", started.elapsed().as_secs());

    let (mut gone, mut waiting) = (Vec::new(), Vec::new());
    for machine in machines {
        match kernels.get(machine.series) {
            Some(kernel) => waiting.push((machine, kernel)),
            None => gone.push(machine),
        }
    }
    let order: BTreeMap<_, _> =
        waiting.iter().enumerate().map(|(at, (machine, _))| (machine.to_string(), at)).collect();
    waiting.reverse();
    let (waiting, ran) = (Mutex::new(waiting), Mutex::new(Vec::new()));
    let work = || {
        while let Some((machine, kernel)) = { waiting.lock().expect("no panic").pop() } {
            let one = run_one(&qemu, machine, kernel, &image);
            println!("{}", one.line());
            ran.lock().expect("no panic").push(one);
        }
    };
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(work);
        }
    });
    let mut ran = ran.into_inner()?;
    ran.sort_by_key(|ran| order.get(&ran.machine.to_string()).copied());
    Ok(tell(&ran, &gone, options, started))
}

fn run_one(qemu: &qemu::Qemu, machine: Machine, kernel: &fetch::Kernel, image: &std::path::Path) -> Ran {
    let (started, log) = (Instant::now(), image.with_file_name(format!("{machine}.log")));
    let said = machine::run(qemu, machine, &kernel.image, image, &log)
        .unwrap_or_else(|error| Said { text: String::new(), trouble: Some(error.to_string()) });
    let kernel_log = machine::end(&log);
    Ran {
        machine,
        version: kernel.version.clone(),
        took: started.elapsed(),
        results: Results::read(&said.text),
        trouble: said.trouble,
        kernel_log,
    }
}

/// Prints all there is to say, and answers with how the program ends.
fn tell(ran: &[Ran], gone: &[Machine], options: &Options, started: Instant) -> ExitCode {
    println!("\npassed/failed/skipped\n{}\n{}", report::table(ran), report::skipped(ran));
    println!("{}\n", report::by_abi(ran));
    let mut green = true;
    for ran in ran {
        for defect in ran.defects() {
            green = false;
            println!("{}: {defect}\n", ran.machine);
        }
    }
    for disagreement in report::disagreements(ran) {
        green = false;
        println!("{disagreement}\n");
    }
    for machine in gone {
        green &= options.go_on;
        println!("{machine}: NOT TESTED: there is no kernel of the series {} on the mirror\n", machine.series);
    }
    println!(
        "{}\n{} s in all: {}",
        report::markdown(ran),
        started.elapsed().as_secs(),
        if green { "green" } else { "NOT GREEN" }
    );
    if green { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The image that all machines start from.
fn write_image(built: &suites::Built) -> Attempt<PathBuf> {
    let mut image = image::of_this_system()?;
    image.program_as(&env::current_exe()?, guest::PROGRAM)?;
    image.directory(suites::directory());
    let mut plan = vec![suites::directory().display().to_string()];
    // Files that the tests read.
    image.host(&suites::directory().join("landlockconfig/files"))?;
    for (name, program) in &built.suites {
        image.program(program)?;
        plan.push(format!("{name} {}", program.display()));
    }
    for program in &built.programs {
        image.program(program)?;
    }
    image.text(guest::PLAN, plan.join("\n"));
    let path = cache()?.join("image.cpio");
    let mut archive = BufWriter::new(fs::File::create(&path)?);
    image.write(&mut archive)?;
    archive.into_inner()?.sync_all()?;
    Ok(path)
}

fn emulated(mut arguments: impl Iterator<Item = String>) -> Attempt<ExitCode> {
    let (abi, program) = (arguments.next().unwrap_or_default(), arguments.next().ok_or(HELP)?);
    emulate::abi(abi.parse()?)?;
    let status = Command::new(program).args(arguments).status()?;
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
