//! Every way in which a process ends without a value, each told apart, with its last words; and the next call works.

use crate::attacks;
use crate::support::{fate, is_gone, within};
use landlock_runtime::{Error, ErrorKind, ProcessError, sandbox};
use landlock_tests::{Case, Scratch, Verdict, case};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::time::Duration;
use std::{io, thread};

pub(crate) const CASES: &[Case] = &[
    case!(each_is_told_apart),
    case!(killed_from_outside),
    case!(a_panic_with_any_payload),
    case!(an_error_of_the_body_costs_no_worker),
    case!(a_closed_channel),
    case!(too_much_memory),
    case!(a_stack_that_is_too_small),
    case!(the_least_is_enough_for_a_small_body),
    case!(a_value_that_cannot_cross),
];

fn end(how: &str) -> Result<u32, Error> {
    eprintln!("the last words");
    match how {
        "panic" => panic!("own words"),
        "segv" => attacks::segmentation_fault(),
        "abort" => std::process::abort(),
        "exit" => std::process::exit(3),
        "close" => attacks::close_everything(),
        "overflow" => return Ok(recurse(u32::MAX)),
        _ => {}
    }
    Ok(std::process::id())
}

fn recurse(left: u32) -> u32 {
    let page = std::hint::black_box([left; 1024]);
    if left == 0 { 0 } else { recurse(left - 1) + page[0].min(1) }
}

#[sandbox(isolate = process)]
fn fresh(how: &str) -> Result<u32, Error> {
    end(how)
}

#[sandbox(isolate = process(reuse, workers = 1))]
fn reused(how: &str) -> Result<u32, Error> {
    end(how)
}

/// Ends a call in this way, and makes another.
fn after(how: &str) -> [ProcessError; 2] {
    [fresh, reused].map(|call| {
        let fate = fate(call(how));
        assert!(call("not").is_ok(), "the next call works");
        fate
    })
}

fn each_is_told_apart(_: &Scratch) -> Verdict {
    for fate in after("panic") {
        assert!(matches!(&fate, ProcessError::Panicked { message } if message == "own words"), "{fate:?}");
    }
    for (how, number) in [("segv", libc::SIGSEGV), ("overflow", libc::SIGSEGV), ("abort", libc::SIGABRT)] {
        for fate in after(how) {
            let ProcessError::Crashed { signal, last_words } = &fate else { panic!("{how}: {fate:?}") };
            assert_eq!((*signal, last_words.as_str()), (number, "the last words"));
        }
    }
    for fate in after("exit") {
        let ProcessError::Exited { code: 3, last_words } = &fate else { panic!("{fate:?}") };
        assert_eq!(last_words, "the last words");
        let text = fate.to_string();
        assert_eq!(
            text,
            "its process ended with exit code 3, and no value; its standard error ended with:\nthe last words"
        );
    }
    Ok(())
}

#[sandbox(isolate = process)]
fn waits(mut stream: &UnixStream) -> Result<u32, Error> {
    eprintln!("the last words");
    stream.write_all(&std::process::id().to_ne_bytes()).expect("it is heard");
    loop {
        thread::park();
    }
}

#[sandbox(isolate = process(reuse, workers = 1))]
fn waits_reused(mut stream: &UnixStream) -> Result<u32, Error> {
    stream.write_all(&std::process::id().to_ne_bytes()).expect("it is heard");
    loop {
        thread::park();
    }
}

fn killed_from_outside(_: &Scratch) -> Verdict {
    for (call, words) in [(waits as fn(&UnixStream) -> Result<u32, Error>, "the last words"), (waits_reused, "")] {
        for signal in [Signal::KILL, Signal::TERM] {
            let (mut here, there) = UnixStream::pair()?;
            let (fate, pid) = thread::scope(|scope| {
                let called = scope.spawn(move || fate(call(&there)));
                let mut pid = [0; 4];
                here.read_exact(&mut pid).expect("its number");
                let pid = u32::from_ne_bytes(pid);
                kill_process(Pid::from_raw(pid.cast_signed()).expect("a number"), signal).expect("it is there");
                (called.join().expect("no panic"), pid)
            });
            let ProcessError::Killed { signal: by, last_words } = &fate else { return Err(fate.into()) };
            assert_eq!((*by, last_words.as_str()), (signal.as_raw(), words));
            assert!(is_gone(pid));
        }
    }
    Ok(())
}

#[sandbox(isolate = process)]
fn panics_with_a_number() -> Result<(), Error> {
    std::panic::panic_any(7_u8)
}

fn a_panic_with_any_payload(_: &Scratch) -> Verdict {
    let fate = fate(panics_with_a_number());
    assert!(matches!(&fate, ProcessError::Panicked { message } if message == "its payload is no text"), "{fate:?}");
    Ok(())
}

#[sandbox(isolate = process(reuse, workers = 1))]
fn fails(fails: bool) -> io::Result<u32> {
    if fails { Err(io::Error::from_raw_os_error(libc::EXFULL)) } else { Ok(std::process::id()) }
}

fn an_error_of_the_body_costs_no_worker(_: &Scratch) -> Verdict {
    let pid = fails(false)?;
    assert_eq!(fails(true).expect_err("it fails").raw_os_error(), Some(libc::EXFULL));
    assert_eq!(fails(false)?, pid);
    Ok(())
}

