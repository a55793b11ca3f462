//! What is on, and where.

use super::*;
use crate::kernel::Kernel;
use crate::site::Site;

/// The layer of one thread is neither that of another nor of all; and what restricts all threads would loosen it.
#[test]
fn a_layer_of_a_thread_holds_there_and_nowhere_else() {
    let policy = Policy::new().read("/usr");
    let kernel = Kernel::with(8, 0b111);
    let is_on = |place| equal(&policy, kernel.known(), place).is_some();
    let layer = |place| {
        let enforcement = Enforcement::forecast(&policy, place, Site::caller(), Ok(&kernel)).expect("a forecast");
        Layer { policy: policy.clone(), enforcement }
    };
    let on_all_threads =
        || put_on_all_threads(layer(Place::Process), |_| Err(ErrorKind::Layers)).expect_err("an error");
    let reaches_the_kernel = || matches!(on_all_threads(), ErrorKind::Layers);
    assert!(reaches_the_kernel());
    std::thread::scope(|scope| {
        let restricted = scope.spawn(|| {
            assert!(!is_on(Place::CallingThread));
            put_on(layer(Place::FreshThread), Place::FreshThread, |_| Ok(())).expect("nothing refuses it");
            assert!(is_on(Place::CallingThread) && is_on(Place::FreshThread));
            assert!(!is_on(Place::Process) && !is_on(Place::Child));
            assert!(reaches_the_kernel(), "all threads get this one's layers");
            let other = scope.spawn(|| (is_on(Place::CallingThread), on_all_threads()));
            let (is_on_there, error) = other.join().expect("no panic");
            assert!(!is_on_there);
            assert!(matches!(error, ErrorKind::Place(PlaceError::WouldLoosen { threads: 1 })), "{error:?}");
        });
        restricted.join().expect("no panic");
        assert!(reaches_the_kernel(), "the thread is gone");
    });
}

#[test]
fn equal_paths_are_equal_texts() {
    for (path, text) in [
        ("/", "/"),
        ("//", "/"),
        ("/usr", "/usr"),
        ("/usr/", "/usr"),
        ("//usr///lib//", "/usr/lib"),
        ("/usr/./lib/.", "/usr/lib"),
        ("/usr/.hidden", "/usr/.hidden"),
        ("/usr/..", "/usr/.."),
        ("", ""),
    ] {
        assert_eq!(plain(Path::new(path)), OsStr::new(text), "{path:?}");
        assert_eq!(Path::new(path), Path::new(text), "to the standard library, too");
    }
}
