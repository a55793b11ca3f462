//! Systems without Landlock: everything compiles, nothing can be enforced, and `require` decides.

use super::report::{RestrictError, Unavailable};
use crate::policy::{Policy, Right, Rights};
use std::convert::Infallible;
use std::io;
use std::path::PathBuf;

/// There is none.
#[derive(Debug)]
pub(crate) struct Kernel(Infallible);

impl Kernel {
    pub(crate) fn get() -> Result<&'static Kernel, Unavailable> {
        Err(Unavailable::NotLinux)
    }

    pub(crate) fn abi(&self) -> u32 {
        match self.0 {}
    }

    pub(crate) fn known(&self) -> Rights {
        match self.0 {}
    }

    pub(crate) fn restricts_all_threads(&self) -> bool {
        match self.0 {}
    }

    pub(crate) fn signals_siblings(&self) -> bool {
        match self.0 {}
    }

    pub(crate) fn errata_mask(&self) -> u32 {
        match self.0 {}
    }
}

/// No ABI of this system has it.
pub(crate) fn since(_: Right) -> usize {
    usize::MAX
}

/// There is none.
#[derive(Debug)]
pub(crate) struct Ruleset(Infallible);

impl Ruleset {
    pub(crate) fn build(kernel: &Kernel, _: &Policy, _: Rights) -> Result<Ruleset, RestrictError> {
        match kernel.0 {}
    }

    pub(crate) fn restrict(self, _: &Kernel, _: bool) -> Result<Vec<PathBuf>, RestrictError> {
        match self.0 {}
    }

    pub(crate) fn restrict_nothing() -> Result<(), RestrictError> {
        Ok(())
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Running {
    Alone,
    Others(Vec<String>),
}

pub(crate) fn running() -> io::Result<Running> {
    Ok(Running::Alone)
}

pub(crate) fn is_main_thread() -> bool {
    false
}
