//! The archive that a kernel unpacks at its start: `newc`, of which it documents this much.

use std::io::{self, Read, Write};
use std::path::Path;

pub(crate) const FILE: u32 = 0o100_000;
pub(crate) const DIRECTORY: u32 = 0o040_000;
pub(crate) const LINK: u32 = 0o120_000;

/// One entry: a file's bytes, a link's target, or nothing. All belong to root.
pub(crate) fn entry(
    archive: &mut impl Write,
    path: &Path,
    mode: u32,
    length: u64,
    bytes: &mut impl Read,
) -> io::Result<()> {
    let name = path.strip_prefix("/").unwrap_or(path).as_os_str().as_encoded_bytes();
    header(archive, name, mode, length)?;
    match io::copy(&mut bytes.take(length), archive)? {
        copied if copied == length => pad(archive, length),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

pub(crate) fn end(archive: &mut impl Write) -> io::Result<()> {
    header(archive, b"TRAILER!!!", 0, 0)
}

fn header(archive: &mut impl Write, name: &[u8], mode: u32, length: u64) -> io::Result<()> {
    let name_length = name.len() as u64 + 1;
    // Inode, mode, owner, group, links, time, length, devices, length of the name, checksum.
    let fields = [0, u64::from(mode), 0, 0, 1, 0, length, 0, 0, 0, 0, name_length, 0];
    archive.write_all(b"070701")?;
    for field in fields {
        let field = u32::try_from(field).map_err(io::Error::other)?;
        write!(archive, "{field:08x}")?;
    }
    archive.write_all(name)?;
    archive.write_all(b"\0")?;
    pad(archive, 110 + name_length)
}

/// To a multiple of four.
fn pad(archive: &mut impl Write, length: u64) -> io::Result<()> {
    let missing = (4 - length % 4) % 4;
    io::copy(&mut io::repeat(0).take(missing), archive).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_bytes_are_padded_to_words() {
        let mut archive = Vec::new();
        entry(&mut archive, Path::new("/ab"), FILE | 0o644, 5, &mut &b"bytes"[..]).expect("memory");
        let header = "07070100000000000081a40000000000000000000000010000000000000005\
                      000000000000000000000000000000000000000300000000";
        assert_eq!(archive, [header.as_bytes(), b"ab\0\0\0\0", b"bytes\0\0\0"].concat());
        entry(&mut archive, Path::new("/short"), FILE, 6, &mut &b"bytes"[..]).expect_err("a byte is missing");
    }
}
