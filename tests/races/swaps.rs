//! A directory and a link to another one change places while sandboxes open the path. Each is of one of the two, and wholly; what
//! follows no link never gets the other; and of a third nothing is ever granted.

use crate::world::{Directory, Readable, while_doing, while_exchanging};
use landlock_runtime::{Error, ErrorKind, Policy, ensure_dir, ensure_file, nofollow, optional};
use landlock_tests::{Case, Scratch, Verdict, case};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

pub(crate) const CASES: &[Case] = &[
    case!(a_grant_is_of_one_of_the_two),
    case!(a_narrow_grant_stays_narrow),
    case!(a_link_is_never_followed),
    case!(a_directory_is_never_made_through_a_link),
    case!(a_file_is_never_made_through_a_link),
    case!(what_is_prepared_stays),
    case!(what_may_be_missing_is_granted_or_reported),
];

const ROUNDS: usize = 400;

/// Whether there is another round: until there were enough and both outcomes have come, or it is clear that one never does.
fn goes_on(round: usize, both: bool) -> bool {
    round < ROUNDS || !both && round < 20 * ROUNDS
}

/// At `path` stands either `one`, or a link to `linked`; beside them is a third.
struct Swapped {
    path: PathBuf,
    other: PathBuf,
    one: Directory,
    linked: Directory,
    third: Directory,
}

impl Swapped {
    fn new(scratch: &Scratch) -> io::Result<Swapped> {
        let [one, linked, third] = ["one", "linked", "third"].map(|name| Directory::new(scratch, name));
        let (one, linked, other) = (one?, linked?, scratch.join("link"));
        symlink(&linked.path, &other)?;
        Ok(Swapped { path: one.path.clone(), other, one, linked, third: third? })
    }

    fn readable(&self) -> [Readable; 3] {
        [self.one.readable(), self.linked.readable(), self.third.readable()]
    }

    /// Runs under a policy again and again, with the paths in motion: how often what could be read, or why not.
    fn race(&self, policy: &Policy) -> Result<Counted, Error> {
        let mut counted = Counted::default();
        let (result, swaps) = while_exchanging(&self.path, &self.other, || {
            let mut round = 0;
            while goes_on(round, counted.readable.len() + counted.errors.len() > 1) {
                round += 1;
                match policy.run(|| self.readable()) {
                    Ok(readable) => *counted.readable.entry(format!("{readable:?}")).or_default() += 1,
                    Err(error) => *counted.errors.entry(errno(&error).ok_or(error)?).or_default() += 1,
                }
            }
            Ok(())
        });
        println!("{swaps} swaps: {counted:?}");
        assert_eq!(self.readable(), [Readable::All; 3], "outside");
        result.map(|()| counted)
    }
}

#[derive(Debug, Default)]
struct Counted {
    readable: BTreeMap<String, usize>,
    errors: BTreeMap<i32, usize>,
}

