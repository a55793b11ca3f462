//! What is on, and where; and what is equal to it.

use super::*;
use crate::kernel::Kernel;
use crate::site::Site;

/// A layer that this policy would make, on a kernel on which it is in order.
fn layer(policy: &Policy, place: Place) -> Layer {
    let kernel = Kernel::with(8, 0b111);
    let enforcement = Enforcement::forecast(policy, place, Site::caller(), Ok(kernel)).expect("a forecast");
    Layer { policy: policy.clone(), enforcement, objects: Objects::UNKNOWN }
}

/// The layer of one thread is neither that of another nor of all; and what restricts all threads would loosen it, but from
/// that very thread.
#[test]
fn a_layer_of_a_thread_holds_there_and_nowhere_else() {
    let policy = Policy::new().read("/usr");
    let enforced = Kernel::with(8, 0b111).known();
    let is_on = |place| like(&policy, enforced, place, None).is_some();
    let put = |place, all, refuse: fn(&Layer) -> _| put_on(layer(&policy, place), place, all, refuse);
    let on_all_threads = || put(Place::Process, true, |_| Err(ErrorKind::Layers)).expect_err("an error");
    let reaches_the_kernel = || matches!(on_all_threads(), ErrorKind::Layers);
    assert!(reaches_the_kernel());
    std::thread::scope(|scope| {
        let restricted = scope.spawn(|| {
            assert!(!is_on(Place::CallingThread));
            put(Place::FreshThread, false, |_| Ok(())).expect("nothing refuses it");
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
        let restricts_all = scope.spawn(|| {
            put(Place::FreshThread, false, |_| Ok(())).expect("nothing refuses it");
            put(Place::Process, true, |_| Ok(())).expect("there is no other");
            assert!(of_this_thread().is_empty());
        });
        restricts_all.join().expect("no panic");
        assert!(is_on(Place::Process), "what that thread had, all have");
        assert_eq!(all().len(), 2);
    });
}

/// Whether the second policy would make the layer of the first.
fn are_equal(one: &Policy, other: &Policy) -> bool {
    let [one, other] = [one, other].map(|policy| layer(policy, Place::FreshThread));
    let is_alike = |one: &Layer, other: &Layer| one.is_alike(&other.policy, other.enforcement.enforced());
    let equal = is_alike(&one, &other);
    assert_eq!(is_alike(&other, &one), equal, "either way round");
    equal
}

const MANY: usize = 10_000;

/// Many paths, in the order of the step, and each in a spelling that depends on it.
fn many(step: usize) -> impl Iterator<Item = String> {
    let shuffled = (0..MANY).map(move |number| number * step % MANY);
    shuffled.map(move |number| format!("/{}srv{:/>2$}", if number % step == 0 { "./" } else { "" }, number, 6))
}

#[test]
fn order_and_spelling_are_no_difference_among_ten_thousand_paths() {
    let reading = |paths: &mut dyn Iterator<Item = String>| Policy::new().read(crate::each(paths));
    let held = reading(&mut many(1));
    assert!(are_equal(&held, &reading(&mut many(7))));
    assert!(are_equal(&held, &reading(&mut many(9_999).chain(many(3)))), "each path twice");
    let another = || many(7).map(|path| if path.ends_with("9999") { path + "0" } else { path });
    assert!(!are_equal(&held, &reading(&mut another())));
    assert!(!are_equal(&held, &reading(&mut many(7).chain(another()))), "one more");
    assert!(!are_equal(&held, &reading(&mut many(7).skip(1))), "one less");
    assert!(!are_equal(&held, &reading(&mut many(7)).write_file("/srv/17")), "more on one");
}

#[test]
fn ports_are_equal_however_they_are_put_together() {
    let held = Policy::new().net_connect(1000..=1999).net_bind(80);
    let parts = || Policy::new().net_bind(80).net_connect(1500..=1999);
    assert!(are_equal(&held, &parts().net_connect(1000..=1600).net_connect(1000)));
    assert!(are_equal(&held, &held.clone().net_connect(1000..=1999)));
    assert!(!are_equal(&held, &parts().net_connect(1000..=1498)), "a gap");
    assert!(!are_equal(&held, &parts().net_connect(999..=1600)), "one more");
    assert!(!are_equal(&held, &held.clone().net_bind(1000)), "another right");
}

#[test]
fn what_is_withheld_is_found_among_ten_thousand_paths() {
    let outer = Policy::new().read(crate::each(many(7))).write("/srv/0/below");
    let withheld = |inner: &Policy| {
        let enforced = Kernel::with(8, 0b111).known();
        let list = outer::withheld_by(&[Arc::new(layer(&outer, Place::FreshThread))], inner, enforced, &[]);
        list.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(withheld(&Policy::new().read(crate::each(many(3)))), [""; 0]);
    assert_eq!(withheld(&Policy::new().read("/srv/123/below/it").write_file("/srv/0/below/it")), [""; 0]);
    let inner = Policy::new().read("/srv/10000").read("/srv").read_file("/srv/1/2").write_file("/srv//1/");
    let read = "(read_file, read_dir)";
    let parts = [
        format!("read = \"/srv/10000\" {read}"),
        format!("read = \"/srv\" {read}"),
        "write_file = \"/srv//1/\" (write_file)".to_owned(),
    ];
    assert_eq!(withheld(&inner), parts);
}
