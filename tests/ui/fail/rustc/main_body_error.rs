use landlock_runtime::sandbox;

#[sandbox(read = "/etc")]
fn main() {
    let _: u8 = "three";
}
