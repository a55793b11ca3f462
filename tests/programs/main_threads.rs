//! A thread runs before the sandbox is applied: an expression of the attribute starts it.
use landlock_runtime::sandbox;

fn start() -> &'static str {
    let (ready, wait) = std::sync::mpsc::channel();
    let thread = std::thread::Builder::new().name("early-bird".to_owned());
    let started = thread.spawn(move || {
        let _ = ready.send(()); // it has its name by now
        std::thread::park();
    });
    started.and_then(|_| wait.recv().map_err(std::io::Error::other)).map(|()| "/usr").expect("a thread can be started")
}

#[sandbox(read = start())]
fn main() {
    println!("list /etc: {:?}", std::fs::read_dir("/etc").map(drop).map_err(|error| error.kind()));
}
