use super::abi;
use crate::kernel::{Kernel, known_by};
use crate::policy::Rights;
use std::io::ErrorKind;
use std::{io, thread};

/// The ABI that the calling thread sees; 0 without Landlock.
fn seen() -> u32 {
    Kernel::get().map_or(0, Kernel::abi)
}

#[test]
fn a_thread_sees_the_older_kernel_and_the_others_do_not() -> io::Result<()> {
    let real = seen();
    for older in 0..=real {
        let (inside, beside, beneath) = thread::scope(|scope| {
            let (asks, answers) = std::sync::mpsc::channel();
            let beside = scope.spawn(move || answers.recv().map(|()| seen()));
            abi(older, || {
                let inside = seen();
                let _ = asks.send(());
                (inside, beside.join(), thread::spawn(seen).join())
            })
        })?;
        assert_eq!(inside, older);
        assert_eq!(beside.expect("no panic"), Ok(real), "a thread that ran already");
        assert_eq!(beneath.expect("no panic"), older, "a thread that was started inside");
        assert_eq!(seen(), real);
    }
    Ok(())
}

#[test]
fn what_the_process_has_asked_once_is_asked_anew() -> io::Result<()> {
    let known = || Kernel::get().map_or(Rights::EMPTY, Kernel::known);
    let errata = || Kernel::get().map_or(0, Kernel::errata_mask);
    let (real, of_the_real) = (seen(), (known(), errata()));
    for older in 1..=real {
        // Below ABI 7 nobody can ask for errata.
        let expected = (known_by(older), if older < 7 { 0 } else { of_the_real.1 });
        assert_eq!(abi(older, || (known(), errata()))?, expected, "ABI {older}");
    }
    assert_eq!((known(), errata()), of_the_real);
    Ok(())
}

#[test]
fn only_older_kernels_are_emulated_and_one_at_a_time() -> io::Result<()> {
    let newer = seen() + 1;
    let error = abi(newer, || unreachable!("there is no such kernel")).expect_err("it is newer");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().ends_with(&format!("only older ones can be emulated, not ABI {newer}")), "{error}");
    let error = abi(0, || abi(0, || unreachable!("one at a time")))?.expect_err("it is emulated already");
    assert_eq!(error.kind(), ErrorKind::ResourceBusy, "{error}");
    Ok(())
}

#[test]
fn a_panic_is_the_caller_s() {
    let panicked = thread::spawn(|| abi(0, || panic!("inside"))).join().expect_err("it panics");
    assert_eq!(panicked.downcast_ref(), Some(&"inside"));
}
