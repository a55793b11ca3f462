//! Systems without Landlock have none to emulate.

use crate::kernel::Unavailable;
use std::io;

pub(super) fn emulate(_: u32) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, Unavailable::NotLinux))
}
