//! Work that borrows, for a thread that outlives what it borrows: the one who lends waits until the work is gone, done or
//! dropped. One `unsafe`, with its proof.
#![allow(unsafe_code)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};

/// Work that has been lent. It tells its owner when it is gone.
pub(super) struct Lent(Box<dyn FnOnce() + Send>);

impl Lent {
    #[inline]
    pub(super) fn run(self) {
        (self.0)();
    }
}

/// Hands `work` over to another thread by `hand_over`, and returns when it is gone: it was run, or dropped without.
pub(super) fn lend<'a>(work: impl FnOnce() + Send + 'a, hand_over: impl FnOnce(Lent)) {
    let gone = Arc::new(AtomicBool::new(false));
    let owned = Owned { work, signal: Signal { gone: Arc::clone(&gone), owner: thread::current() } };
    let work: Box<dyn FnOnce() + Send + 'a> = Box::new(move || owned.run());
    let _waits = Waits { gone };
    // SAFETY: only the lifetime of what `work` borrows changes, from `'a` to `'static`; so nothing that was borrowed may be
    // used after this function is left, and `'a` outlives the function.
    // * Whatever becomes of the box, all that it borrows is in `Owned::work`. That is used and dropped before
    //   `Owned::signal` is: in `Owned::run` also when the work panics, and in a box that nobody ran, by the order of the
    //   fields. What is freed of the box afterwards is memory of its own. A box that is leaked is never used again.
    // * This function is left, by return or by panic, only through the drop of `_waits`, which waits for the signal: it was
    //   declared before the box has its new type, and nothing between can panic. If the signal never comes, it is never left.
    // * The signal stores with `Release` and is read with `Acquire`: the uses happen before what the caller does next.
    let work = unsafe { std::mem::transmute::<Box<dyn FnOnce() + Send + 'a>, Box<dyn FnOnce() + Send>>(work) };
    hand_over(Lent(work));
}

/// The fields are dropped in this order.
struct Owned<W> {
    work: W,
    signal: Signal,
}

impl<W: FnOnce()> Owned<W> {
    fn run(self) {
        let Owned { work, signal } = self;
        work();
        drop(signal);
    }
}

/// Tells the owner, when it is dropped.
struct Signal {
    gone: Arc<AtomicBool>,
    owner: Thread,
}

impl Drop for Signal {
    #[inline]
    fn drop(&mut self) {
        self.gone.store(true, Ordering::Release);
        self.owner.unpark();
    }
}

/// Waits for the signal, when it is dropped.
struct Waits {
    gone: Arc<AtomicBool>,
}

impl Drop for Waits {
    #[inline]
    fn drop(&mut self) {
        while !self.gone.load(Ordering::Acquire) {
            thread::park();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::mpsc::channel;
    use std::time::Duration;

    /// Notes when it is dropped.
    struct Witness<'a>(&'a AtomicBool);

    impl Drop for Witness<'_> {
        fn drop(&mut self) {
            thread::sleep(Duration::from_millis(20));
            self.0.store(true, Ordering::SeqCst);
        }
    }

    /// Lends work that borrows, and tells whether it ran; it must be gone whatever became of it.
    fn ran(panics: bool, hand_over: impl FnOnce(Lent)) -> bool {
        let (dropped, mut ran) = (AtomicBool::new(false), false);
        let witness = Witness(&dropped);
        let work = || {
            let _witness = witness;
            ran = true;
            assert!(!panics, "as it was told");
        };
        let _ = catch_unwind(AssertUnwindSafe(|| lend(work, hand_over)));
        assert!(dropped.load(Ordering::SeqCst), "what it borrows is in use no more");
        ran
    }

    #[test]
    fn the_owner_waits_until_the_work_is_gone() {
        let (jobs, queue) = channel::<Lent>();
        let worker =
            thread::spawn(move || queue.into_iter().for_each(|job| drop(catch_unwind(AssertUnwindSafe(|| job.run())))));
        let send = |job| jobs.send(job).expect("the worker listens");
        assert!(ran(false, send));
        assert!(ran(true, send), "a panic on the other thread");
        assert!(!ran(false, drop), "nobody took it");
        assert!(!ran(false, |_| panic!("the hand-over fails")));
        let later = |job| drop(thread::spawn(move || (thread::sleep(Duration::from_millis(20)), drop(job))));
        assert!(!ran(false, later), "dropped elsewhere, later");
        drop(jobs);
        worker.join().expect("it caught every panic");
        let (closed, _) = channel::<Lent>();
        assert!(!ran(false, |job| drop(closed.send(job))), "the thread is gone");
    }
}
