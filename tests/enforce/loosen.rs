//! The whole process is restricted (ABI 8) while threads enter sandboxes of their own: none loses its own, and none stays free.

use landlock_runtime::{Error, ErrorKind, PlaceError, Policy};
use landlock_tests::{Case, Scratch, Verdict, case};
use std::fs::File;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

pub(crate) const CASES: &[Case] = &[case!(a_process_is_restricted_among_sandboxes).abi(8)];

const THREADS: usize = 4;

fn opens(path: &str) -> bool {
    File::open(path).is_ok()
}

fn a_process_is_restricted_among_sandboxes(_: &Scratch) -> Verdict {
    let (is_on, done) = (AtomicBool::new(false), AtomicBool::new(false));
    // The process may read `/usr` and `/etc/group`, a body `/usr` and `/etc/passwd`.
    let (of_process, own) =
        (Policy::new().read("/usr").read("/etc/group"), Policy::new().read("/usr").read("/etc/passwd"));
    let enter = || -> Result<usize, Error> {
        let mut times = 0;
        while !done.load(Ordering::SeqCst) {
            own.run(|| {
                let was_on = is_on.load(Ordering::SeqCst);
                for _ in 0..3 {
                    assert!(opens("/usr") && !opens("/etc/group"), "its own sandbox");
                    thread::yield_now();
                }
                assert!(!was_on || !opens("/etc/passwd"), "that of the process");
            })?;
            times += 1;
        }
        Ok(times)
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(enter)).collect();
        let mut refused = 0;
        loop {
            match of_process.restrict_process() {
                Ok(enforcement) => break assert!(enforcement.whole_process()),
                Err(error) => {
                    assert!(matches!(error.kind(), ErrorKind::Place(PlaceError::WouldLoosen { .. })), "{error}");
                    refused += 1;
                }
            }
        }
        is_on.store(true, Ordering::SeqCst);
        assert!(!opens("/etc/passwd") && opens("/etc/group"));
        thread::sleep(std::time::Duration::from_millis(100));
        done.store(true, Ordering::SeqCst);
        let times = threads.into_iter().map(|thread| thread.join().expect("no panic")).sum::<Result<usize, Error>>()?;
        println!("{times} sandboxes, {refused} times refused");
        Ok(())
    })
}
