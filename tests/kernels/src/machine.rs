//! One virtual machine: starts with a kernel and an image, says what it has to say, and goes off or is switched off.

use crate::machines::{Landlock, Machine};
use crate::qemu::Qemu;
use crate::{Attempt, guest};
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use std::{fs, thread};

/// Megabytes: the image is in memory, first packed, then unpacked.
const MEMORY: &str = "2048";
const DEADLINE: Duration = Duration::from_secs(20 * 60);
/// No test takes as long as a machine may say nothing.
const SILENCE: Duration = Duration::from_secs(6 * 60);

/// Goes off when it is dropped, too.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a machine said, and what kept it from coming to its end.
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) trouble: Option<String>,
}

/// Runs a machine to its end. `log` gets what its kernel prints, and the file beside it what it said.
pub(crate) fn run(qemu: &Qemu, machine: Machine, kernel: &Path, image: &Path, log: &Path) -> Attempt<Said> {
    let mut command = qemu.command();
    // Without KVM, of which a machine's own may be an emulated one, on which not every kernel starts.
    command.args(["-machine", "q35", "-accel", "tcg", "-cpu", "max", "-smp", "1", "-m", MEMORY]);
    command.args(["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"]);
    command.arg("-serial").arg(format!("file:{}", log.display())).args(["-serial", "stdio"]);
    command.arg("-kernel").arg(kernel).arg("-initrd").arg(image).arg("-append").arg(parameters(machine));
    let mut running = Running(command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?);
    let mut line = running.0.stdout.take().ok_or("no serial line")?;
    let (sender, receiver) = channel();
    let listener = thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = line.read(&mut buffer) {
            let _ = sender.send(buffer[..length].to_vec());
        }
    });
    let (started, mut bytes, mut trouble) = (Instant::now(), Vec::new(), None);
    while trouble.is_none() {
        match receiver.recv_timeout(SILENCE) {
            Ok(more) => bytes.extend(more),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => trouble = Some(format!("it said nothing for {SILENCE:?}")),
        }
        if started.elapsed() > DEADLINE {
            trouble = Some(format!("it was not off after {DEADLINE:?}"));
        }
    }
    if trouble.is_some() {
        running.0.kill()?;
    }
    let status = running.0.wait()?;
    listener.join().map_err(|_| "the listener panicked")?;
    if trouble.is_none() && !status.success() {
        trouble = Some(format!("it could not be run: {status}"));
    }
    let text = String::from_utf8_lossy(&bytes).replace('\r', "");
    fs::write(log.with_extension("txt"), &text)?;
    Ok(Said { text, trouble })
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
