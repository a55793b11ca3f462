//! What cases counted, for the end of a run: lines that a child prints with a [`MARK`] in front. What else it prints is shown only
//! where it fails.

use std::sync::{Mutex, PoisonError};

const MARK: &str = "[note] ";

static NOTES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Keeps the notes of a case.
pub(crate) fn keep(case: &str, output: &str) {
    let notes = output.lines().filter_map(|line| line.strip_prefix(MARK)).map(|note| format!("{case}: {note}"));
    NOTES.lock().unwrap_or_else(PoisonError::into_inner).extend(notes);
}

/// Prints all of them.
pub(crate) fn print() {
    for note in NOTES.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        println!("{note}");
    }
}
