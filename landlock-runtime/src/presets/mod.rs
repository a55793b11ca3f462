//! Ready policies to [`include`](crate::Policy::include): what common work needs besides a program's own files.
//!
//! Each says exactly what it grants, and no more is granted. What is not there is skipped, and listed by
//! [`Enforcement::skipped`](crate::Enforcement::skipped). No environment variable is ever looked at: who honours `TMPDIR`,
//! `TZDIR`, `SSL_CERT_FILE`, `LD_LIBRARY_PATH` and their like grants what they say beside the preset.
//!
//! A rule binds the file that a path leads to when the policy is enforced. When another file takes its place, the rule is
//! lost: a long-lived program grants the directory of what is replaced while it runs. For `/etc/resolv.conf`, [`dns`] says
//! where that is done already, and what to grant where it is not. Links *in* a granted directory that lead out of
//! it, into the store of Nix for one, are followed when the preset is called, and their targets granted as well. For
//! `tls_roots` and `shared_libs` that takes some milliseconds: a policy for many calls is made once, and kept.

#[cfg(feature = "elf")]
mod elf;
mod libraries;
mod loader;
mod names;
mod process;
mod region;
mod root;
mod streams;
#[cfg(test)]
mod tests;
mod tls;

#[cfg(feature = "elf")]
pub use elf::elf;
pub use libraries::shared_libs;
pub use names::dns;
pub use process::{backtrace, proc_self, self_exe};
pub use region::{locale, timezone};
pub use streams::{stdio, tmp};
pub use tls::tls_roots;
