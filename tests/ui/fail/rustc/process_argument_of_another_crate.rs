use landlock_runtime::sandbox;
use std::process::Command;

#[sandbox(isolate = process)]
fn work(command: Command) -> bool {
    command.get_args().len() == 0
}

fn main() {}
