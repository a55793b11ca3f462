use landlock_runtime::sandbox;

#[sandbox(isolate = pool)]
fn work() -> std::rc::Rc<u8> {
    std::rc::Rc::new(1)
}

fn main() {}
