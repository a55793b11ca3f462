//! The layers that this library put on: on the whole process, on the calling thread, and on threads that it started
//! from one. The kernel allows 16, so a thread gets two layers of a policy at most, as long as it is about the same objects.

mod equal;
mod known;
mod named;
mod others;
mod outer;
mod ports;
mod redundant;
mod status;
#[cfg(all(test, target_os = "linux"))]
mod tests;
mod together;

use crate::enforcement::{Enforcement, Place};
use crate::error::{ErrorKind, PlaceError};
use crate::kernel::Objects;
use crate::policy::{Policy, Rights};
use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use others::Learned;
#[cfg(any(feature = "pool", feature = "process"))]
pub(crate) use others::execs;
pub(crate) use others::{before_single_threads, holds_unknown, one_is_on_before_exec};
pub use outer::Withheld;
pub(crate) use outer::withheld;
pub use redundant::RedundantGrant;
pub(crate) use redundant::redundant;
pub use status::{Status, status};

/// A layer that is on, with the policy it came from.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) policy: Policy,
    pub(crate) enforcement: Enforcement,
    /// What its rules are on, where that was looked at.
    pub(crate) objects: Objects,
}

/// The layers of every thread: put on while there was one thread, or on all at once.
static PROCESS: RwLock<Vec<Arc<Layer>>> = RwLock::new(Vec::new());

thread_local! {
    /// The layers of this thread alone, and of those that it was started from by this library.
    static THREAD: OfThread = const { OfThread(RefCell::new(Vec::new())) };
    /// Whether this thread runs one call after the other: what is put on it would be on it for the others, too.
    static IS_SHARED: Cell<bool> = const { Cell::new(false) };
}

/// The threads that live and hold a layer of their own.
static RESTRICTED_THREADS: AtomicUsize = AtomicUsize::new(0);

/// Whether there is any layer on these lists, or was: until then nobody need look.
static IS_ANY_ON: AtomicBool = AtomicBool::new(false);

/// Held by threads that restrict themselves, and alone by one that restricts all threads.
static RESTRICTING: RwLock<()> = RwLock::new(());

/// A thread's own layers. While there are any, and the thread lives, it is counted.
struct OfThread(RefCell<Vec<Arc<Layer>>>);

impl OfThread {
    fn push(&self, layer: Arc<Layer>) {
        let mut layers = self.0.borrow_mut();
        RESTRICTED_THREADS.fetch_add(usize::from(layers.is_empty()), Ordering::SeqCst);
        layers.push(layer);
    }

    /// Puts others in the place of those that there are.
    fn replace(&self, layers: Vec<Arc<Layer>>) -> Vec<Arc<Layer>> {
        RESTRICTED_THREADS.fetch_add(usize::from(!layers.is_empty()), Ordering::SeqCst);
        let before = self.0.replace(layers);
        RESTRICTED_THREADS.fetch_sub(usize::from(!before.is_empty()), Ordering::SeqCst);
        before
    }
}

