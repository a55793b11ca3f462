//! Grants on ports, as ranges, and what is left of one.

use crate::policy::{PortGrant, Rights};
use std::ops::RangeInclusive;

/// Tells the parts of a range on which no grant has all these rights.
pub(super) fn gaps(
    ports: &RangeInclusive<u16>,
    rights: Rights,
    granted: &[PortGrant],
    tell: &mut dyn FnMut(RangeInclusive<u16>),
) {
    let mut next = Some(*ports.start());
    while let Some(first) = next.filter(|first| ports.contains(first)) {
        let (mut last, mut is_gap) = (*ports.end(), true);
        for grant in granted.iter().filter(|grant| grant.rights.contains(rights)) {
            let (start, end) = (*grant.ports.start(), *grant.ports.end());
            if grant.ports.contains(&first) {
                (last, is_gap) = (end, false);
                break;
            }
            if first < start && start <= last {
                last = start - 1;
            }
        }
        if is_gap {
            tell(first..=last);
        }
        next = last.checked_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Policy, Right};

    fn left(range: RangeInclusive<u16>, taken: &[RangeInclusive<u16>]) -> Vec<RangeInclusive<u16>> {
        let connect = Policy::new().connect_tcp(range.clone());
        let policy = taken.iter().cloned().fold(connect, Policy::bind_tcp);
        let mut left = Vec::new();
        gaps(&range, Right::BindTcp.into(), &policy.terms.ports, &mut |part| left.push(part));
        left
    }

    #[test]
    fn what_is_left_of_a_range() {
        assert_eq!(left(10..=20, &[]), [10..=20]);
        assert_eq!(left(10..=20, &[12..=13, 0..=10]), [11..=11, 14..=20]);
        assert_eq!(left(10..=20, &[15..=30, 21..=22, 11..=12]), [10..=10, 13..=14]);
        assert_eq!(left(10..=20, &[1..=9, 20..=u16::MAX]), [10..=19]);
        assert_eq!(left(0..=u16::MAX, &[0..=0, u16::MAX..=u16::MAX]), [1..=u16::MAX - 1]);
        assert_eq!(left(0..=u16::MAX, &[0..=u16::MAX, 3..=4]), []);
        assert_eq!(left(10..=20, &[10..=14, 12..=13, 15..=20]), []);
    }
}
