//! Which ABI and which Linux brought each right, by the kernel's documentation: the suite's own table, to hold the
//! runtime's against.

use landlock_runtime::{Right, Rights};

/// The ABI that brought a right.
pub(crate) fn since(right: Right) -> u32 {
    match right {
        Right::Refer => 2,
        Right::Truncate => 3,
        Right::BindTcp | Right::ConnectTcp => 4,
        Right::IoctlDev => 5,
        Right::AbstractUnixSocket | Right::Signal => 6,
        Right::ResolveUnix => 9,
        Right::BindUdp | Right::ConnectSendUdp => 10,
        _ => 1,
    }
}

/// The Linux version that brought a right.
pub(crate) fn linux(right: Right) -> &'static str {
    match since(right) {
        1 => "5.13",
        2 => "5.19",
        3 => "6.2",
        4 => "6.7",
        5 => "6.10",
        6 => "6.12",
        9 => "7.1",
        _ => "7.2",
    }
}

/// What an ABI can restrict.
pub(crate) fn known(abi: u32) -> Rights {
    let rights: Vec<Right> = Right::ALL.iter().copied().filter(|right| since(*right) <= abi).collect();
    Rights::of(&rights)
}
