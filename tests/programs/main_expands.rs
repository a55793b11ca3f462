//! The environment says what is granted, unless the program is set-user-id.
use landlock_runtime::sandbox;

#[sandbox(read = "$LANDLOCK_TESTS_GRANTED")]
fn main() {
    println!("list /usr: {:?}", std::fs::read_dir("/usr").map(drop).map_err(|error| error.kind()));
    println!("list /etc: {:?}", std::fs::read_dir("/etc").map(drop).map_err(|error| error.kind()));
}
