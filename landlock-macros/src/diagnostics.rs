//! All errors of one attribute, collected so that one compile reports every mistake. To drop them unread is a bug: a
//! swallowed error here is a swallowed restriction.

use quote::ToTokens;
use std::fmt::Display;

pub(crate) struct Diagnostics {
    errors: Option<syn::Error>,
    read: bool,
}

impl Diagnostics {
    pub(crate) fn new() -> Diagnostics {
        Diagnostics { errors: None, read: false }
    }

    /// An error at these tokens, from the first to the last.
    pub(crate) fn error(&mut self, at: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(at, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.errors {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }

    /// What was checked, if nothing was wrong with it.
    pub(crate) fn finish<T>(mut self, checked: Option<T>) -> Result<T, syn::Error> {
        self.read = true;
        match (self.errors.take(), checked) {
            (None, Some(checked)) => Ok(checked),
            (Some(errors), _) => Err(errors),
            (None, None) => unreachable!("nothing was checked, and no error says why"),
        }
    }

    pub(crate) fn are_any(&self) -> bool {
        self.errors.is_some()
    }

    /// Whether there was no error, in a trial whose errors nobody is to see.
    pub(crate) fn were_none(mut self) -> bool {
        self.read = true;
        !self.are_any()
    }

    /// The attribute moves and is expanded again: its errors will come then, once.
    pub(crate) fn leave_to_the_next_expansion(mut self) {
        self.read = true;
    }
}

impl Drop for Diagnostics {
    fn drop(&mut self) {
        assert!(self.read || std::thread::panicking(), "the diagnostics of an attribute were dropped unread");
    }
}

/// The known name that `unknown` most likely stands for: a common other name, or one a slip or two away.
pub(crate) fn nearest<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = 1 + unknown.len() / 4;
    known.map(|name| (distance(unknown, name), name)).filter(|(far, _)| *far <= allowed).min().map(|(_, name)| name)
}

/// How many characters to insert, delete, replace, or swap with the next.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut rows = vec![(0..=to.len()).collect::<Vec<usize>>()];
    for (line, have) in from.iter().enumerate() {
        let mut row = vec![line + 1];
        for (column, want) in to.iter().enumerate() {
            let replaced = rows[line][column] + usize::from(have != want);
            let mut best = replaced.min(rows[line][column + 1] + 1).min(row[column] + 1);
            if line > 0 && column > 0 && *have == to[column - 1] && from[line - 1] == *want {
                best = best.min(rows[line - 1][column - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

/// `a`, `b` or `c`, each in backquotes.
pub(crate) fn one_of<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
