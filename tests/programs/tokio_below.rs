//! `#[sandbox]` below `#[tokio::main]`: the runtime's threads start restricted.
use landlock_runtime::sandbox;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
#[sandbox(read = "/usr")]
async fn main() -> Result<(), tokio::task::JoinError> {
    let list = |path: &'static str| {
        tokio::task::spawn_blocking(move || std::fs::read_dir(path).map(drop).map_err(|error| error.kind()))
    };
    println!("list /usr: {:?}", list("/usr").await?);
    println!("list /etc: {:?}", list("/etc").await?);
    Ok(())
}
