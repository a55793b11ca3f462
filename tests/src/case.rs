//! A case: a function, and what it states about the kernel and the user it needs and about how it ends.

use crate::Scratch;
use std::error::Error;
use std::time::Duration;

/// How a case ends. Any error makes it fail, and is shown.
pub type Verdict = Result<(), Box<dyn Error + Send + Sync>>;

/// One case, by default for every kernel with Landlock and for every user. Made by [`case!`](crate::case!).
#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub(crate) name: &'static str,
    pub(crate) body: fn(&Scratch) -> Verdict,
    pub(crate) abi: (u32, u32),
    pub(crate) root: bool,
    pub(crate) ordinary: bool,
    pub(crate) fails_with: Option<&'static str>,
    pub(crate) deadline: Duration,
}

impl Case {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, body: fn(&Scratch) -> Verdict) -> Case {
        let deadline = Duration::from_secs(30);
        Case { name, body, abi: (1, u32::MAX), root: true, ordinary: true, fails_with: None, deadline }
    }

    /// The case needs this ABI or a later one; 0: no Landlock at all.
    #[must_use]
    pub const fn abi(self, least: u32) -> Case {
        Case { abi: (least, self.abi.1), ..self }
    }

    /// The case shows what kernels below this ABI do.
    #[must_use]
    pub const fn below_abi(self, first: u32) -> Case {
        Case { abi: (self.abi.0, first - 1), ..self }
    }

    /// An ordinary user cannot do this anyway.
    #[must_use]
    pub const fn only_root(self) -> Case {
        Case { ordinary: false, ..self }
    }

    /// Root can do this anyway.
    #[must_use]
    pub const fn only_ordinary(self) -> Case {
        Case { root: false, ..self }
    }

    /// A canary: the harness must see this case fail, with these words.
    #[must_use]
    pub const fn must_fail(self, words: &'static str) -> Case {
        Case { fails_with: Some(words), ..self }
    }

    /// The child is killed after this time, and has failed.
    #[must_use]
    pub const fn deadline(self, deadline: Duration) -> Case {
        Case { deadline, ..self }
    }

    /// The name without the test target's own.
    pub(crate) fn short_name(&self) -> &'static str {
        self.name.split_once("::").map_or(self.name, |(_, name)| name)
    }

    /// Why the case says nothing about this kernel, if so.
    pub(crate) fn unfit(&self, abi: u32) -> Option<String> {
        let (least, most) = self.abi;
        if abi < least {
            Some(format!("needs ABI {least}, found {abi}"))
        } else if abi > most {
            Some(format!("needs an ABI below {}, found {abi}", most + 1))
        } else {
            None
        }
    }
}

/// The case whose body is this function, under the function's path.
#[macro_export]
macro_rules! case {
    ($body:ident) => {
        $crate::Case::new(concat!(module_path!(), "::", stringify!($body)), $body)
    };
}
