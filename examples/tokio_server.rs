//! A server on tokio that can bind its one port and no other. The attribute stands above `#[tokio::main]`; in
//! `tokio_server_below` it stands below. Either way the whole process is restricted before the runtime starts its worker
//! threads, so they are restricted too.

use landlock_examples::{free_port, serve_and_overreach};
use landlock_runtime::sandbox;
use std::io;
use std::process::ExitCode;
use std::sync::LazyLock;

// Chosen at run time: the attribute takes expressions, and evaluates them before it restricts anything.
static PORT: LazyLock<u16> = LazyLock::new(free_port);

// `net_bind` is for the server, `net_connect` for its client, which runs in this same program.
#[sandbox(net_bind = *PORT, net_connect = *PORT)]
#[tokio::main]
async fn main() -> io::Result<ExitCode> {
    serve_and_overreach(*PORT).await
}