impl Counted {
    /// These, each at least once, and nothing else.
    #[track_caller]
    fn are(&self, readable: &[[Readable; 3]], errors: &[i32]) {
        let expected: Vec<_> = readable.iter().map(|readable| format!("{readable:?}")).collect();
        let (mut found, mut expected) = (self.readable.keys().collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
        assert_eq!(self.errors.keys().copied().collect::<Vec<_>>(), errors);
    }
}

/// That of the one rule which could not be made.
fn errno(error: &Error) -> Option<i32> {
    match error.kind() {
        ErrorKind::Rules(rules) if rules.len() == 1 => rules[0].source.raw_os_error(),
        _ => None,
    }
}

const ONE: [Readable; 3] = [Readable::All, Readable::Nothing, Readable::Nothing];
const LINKED: [Readable; 3] = [Readable::Nothing, Readable::All, Readable::Nothing];
const INNER_OF_ONE: [Readable; 3] = [Readable::Inner, Readable::Nothing, Readable::Nothing];
const INNER_OF_LINKED: [Readable; 3] = [Readable::Nothing, Readable::Inner, Readable::Nothing];

fn a_grant_is_of_one_of_the_two(scratch: &Scratch) -> Verdict {
    let swapped = Swapped::new(scratch)?;
    swapped.race(&Policy::new().read(&swapped.path))?.are(&[ONE, LINKED], &[]);
    Ok(())
}

fn a_narrow_grant_stays_narrow(scratch: &Scratch) -> Verdict {
    let swapped = Swapped::new(scratch)?;
    let policy = Policy::new().read(swapped.path.join("inner"));
    swapped.race(&policy)?.are(&[INNER_OF_ONE, INNER_OF_LINKED], &[]);
    Ok(())
}

fn a_link_is_never_followed(scratch: &Scratch) -> Verdict {
    let swapped = Swapped::new(scratch)?;
    swapped.race(&Policy::new().read(nofollow(&swapped.path)))?.are(&[ONE], &[libc::ELOOP]);
    Ok(())
}

fn a_directory_is_never_made_through_a_link(scratch: &Scratch) -> Verdict {
    let swapped = Swapped::new(scratch)?;
    swapped.race(&Policy::new().read(ensure_dir(&swapped.path)))?.are(&[ONE], &[libc::ELOOP]);
    let made = swapped.path.join("made");
    // Above the last component links are followed, as everywhere: it is made in one of the two, and nothing else is granted.
    let (ran, _) = while_exchanging(&swapped.path, &swapped.other, || -> Result<(), Error> {
        for _ in 0..ROUNDS {
            match Policy::new().read(ensure_dir(&made)).run(|| swapped.readable()) {
                Ok(readable) => assert_eq!(readable, [Readable::Nothing; 3]),
                // Made in the one, and looked for in the other.
                Err(error) if errno(&error) == Some(libc::ENOENT) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    });
    ran?;
    assert!([&swapped.one, &swapped.linked].iter().any(|directory| directory.path.join("made").is_dir()));
    assert!(!swapped.third.path.join("made").exists());
    Ok(())
}

/// A file, and a link to another that is not there: it must not be made.
fn a_file_is_never_made_through_a_link(scratch: &Scratch) -> Verdict {
    let (file, link, elsewhere) = (scratch.file("file")?, scratch.join("link"), scratch.join("elsewhere"));
    symlink(&elsewhere, &link)?;
    let policy = Policy::new().write(ensure_file(&file));
    let (mut made, mut refused) = (0, 0);
    let (ran, swaps) = while_exchanging(&file, &link, || -> Result<(), Error> {
        while goes_on(made + refused, made > 0 && refused > 0) {
            match policy.run(|| ()) {
                Ok(()) => made += 1,
                Err(error) if errno(&error) == Some(libc::ELOOP) => refused += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    });
    ran?;
    println!("{swaps} swaps, {made} made, {refused} refused");
    assert!(made > 0 && refused > 0);
    assert!(!elsewhere.exists(), "it was made through the link");
    Ok(())
}

/// What was opened when the policy was prepared is what every call of it can read.
fn what_is_prepared_stays(scratch: &Scratch) -> Verdict {
    let swapped = Swapped::new(scratch)?;
    let policy = Policy::new().read(&swapped.path);
    let mut seen = BTreeMap::new();
    let (ran, _) = while_exchanging(&swapped.path, &swapped.other, || -> Result<(), Error> {
        let mut round = 0;
        while goes_on(round, seen.len() > 1) {
            round += 4;
            let prepared = policy.prepare()?;
            let first = prepared.run(|| swapped.readable())?;
            for _ in 0..3 {
                assert_eq!(prepared.run(|| swapped.readable())?, first);
            }
            *seen.entry(format!("{first:?}")).or_insert(0) += 1;
        }
        Ok(())
    });
    ran?;
    assert!(seen.keys().eq(&[format!("{ONE:?}"), format!("{LINKED:?}")]), "{seen:?}");
    Ok(())
}

/// A path that comes and goes is granted, or it is among those that were skipped.
fn what_may_be_missing_is_granted_or_reported(scratch: &Scratch) -> Verdict {
    let (here, away) = (scratch.file("here")?, scratch.join("away"));
    let file = File::open(&here)?;
    let by_descriptor = format!("/proc/self/fd/{}", file.as_raw_fd());
    let policy = Policy::new().read(optional(&here)).read("/proc");
    let is_away = AtomicBool::new(false);
    let comes_or_goes = || {
        let (from, to) = if is_away.fetch_not(Ordering::Relaxed) { (&away, &here) } else { (&here, &away) };
        Ok(renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?)
    };
    let (mut granted, mut skipped) = (0, 0);
    let (ran, _) = while_doing(comes_or_goes, || -> Verdict {
        while goes_on(granted + skipped, granted > 0 && skipped > 0) {
            let enter = || -> Result<_, Error> {
                let enforcement = policy.restrict_thread()?;
                let is_skipped = enforcement.skipped().any(|path: &Path| path == here);
                Ok((is_skipped, File::open(&by_descriptor).is_ok()))
            };
            match thread::scope(|scope| scope.spawn(enter).join().expect("no panic"))? {
                (false, true) => granted += 1,
                (true, false) => skipped += 1,
                told => return Err(format!("skipped, readable: {told:?}").into()),
            }
        }
        Ok(())
    });
    ran?;
    println!("{granted} granted, {skipped} skipped");
    assert!(granted > 0 && skipped > 0);
    File::open(by_descriptor)?;
    Ok(())
}
