//! A restricted thread that starts others: they inherit its layers, and no ruleset is open any more. What restricts it comes
//! in; what leaves is the value of each call.

use super::lend::{Lent, lend};
use super::{builder, cannot_start};
use crate::error::ErrorKind;
use crate::layers::{self, Inheritance};
use std::io;
use std::panic::resume_unwind;
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

/// The thread ends, and is joined, when this is dropped.
#[derive(Debug)]
pub(super) struct Zygote {
    /// Both are there until the drop.
    orders: Option<Sender<Lent>>,
    thread: Option<JoinHandle<()>>,
    /// What the threads inherit that it starts.
    passes_on: Inheritance,
}

impl Zygote {
    /// Starts the thread, under the layers of this one, and lets it restrict itself before anything else.
    pub(super) fn start(
        restrict: impl FnOnce() -> Result<(), ErrorKind> + Send + 'static,
    ) -> Result<Zygote, ErrorKind> {
        let ((orders, work), (outcome, restricted)) = (channel::<Lent>(), channel());
        let inherited = Inheritance::of_this_thread();
        let body = move || {
            inherited.take();
            let result = restrict().map(|()| Inheritance::of_this_thread());
            let goes_on = result.is_ok();
            if outcome.send(result).is_ok() && goes_on {
                work.into_iter().for_each(Lent::run);
            }
        };
        let thread = thread::Builder::new().name("landlock-zygote".to_owned()).spawn(body).map_err(cannot_start)?;
        match restricted.recv().unwrap_or_else(|_| Err(cannot_start(gone()))) {
            Ok(passes_on) => Ok(Zygote { orders: Some(orders), thread: Some(thread), passes_on }),
            Err(kind) => {
                // It panics only if restricting does, and then there is this error.
                let _ = thread.join();
                Err(kind)
            }
        }
    }

    /// Runs `body` on a fresh thread of the caller's name that the zygote starts, and waits for it.
    pub(super) fn run<T: Send>(&self, stack: usize, body: impl FnOnce() -> T + Send) -> Result<T, ErrorKind> {
        if self.passes_on.would_be_escape() {
            return Err(layers::would_escape());
        }
        let orders = self.orders.as_ref().ok_or_else(|| cannot_start(gone()))?;
        let (thread, inherited) = (builder(stack), self.passes_on.clone());
        // Stays with the caller until the thread takes it: the zygote runs and drops no code of the user.
        let mut body = Some(body);
        let body = &mut body;
        let call = || {
            inherited.take();
            body.take().map(|body| body())
        };
        let value = thread::scope(|scope| {
            let mut started = None;
            let start = || started = Some(thread.spawn_scoped(scope, call));
            // Where the zygote is gone, what it did not take is dropped.
            lend(start, |start| drop(orders.send(start)));
            let running = started.unwrap_or_else(|| Err(gone()))?;
            Ok(running.join().unwrap_or_else(|payload| resume_unwind(payload)))
        });
        value.and_then(|value| value.ok_or_else(gone)).map_err(cannot_start)
    }
}

impl Drop for Zygote {
    #[inline]
    fn drop(&mut self) {
        drop(self.orders.take());
        // It panics only if starting a thread does, and then there was an error already.
        self.thread.take().map(JoinHandle::join);
    }
}

#[inline]
fn gone() -> io::Error {
    io::Error::other("the thread that starts the others is gone")
}
