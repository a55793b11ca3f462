use landlock_runtime::sandbox;

#[sandbox(read = "/etc")]
fn work(shared: std::rc::Rc<u8>) {
    drop(shared);
}

fn main() {}
