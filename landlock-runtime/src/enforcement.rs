//! The one way in which a policy becomes a restriction, and the report of what came of it.
//!
//! A policy, a place and a site come in. Either the thread or the process is restricted afterwards, as the report says,
//! or there is an error and the body must not run. The steps are those of [`Plan`].

use crate::error::{Error, ErrorKind, RequireError};
use crate::kernel::{Kernel, Names, Needs, Unavailable};
use crate::layers::{RedundantGrant, Withheld, redundant};
use crate::plan::{Plan, other_threads};
use crate::policy::{Policy, Requirement, Right, Rights, Skipped, Terms};
use crate::rare::Rare;
use crate::site::Site;
use log::Level;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What was asked for, and what this kernel really enforces of it.
///
/// Whatever the policy *requires* is enforced, or there would have been an [`Error`] instead.
#[derive(Clone, Debug)]
#[must_use = "only this says what the kernel really enforces"]
pub struct Enforcement {
    site: Site,
    place: Place,
    /// That of the moment, also where it is asked later: under emulation there are several.
    kernel: Result<&'static Kernel, Unavailable>,
    asked: Rights,
    /// Of what is asked, the rights that the policy itself grants somewhere.
    named: Rights,
    pub(crate) enforced: Rights,
    withheld: Rights,
    pub(crate) free_threads: Rare<String>,
    pub(crate) new_layer: bool,
    pub(crate) skipped: Rare<Skipped>,
    pub(crate) withheld_by_outer: Rare<Withheld>,
    /// What was put on, for what is told of it only when it is asked.
    pub(crate) terms: Option<Arc<Terms>>,
}

/// Whom a policy restricts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Every thread of the process.
    Process,
    /// The calling thread, for the rest of its life.
    CallingThread,
    /// The calling thread, started for this one call.
    FreshThread,
    /// A child process, before its own code runs: it has one thread.
    Child,
}

impl Place {
    /// Whether nobody in the process is left out: there is no thread but the one that is restricted, or it is all of them.
    fn is_a_process(self) -> bool {
        matches!(self, Place::Process | Place::Child)
    }

    /// Whom it restricts, in a message.
    fn name(self) -> &'static str {
        match self {
            Place::Process => "process",
            Place::CallingThread | Place::FreshThread => "thread",
            Place::Child => "child",
        }
    }
}

/// Restricts, and reports.
pub(crate) fn enforce(policy: Policy, place: Place, site: Site) -> Result<Enforcement, Error> {
    Plan::new(policy, place, site).and_then(Plan::enforce).map_err(|kind| Error::new(site, kind))
}

impl Enforcement {
    /// What enforcing would come to on this kernel.
    pub(crate) fn forecast(
        policy: &Policy,
        place: Place,
        site: Site,
        kernel: Result<&'static Kernel, Unavailable>,
    ) -> Result<Enforcement, ErrorKind> {
        let asked = policy.asked();
        let known = kernel.map_or(Rights::EMPTY, Kernel::known) & asked;
        let leaves_others = place == Place::Process && policy.terms.options.new_threads_only && !known.is_empty();
        let free_threads = if leaves_others { other_threads()?.into() } else { Rare::EMPTY };
        let whole_process = place.is_a_process() && free_threads.is_empty();
        // Before erratum 2 a restricted thread cannot signal its siblings, and a `setuid` of the C library aborts.
        let signal = Rights::from(Right::Signal);
        let defective = |kernel: &Kernel| !whole_process && known.contains(signal) && !kernel.signals_siblings();
        let withheld = if kernel.is_ok_and(defective) { signal } else { Rights::EMPTY };
        Ok(Enforcement {
            site,
            place,
            kernel,
            asked,
            named: policy.named() & asked,
            enforced: known - withheld,
            withheld,
            free_threads,
            new_layer: false,
            skipped: Rare::EMPTY,
            withheld_by_outer: Rare::EMPTY,
            terms: None,
        })
    }