/// The thread ends, but destructors of its other variables may come after this: what was recorded is nobody's record then.
impl Drop for OfThread {
    fn drop(&mut self) {
        let recorded = self.0.get_mut().len();
        if recorded > 0 {
            others::add(recorded);
            RESTRICTED_THREADS.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// Where there is none, which is where most programs restrict themselves, it takes no more than this to know that none is
/// equal, and that none withholds anything.
fn is_any_on() -> bool {
    IS_ANY_ON.load(Ordering::SeqCst)
}

/// A layer that is on already, and restricts the same rights and grants the same, by the texts; if it is to be one that allows
/// no more than what is granted on these objects, by those.
pub(crate) fn like(policy: &Policy, enforced: Rights, place: Place, objects: Option<&Objects>) -> Option<Arc<Layer>> {
    if is_any_on() { find_like(policy, enforced, place, objects) } else { None }
}

#[cold]
fn find_like(policy: &Policy, enforced: Rights, place: Place, objects: Option<&Objects>) -> Option<Arc<Layer>> {
    let layers = match place {
        Place::Process | Place::Child => of_the_process(),
        Place::CallingThread | Place::FreshThread => all(),
    };
    let is_within = |layer: &Layer| objects.is_none_or(|objects| layer.objects.allow_no_more_than(objects));
    layers.into_iter().find(|layer| is_within(layer) && layer.is_alike(policy, enforced))
}

/// Puts a layer on, by a call of the kernel that is handed in, and remembers it.
///
/// On all threads at once, the kernel gives each the layers of the calling thread and the new one, whatever it had before: a
/// thread that has others would lose them.
pub(crate) fn put_on(
    layer: Layer,
    place: Place,
    at_once: bool,
    restrict: impl FnOnce(&Layer) -> Result<(), ErrorKind>,
) -> Result<(), ErrorKind> {
    if layer.policy.terms.options.keep_privileges {
        others::before_a_layer_that_keeps_privileges();
    }
    if at_once {
        let _alone = RESTRICTING.write().unwrap_or_else(PoisonError::into_inner);
        let threads = together::would_lose_layers();
        if threads > 0 {
            return Err(ErrorKind::Place(PlaceError::WouldLoosen { threads }));
        }
        restrict_and_record(layer, place, restrict)
    } else {
        if matches!(place, Place::CallingThread | Place::FreshThread) {
            others::a_thread_is_restricted();
        }
        let _together = RESTRICTING.read().unwrap_or_else(PoisonError::into_inner);
        restrict_and_record(layer, place, restrict)
    }
}

/// Once in the program, whichever lock is held.
#[inline(never)]
fn restrict_and_record(
    layer: Layer,
    place: Place,
    restrict: impl FnOnce(&Layer) -> Result<(), ErrorKind>,
) -> Result<(), ErrorKind> {
    restrict(&layer)?;
    record(Arc::new(layer), place);
    Ok(())
}

fn record(layer: Arc<Layer>, place: Place) {
    match place {
        Place::Process | Place::Child => {
            if is_any_thread_restricted() {
                pass_on();
            }
            record_for_all(layer);
        }
        Place::CallingThread | Place::FreshThread => {
            // Where there is no list any more, it is one that nobody has recorded.
            if THREAD.try_with(|thread| thread.push(layer)).is_err() {
                others::add(1);
            }
        }
    }
    IS_ANY_ON.store(true, Ordering::SeqCst);
}

#[inline(never)]
fn record_for_all(layer: Arc<Layer>) {
    PROCESS.write().unwrap_or_else(PoisonError::into_inner).push(layer);
}

/// What is put on the process comes upon the layers of the calling thread, which all threads have from now on.
#[cold]
fn pass_on() {
    replace_own(Vec::new()).into_iter().for_each(record_for_all);
}

fn is_any_thread_restricted() -> bool {
    RESTRICTED_THREADS.load(Ordering::SeqCst) > 0
}

/// To be called on a thread that runs one call after the other.
#[inline]
#[cfg(any(feature = "pool", feature = "process"))]
pub(crate) fn share_thread() {
    IS_SHARED.set(true);
}

/// Whether the calling thread runs one call after the other.
pub(crate) fn is_shared_thread() -> bool {
    IS_SHARED.get()
}

/// How many threads hold a layer that is recorded for them alone.
fn recorded_threads() -> usize {
    RESTRICTED_THREADS.load(Ordering::SeqCst)
}

/// The calling thread's own layers.
pub(crate) fn of_this_thread() -> Vec<Arc<Layer>> {
    // There is no need to set the list up to see that it is empty.
    if !is_any_thread_restricted() {
        return Vec::new();
    }
    THREAD.try_with(|thread| thread.0.borrow().clone()).unwrap_or_default()
}

/// What a thread passes on to those that it starts.
#[derive(Clone, Debug)]
pub(crate) struct Inheritance {
    layers: Vec<Arc<Layer>>,
    others: Learned,
}

impl Inheritance {
    /// That of the calling thread, for one that it is about to start.
    pub(crate) fn of_this_thread() -> Inheritance {
        Inheritance { layers: of_this_thread(), others: others::of_this_thread_so_far() }
    }

    /// Remembers what the kernel has passed on to this new thread.
    #[inline]
    pub(crate) fn take(self) {
        others::inherit(self.others);
        drop(replace_own(self.layers));
    }

    /// Whether it is that of the calling thread, layer by layer.
    #[inline]
    #[cfg(feature = "pool")]
    pub(crate) fn is_of_this_thread(&self) -> bool {
        let own = of_this_thread();
        own.len() == self.layers.len() && own.iter().zip(&self.layers).all(|(own, layer)| Arc::ptr_eq(own, layer))
    }

    /// Whether the calling thread holds a layer that is not in this: what it hands over to a thread that has inherited this
    /// would escape that layer. Those of the whole process are everywhere. One that nobody knows is nowhere.
    #[inline]
    pub(crate) fn would_be_escape(&self) -> bool {
        let is_here = |layer: &Arc<Layer>| self.layers.iter().any(|other| Arc::ptr_eq(other, layer));
        !of_this_thread().iter().all(is_here) || holds_unknown()
    }
}

/// A call of this thread would escape a layer.
#[inline]
pub(crate) fn would_escape() -> ErrorKind {
    ErrorKind::Place(PlaceError::WouldEscape { uncounted: others::refused() })
}

#[inline(never)]
fn replace_own(layers: Vec<Arc<Layer>>) -> Vec<Arc<Layer>> {
    THREAD.try_with(|thread| thread.replace(layers)).unwrap_or_default()
}

/// The layers that hold for the calling thread: those of the process, and its own.
pub(crate) fn all() -> Vec<Arc<Layer>> {
    let mut layers = of_the_process();
    layers.append(&mut of_this_thread());
    layers
}

fn of_the_process() -> Vec<Arc<Layer>> {
    PROCESS.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Whether these are the layers that hold for the calling thread, and no others.
#[inline]
#[cfg(feature = "process")]
pub(crate) fn are_those_of_this_thread(layers: &[Arc<Layer>]) -> bool {
    let all = all();
    let each_in = |some: &[Arc<Layer>], others: &[Arc<Layer>]| {
        some.iter().all(|layer| others.iter().any(|other| Arc::ptr_eq(layer, other)))
    };
    each_in(&all, layers) && each_in(layers, &all)
}
