//! `timeout`: whatever a body does, its process is gone soon afterwards, with what stayed in its group; and the next call works.

use crate::attacks;
use crate::support::{fate, is_gone};
use landlock_runtime::{Error, ErrorKind, ProcessError, optional, sandbox};
use landlock_tests::{Case, Scratch, Verdict, case};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

pub(crate) const CASES: &[Case] = &[
    case!(a_body_that_hangs),
    case!(a_body_that_talks_without_end),
    case!(a_body_whose_children_stay),
    case!(a_child_that_stops_reading),
    case!(a_worker_that_hangs_is_replaced),
    case!(a_grandchild_that_holds_on_delays_nothing),
];

const SYSTEM: [&str; 4] = ["/usr", "/bin", "/lib", "/lib64"];

fn hang(how: &str, mut stream: &UnixStream) -> Result<u32, Error> {
    let mut tell = |pid: u32| stream.write_all(&pid.to_ne_bytes()).expect("it is heard");
    tell(std::process::id());
    eprintln!("the last words");
    match how {
        "ignore" => attacks::ignore_terminations(),
        "spin" => loop {
            std::hint::spin_loop();
        },
        // Far longer than it may, and not for ever: what it says goes into a file.
        "talk" => {
            let start = Instant::now();
            while start.elapsed() < Duration::from_secs(5) {
                let _ = io::stderr().write_all(&[b'.'; 4096]);
            }
        }
        "children" => tell(Command::new("sleep").arg("100").spawn().expect("it starts").id()),
        _ => {}
    }
    loop {
        thread::park();
    }
}

/// Long enough for a process to start on a machine that has much else to do.
#[sandbox(isolate = process, timeout = "3 s", exec = ..SYSTEM.map(optional))]
fn fresh(how: &str, stream: &UnixStream) -> Result<u32, Error> {
    hang(how, stream)
}

#[sandbox(isolate = process, timeout = "1 s")]
fn talks(stream: &UnixStream) -> Result<u32, Error> {
    hang("talk", stream)
}

#[sandbox(isolate = process(reuse, workers = 1), timeout = "1 s")]
fn reused(how: &str, stream: &UnixStream, bytes: &[u8]) -> Result<usize, Error> {
    if how == "not" {
        let mut stream = stream;
        stream.write_all(&std::process::id().to_ne_bytes()).expect("it is heard");
        return Ok(bytes.len());
    }
    hang(how, stream).map(|_| 0)
}

/// A call that takes too long; the numbers of the processes that it told.
fn hangs(limit: Duration, call: impl FnOnce(&UnixStream) -> ProcessError) -> io::Result<(String, Vec<u32>)> {
    let (mut here, there) = UnixStream::pair()?;
    let start = Instant::now();
    let fate = call(&there);
    assert!(start.elapsed() >= limit && start.elapsed() < limit + Duration::from_secs(20), "{:?}", start.elapsed());
    let ProcessError::TimedOut { limit: said, last_words } = fate else { panic!("{fate:?}") };
    assert_eq!(said, limit);
    drop(there);
    let mut told = Vec::new();
    here.read_to_end(&mut told)?;
    let pids: Vec<_> = told.chunks_exact(4).map(|pid| u32::from_ne_bytes(pid.try_into().expect("four"))).collect();
    assert!(pids.iter().all(|pid| is_gone(*pid)), "{pids:?}");
    Ok((last_words, pids))
}

const SHORT: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(3);

fn a_body_that_hangs(_: &Scratch) -> Verdict {
    for how in ["park", "spin", "ignore"] {
        let (last_words, pids) = hangs(LONG, |stream| fate(fresh(how, stream)))?;
        assert_eq!((last_words.as_str(), pids.len()), ("the last words", 1));
    }
    Ok(())
}

fn a_body_that_talks_without_end(_: &Scratch) -> Verdict {
    let (last_words, _) = hangs(SHORT, |stream| fate(talks(stream)))?;
    assert!(last_words.len() <= 2048 && last_words.ends_with("...."), "the end is kept, and no more");
    Ok(())
}

fn a_body_whose_children_stay(_: &Scratch) -> Verdict {
    let (_, pids) = hangs(LONG, |stream| fate(fresh("children", stream)))?;
    assert_eq!(pids.len(), 2, "a child of its own is gone, too");
    Ok(())
}

fn a_worker_that_hangs_is_replaced(_: &Scratch) -> Verdict {
    let (_, pids) = hangs(SHORT, |stream| fate(reused("park", stream, &[])))?;
    assert_eq!(pids.len(), 1);
    let (_here, there) = UnixStream::pair()?;
    assert_eq!(reused("not", &there, b"next")?, 4);
    Ok(())
}

fn a_child_that_stops_reading(_: &Scratch) -> Verdict {
    let (mut here, there) = UnixStream::pair()?;
    assert_eq!(reused("not", &there, &[])?, 0);
    let mut pid = [0; 4];
    here.read_exact(&mut pid)?;
    let pid = u32::from_ne_bytes(pid);
    kill_process(Pid::from_raw(pid.cast_signed()).ok_or("a number")?, Signal::STOP)?;
    let much = vec![0; 1 << 20];
    hangs(SHORT, |stream| fate(reused("not", stream, &much)))?;
    assert!(is_gone(pid));
    assert_eq!(reused("not", &there, &much)?, much.len(), "the next call works");
    Ok(())
}

#[sandbox(isolate = process, exec = ..SYSTEM.map(optional))]
fn leaves_behind(exits: bool) -> Result<u32, Error> {
    let child = Command::new("sleep").arg("100").spawn().expect("it starts").id();
    eprintln!("{child}");
    if exits {
        std::process::exit(3);
    }
    Ok(child)
}

/// It has the standard error of the body still open.
fn a_grandchild_that_holds_on_delays_nothing(_: &Scratch) -> Verdict {
    let start = Instant::now();
    let returned = leaves_behind(false)?;
    let error = leaves_behind(true).expect_err("there is no value");
    let ErrorKind::Process(ProcessError::Exited { code: 3, last_words }) = error.kind() else {
        return Err(error.into());
    };
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    for left in [returned, last_words.parse()?] {
        kill_process(Pid::from_raw(left.cast_signed()).ok_or("a number")?, Signal::KILL)?;
    }
    Ok(())
}
