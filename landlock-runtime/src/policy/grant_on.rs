//! What a grant is about, for reports.

use super::display::ports;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// What a grant is about. It prints as in an attribute: `"/etc"`, `443`, `8000..=8010`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GrantOn {
    /// A path, with all beneath it.
    Path(PathBuf),
    /// Ports.
    PortRange(RangeInclusive<u16>),
}

impl fmt::Display for GrantOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GrantOn::Path(path) => write!(f, "{path:?}"),
            GrantOn::PortRange(range) => f.write_str(&ports(range)),
        }
    }
}