    /// The place that a layer of the whole process really has: where other threads stay free, the calling thread.
    pub(crate) fn reach(&self, place: Place) -> Place {
        if self.free_threads.is_empty() { place } else { Place::CallingThread }
    }

    /// Whether what is required will be enforced.
    pub(crate) fn satisfy(&self, required: &Requirement) -> Result<(), ErrorKind> {
        let wanted = if required.all { self.asked } else { required.rights };
        let none_of = (required.any_of & self.enforced).is_empty();
        let one_of = if none_of { required.any_of & self.asked } else { Rights::EMPTY };
        let lacking = (wanted - self.enforced) | one_of;
        let abi = self.abi().unwrap_or(0);
        let abi_wanted = (required.abi > abi).then_some(required.abi);
        let threads = required.threads && (!self.whole_process() || abi == 0);
        if lacking.is_empty() && abi_wanted.is_none() && !threads {
            return Ok(());
        }
        Err(self.lacks(lacking, abi_wanted, threads))
    }

    #[cold]
    fn lacks(&self, lacking: Rights, abi_wanted: Option<u32>, threads: bool) -> ErrorKind {
        let withheld = lacking & self.withheld;
        ErrorKind::Required(RequireError {
            abi: self.abi(),
            abi_wanted,
            missing: lacking - withheld,
            withheld,
            threads,
        })
    }

    /// What is missing of the features that the policy names; where nothing is enforced, all that is missing.
    pub(crate) fn missing_of_named(&self) -> Rights {
        let named = Requirement::of_features_in(self.named) | self.named.but_refer();
        if self.enforced.is_empty() { self.missing() } else { self.missing() & named }
    }

    /// Says in the program's log what is not enforced, once somebody listens to it.
    pub(crate) fn log(&self) {
        if log::max_level() >= Level::Warn {
            self.log_what_is_missing();
        }
    }

    /// Each right once per process, for a site may run often: what the policy names is a warning, the rest is for who looks.
    #[cold]
    fn log_what_is_missing(&self) {
        static WARNED: AtomicU32 = AtomicU32::new(0);
        static TOLD: AtomicU32 = AtomicU32::new(0);
        let named = self.missing_of_named();
        self.say(Level::Warn, &WARNED, named, !self.free_threads.is_empty());
        let warned = Rights::from_bits(WARNED.load(Ordering::Relaxed));
        self.say(Level::Debug, &TOLD, self.missing() - named - warned, false);
    }

    fn say(&self, level: Level, said: &AtomicU32, rights: Rights, anyway: bool) {
        if !log::log_enabled!(level) {
            return;
        }
        let rights = rights - Rights::from_bits(said.fetch_or(rights.bits(), Ordering::Relaxed));
        if anyway || !rights.is_empty() {
            log::log!(level, "{}", self.without(rights));
        }
    }

    /// The text about some of the rights that are missing.
    pub(crate) fn without(&self, rights: Rights) -> impl fmt::Display {
        Without { enforcement: self, rights }
    }
}

impl Enforcement {
    /// Where the sandbox was asked for.
    #[must_use]
    pub fn site(&self) -> Site {
        self.site
    }

    /// The ABI of this kernel, or why it has none. Kernels newer than ABI 10 are used as ABI 10.
    ///
    /// # Errors
    ///
    /// The reason why this system has no Landlock.
    pub fn abi(&self) -> Result<u32, Unavailable> {
        self.kernel.map(Kernel::abi)
    }

    /// The rights that the policy restricts.
    #[must_use]
    pub fn asked(&self) -> Rights {
        self.asked
    }

    /// The rights that this kernel restricts, of those.
    #[must_use]
    pub fn enforced(&self) -> Rights {
        self.enforced
    }

    /// The rights that were to be restricted and are not: this kernel does not know them, or has them with a defect.
    #[must_use]
    pub fn missing(&self) -> Rights {
        self.asked - self.enforced
    }

