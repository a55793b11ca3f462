//! Policies of many literal paths, which nobody wants to write: directories that this system has under `/usr`, the nearest
//! ones first, each restriction as a person would write it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// How many paths the policies have. `src/cases/rules.rs` names the functions.
const COUNTS: [usize; 5] = [1, 5, 20, 100, 1_000];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let most = COUNTS[COUNTS.len() - 1];
    let paths = directories(Path::new("/usr"), most);
    assert_eq!(paths.len(), most, "/usr has fewer directories than the largest policy wants");
    let mut source = format!("pub(super) const PATHS: [&str; {most}] = {paths:?};\n");
    for count in COUNTS {
        let read = &paths[..count];
        writeln!(source, "#[sandbox(isolate = in_place, read = {read:?})]\npub(super) fn read_{count}() {{}}")
            .expect("a string takes it");
    }
    let file = Path::new(&env::var_os("OUT_DIR").expect("cargo sets it")).join("constant.rs");
    fs::write(file, source).expect("the file can be written");
}

/// The first so many directories beneath this one, level by level, without links.
fn directories(root: &Path, most: usize) -> Vec<PathBuf> {
    let mut found = vec![root.to_owned()];
    let mut seen = 0;
    while found.len() < most && seen < found.len() {
        let entries = fs::read_dir(&found[seen]).into_iter().flatten().flatten();
        let mut beneath: Vec<_> = entries
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .map(|entry| entry.path())
            .collect();
        beneath.sort();
        found.append(&mut beneath);
        seen += 1;
    }
    found.truncate(most);
    found
}
