//! Files of landlockconfig: what they mean as a policy, what is said of malformed ones, and that policies come back.

mod enforced;
mod expansion;
mod malformed;
mod meaning;
mod round_trip;
