//! The program as it lies in memory: the hook that runs before its `main`, and functions by their place in it, which is the
//! same in every process of the program. All that is unsafe about processes is here, each block with its proof.
#![allow(unsafe_code)]

use super::message::{Message, Reader};
use super::{serve, start};
use std::ffi::CStr;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a child process calls: reads the arguments, runs the body, writes the reply.
pub(super) type Entry = fn(&mut Reader<'_>, &mut Message);

/// By what name a child process is executed; a program that was started by another has another.
pub(super) const SELF: &str = "/proc/self/exe";

/// Whether the hook has run: it is linked, so a child will run it, too.
static LINKED: AtomicBool = AtomicBool::new(false);

// Miri calls it too, and knows nothing of what it asks; there a program runs as far as it starts no process.
#[cfg(not(miri))]
#[used]
// SAFETY: the section holds pointers to functions that the loader calls before `main`, once, with arguments that a function
// without parameters may ignore in the C calling convention.
#[unsafe(link_section = ".init_array")]
static HOOK: extern "C" fn() = hook;

/// Runs before `main`, in every start of every program that links this. Only a child goes further than the comparison.
extern "C" fn hook() {
    LINKED.store(true, Ordering::Relaxed);
    if is_executed_as(SELF) {
        serve::start_if_asked();
    }
}

/// By what name this program was executed. Asked of the C library, which has it: no system call, no `/proc`, and nothing that
/// can fail, for this runs in every program.
fn is_executed_as(name: &str) -> bool {
    // SAFETY: the call reads what the kernel gave the process at its start, and answers 0 for what it does not have.
    let executed = unsafe { libc::getauxval(libc::AT_EXECFN) } as *const libc::c_char;
    // SAFETY: where it is not null, it is the address of a string with its NUL, which stays there as long as the process.
    !executed.is_null() && unsafe { CStr::from_ptr(executed) }.to_bytes() == name.as_bytes()
}

/// Whether a child of this program would run the hook, and not its `main`; or why not.
fn is_linked() -> Result<(), &'static str> {
    match LINKED.load(Ordering::Relaxed) {
        true => Ok(()),
        false if cfg!(miri) => Err("Miri starts no processes"),
        false => Err("the hook that runs before `main` is not linked into this program"),
    }
}

/// Whether a child of this program finds what it is to run; or why not.
pub(super) fn can_be_found() -> Result<(), &'static str> {
    is_linked()?;
    if !program().contains(&address_of_hook()) {
        return Err("`landlock-runtime` is in a shared library, not in the program itself");
    }
    if start::may_gain_rights() {
        return Err("a set-user-id program, or one with capabilities, is never its own child");
    }
    Ok(())
}

/// The place of a function in the program.
pub(super) fn place_of(entry: Entry) -> Result<u64, &'static str> {
    is_linked()?;
    let address = entry as usize;
    if !program().contains(&address) {
        return Err("the function is in a shared library, not in the program itself");
    }
    Ok((address as u64).wrapping_sub(address_of_hook() as u64))
}

/// The function at a place, which the parent has from [`place_of`].
pub(super) fn entry_at(place: u64) -> Option<Entry> {
    let address = usize::try_from((address_of_hook() as u64).wrapping_add(place)).ok()?;
    if !program().contains(&address) {
        return None;
    }
    // SAFETY: the number came from the parent, whose identity `serve` has checked: it runs the same executable file, so the
    // place where it has an `Entry` holds the same `Entry` here. The address lies in the program's executable segment.
    Some(unsafe { std::mem::transmute::<usize, Entry>(address) })
}

fn address_of_hook() -> usize {
    hook as extern "C" fn() as usize
}

/// Where the code of the main program lies, without those of shared libraries.
fn program() -> &'static Range<usize> {
    static PROGRAM: OnceLock<Range<usize>> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let mut program: Range<usize> = 0..0;
        // SAFETY: `first` has the type that the call wants, and the pointer that it gets is that of `program`, which lives
        // until the call is over.
        unsafe { libc::dl_iterate_phdr(Some(first), (&raw mut program).cast()) };
        program
    })
}

/// Takes the first object, which is the main program, and stops.
unsafe extern "C" fn first(object: *mut libc::dl_phdr_info, _: usize, program: *mut libc::c_void) -> libc::c_int {
    // SAFETY: the loader passes a valid object, whose headers it describes by pointer and count; `program` is the pointer
    // that `program()` gave, to a `Range<usize>` that nobody else uses during the call.
    let (object, headers, program) = unsafe {
        let object = &*object;
        let headers = std::slice::from_raw_parts(object.dlpi_phdr, object.dlpi_phnum.into());
        (object, headers, &mut *program.cast::<Range<usize>>())
    };
    let code = headers.iter().filter(|header| header.p_type == libc::PT_LOAD && header.p_flags & libc::PF_X != 0);
    for segment in code {
        let start = object.dlpi_addr + segment.p_vaddr;
        let (start, end) = (address(start), address(start + segment.p_memsz));
        let known = if program.end == 0 { start..end } else { program.clone() };
        *program = known.start.min(start)..known.end.max(end);
    }
    1
}

/// An address of this process, so it fits.
#[allow(clippy::cast_possible_truncation, reason = "see above")]
fn address(number: impl Into<u64>) -> usize {
    number.into() as usize
}

/// The body, which captures nothing.
pub(super) fn body<F: Copy>() -> F {
    const { assert!(size_of::<F>() == 0, "with `isolate = process` a body has its arguments, and nothing else") };
    // SAFETY: a value of no size is read from any place that is aligned. There is such a value: `Entry` functions are made
    // where the parent has one. It is `Copy`, so to have it twice is nothing new.
    unsafe { std::ptr::NonNull::<F>::dangling().read() }
}

/// Takes a variable out of the environment.
pub(super) fn forget_variable(name: &str) {
    // SAFETY: called from the hook, before `main`: the program has started no thread that could read the environment.
    unsafe { std::env::remove_var(name) };
}
