//! No sandbox.

fn main() {}
