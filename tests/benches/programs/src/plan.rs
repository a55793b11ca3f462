//! The plan policy: what a network program with helper programs and temporary files asks for. As an attribute it is
//! `exec = ["/usr", "/lib", "/bin"], read = "/etc", read_write = "/tmp", net_connect = 443, net_bind = 8080`.

use crate::raw::access;
use landlock::{AccessFs, BitFlags, make_bitflags};
use std::ffi::CStr;

/// Its paths, for raw system calls. The first is the one that `exec` grants besides.
pub const PATHS: [(&CStr, u64); 6] = [
    (c"/dev/null", access::READ_FILE | access::WRITE_FILE),
    (c"/usr", access::EXECUTE | access::READ),
    (c"/lib", access::EXECUTE | access::READ),
    (c"/bin", access::EXECUTE | access::READ),
    (c"/etc", access::READ),
    (c"/tmp", access::READ | access::WRITE),
];

/// Its ports: which to connect to, and which to bind.
pub const PORTS: [(u16, u64); 2] = [(443, access::CONNECT_TCP), (8080, access::BIND_TCP)];

/// Its paths, for the `landlock` crate.
#[must_use]
pub fn paths() -> [(&'static str, BitFlags<AccessFs>); 6] {
    let read = make_bitflags!(AccessFs::{ReadFile | ReadDir});
    let exec = read | AccessFs::Execute;
    let write = make_bitflags!(AccessFs::{
        WriteFile | Truncate | MakeReg | MakeDir | MakeSym | MakeFifo | MakeSock | RemoveFile | RemoveDir | Refer
    });
    let null = make_bitflags!(AccessFs::{ReadFile | WriteFile});
    [("/dev/null", null), ("/usr", exec), ("/lib", exec), ("/bin", exec), ("/etc", read), ("/tmp", read | write)]
}
