//! The reply to a call: a value, or why there is none. The child writes it, the parent reads it.

use super::argument::Crossing;
use super::image;
use super::message::{Failure, Message, Reader};
use super::reply::Reply;
use crate::error::{Error, ErrorKind};
use crate::failure::ProcessError;
use crate::site::Site;
use std::any::Any;
use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

const VALUE: u8 = 0;
const PANICKED: u8 = 1;
const CROSSING: u8 = 2;
const NOT_RESTRICTED: u8 = 3;

thread_local! {
    /// Set right before a method is called to run its body. The method takes it.
    static CALLED: Cell<bool> = const { Cell::new(false) };
}

/// Calls a method in the child, to run its body.
///
/// # Panics
///
/// If the call reaches another one: an inherent method comes before that of a trait.
pub fn in_a_worker<T>(method: impl FnOnce() -> T) -> T {
    CALLED.set(true);
    let value = method();
    assert!(
        !CALLED.take(),
        "the type has a method of its own of the same name, which the process called: rename one of them"
    );
    value
}

/// Whether it is [`in_a_worker`] that calls this method.
#[must_use]
pub fn called_by_a_worker() -> bool {
    CALLED.take()
}

/// What the child does for a call: one such function for each body.
pub(super) fn entry<A, R, F>(call: &mut Reader<'_>, reply: &mut Message)
where
    A: Crossing,
    R: Reply,
    F: for<'x> Fn(A::Lent<'x>) -> R::Value + Copy,
{
    let body = image::body::<F>();
    let ran = catch_unwind(AssertUnwindSafe(|| {
        let mut arguments = A::read(call)?;
        let value = body(A::lend(&mut arguments));
        reply.bytes.push(VALUE);
        R::write(value, reply).map_err(|error| Failure::from(format!("the value: {error}")))
    }));
    let (tag, text) = match ran {
        Ok(Ok(())) => return,
        Ok(Err(failure)) => (CROSSING, failure.to_string()),
        Err(payload) => (PANICKED, text(&*payload)),
    };
    *reply = Message::default();
    reply.bytes.push(tag);
    reply.bytes(text.as_bytes());
}

fn text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("its payload is no text").to_owned()
}

/// The reply of a child that could not restrict itself.
pub(super) fn not_restricted(kind: &ErrorKind) -> Result<Message, Failure> {
    let mut reply = Message::default();
    reply.bytes.push(NOT_RESTRICTED);
    let errno = match kind {
        ErrorKind::System { source, .. } => source.raw_os_error(),
        _ => None,
    };
    reply.value(&(matches!(kind, ErrorKind::Layers), errno, kind.to_string()))?;
    Ok(reply)
}

/// Whether the child is as it was before the call.
pub(super) fn leaves_the_child_as_it_was(reply: &[u8]) -> bool {
    matches!(reply.first(), Some(&(VALUE | CROSSING)))
}

/// The value in a reply, or the error that it tells.
pub(super) fn read<R: Reply>(reply: &mut Reader<'_>, site: Site) -> Result<R::Value, Error> {
    let read = reply.tag().and_then(|tag| match tag {
        VALUE => R::read(reply, site).map(Ok).map_err(|error| format!("the value: {error}").into()),
        NOT_RESTRICTED => refusal(reply).map(Err),
        tag => {
            let text = String::from_utf8_lossy(reply.bytes()?).into_owned();
            let error = if tag == PANICKED {
                ProcessError::Panicked { message: text }
            } else {
                ProcessError::Crossing { what: text }
            };
            Ok(Err(ErrorKind::Process(error)))
        }
    });
    let crossing = |error: Failure| ErrorKind::Process(ProcessError::Crossing { what: error.to_string() });
    read.unwrap_or_else(|error| Err(crossing(error))).map_err(|kind| Error::new(site, kind))
}

fn refusal(reply: &mut Reader<'_>) -> Result<ErrorKind, Failure> {
    let (layers, errno, text): (bool, Option<i32>, String) = reply.value()?;
    if layers {
        return Ok(ErrorKind::Layers);
    }
    let kind = errno.map_or(io::ErrorKind::Other, |errno| io::Error::from_raw_os_error(errno).kind());
    Ok(ErrorKind::System { call: "restricting the process of the call", source: io::Error::new(kind, text) })
}
