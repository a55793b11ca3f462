//! The server of `tokio_server`, with the attribute below `#[tokio::main]`: it acts at the same moment, before the
//! runtime starts its threads. Use the order that you like better.

use landlock_examples::{free_port, serve_and_overreach};
use landlock_runtime::sandbox;
use std::io;
use std::process::ExitCode;
use std::sync::LazyLock;

static PORT: LazyLock<u16> = LazyLock::new(free_port);

#[tokio::main]
#[sandbox(net_bind = *PORT, net_connect = *PORT)]
async fn main() -> io::Result<ExitCode> {
    serve_and_overreach(*PORT).await
}
