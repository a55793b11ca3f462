//! The matrix itself: fetches, builds, runs the machines, and tells.

use crate::fetch::Kernel;
use crate::machine::Said;
use crate::machines::Machine;
use crate::qemu::Qemu;
use crate::report::{self, Ran};
use crate::results::Results;
use crate::{Attempt, Options, cache, contents, fetch, machine, suites};
use rustix::fs::{FlockOperation, flock};
use std::fs::File;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

/// Machines at a time.
const AT_ONCE: usize = 2;

pub(crate) fn run(options: &Options) -> Attempt<ExitCode> {
    let machines = if options.only.is_empty() { Machine::all() } else { options.only.clone() };
    if options.list {
        for machine in machines {
            println!("{machine}: ABI {} ({:?})", machine.abi, machine.landlock);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let started = Instant::now();
    // One at a time: the cache is written to.
    let lock = File::create(cache()?.join("lock"))?;
    flock(&lock, FlockOperation::LockExclusive)?;
    let qemu = Qemu::get()?;
    let mut series: Vec<_> = machines.iter().map(|machine| machine.series).collect();
    series.dedup();
    let kernels = fetch::kernels(&series, options.cached)?;
    let (ready, gone): (Vec<_>, Vec<_>) =
        machines.iter().copied().partition(|machine| kernels.contains_key(machine.series));
    tell_gone(&gone);
    let image = contents::write(&suites::build()?)?;
    println!("{} s to prepare; {AT_ONCE} machines at a time", started.elapsed().as_secs());

    let (waiting, ran) = (Mutex::new(ready.iter()), Mutex::new(Vec::new()));
    let work = || {
        while let Some(machine) = { waiting.lock().expect("no panic").next() } {
            let one = run_one(&qemu, *machine, &kernels[machine.series], &image);
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
    ran.sort_by_key(|ran| ready.iter().position(|machine| *machine == ran.machine));
    let green = tell(&ran, &gone, options.go_on);
    println!(
        "{}\n{} s in all: {}",
        report::markdown(&ran),
        started.elapsed().as_secs(),
        if green { "green" } else { "NOT GREEN" }
    );
    Ok(if green { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_one(qemu: &Qemu, machine: Machine, kernel: &Kernel, image: &Path) -> Ran {
    let (started, log) = (Instant::now(), image.with_file_name(format!("{machine}.log")));
    let said = machine::run(qemu, machine, &kernel.image, image, &log)
        .unwrap_or_else(|error| Said { text: String::new(), trouble: Some(error.to_string()) });
    Ran {
        machine,
        version: kernel.version.clone(),
        took: started.elapsed(),
        results: Results::read(&said.text),
        trouble: said.trouble,
        kernel_log: machine::end(&log),
    }
}

/// Prints all there is to say, and answers whether it is as it should be.
fn tell(ran: &[Ran], gone: &[Machine], go_on: bool) -> bool {
    println!("\npassed/failed/skipped\n{}\n{}", report::table(ran), report::skipped(ran));
    println!("{}\n", report::by_abi(ran));
    let defects =
        ran.iter().flat_map(|ran| ran.defects().into_iter().map(|defect| format!("{}: {defect}", ran.machine)));
    let defects: Vec<_> = defects.chain(report::disagreements(ran)).collect();
    for defect in &defects {
        println!("{defect}\n");
    }
    tell_gone(gone);
    defects.is_empty() && !ran.is_empty() && (gone.is_empty() || go_on)
}

fn tell_gone(gone: &[Machine]) {
    for machine in gone {
        println!("{machine}: NOT TESTED: there is no kernel of the series {} to be had\n", machine.series);
    }
}
