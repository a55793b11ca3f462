//! All threads at once (ABI 8), where some hold layers that the library did not put on them: the kernel would replace these.

use crate::support::unrestricted;
use landlock_runtime::{ErrorKind, PlaceError, Policy, status};
use landlock_tests::{Case, Scratch, Verdict, case, restrict_without_the_library};
use rustix::thread::set_no_new_privs;
use std::fs::File;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

pub(crate) const CASES: &[Case] = &[
    case!(a_thread_that_std_started_inside_keeps_its_layer).abi(8),
    case!(so_it_does_where_nobody_may_gain_privileges).abi(8),
    case!(a_thread_that_other_code_restricted_keeps_its_layer).abi(8),
    case!(so_it_does_where_its_layer_keeps_privileges).abi(8).only_root(),
    case!(threads_of_before_are_restricted).abi(8),
    case!(threads_that_were_asked_are_restricted).abi(8),
    case!(threads_are_restricted_again_and_again).abi(8),
    case!(without_proc_nobody_knows).abi(8).only_root(),
];

fn opens(path: &str) -> bool {
    File::open(path).is_ok()
}

/// A thread that `std` starts here. It tells whether it can open a path, each time it is asked.
struct Helper {
    ask: Sender<&'static str>,
    told: Receiver<bool>,
    thread: JoinHandle<()>,
}

impl Helper {
    fn start() -> Helper {
        let ((ask, asked), (tell, told)) = (channel(), channel());
        let answers = move || {
            for path in asked {
                tell.send(opens(path)).expect("it is heard");
            }
        };
        let helper = Helper { ask, told, thread: thread::spawn(answers) };
        assert!(!helper.opens("/missing"), "it runs");
        helper
    }

    fn opens(&self, path: &'static str) -> bool {
        self.ask.send(path).expect("it listens");
        self.told.recv().expect("it answers")
    }

    fn end(self) {
        drop(self.ask);
        self.thread.join().expect("no panic");
    }
}

/// The process is not restricted, for a thread would lose its layers.
fn refused(policy: &Policy) -> Verdict {
    let error = policy.restrict_process().err().ok_or("it was restricted")?;
    assert!(matches!(error.kind(), ErrorKind::Place(PlaceError::WouldLoosen { threads: 1 })), "{error}");
    unrestricted()
}

fn wide() -> Policy {
    Policy::new().read("/usr").read("/etc")
}

fn keeps_its_layer() -> Verdict {
    let helper = Policy::new().read("/usr").run(Helper::start)?;
    refused(&wide())?;
    assert!(helper.opens("/usr") && !helper.opens("/etc/passwd"), "as before");
    helper.end();
    let _ = wide().restrict_process()?;
    assert!(opens("/etc/passwd") && !opens("/opt"));
    Ok(())
}

fn a_thread_that_std_started_inside_keeps_its_layer(_: &Scratch) -> Verdict {
    keeps_its_layer()
}

/// What a thread has given up then tells nothing.
fn so_it_does_where_nobody_may_gain_privileges(_: &Scratch) -> Verdict {
    set_no_new_privs(true)?;
    keeps_its_layer()
}

/// Neither it nor the calling thread has given up anything.
fn so_it_does_where_its_layer_keeps_privileges(_: &Scratch) -> Verdict {
    let helper = Policy::new().read("/usr").no_new_privs(false).run(Helper::start)?;
    assert!(!rustix::thread::no_new_privs()?);
    refused(&wide().no_new_privs(false))?;
    refused(&wide())?;
    assert!(helper.opens("/usr") && !helper.opens("/etc/passwd"), "as before");
    helper.end();
    let _ = wide().restrict_process()?;
    Ok(())
}

fn a_thread_that_other_code_restricted_keeps_its_layer(_: &Scratch) -> Verdict {
    let restricted = || restrict_without_the_library().map(|()| Helper::start());
    let helper = thread::spawn(restricted).join().expect("no panic")?;
    refused(&wide())?;
    helper.end();
    let _ = wide().restrict_process()?;
    Ok(())
}

fn threads_of_before_are_restricted(_: &Scratch) -> Verdict {
    set_no_new_privs(true)?;
    let helper = Helper::start();
    assert!(Policy::new().run(|| !opens("/usr"))?, "a first single thread");
    let _ = wide().restrict_process()?;
    assert!(helper.opens("/etc/passwd") && !helper.opens("/opt"));
    Ok(())
}

fn threads_that_were_asked_are_restricted(_: &Scratch) -> Verdict {
    set_no_new_privs(true)?;
    assert!(Policy::new().run(|| !opens("/usr"))?, "a first single thread");
    let helper = Helper::start();
    refused(&wide())?;
    helper.end();
    let (go_on, goes_on) = channel::<()>();
    let asked = thread::spawn(move || {
        assert_eq!(status().other_layers(), Some(0));
        go_on.send(()).expect("it is heard");
        thread::park();
        (opens("/etc/passwd"), opens("/opt"))
    });
    goes_on.recv()?;
    let _ = wide().restrict_process()?;
    asked.thread().unpark();
    assert_eq!(asked.join().expect("no panic"), (true, false));
    Ok(())
}

fn threads_are_restricted_again_and_again(_: &Scratch) -> Verdict {
    let first = Helper::start();
    assert!(Policy::new().run(|| !opens("/usr"))?, "a first single thread");
    let _ = wide().read("/proc").restrict_process()?;
    assert!(first.opens("/etc/passwd") && !first.opens("/opt"));
    let _ = Policy::new().read("/usr").restrict_process()?;
    assert!(first.opens("/usr") && !first.opens("/etc/passwd"));
    // From now on nobody can look.
    let error = Policy::new().read("/usr").net_connect(443).restrict_process().err().ok_or("it was restricted")?;
    assert!(matches!(error.kind(), ErrorKind::Place(PlaceError::WouldLoosen { .. })), "{error}");
    first.end();
    let _ = Policy::new().read("/usr").net_connect(443).restrict_process()?;
    Ok(())
}

fn without_proc_nobody_knows(scratch: &Scratch) -> Verdict {
    std::os::unix::fs::chroot(scratch.directory("root")?)?;
    let helper = Helper::start();
    let error = Policy::new().restrict_process().err().ok_or("it was restricted")?;
    assert!(matches!(error.kind(), ErrorKind::Place(PlaceError::WouldLoosen { .. })), "{error}");
    helper.end();
    let _ = Policy::new().restrict_process()?;
    Ok(())
}
