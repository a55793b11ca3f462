//! What may stand where a policy takes ports: one port, a range, or `each` of an iterable.

use super::path::Each;
use std::num::NonZeroU16;
use std::ops::RangeInclusive;

/// What a key that takes ports accepts: a `u16`, a [`NonZeroU16`], an inclusive range, or [`each`](crate::each) of an
/// iterable of these. `u16` is the only integer type, so that a port cannot wrap and `true` is no port.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a port",
    label = "expected a `u16`, a `NonZeroU16` or a range such as `8000..=8010`",
    note = "convert with `u16::try_from(…)?`; to grant every port of an iterable, spread it: `[..ports]` in an \
            attribute, `each(ports)` in the builder"
)]
pub trait Ports {
    #[doc(hidden)]
    fn for_each(self, add: &mut dyn FnMut(RangeInclusive<u16>));
}

impl Ports for u16 {
    fn for_each(self, add: &mut dyn FnMut(RangeInclusive<u16>)) {
        add(self..=self);
    }
}

impl Ports for NonZeroU16 {
    fn for_each(self, add: &mut dyn FnMut(RangeInclusive<u16>)) {
        self.get().for_each(add);
    }
}

impl Ports for RangeInclusive<u16> {
    fn for_each(self, add: &mut dyn FnMut(RangeInclusive<u16>)) {
        add(self);
    }
}

impl<P: Ports + Clone> Ports for &P {
    fn for_each(self, add: &mut dyn FnMut(RangeInclusive<u16>)) {
        self.clone().for_each(add);
    }
}

impl<I> Ports for Each<I>
where
    I: IntoIterator,
    I::Item: Ports,
{
    fn for_each(self, add: &mut dyn FnMut(RangeInclusive<u16>)) {
        self.0.into_iter().for_each(|port| port.for_each(add));
    }
}
