use landlock_runtime::sandbox;
use std::pin::Pin;
use std::task::{Context, Poll};

struct Opened;

impl Future for Opened {
    type Output = bool;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<bool> {
        Poll::Ready(std::fs::File::open("/etc/shadow").is_ok())
    }
}

impl Opened {
    #[sandbox]
    fn work() -> Self {
        Opened
    }
}

fn main() {}
