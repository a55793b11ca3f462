//! Cases that must fail, each for its own reason: a harness that cannot fail is worth nothing. And one that fails where
//! the kernel has no Landlock, for there everything else is ignored.

use crate::support::list;
use landlock_runtime::Policy;
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, abi, case};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

pub(crate) const CASES: &[Case] = &[
    case!(this_kernel_has_landlock).abi(0),
    case!(false_assertion).must_fail("one is two").abi(0),
    case!(error_of_the_policy).must_fail("No such file or directory"),
    case!(exit_before_the_end).must_fail("exit status: 0\nbefore the end").abi(0),
    case!(killed).must_fail("SIGABRT").abi(0),
    case!(too_slow).must_fail("SIGKILL").deadline(Duration::from_millis(200)).abi(0),
    case!(denied_but_free)
        .must_fail("listing a granted directory: expected Permission denied (os error 13), found success"),
    case!(allowed_but_denied)
        .must_fail("listing another directory: expected success, found Permission denied (os error 13)"),
    case!(denied_by_another_errno)
        .must_fail("expected Operation not permitted (os error 1), found Permission denied (os error 13)"),
    case!(every_failure_is_listed)
        .must_fail("first: expected success, found No such file or directory (os error 2)\n  outside, second: "),
    case!(dead_target)
        .must_fail("outside, connecting to a dead port: expected success, found Connection refused (os error 111)")
        .abi(0),
    case!(nothing_denied).must_fail("not a pair: 0 denied of 1 operations").abi(0),
    case!(nothing_allowed).must_fail("not a pair: 1 denied of 1 operations").abi(0),
    case!(nothing_outside).must_fail("no round outside came first"),
];

fn this_kernel_has_landlock(_: &Scratch) -> Verdict {
    if abi() == 0 { Err("no Landlock here: all the cases that need it are ignored".into()) } else { Ok(()) }
}

fn false_assertion(_: &Scratch) -> Verdict {
    panic!("one is two")
}

fn error_of_the_policy(scratch: &Scratch) -> Verdict {
    Ok(Policy::new().read(scratch.join("missing")).run(|| ())?)
}

fn exit_before_the_end(_: &Scratch) -> Verdict {
    println!("before the end");
    std::process::exit(0)
}

fn killed(_: &Scratch) -> Verdict {
    std::process::abort()
}

fn too_slow(_: &Scratch) -> Verdict {
    loop {
        std::thread::park();
    }
}

fn denied_but_free(_: &Scratch) -> Verdict {
    probe(&Probes::new().allowed("listing", list("/usr")).denied(
        "listing a granted directory",
        Errno::ACCESS,
        list("/usr"),
    ))
}

fn allowed_but_denied(_: &Scratch) -> Verdict {
    probe(&Probes::new().allowed("listing another directory", list("/etc")).denied(
        "listing",
        Errno::ACCESS,
        list("/etc"),
    ))
}

fn denied_by_another_errno(_: &Scratch) -> Verdict {
    probe(&Probes::new().allowed("listing", list("/usr")).denied(
        "listing another directory",
        Errno::PERM,
        list("/etc"),
    ))
}

fn every_failure_is_listed(scratch: &Scratch) -> Verdict {
    let missing = scratch.join("missing");
    probe(&Probes::new().allowed("first", list(&missing)).denied("second", Errno::ACCESS, list(&missing)))
}

fn dead_target(_: &Scratch) -> Verdict {
    let dead = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let connect = move |_| TcpStream::connect(dead).map(drop);
    probe(&Probes::new().allowed("listing", list("/usr")).denied("connecting to a dead port", Errno::ACCESS, connect))
}

fn nothing_denied(_: &Scratch) -> Verdict {
    probe(&Probes::new().allowed("listing", list("/usr")))
}

fn nothing_allowed(_: &Scratch) -> Verdict {
    probe(&Probes::new().denied("listing another directory", Errno::ACCESS, list("/etc")))
}

fn nothing_outside(_: &Scratch) -> Verdict {
    let probes = Probes::new().allowed("listing", list("/usr")).denied("listing another", Errno::ACCESS, list("/etc"));
    Policy::new().read("/usr").run(|| probes.inside())?
}

fn probe(probes: &Probes<'_>) -> Verdict {
    probes.outside()?;
    Policy::new().read("/usr").run(|| probes.inside())?
}
