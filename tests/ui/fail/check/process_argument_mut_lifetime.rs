use landlock_runtime::sandbox;

#[sandbox(isolate = process)]
fn work<'a>(into: &'a mut Vec<u8>) {
    into.push(1);
}

fn main() {}
