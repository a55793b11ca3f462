//! `#[sandbox]` above `#[tokio::main]`: the runtime's threads start restricted.
use landlock_runtime::sandbox;

#[sandbox(read = "/usr")]
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), tokio::task::JoinError> {
    let list = |path: &'static str| {
        tokio::task::spawn_blocking(move || std::fs::read_dir(path).map(drop).map_err(|error| error.kind()))
    };
    println!("list /usr: {:?}", list("/usr").await?);
    println!("list /etc: {:?}", list("/etc").await?);
    Ok(())
}
