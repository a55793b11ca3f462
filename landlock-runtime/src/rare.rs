//! A list that is empty nearly always, and is not changed once it is there: it takes one pointer, and all copies share what
//! is in it.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

#[derive(Clone)]
pub(crate) struct Rare<T>(Option<Arc<Vec<T>>>);

impl<T> Rare<T> {
    pub(crate) const EMPTY: Rare<T> = Rare(None);
}

impl<T> From<Vec<T>> for Rare<T> {
    fn from(list: Vec<T>) -> Rare<T> {
        Rare(if list.is_empty() { None } else { Some(Arc::new(list)) })
    }
}

impl<T> Deref for Rare<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }
}

impl<T: fmt::Debug> fmt::Debug for Rare<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self[..].fmt(f)
    }
}
