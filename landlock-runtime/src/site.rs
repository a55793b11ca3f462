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
        let name = std::any::type_name::<F>();
        let function = name.split("::{{closure}}").next();
        let root = module.split("::").next().unwrap_or(module).trim_start_matches("r#");
        let path = name.trim_start_matches("r#");
        let is_entry = path.strip_prefix(root) == Some("::main::{{closure}}");
        Site { function, is_entry, location: Location::caller() }
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

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, line) = (self.location.file(), self.location.line());
        match self.function {
            Some(function) => write!(f, "{function} ({file}:{line})"),
            None => write!(f, "{file}:{line}"),
        }
    }
}
