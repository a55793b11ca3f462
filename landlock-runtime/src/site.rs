//! Where a sandbox is asked for: the function, if an attribute stands on it, and the line.

use std::fmt;
use std::panic::Location;

/// The place in a program that asks for a sandbox: `crate::module::function (src/file.rs:12)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Site {
    function: Option<&'static str>,
    /// Whether that function is `main` in the root of its crate.
    is_entry: bool,
    location: &'static Location<'static>,
}

impl Site {
    /// The calling line; which function it is in, only an attribute knows.
    #[track_caller]
    pub(crate) fn caller() -> Site {
        Site { function: None, is_entry: false, location: Location::caller() }
    }

    /// The function in `module` that holds `marker`, a closure of an attribute's expansion.
    #[track_caller]
    pub(crate) fn of_function<F: Fn()>(module: &str, _marker: &F) -> Site {
        Site::of_marker(std::any::type_name::<F>(), module)
    }

    /// The function without what is in it: the first closure, which an `async fn` is, too.
    #[track_caller]
    fn of_marker(name: &'static str, module: &str) -> Site {
        let is_entry = plain(name).strip_prefix(crate_of(module)) == Some("::main::{{closure}}");
        Site { function: Some(before(name, "::{{closure}}")), is_entry, location: Location::caller() }
    }

    /// Whether an attribute asked on `main` in the root of a crate: the entry of a program.
    pub(crate) fn is_entry(&self) -> bool {
        self.is_entry
    }

    /// The path of the function, `crate::module::function`, where an attribute asked.
    #[must_use]
    pub fn function(&self) -> Option<&'static str> {
        self.function
    }

    /// File and line.
    #[must_use]
    pub fn location(&self) -> &'static Location<'static> {
        self.location
    }
}

fn crate_of(module: &str) -> &str {
    plain(before(module, "::"))
}

fn plain(path: &str) -> &str {
    path.strip_prefix("r#").unwrap_or(path)
}

/// Up to the first `end`, by bytes: all that `str` can look for, and as it can, would be a large part of a small program.
fn before<'a>(text: &'a str, end: &str) -> &'a str {
    let found = text.as_bytes().windows(end.len()).position(|part| part == end.as_bytes());
    found.map_or(text, |found| &text[..found])
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, line) = (self.location.file(), self.location.line());
        match self.function {
            Some(function) => write!(f, "{function} ({file}:{line})"),
            None => write!(f, "{file}:{line}"),
        }
    }
}
