//! A program that needs no other file to run: all that it does is to end, with success.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

#[cfg(target_arch = "x86_64")]
const MACHINE: u8 = 62;
/// `exit(0)`: number and argument in their registers, the call.
#[cfg(target_arch = "x86_64")]
const CODE: &[u8] = &[0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05];

#[cfg(target_arch = "aarch64")]
const MACHINE: u8 = 183;
/// `exit(0)`: argument and number in their registers, the call.
#[cfg(target_arch = "aarch64")]
const CODE: &[u8] = &[0, 0, 0x80, 0xd2, 0xa8, 0x0b, 0x80, 0xd2, 1, 0, 0, 0xd4];

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
compile_error!("the number of this machine and its code for `exit(0)` belong here");

/// Writes it to a file.
pub(crate) fn write(path: &Path) -> io::Result<()> {
    fs::write(path, bytes())?;
    fs::set_permissions(path, Permissions::from_mode(0o755))
}

/// The bytes of a static ELF file: the header, one segment that is the whole file, the code.
fn bytes() -> Vec<u8> {
    const START: u64 = 0x40_0000;
    const HEADERS: u64 = 64 + 56;
    const LOAD: u32 = 1;
    const READ_EXECUTE: u32 = 5;
    let size = HEADERS + CODE.len() as u64;
    let mut file = vec![0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, MACHINE, 0, 1, 0, 0, 0];
    // The entry, where the segments are told, no sections.
    file.extend([START + HEADERS, 64, 0].into_iter().flat_map(u64::to_le_bytes));
    file.extend([0; 4]);
    // The sizes of this header and of a segment's, one segment, no section.
    file.extend([64, 56, 1, 0, 0, 0].into_iter().flat_map(u16::to_le_bytes));
    file.extend([LOAD, READ_EXECUTE].into_iter().flat_map(u32::to_le_bytes));
    // Its place in the file and in memory, twice its size, its alignment.
    file.extend([0, START, START, size, size, 0x1000].into_iter().flat_map(u64::to_le_bytes));
    file.extend(CODE);
    file
}
