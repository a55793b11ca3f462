// #[sandbox(read = dir)] #[must_use] fn walk(dir: PathBuf, #[cfg(unix)] #[allow(unused)] depth: u8) -> usize { 1 }

#[cfg(unix)]
#[::landlock_runtime::sandbox(read = dir)]
#[must_use]
fn walk(dir: PathBuf, #[allow(unused)] depth: u8) -> usize {
    1
}
#[cfg(not(unix))]
#[::landlock_runtime::sandbox(read = dir)]
#[must_use]
fn walk(dir: PathBuf) -> usize {
    1
}
