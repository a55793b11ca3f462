//! One virtual machine: starts with a kernel and an image, says what it has to say, and goes off or is switched off.

use crate::machines::{Landlock, Machine};
use crate::qemu::Qemu;
use crate::{Attempt, guest};
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;
use std::{fs, thread};

/// Megabytes: the image is in memory, first packed, then unpacked.
const MEMORY: &str = "1536";
const DEADLINE: Duration = Duration::from_secs(15 * 60);

/// Goes off when it is dropped, too.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a machine to its end, and answers with what it said. `log` gets what its kernel prints.
pub(crate) fn run(qemu: &Qemu, machine: Machine, kernel: &Path, image: &Path, log: &Path) -> Attempt<String> {
    let mut command = qemu.command();
    // Without KVM, of which a machine's own may be an emulated one, on which not every kernel starts.
    command.args(["-machine", "q35", "-accel", "tcg", "-cpu", "max", "-smp", "1", "-m", MEMORY]);
    command.args(["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"]);
    command.arg("-serial").arg(format!("file:{}", log.display())).args(["-serial", "stdio"]);
    command.arg("-kernel").arg(kernel).arg("-initrd").arg(image).arg("-append").arg(parameters(machine));
    let mut running = Running(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?);
    let mut said = running.0.stdout.take().ok_or("no serial line")?;
    let (sender, receiver) = channel();
    let listener = thread::spawn(move || {
        let mut bytes = Vec::new();
        let outcome = said.read_to_end(&mut bytes);
        let _ = sender.send(());
        outcome.map(|_| String::from_utf8_lossy(&bytes).replace('\r', ""))
    });
    let in_time = receiver.recv_timeout(DEADLINE).is_ok();
    if !in_time {
        running.0.kill()?;
    }
    let status = running.0.wait()?;
    let said = listener.join().map_err(|_| "nobody listened")??;
    let mut complaint = String::new();
    if let Some(mut stderr) = running.0.stderr.take() {
        stderr.read_to_string(&mut complaint)?;
    }
    match (in_time, status.success()) {
        (true, true) => Ok(said),
        (true, false) => Err(format!("the machine could not be run: {status}\n{complaint}").into()),
        (false, _) => Err(format!("the machine was not off after {DEADLINE:?}; it said:\n{said}{}", end(log)).into()),
    }
}

/// What the kernel is told at its start.
fn parameters(machine: Machine) -> String {
    let lsm = if machine.landlock == Landlock::Disabled { "lsm=yama " } else { "" };
    let emulated = if machine.landlock == Landlock::Emulated { machine.abi.to_string() } else { String::new() };
    // On a busy host, time may run too unevenly for the check of the timer.
    let kernel = "console=ttyS0 panic=-1 quiet no_timer_check";
    format!("{kernel} {lsm}rdinit={} -- {} {emulated}", guest::PROGRAM, crate::GUEST)
}

/// The last that the kernel printed.
pub(crate) fn end(log: &Path) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).replace('\r', "");
    let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}