    /// Whether everything that the policy restricts is enforced.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing().is_empty()
    }

    /// Whether every thread of the process is restricted, or only the calling one and what it starts from now on.
    #[must_use]
    pub fn whole_process(&self) -> bool {
        self.place.is_a_process() && self.free_threads.is_empty()
    }

    /// The names of the threads that `threads = new` has left free: they ran already. Where `/proc` tells no names, one text
    /// says so in their place.
    #[inline]
    pub fn free_threads(&self) -> impl Iterator<Item = &str> {
        self.free_threads.iter().map(String::as_str)
    }

    /// Whether this put a layer on. It did not where nothing is enforced, or the thread already held a layer of the same policy
    /// that allows no more.
    ///
    /// Two layers of one policy may be about different files, for a path can lead elsewhere by now. So the objects are compared,
    /// by device and inode. The first layer of a policy does not look at them, which would be for nothing nearly always: the
    /// second does, and from the third time on none is added.
    #[must_use]
    pub fn new_layer(&self) -> bool {
        self.new_layer
    }

    /// The paths that no rule was made for: optional ones that do not exist, and those that led to a pipe, a socket or the
    /// like, such as `/dev/stdin` behind a `|`. These need none, for Landlock does not restrict them.
    #[inline]
    pub fn skipped(&self) -> impl Iterator<Item = &Path> {
        self.skipped.iter().map(|skipped| &*skipped.path)
    }

    /// The grants of which a layer that was on before withholds a part, as far as this library put that layer on. Layers
    /// intersect: such a grant comes to nothing, and no later layer can widen what an earlier one denies.
    ///
    /// It compares the texts of the paths, after expansion: links are not followed, and a rule on a descriptor or a relative
    /// path is taken to grant what it grants everywhere.
    ///
    /// ```
    /// use landlock_runtime::{Policy, status};
    ///
    /// let (outer, inner) = (Policy::new().read("/usr"), Policy::new().read("/usr/share").read("/etc"));
    /// let report = outer.run(|| inner.run(|| status().layers().last().cloned()))??;
    /// let withheld: Vec<_> = report.iter().flat_map(|layer| layer.withheld_by_outer()).map(ToString::to_string).collect();
    /// assert_eq!(withheld, [r#"read = "/etc" (read_file, read_dir)"#]);
    /// # Ok::<(), landlock_runtime::Error>(())
    /// ```
    #[inline]
    pub fn withheld_by_outer(&self) -> impl Iterator<Item = &Withheld> {
        self.withheld_by_outer.iter()
    }

    /// The grants of this policy that add nothing, because it grants the same on a directory above. Landlock only adds: a
    /// smaller grant inside a larger one takes nothing away, so `read = "/srv/public"` beside `read_write = "/srv"` leaves
    /// `/srv/public` writable.
    ///
    /// The macro refuses this of literals. Here are the paths that only a run knows, compared as texts, after expansion: links
    /// are not followed, so a path that leads out of that directory may be listed. Grants of included policies are not
    /// listed themselves.
    ///
    /// ```
    /// use landlock_runtime::{Policy, status};
    ///
    /// let policy = Policy::new().exec("/usr").read("/usr/share").read("/etc");
    /// let report = policy.run(|| status().layers().last().cloned())?;
    /// let redundant: Vec<_> = report.iter().flat_map(|layer| layer.redundant_grants()).map(|grant| grant.to_string()).collect();
    /// assert_eq!(redundant, [r#"read = "/usr/share" (within "/usr")"#]);
    /// # Ok::<(), landlock_runtime::Error>(())
    /// ```
    #[inline]
    pub fn redundant_grants(&self) -> impl Iterator<Item = RedundantGrant> + use<> {
        let list = self.terms.as_ref().map(|terms| redundant(terms, &self.skipped));
        list.into_iter().flatten()
    }

    /// The bit mask of the kernel's [errata](https://docs.kernel.org/userspace-api/landlock.html#landlock-errata) that
    /// are fixed in the kernel that enforces this: bit 0 is erratum 1. 0 where it cannot tell. It is asked at the first call.
    #[inline]
    #[must_use]
    pub fn errata(&self) -> u32 {
        self.kernel.map_or(0, Kernel::errata_mask)
    }
}

