//! Gives back every eight bytes that it gets, until there are no more: the other end of a bare pipe.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd as _;

fn main() -> io::Result<()> {
    // Without the buffers and the locks of the standard streams.
    let mut stdin = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let mut stdout = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let mut word = [0; 8];
    while stdin.read_exact(&mut word).is_ok() {
        stdout.write_all(&word)?;
    }
    Ok(())
}
