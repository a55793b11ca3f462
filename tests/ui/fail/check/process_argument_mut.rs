use landlock_runtime::sandbox;

#[sandbox(isolate = process)]
fn work(into: &mut Vec<u8>) {
    into.push(1);
}

fn main() {}
