//! Code that takes a body over: it reaches the memory of a thread's caller, and not that of a process's; and no ruleset.

use crate::attacks::{open_ruleset, overwrite, widen_every_ruleset};
use crate::support::{INSIDE, Listed, OUTSIDE, lists};
use landlock_runtime::sandbox;
use landlock_tests::{Case, Scratch, Verdict, case};
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;

pub(crate) const CASES: &[Case] = &[case!(memory_of_the_caller_is_out_of_reach), case!(no_ruleset_is_within_reach)];

#[sandbox(isolate = thread)]
fn overwrites_on_a_thread(address: usize) {
    overwrite(address, ALL);
}

#[sandbox(isolate = process)]
fn overwrites_in_a_process(address: usize) {
    overwrite(address, ALL);
}

#[sandbox(isolate = process(reuse, workers = 1))]
fn overwrites_in_a_worker(address: usize) {
    overwrite(address, ALL);
}

/// What another thread may do, by the word of the program.
const NOTHING: u32 = 0;
const ALL: u32 = u32::MAX;

fn memory_of_the_caller_is_out_of_reach(_: &Scratch) -> Verdict {
    // In the heap, where no optimisation moves it.
    let allowed = std::hint::black_box(Box::new(AtomicU32::new(NOTHING)));
    let address = allowed.as_ptr() as usize;
    let ((ask, asked), (tell, told)) = (mpsc::channel::<()>(), mpsc::channel());
    thread::scope(|scope| {
        let allowed = &allowed;
        scope
            .spawn(move || asked.iter().for_each(|()| tell.send(allowed.load(Ordering::SeqCst)).expect("it is heard")));
        let other_thread = || -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
            ask.send(())?;
            Ok(told.recv()?)
        };
        for attack in [overwrites_in_a_process, overwrites_in_a_worker] {
            attack(address);
            assert_eq!(other_thread()?, NOTHING);
        }
        overwrites_on_a_thread(address);
        assert_eq!(other_thread()?, ALL, "the attack is a real one, and threads are no boundary");
        drop(ask);
        Ok(())
    })
}

fn widen() -> io::Result<(usize, Listed)> {
    Ok((widen_every_ruleset()?, lists()))
}

#[sandbox(isolate = process, read = "/usr")]
fn widens() -> io::Result<(usize, Listed)> {
    widen()
}

#[sandbox(isolate = process(reuse, workers = 1), read = "/usr")]
fn widens_in_a_worker() -> io::Result<(usize, Listed)> {
    widen()
}

fn no_ruleset_is_within_reach(_: &Scratch) -> Verdict {
    assert_eq!(widen()?, (0, OUTSIDE));
    let open = (open_ruleset()?, open_ruleset()?);
    assert_eq!(widen()?.0, 2, "the attack finds what is open");
    assert_eq!(widens()?, (0, INSIDE));
    for _ in 0..3 {
        assert_eq!(widens_in_a_worker()?, (0, INSIDE), "nor at a later call");
    }
    drop(open);
    assert_eq!(widen()?.0, 0, "the program keeps none");
    Ok(())
}
