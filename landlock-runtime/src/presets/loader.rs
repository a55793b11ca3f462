//! What the dynamic loaders of glibc and musl look up: the cache of libraries that `ldconfig` writes, and the directories
//! that musl is told. A tree of files comes in; names and paths leave.

use super::root::Root;
use std::fs;
use std::path::PathBuf;

/// What glibc's loader opens at every start.
pub(super) const GLIBC_FILES: [&str; 2] = ["/etc/ld.so.cache", "/etc/ld.so.preload"];

/// The directories of musl's loader, where it is told no others.
#[cfg(feature = "elf")]
pub(super) const MUSL_DIRECTORIES: [&str; 3] = ["/lib", "/usr/local/lib", "/usr/lib"];

/// The architectures as musl calls them.
pub(super) const MUSL: [&str; 8] =
    ["x86_64", "i386", "aarch64", "armhf", "riscv64", "powerpc64le", "s390x", "loongarch64"];

/// A library in glibc's cache: the name that programs ask for, and the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cached {
    pub(super) name: String,
    pub(super) path: PathBuf,
}

/// The libraries in `/etc/ld.so.cache`, none where there is no such file or it is of another make.
#[inline]
pub(super) fn cache(root: Root<'_>) -> Vec<Cached> {
    let bytes = root.real(GLIBC_FILES[0]).and_then(|cache| fs::read(cache).ok());
    bytes.and_then(|bytes| parse_cache(&bytes)).unwrap_or_default()
}

/// The layout is that of glibc's `sysdeps/generic/dl-cache.h`, 2.2 and later: a header of 48 bytes, then entries of 24, then
/// the strings, which the entries refer to by their distance from the header. An older table may stand in front.
#[inline]
fn parse_cache(bytes: &[u8]) -> Option<Vec<Cached>> {
    const MAGIC: &[u8] = b"glibc-ld.so.cache1.1";
    let start = bytes.windows(MAGIC.len()).position(|window| window == MAGIC)?;
    let cache = bytes.get(start..)?;
    let number = |at: usize| Some(u32::from_ne_bytes(cache.get(at..at.checked_add(4)?)?.try_into().ok()?) as usize);
    let string = |at: usize| {
        let rest = cache.get(number(at)?..)?;
        let end = rest.iter().position(|byte| *byte == 0)?;
        Some(String::from_utf8_lossy(&rest[..end]).into_owned())
    };
    let entry = |index: usize| {
        let at = 48 + index.checked_mul(24)?;
        Some(Cached { name: string(at + 4)?, path: PathBuf::from(string(at + 8)?) })
    };
    Some((0..number(MAGIC.len())?).map_while(entry).collect())
}

/// The file that tells musl's loader its directories.
#[inline]
pub(super) fn musl_file(architecture: &str) -> String {
    format!("/etc/ld-musl-{architecture}.path")
}

/// The directories in that file, if there is one.
#[inline]
pub(super) fn musl_directories(root: Root<'_>, architecture: &str) -> Option<Vec<String>> {
    let text = fs::read_to_string(root.real(musl_file(architecture))?).ok()?;
    Some(text.split([':', '\n']).filter(|directory| directory.starts_with('/')).map(str::to_owned).collect())
}