impl fmt::Display for Enforcement {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.without(self.missing()).fmt(f)?;
        for (position, withheld) in self.withheld_by_outer.iter().enumerate() {
            let separator = if position == 0 { "; withheld by a layer further out: " } else { ", " };
            write!(f, "{separator}{withheld}")?;
        }
        for (position, grant) in self.redundant_grants().enumerate() {
            let separator = if position == 0 { "; these grants add nothing to wider ones: " } else { ", " };
            write!(f, "{separator}{grant}")?;
        }
        Ok(())
    }
}

/// Whom a policy restricts: wholly, in part or not at all; and some of the rights that are missing.
struct Without<'e> {
    enforcement: &'e Enforcement,
    rights: Rights,
}

impl fmt::Display for Without<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Enforcement { site, place, kernel, asked, enforced, withheld, free_threads, .. } = self.enforcement;
        write!(f, "{site}: {} ", place.name())?;
        let abi = match kernel {
            _ if asked.is_empty() => return f.write_str("not restricted: the policy leaves everything unrestricted"),
            Err(reason) => return write!(f, "not restricted: {reason}"),
            Ok(kernel) => kernel.abi(),
        };
        let how = match enforced.is_empty() {
            true => "not restricted",
            false if enforced == asked && free_threads.is_empty() => "restricted",
            false => "restricted in part",
        };
        write!(f, "{how} (ABI {abi})")?;
        let (unknown, withheld) = (self.rights - *withheld, self.rights & *withheld);
        if !unknown.is_empty() {
            write!(f, "; not enforced by this kernel: {}", Needs(unknown))?;
        }
        if !free_threads.is_empty() {
            write!(f, "; threads that ran already stay free: {}", Names(free_threads))?;
        }
        if !withheld.is_empty() {
            write!(f, "; left out because this kernel lacks the fix of erratum 2: {withheld}")?;
        }
        Ok(())
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn forecast(policy: &Policy, place: Place, errata: u32) -> Enforcement {
        let kernel = Kernel::with(7, errata);
        Enforcement::forecast(policy, place, Site::caller(), Ok(kernel)).expect("a forecast")
    }

    #[test]
    fn the_signal_scope_of_a_thread_needs_erratum_2() {
        let policy = Policy::new();
        let withheld = |place, errata| forecast(&policy, place, errata).withheld;
        assert_eq!(withheld(Place::FreshThread, 0b101), Right::Signal.into());
        assert_eq!(withheld(Place::FreshThread, 0b010), Rights::EMPTY);
        assert_eq!([Place::Process, Place::Child].map(|place| withheld(place, 0b101)), [Rights::EMPTY; 2]);
        let without = policy.clone().unrestricted(Right::Signal);
        assert_eq!(forecast(&without, Place::FreshThread, 0b101).withheld, Rights::EMPTY);
        for (errata, told) in [(0b101, true), (0b010, false)] {
            let text = forecast(&policy, Place::FreshThread, errata).to_string();
            assert_eq!(text.contains("lacks the fix of erratum 2: signal"), told, "{text}");
        }
    }

    #[test]
    fn free_threads_are_those_that_new_leaves() {
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let other = std::thread::spawn(move || stopped.recv());
        let free = |policy: &Policy, place| forecast(policy, place, 0b111).free_threads().count();
        let new = Policy::new().threads(crate::Threads::New);
        assert!(free(&new, Place::Process) > 0);
        assert_eq!((free(&Policy::new(), Place::Process), free(&new, Place::FreshThread)), (0, 0));
        drop(stop);
        let _ = other.join();
    }
}
