//! Policies of many literal paths, which nobody wants to write: directories that this system has under `/usr`, the nearest
//! ones first, each restriction as a person would write it.

use std::collections::VecDeque;
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

/// So many directories beneath this one, the nearest ones, without links; none within another, which a grant would include.
fn directories(root: &Path, most: usize) -> Vec<PathBuf> {
    let (mut without_more, mut found) = (Vec::new(), VecDeque::from([root.to_owned()]));
    while without_more.len() + found.len() < most {
        let Some(next) = found.pop_front() else { break };
        let entries = fs::read_dir(&next).into_iter().flatten().flatten();
        let mut beneath: Vec<_> = entries
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .map(|entry| entry.path())
            .collect();
        beneath.sort();
        if beneath.is_empty() {
            without_more.push(next);
        }
        found.extend(beneath);
    }
    without_more.extend(found);
    without_more.truncate(most);
    without_more
}
