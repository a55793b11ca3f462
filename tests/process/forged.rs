//! Starts that look like that of a worker and are none: refused, or no start of a worker at all. `main` runs where the program
//! was started as a program, and nowhere else.

use crate::programs::{self, FLAG};
use landlock_tests::{Case, Scratch, Verdict, case};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Output, Stdio};

pub(crate) const CASES: &[Case] = &[
    case!(the_variable_in_a_normal_start_means_nothing),
    case!(an_execution_of_itself_is_a_program),
    case!(a_standard_input_that_is_no_socket),
    case!(a_socket_of_another_process),
    case!(the_right_words_make_a_worker),
    case!(a_wrong_nonce),
    case!(another_executable),
    case!(garbage),
    case!(a_parent_that_says_nothing),
    case!(a_function_that_is_none),
];

const VARIABLE: &str = "LANDLOCK_RUNTIME_WORKER";
const NONCE: [u8; 16] = *b"sixteen letters.";
/// What a worker ends with that is refused.
const REFUSED: Option<i32> = Some(113);

fn nonce() -> String {
    format!("{:032x}", u128::from_be_bytes(NONCE))
}

/// This program as a worker is started, but for what differs.
fn executed(stdin: impl Into<Stdio>) -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.args([FLAG, "says"]).env(VARIABLE, nonce()).stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[track_caller]
fn is_refused(ran: &Output, why: &str) {
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!((ran.status.code(), ran.stdout.as_slice()), (REFUSED, b"".as_slice()), "{said}");
    assert!(said.contains("started as a worker of its program, and is none") && said.contains(why), "{said}");
}

fn the_variable_in_a_normal_start_means_nothing(_: &Scratch) -> Verdict {
    let (_mine, theirs) = socket()?;
    let ran = programs::start("says", &[])?.env(VARIABLE, nonce()).stdin(theirs).output()?;
    assert_eq!((ran.status.code(), ran.stdout.as_slice()), (Some(0), b"main ran\n".as_slice()));
    Ok(())
}

fn an_execution_of_itself_is_a_program(_: &Scratch) -> Verdict {
    let (_mine, theirs) = socket()?;
    let ran = executed(theirs).env_remove(VARIABLE).output()?;
    assert_eq!((ran.status.code(), ran.stdout.as_slice()), (Some(0), b"main ran\n".as_slice()));
    Ok(())
}

fn a_standard_input_that_is_no_socket(scratch: &Scratch) -> Verdict {
    is_refused(&executed(Stdio::null()).output()?, "");
    is_refused(&executed(File::open(scratch.file("file")?)?).output()?, "");
    is_refused(&executed(io::pipe()?.0).output()?, "");
    let datagrams = socketpair(AddressFamily::UNIX, SocketType::DGRAM, SocketFlags::CLOEXEC, None)?;
    is_refused(&executed(datagrams.0).output()?, "no socket of its parent");
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let tcp = std::net::TcpStream::connect(listener.local_addr()?)?;
    is_refused(&executed(std::os::fd::OwnedFd::from(tcp)).output()?, "no socket of its parent");
    Ok(())
}

/// The socket is this process's, the parent is one between.
fn a_socket_of_another_process(_: &Scratch) -> Verdict {
    let (mine, theirs) = socket()?;
    send(&mine, &start(NONCE, executable()?))?;
    let between = programs::start("again", &[])?.env(VARIABLE, nonce()).stdin(theirs).output()?;
    let told = String::from_utf8(between.stdout)?;
    assert!(told.starts_with("Some(113) ") && told.contains("no socket of its parent"), "{told}");
    assert!(!told.contains("main ran"), "{told}");
    Ok(())
}

/// The words of a parent that wants workers started: the same with one thing wrong is refused below.
fn the_right_words_make_a_worker(_: &Scratch) -> Verdict {
    let (mut mine, child) = begun(&start(NONCE, executable()?))?;
    // It wants one, and gets two descriptors and a number.
    send(&mine, &[0])?;
    let mut head = [0; 12];
    mine.read_exact(&mut head)?;
    assert_eq!(head[8..], [2, 0, 0, 0]);
    drop(mine);
    let ran = child.wait_with_output()?;
    assert_eq!((ran.status.code(), ran.stdout.as_slice()), (Some(0), b"".as_slice()), "its `main` did not run");
    Ok(())
}

fn a_wrong_nonce(_: &Scratch) -> Verdict {
    let (_mine, child) = begun(&start(*b"sixteen letters!", executable()?))?;
    is_refused(&child.wait_with_output()?, "its parent is not this program");
    Ok(())
}

fn another_executable(_: &Scratch) -> Verdict {
    let (device, inode) = executable()?;
    for other in [(device + 1, inode), (device, inode + 1)] {
        let (_mine, child) = begun(&start(NONCE, other))?;
        is_refused(&child.wait_with_output()?, "its parent is not this program");
    }
    Ok(())
}

fn garbage(_: &Scratch) -> Verdict {
    for bytes in [b"".as_slice(), b"garbage", &[0xff; 1000]] {
        let (_mine, child) = begun(bytes)?;
        is_refused(&child.wait_with_output()?, "");
    }
    Ok(())
}

fn a_parent_that_says_nothing(_: &Scratch) -> Verdict {
    let (mine, theirs) = socket()?;
    let child = executed(theirs).spawn()?;
    drop(mine);
    is_refused(&child.wait_with_output()?, "its parent sends nothing");
    Ok(())
}

/// A worker without a ruleset, by a parent that has none, is asked for a function outside of the program.
fn a_function_that_is_none(_: &Scratch) -> Verdict {
    let mut worker = start(NONCE, executable()?);
    // Some worker: no ruleset, no rules to add, no privileges, three flags of the log, neither stack nor memory, one call.
    worker.splice(worker.len() - 1.., [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    for place in [u64::MAX / 2, 1 << 40] {
        let (mine, child) = begun(&worker)?;
        send(&mine, &number(place))?;
        is_refused(&child.wait_with_output()?, "the program has no such function");
    }
    Ok(())
}

fn socket() -> io::Result<(UnixStream, std::os::fd::OwnedFd)> {
    UnixStream::pair().map(|(mine, theirs)| (mine, theirs.into()))
}

/// A child that gets this as its first message.
fn begun(message: &[u8]) -> io::Result<(UnixStream, Child)> {
    let (mine, theirs) = socket()?;
    let child = executed(theirs).spawn()?;
    send(&mine, message)?;
    Ok((mine, child))
}

/// One message, without descriptors.
fn send(mut socket: &UnixStream, message: &[u8]) -> io::Result<()> {
    let mut bytes = (message.len() as u64).to_le_bytes().to_vec();
    bytes.extend([0; 4]);
    bytes.extend(message);
    socket.write_all(&bytes)
}

/// What is said to one that is to start workers.
fn start(nonce: [u8; 16], (device, inode): (u64, u64)) -> Vec<u8> {
    [nonce.as_slice(), &number(device), &number(inode), &[0]].concat()
}

/// Seven bits at a time, the lowest first.
fn number(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
    bytes
}

fn executable() -> io::Result<(u64, u64)> {
    fs::metadata("/proc/self/exe").map(|file| (file.dev(), file.ino()))
}
