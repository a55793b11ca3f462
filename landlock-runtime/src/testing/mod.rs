//! For tests of one's own policies, in ordinary `#[test]` functions. Feature `testing`, to be enabled among the
//! `dev-dependencies`: none of this is in a build without.
//!
//! ```
//! use landlock_runtime::{Feature, policy, testing};
//! use std::fs::File;
//! use std::net::UdpSocket;
//!
//! # fn it_reads_programs_and_no_passwords() {
//! let sandbox = policy!(read = "/usr", net_connect = 443, udp_connect = 53);
//! testing::assert_allowed!(sandbox, std::fs::read_dir("/usr/bin"));
//! testing::assert_denied!(sandbox, File::open("/etc/passwd"));
//! # }
//!
//! # fn it_asks_name_servers_and_no_others() -> std::io::Result<()> {
//! # let sandbox = policy!(read = "/usr", net_connect = 443, udp_connect = 53);
//! if testing::require_abi(10) {
//!     let socket = UdpSocket::bind("127.0.0.1:0")?;
//!     testing::assert_allowed!(sandbox, socket.send_to(b"?", "127.0.0.1:53"));
//!     testing::assert_denied!(sandbox, socket.send_to(b"?", "127.0.0.1:54"));
//! } // else it has said: SKIPPED: needs ABI 10, found 7 (tests/sandbox.rs:12)
//! # Ok(())
//! # }
//!
//! # fn it_does_without_rules_on_ports() -> std::io::Result<()> {
//! # let sandbox = policy!(read = "/usr", net_connect = 443, udp_connect = 53);
//! testing::abi(3, || {
//!     testing::assert_denied!(sandbox, File::open("/etc/passwd"));
//!     assert!(sandbox.require(Feature::Tcp).run(|| ()).is_err(), "Linux 6.2 has no rules on ports");
//! })?;
//! # Ok(())
//! # }
//! # it_reads_programs_and_no_passwords();
//! # it_asks_name_servers_and_no_others()?;
//! # it_does_without_rules_on_ports()?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! | what is tested | with |
//! |---|---|
//! | that a policy allows an operation, or denies it | [`assert_allowed!`], [`assert_denied!`] |
//! | what code does when it is denied something, with all that it may break | [`run`], in a process of its own |
//! | what needs a newer kernel than every machine has | [`require_abi`], which skips and says so |
//! | what remains on an older kernel | [`abi`], which emulates one |
//! | what a policy says, on any system and without a sandbox | [`Policy::check`](crate::Policy::check) |
//!
//! It compiles for other systems, where no sandbox can be applied, [`require_abi`] is false and [`abi`] an error.

pub(crate) mod assertions;
mod emulation;
mod process;
mod skip;

#[doc(inline)]
pub use assertions::{assert_allowed, assert_denied};
pub use emulation::abi;
pub use process::{run, run_within};
pub use skip::require_abi;
