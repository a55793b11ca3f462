//! Ready policies to [`include`](crate::Policy::include): what common work needs besides a program's own files.
//!
//! Each says exactly what it grants, and no more is granted. What is not there is skipped, and listed by
//! [`Enforcement::skipped`](crate::Enforcement::skipped). No environment variable is looked at, but by [`coverage`]: who
//! honours `TMPDIR`, `TZDIR`, `SSL_CERT_FILE`, `LD_LIBRARY_PATH` and their like grants what they say beside the preset.
//!
//! A rule binds the file that a path leads to when the policy is enforced. When another file takes its place, the rule is
//! lost: a long-lived program grants the directory of what is replaced while it runs. For `/etc/resolv.conf`, [`dns`] says
//! where that is done already, and what to grant where it is not. Links *in* a granted directory that lead out of
//! it, into the store of Nix for one, are followed when the preset is called, and their targets granted as well. For
//! `tls_roots` and `shared_libs` that takes some milliseconds: a policy for many calls is made once, and kept.
//!
//! # What changes without an error
//!
//! Much code goes on with a default where a file cannot be read. Inside a sandbox that looks like this:
//!
//! | symptom | cause | preset |
//! |---|---|---|
//! | `available_parallelism`, and thread pools with it, count the CPUs of the machine under a CPU quota | `/proc/self/cgroup` and the files of the control group cannot be read | `cpu_limits` |
//! | local times are in UTC | `/etc/localtime` and the time zones cannot be read | `timezone` |
//! | a backtrace says `<unknown>` in place of functions | the program and its libraries cannot be read again | `backtrace` |
//! | no coverage profile is written | its file cannot be made when the program ends | `coverage` |
//! | messages are in English, `iconv` fails | locales and converters cannot be read | `locale` |
//! | names are not resolved, or only after a while | `/etc/resolv.conf` and its like cannot be read, port 53 is closed | `dns` |
//! | every certificate is unknown | the certificate authorities cannot be read | `tls_roots` |
//! | a program that is granted by `exec` is denied (`EACCES`) | its interpreter (`ld.so`) cannot be executed | `shared_libs`, `elf` |
//! | what reads its own `/proc/self` finds nothing | a rule by that path is on the directory of who made it | `proc_self` |

mod coverage;
#[cfg(feature = "elf")]
mod elf;
mod libraries;
mod limits;
mod loader;
mod names;
mod process;
mod region;
mod root;
mod streams;
#[cfg(test)]
mod tests;
mod tls;

pub use coverage::coverage;
#[cfg(feature = "elf")]
pub use elf::elf;
pub use libraries::shared_libs;
pub use limits::cpu_limits;
pub use names::dns;
pub use process::{backtrace, proc_self, self_exe};
pub use region::{locale, timezone};
pub use streams::{stdio, tmp};
pub use tls::tls_roots;
