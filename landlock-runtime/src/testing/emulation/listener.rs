//! The thread that answers for the older kernel, for as long as somebody is left who could ask.

use super::older::Older;
use super::seccomp::{self, Listener};
use crate::kernel::{Kernel, ask_anew_from_now_on};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use std::sync::mpsc::channel;
use std::{io, thread};

/// From now on the calling thread, and what it starts, see a kernel of this ABI.
pub(super) fn emulate(abi: u32) -> io::Result<()> {
    ask_anew_from_now_on();
    let real = Kernel::get().map_or(0, Kernel::abi);
    if abi > real {
        let text = format!("this kernel has ABI {real}, and only older ones can be emulated, not ABI {abi}");
        return Err(io::Error::new(io::ErrorKind::Unsupported, text));
    }
    let (sender, receiver) = channel();
    // Before the filter, which it does not inherit.
    let serve = move || receiver.recv().map_or(Ok(()), |listener| serve(&listener, &Older::of(abi)));
    thread::Builder::new().name(format!("landlock-abi-{abi}")).spawn(serve)?;
    sender.send(listen()?).map_err(io::Error::other)
}

fn listen() -> io::Result<Listener> {
    match seccomp::listen() {
        // Without privileges it must be certain that what is started gains none.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            crate::kernel::set_no_new_privs()?;
            seccomp::listen()
        }
        Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
            let text = "this thread sees an emulated kernel already, or is watched over by another seccomp filter";
            Err(io::Error::new(io::ErrorKind::ResourceBusy, text))
        }
        listening => listening,
    }
}

fn serve(listener: &Listener, older: &Older) -> io::Result<()> {
    loop {
        let mut asked = [PollFd::new(listener, PollFlags::IN)];
        match poll(&mut asked, None) {
            Err(Errno::INTR) => continue,
            polled => polled?,
        };
        if !asked[0].revents().contains(PollFlags::IN) {
            return Ok(());
        }
        // An error: who asked was killed meanwhile, or asks again after a signal.
        if let Ok(question) = listener.receive() {
            let answer = older.judge(&question.data, |address, bytes| seccomp::read(question.pid, address, bytes));
            let _ = listener.send(question.id, &answer);
        }
    }
}
