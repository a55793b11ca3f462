//! One attribute restricts the whole program, before the first line of `main`: it can read under `/etc` and connect to one
//! port. Everything else that Landlock can restrict is denied.

use landlock_examples::{allowed, denied, listen, port, verdict};
use landlock_runtime::{Right, sandbox};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::LazyLock;
use std::{env, fs, io, process};

#[sandbox(read = "/etc", net_connect = port(&BEFORE.named))]
fn main() -> ExitCode {
    let Before { named, other, file } = &*BEFORE;
    println!("Each of these five worked a moment ago, before the sandbox.\n");

    allowed("read /etc/passwd", read("/etc/passwd"));
    allowed(format_args!("connect to port {}", port(named)), connect(named));

    denied(Right::MakeReg, format_args!("create {}", file.display()), "nothing is granted for writing", create(file));
    denied(Right::ReadFile, "read /proc/version", "only /etc is granted for reading", read("/proc/version"));
    denied(
        Right::ConnectTcp,
        format_args!("connect to port {}", port(other)),
        format_args!("only {} is granted", port(named)),
        connect(other),
    );
    verdict()
}

/// What the program does, and what it needs to do it.
struct Before {
    named: TcpListener,
    other: TcpListener,
    file: PathBuf,
}

/// Made when the attribute asks for the port. It evaluates its expressions before it restricts anything, so here we can
/// still listen, and show that no operation fails for a reason of its own.
static BEFORE: LazyLock<Before> = LazyLock::new(|| {
    let file = env::temp_dir().join(format!("landlock-quickstart-{}", process::id()));
    let before = Before { named: listen(), other: listen(), file };
    let outcomes = [
        read("/etc/passwd"),
        connect(&before.named),
        create(&before.file).and_then(|()| fs::remove_file(&before.file)),
        read("/proc/version"),
        connect(&before.other),
    ];
    outcomes.into_iter().collect::<io::Result<()>>().expect("without a sandbox all of this works");
    before
});

fn read(path: &str) -> io::Result<()> {
    fs::read(path).map(drop)
}

fn create(path: &PathBuf) -> io::Result<()> {
    fs::File::create_new(path).map(drop)
}

fn connect(listener: &TcpListener) -> io::Result<()> {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port(listener))).map(drop)
}
