//! Systems without Landlock: everything compiles, and no process can be started.

use super::limits::Limits;
use super::message::{Message, Reader};
use super::reply::Reply;
use super::unstartable;
use crate::error::Error;
use crate::policy::Policy;
use crate::site::Site;
use std::convert::Infallible;

const REASON: &str = "`isolate = process` is made of what Linux has, and this is another system";

pub(super) type Entry = fn(&mut Reader<'_>, &mut Message);

pub(super) fn place_of(_: Entry) -> Result<u64, &'static str> {
    Err(REASON)
}

/// There is no child that would ask.
pub(super) fn body<F: Copy>() -> F {
    unreachable!("{REASON}")
}

pub(super) fn prestart(site: Site) -> Result<(), Error> {
    Err(Error::new(site, unstartable(REASON)))
}

/// There is none.
pub(super) struct Worker(Infallible);

pub(super) struct Answered<T> {
    pub(super) outcome: Result<T, Error>,
    pub(super) worker: Option<Worker>,
}

pub(super) struct Unread(pub(super) Box<Worker>);

impl Worker {
    pub(super) fn start(_: Policy, _: Limits, _: bool, site: Site) -> Result<Worker, Error> {
        Err(Error::new(site, unstartable(REASON)))
    }

    pub(super) fn call<R: Reply>(self, _: &Message, _: Site) -> Result<Answered<R::Value>, Unread> {
        match self.0 {}
    }

    pub(super) fn never_began(self, _: Site) -> Error {
        match self.0 {}
    }

    pub(super) fn fits_this_thread(&self) -> bool {
        match self.0 {}
    }
}
