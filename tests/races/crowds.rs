//! Many threads enter many sandboxes at once. Each has exactly its own, and who has none is free.

use crate::world::{Directory, Readable, while_doing};
use landlock_runtime::{Error, Policy, Prepared, status};
use landlock_tests::{Case, Scratch, Verdict, case};
use std::io;
use std::sync::Barrier;
use std::thread;

pub(crate) const CASES: &[Case] = &[
    case!(each_thread_has_its_own),
    case!(nested_ones_have_both),
    case!(threads_that_restrict_themselves),
    case!(prepared_ones_are_entered_by_all),
    case!(first_calls_of_a_prepared_one_come_at_once),
];

const THREADS: usize = 12;
const ROUNDS: usize = 60;

fn directories(scratch: &Scratch) -> io::Result<Vec<Directory>> {
    (0..THREADS).map(|number| Directory::new(scratch, &number.to_string())).collect()
}

/// Of all directories this one can be read, and no other.
fn only(directories: &[Directory], own: usize) {
    for (number, directory) in directories.iter().enumerate() {
        let expected = if number == own { Readable::All } else { Readable::Nothing };
        assert_eq!(directory.readable(), expected, "{number} by {own}");
    }
}

/// So many layers hold for the calling thread.
fn layers(count: usize) {
    assert_eq!(status().layers().count(), count);
}

/// Does this on all threads at once, with the number of each, while another looks at its own layers: it has none.
fn at_once(act: impl Fn(usize) -> Result<(), Error> + Sync) -> Verdict {
    let begin = Barrier::new(THREADS);
    let one = |number| {
        begin.wait();
        act(number)
    };
    let one = &one;
    let all = || {
        thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS).map(|number| scope.spawn(move || one(number))).collect();
            threads.into_iter().try_for_each(|thread| thread.join().expect("no panic"))
        })
    };
    let free = || {
        layers(0);
        std::fs::read_dir("/").map(drop)
    };
    let (done, looks) = while_doing(free, all);
    done?;
    println!("{looks} looks");
    Ok(free()?)
}

fn each_thread_has_its_own(scratch: &Scratch) -> Verdict {
    let directories = directories(scratch)?;
    at_once(|number| {
        for round in 0..ROUNDS {
            let own = (number + round) % THREADS;
            Policy::new().read(&directories[own].path).run(|| {
                layers(1);
                only(&directories, own);
            })?;
            layers(0);
        }
        Ok(())
    })
}

fn nested_ones_have_both(scratch: &Scratch) -> Verdict {
    let directories = directories(scratch)?;
    at_once(|number| {
        let (own, next) = (&directories[number], &directories[(number + 1) % THREADS]);
        let (outer, inner) = (Policy::new().read(&own.path).read(&next.path), Policy::new().read(&own.path));
        for _ in 0..ROUNDS / 2 {
            let run = || {
                assert_eq!([own.readable(), next.readable()], [Readable::All; 2]);
                inner.run(|| {
                    layers(2);
                    only(&directories, number);
                })
            };
            outer.run(run)??;
        }
        Ok(())
    })
}

fn threads_that_restrict_themselves(scratch: &Scratch) -> Verdict {
    let directories = directories(scratch)?;
    at_once(|number| {
        for round in 0..ROUNDS {
            let own = (number + round) % THREADS;
            let restricted = || -> Result<(), Error> {
                let policy = Policy::new().read(&directories[own].path);
                for new in [true, true, false] {
                    assert_eq!(policy.restrict_thread()?.new_layer(), new, "the second looks at the objects");
                }
                layers(2);
                only(&directories, own);
                Ok(())
            };
            thread::scope(|scope| scope.spawn(restricted).join().expect("no panic"))?;
        }
        Ok(())
    })
}

fn prepared_ones_are_entered_by_all(scratch: &Scratch) -> Verdict {
    const PREPARED: usize = 3;
    let directories = directories(scratch)?;
    let prepare = |own: usize| Policy::new().read(&directories[own].path).prepare();
    let prepared: Vec<Prepared> = (0..PREPARED).map(prepare).collect::<Result<_, _>>()?;
    at_once(|number| {
        for round in 0..ROUNDS {
            let own = (number + round) % PREPARED;
            prepared[own].run(|| {
                layers(1);
                only(&directories, own);
            })?;
        }
        Ok(())
    })
}

/// One starts what runs the calls, the others wait for it.
fn first_calls_of_a_prepared_one_come_at_once(scratch: &Scratch) -> Verdict {
    let directories = directories(scratch)?;
    for own in 0..THREADS {
        let prepared = Policy::new().read(&directories[own].path).prepare()?;
        at_once(|_| prepared.run(|| only(&directories, own)))?;
    }
    Ok(())
}
