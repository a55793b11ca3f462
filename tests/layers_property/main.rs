//! Layers within layers, while the paths that they name come and go: what is allowed inside is never more than what a fresh layer
//! of the same policy allows at that moment.
//!
//! Random sequences, from a seed: `LANDLOCK_SEED=17` starts with that of a failure, `LANDLOCK_SEQUENCES` asks for more.

mod cases;
mod namespace;
mod operations;
mod policies;
mod sequence;
mod servant;
mod world;

use std::process::ExitCode;

fn main() -> ExitCode {
    landlock_tests::main(&[cases::CASES])
}
