//! The kernel in a process whose tests emulate older ones: its threads see different ABIs, so each asks anew. Before the
//! first of them does, this costs a look at a flag.

use super::abi::Kernel;
use super::report::Unavailable;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// Never taken back: what a thread under emulation has started may outlive it.
static SOMEBODY_EMULATES: AtomicBool = AtomicBool::new(false);

/// To be called before the calling thread, and with it all that it starts, sees another kernel: so each thread that does
/// finds the flag set, in whatever order others see it.
///
/// What the process has asked of the real kernel stays what the reports made until then say: so all of it is asked before.
pub(crate) fn ask_anew_from_now_on() {
    if !somebody_emulates() {
        let _ = Kernel::get().map(Kernel::errata_mask);
    }
    SOMEBODY_EMULATES.store(true, Ordering::Relaxed);
}

pub(super) fn somebody_emulates() -> bool {
    SOMEBODY_EMULATES.load(Ordering::Relaxed)
}

/// The kernel as the calling thread sees it.
pub(super) fn of_this_thread() -> Result<&'static Kernel, Unavailable> {
    // One for each ABI, for good.
    static KERNELS: Mutex<Vec<&Kernel>> = Mutex::new(Vec::new());
    let abi = Kernel::ask()?;
    let mut kernels = KERNELS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(kernel) = kernels.iter().find(|kernel| kernel.abi() == abi) {
        return Ok(kernel);
    }
    let kernel = Box::leak(Box::new(Kernel::of(abi)));
    // Here and now: whoever asks later may see another kernel.
    kernel.errata_mask();
    kernels.push(kernel);
    Ok(kernel)
}
