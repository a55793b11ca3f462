//! x
pub(crate) const CASES: &[landlock_tests::Case] = &[];
