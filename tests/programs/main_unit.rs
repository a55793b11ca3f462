//! Does what it may and what it may not; says how each went.
use landlock_runtime::sandbox;

#[sandbox(read = "/usr")]
fn main() {
    println!("list /usr: {:?}", std::fs::read_dir("/usr").map(drop).map_err(|error| error.kind()));
    println!("list /etc: {:?}", std::fs::read_dir("/etc").map(drop).map_err(|error| error.kind()));
    println!("{}", landlock_runtime::status());
}
