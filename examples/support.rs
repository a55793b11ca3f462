//! The examples, in reading order. Each prints what was allowed and what was denied, with the reason, checks that it came
//! as this kernel promises, and ends with a failure if it did not: `cargo run --example <name>`.
//!
//! 1. `quickstart`: one attribute on `main` restricts the whole program.
//! 2. `without_macro`: the same by hand, midway in a program, with the report of what the kernel enforces.
//! 3. `launcher`: a restricted child program, whatever program it is.
//! 4. `metadata_worker`: worker threads parse images that nobody trusts; each call can read its own file only.
//! 5. `image_decoder`: the same in processes of its own, which hold an attack that executes code.
//! 6. `https_client`: a client with a port, and the files that names and certificates need.
//! 7. `tokio_server`: one port for an asynchronous server, with the attribute above `#[tokio::main]`.
//! 8. `tokio_server_below`: the same server, with the attribute below.
//!
//! What follows is the little that they share.

use landlock_runtime::{Policy, Require, Right, Rights, status};
use std::fmt::Display;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::process::ExitCode;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

static AS_EXPECTED: AtomicBool = AtomicBool::new(true);

/// Prints the outcome of an operation that the policy grants.
pub fn allowed<T>(operation: impl Display, outcome: io::Result<T>) {
    match outcome {
        Ok(_) => println!("allowed     {operation}"),
        Err(error) => unexpected(operation, error),
    }
}

/// Prints the outcome of an operation that the policy does not grant; `right` is what it would take. Where the kernel does
/// not know that right yet, the operation goes through.
pub fn denied<T>(right: Right, operation: impl Display, reason: impl Display, outcome: io::Result<T>) {
    match (outcome, KERNEL_RESTRICTS.contains(right)) {
        (Err(error), true) if error.kind() == io::ErrorKind::PermissionDenied => {
            println!("denied      {operation}: {error}, because {reason}");
        }
        (Ok(_), false) => println!("allowed     {operation}: this kernel does not restrict {right} yet"),
        (Err(error), _) => unexpected(operation, error),
        (Ok(_), true) => unexpected(operation, "this was to be denied"),
    }
}

/// What this kernel can restrict at all: a policy that asks for everything is tried on a thread of its own.
static KERNEL_RESTRICTS: LazyLock<Rights> = LazyLock::new(|| {
    let enforced = || status().layers().fold(Rights::EMPTY, |all, layer| all | layer.enforced());
    Policy::new().require(Require::None).run(enforced).unwrap_or_default()
});

/// Remembers that an operation ended otherwise than the example says.
pub fn unexpected(operation: impl Display, outcome: impl Display) {
    AS_EXPECTED.store(false, Ordering::Relaxed);
    println!("UNEXPECTED  {operation}: {outcome}");
}

/// What `main` returns: a failure if anything was unexpected.
#[must_use]
pub fn verdict() -> ExitCode {
    if AS_EXPECTED.load(Ordering::Relaxed) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A listener on a loopback port that nobody else has. The kernel accepts for it, so it needs no thread.
///
/// # Panics
///
/// Without a loopback interface.
#[must_use]
pub fn listen() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a loopback interface")
}

/// The port of a listener.
///
/// # Panics
///
/// Never: a listener has an address.
#[must_use]
pub fn port(listener: &TcpListener) -> u16 {
    listener.local_addr().expect("a listener has an address").port()
}

/// A loopback port that nobody listens on.
#[must_use]
pub fn free_port() -> u16 {
    port(&listen())
}

/// The body of both `tokio_server` examples: binds `port`, serves one request on it, and overreaches.
///
/// # Errors
///
/// If the port cannot be bound.
pub async fn serve_and_overreach(granted: u16) -> io::Result<ExitCode> {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, granted)).await?;
    allowed(format_args!("bind {granted}, which the attribute names"), Ok(()));

    // Both ends run on the worker threads of the runtime, which started after the sandbox was on.
    let server = tokio::spawn(async move { answer(&mut listener.accept().await?.0).await });
    let client = tokio::spawn(ask(granted));
    allowed(format_args!("serve a request on {granted}"), server.await?);
    allowed(format_args!("connect to {granted}, and be answered"), client.await?);

    let other = tokio::spawn(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)));
    denied(Right::BindTcp, "bind another port, whichever is free", "the attribute names one", other.await?);
    let file = tokio::task::spawn_blocking(|| std::fs::read("/etc/passwd"));
    denied(Right::ReadFile, "read /etc/passwd", "the attribute names no file", file.await?);
    Ok(verdict())
}

async fn ask(port: u16) -> io::Result<()> {
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    server.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
    let mut reply = String::new();
    server.read_to_string(&mut reply).await?;
    if reply.starts_with("HTTP/1.1 200") { Ok(()) } else { Err(io::Error::other(reply)) }
}

async fn answer(client: &mut TcpStream) -> io::Result<()> {
    let _request = client.read(&mut [0; 1024]).await?;
    client.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi").await
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_index_is_the_manifest() {
        let entry = |line: &'static str| line.strip_prefix("//! ")?.split_once(". `")?.1.split('`').next();
        let index: Vec<_> = include_str!("support.rs").lines().filter_map(entry).collect();
        let target = |target: &'static str| target.split('"').nth(1);
        let manifest: Vec<_> = include_str!("Cargo.toml").split("[[example]]").skip(1).filter_map(target).collect();
        assert_eq!(index, manifest);
    }
}
