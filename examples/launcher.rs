//! A program that was never written for it runs in a sandbox: the launcher applies a policy to its `Command`, and stays free
//! itself. Try your own: `cargo run --example launcher -- /bin/ls -l /etc`.

use landlock_examples::{allowed, denied, verdict};
use landlock_runtime::{Policy, Right, each, optional};
use std::process::{Command, ExitCode, Output};
use std::{env, fs, io, process};

/// What programs of the system need to run, and nothing else: `exec` grants the programs, `ld.so` and the libraries.
fn system() -> Policy {
    Policy::new().exec(each(["/usr", "/bin", "/lib", "/lib64"].map(optional)))
}

fn main() -> io::Result<ExitCode> {
    let mut arguments = env::args_os().skip(1);
    if let Some(program) = arguments.next() {
        let mut command = Command::new(program);
        eprintln!("{}", system().apply_to(command.args(arguments))?);
        return Ok(ExitCode::from(u8::try_from(command.status()?.code().unwrap_or(1)).unwrap_or(1)));
    }

    let directory = env::temp_dir().join(format!("landlock-launcher-{}", process::id()));
    let (input, secret) = (directory.join("input"), directory.join("secret"));
    fs::create_dir(&directory)?;
    fs::write(&input, "for the child\n")?;
    fs::write(&secret, "not for the child\n")?;
    println!("The launcher can read both files, and so can a program that it starts:\n");
    allowed("cat both", judge(&Command::new("cat").args([&input, &secret]).output()?));

    let policy = system().read(&input);
    let mut cat = Command::new("cat");
    // Everything is checked and opened here; each child of this command restricts itself before the program begins.
    let enforcement = policy.apply_to(&mut cat)?;
    println!("\n{enforcement}\n");
    allowed("the input", judge(&cat.arg(&input).output()?));
    denied(
        Right::ReadFile,
        "the input and the secret",
        "only the input is granted",
        judge(&cat.arg(&secret).output()?),
    );
    // The same without a fork, which takes long where the launcher itself has much memory in use.
    let touched = directory.join("touched");
    let touch = policy.spawn(Command::new("touch").arg(&touched).stderr(process::Stdio::piped()))?;
    denied(Right::MakeReg, "create a file", "nothing is granted for writing", judge(&touch.wait_with_output()?));

    println!();
    allowed("the launcher itself reads the secret", fs::read(&secret));
    fs::remove_dir_all(&directory)?;
    Ok(verdict())
}

/// What the child complained of, as an error.
fn judge(output: &Output) -> io::Result<()> {
    if output.status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let is_denied = complaint.contains("Permission denied");
    let kind = if is_denied { io::ErrorKind::PermissionDenied } else { io::ErrorKind::Other };
    Err(io::Error::new(kind, complaint.trim().to_owned()))
}
