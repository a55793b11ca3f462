//! The catalogue of messages in the documentation is made of the cases in `ui/fail`: `BLESS=1` writes it anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The folders of the cases, in the order in which a reader meets them.
const CHAPTERS: [(&str, &str); 5] = [
    ("parse", "The shape of the attribute"),
    ("check", "Keys, values and the function below"),
    ("policy", "`policy!`"),
    ("landlockconfig", "`landlockconfig!`"),
    ("rustc", "What the compiler says by itself"),
];

const HEAD: &str = "Every mistake that is found before a program runs, with what it says. All mistakes of one attribute are \
                    reported in one compile, each where it stands; the function stays, so that nothing else becomes an error.\n";

fn cases(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let paths = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    let mut cases: Vec<_> = paths.into_iter().filter(|path| path.extension().is_some_and(|ext| ext == "rs")).collect();
    cases.sort();
    Ok(cases)
}

/// The case without its imports and an empty `main`.
fn excerpt(source: &str) -> String {
    let boilerplate = |line: &str| line.starts_with("use ") || line.starts_with("#![") || line == "fn main() {}";
    let lines: Vec<_> = source.lines().filter(|line| !boilerplate(line)).collect();
    lines.join("\n").trim().to_owned()
}

fn catalogue() -> io::Result<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/fail");
    let mut page = HEAD.to_owned();
    for (folder, title) in CHAPTERS {
        let _ = write!(page, "\n# {title}\n");
        for case in cases(&root.join(folder))? {
            let source = fs::read_to_string(&case)?;
            let printed = fs::read_to_string(case.with_extension("stderr"))?;
            let errors: Vec<_> = printed.lines().filter(|line| line.starts_with("error")).collect();
            assert!(!errors.is_empty(), "{} prints no error", case.display());
            let _ = write!(page, "\n```text\n{}\n\n{}\n```\n", excerpt(&source), errors.join("\n"));
        }
    }
    Ok(page)
}

#[test]
fn every_folder_is_a_chapter() {
    let folders = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/fail")).expect("the cases are there");
    for folder in folders.flatten() {
        let name = folder.file_name();
        assert!(CHAPTERS.iter().any(|(chapter, _)| name == *chapter), "{} has no chapter", name.display());
    }
}

#[test]
fn the_documentation_has_every_message() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../landlock-runtime/src/messages.md");
    let catalogue = catalogue().expect("the cases can be read");
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &catalogue).expect("the page can be written");
    }
    let page = fs::read_to_string(&path).unwrap_or_default();
    assert!(page == catalogue, "the catalogue changed: BLESS=1 writes it anew");
}