/// How it ends is its own affair: a destructor may find its descriptor closed, and abort.
fn a_closed_channel(_: &Scratch) -> Verdict {
    for fate in after("close") {
        assert!(matches!(fate, ProcessError::Exited { .. } | ProcessError::Crashed { .. }), "{fate:?}");
    }
    Ok(())
}

#[sandbox(isolate = process, memory = "128 MiB")]
fn fills(bytes: usize) -> Result<usize, Error> {
    Ok(vec![1_u8; bytes].len())
}

#[sandbox(isolate = process(reuse, workers = 1), memory = "128 MiB")]
fn fills_reused(bytes: usize) -> Result<usize, Error> {
    Ok(vec![1_u8; bytes].len())
}

#[sandbox(isolate = process, memory = "128 MiB")]
fn asks_first(bytes: usize) -> bool {
    Vec::<u8>::new().try_reserve(bytes).is_ok()
}

fn too_much_memory(_: &Scratch) -> Verdict {
    for call in [fills, fills_reused] {
        assert_eq!(call(1 << 20)?, 1 << 20);
        let error = call(1 << 30).expect_err("it is too much");
        assert!(error.to_string().contains("its process needs more memory than 131072 KiB"), "{error}");
        let ErrorKind::Process(ProcessError::OutOfMemory { limit, last_words }) = error.kind() else {
            return Err(error.into());
        };
        assert_eq!(*limit, 128 << 20);
        assert!(last_words.contains("memory allocation of 1073741824 bytes failed"), "{last_words}");
        assert_eq!(io::Error::from(error).kind(), io::ErrorKind::OutOfMemory);
        assert_eq!(call(1 << 20)?, 1 << 20, "the next call works");
    }
    assert!(asks_first(1 << 20) && !asks_first(1 << 30), "one that asks is told, and goes on");
    assert_eq!(vec![1_u8; 1 << 28].len(), 1 << 28, "the caller has no such limit");
    Ok(())
}

#[sandbox(isolate = process)]
fn deep(left: u32) -> Result<u32, Error> {
    Ok(recurse(left))
}

#[sandbox(isolate = process, stack = "64 MiB")]
fn deep_on_a_large_stack(left: u32) -> Result<u32, Error> {
    Ok(recurse(left))
}

#[sandbox(isolate = process(reuse, workers = 1), stack = "64 MiB")]
fn deep_reused(left: u32) -> Result<u32, Error> {
    Ok(recurse(left))
}

/// 4 KiB each: 32 MiB and more.
fn a_stack_that_is_too_small(_: &Scratch) -> Verdict {
    assert_eq!(deep(100)?, 100);
    let crashes = |fate| matches!(fate, ProcessError::Crashed { signal: libc::SIGSEGV, .. });
    assert!(crashes(fate(deep(8000))));
    for call in [deep_on_a_large_stack, deep_reused] {
        assert_eq!(call(8000)?, 8000);
        assert!(crashes(fate(call(u32::MAX))));
        assert_eq!(call(8000)?, 8000, "the next call works");
    }
    Ok(())
}

/// The least that the attribute takes.
#[sandbox(isolate = process, memory = "1 MiB")]
fn in_the_least_memory(words: Vec<String>) -> Result<String, Error> {
    Ok(words.join(" "))
}

#[sandbox(isolate = process, stack = "64 KiB", memory = "2 MiB")]
fn on_the_least_stack(words: Vec<String>) -> Result<String, Error> {
    assert!(!words.is_empty(), "there are none: {words:?}");
    Ok(words.join(" "))
}

fn the_least_is_enough_for_a_small_body(_: &Scratch) -> Verdict {
    let words = ["a", "small", "body"].map(str::to_owned).to_vec();
    for call in [in_the_least_memory, on_the_least_stack] {
        assert_eq!(call(words.clone())?, "a small body");
    }
    let panics = on_the_least_stack(Vec::new()).expect_err("there are no words").to_string();
    assert!(panics.contains("its process panicked: there are none: []"), "{panics}");
    Ok(())
}

/// Its bytes say less than it expects.
#[derive(serde::Serialize)]
struct Mute;

impl<'de> serde::Deserialize<'de> for Mute {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Mute, D::Error> {
        Err(serde::de::Error::custom("mute"))
    }
}

#[sandbox(isolate = process)]
fn takes(first: u8, mute: Mute) -> Result<u8, Error> {
    let Mute = mute;
    Ok(first)
}

#[sandbox(isolate = process(reuse, workers = 1))]
fn gives(mute: bool) -> Result<Result<u32, Mute>, Error> {
    Ok(if mute { Err(Mute) } else { Ok(std::process::id()) })
}

fn a_value_that_cannot_cross(_: &Scratch) -> Verdict {
    let says = |fate: ProcessError, which: &str| match fate {
        ProcessError::Crossing { what } => assert!(what.starts_with(which), "{what}"),
        fate => panic!("{fate:?}"),
    };
    says(fate(takes(0, Mute)), "argument 2: ");
    let pid = gives(false)?.map_err(|_| "a number")?;
    says(fate(gives(true)), "the value: ");
    assert!(within(Duration::ZERO, || gives(false).is_ok_and(|again| again.is_ok_and(|again| again == pid))));
    Ok(())
}
