//! What a call in a process may use.

#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Bytes for the stack of the body; that of the process, where nothing is said.
    pub(super) stack: Option<usize>,
    /// Bytes of memory.
    pub(super) memory: Option<u64>,
    /// Milliseconds for the call; the parent watches over it.
    pub(super) timeout: Option<u64>,
}

impl Limits {
    pub(super) const NONE: Limits = Limits { stack: None, memory: None, timeout: None };
}

/// The methods by which an expansion sets the limits of a place.
macro_rules! limits {
    ($place:ident) => {
        impl $place {
            /// Bytes for the stack of a body.
            #[must_use]
            pub const fn stack(mut self, bytes: usize) -> $place {
                self.limits.stack = Some(bytes);
                self
            }

            /// Bytes of memory.
            #[must_use]
            pub const fn memory(mut self, bytes: u64) -> $place {
                self.limits.memory = Some(bytes);
                self
            }

            /// Milliseconds for a call.
            #[must_use]
            pub const fn timeout(mut self, milliseconds: u64) -> $place {
                self.limits.timeout = Some(milliseconds);
                self
            }
        }
    };
}
pub(super) use limits;
