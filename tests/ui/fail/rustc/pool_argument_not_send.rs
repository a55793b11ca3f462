use landlock_runtime::sandbox;

#[sandbox(isolate = pool)]
fn work(shared: std::rc::Rc<u8>) {
    drop(shared);
}

fn main() {}
