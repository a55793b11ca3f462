//! What a child says of a way to enforce: what its body could do, what its caller can do afterwards, and whether there was an
//! error. Written on one side, read on the other.

use crate::ways::Way;
use landlock_runtime::Error;
use libc::c_int;
use rustix::fs::{Mode, OFlags, open};
use rustix::process::{WaitOptions, wait};

/// The file that no sandbox here grants, and the one that each does.
const DENIED: &str = "/etc/passwd";
pub(crate) const GRANTED: &str = "/usr";

/// The errno of what is granted, and of what is not.
pub(crate) type Errnos = [c_int; 2];

pub(crate) const INSIDE: Errnos = [0, libc::EACCES];
pub(crate) const OUTSIDE: Errnos = [0, 0];

/// A line of its own, at once, whatever another process is saying.
fn say(line: &str) {
    let line = format!("\n{line}\n");
    print!("{line}");
}

/// What the calling thread can do.
pub(crate) fn report(who: &str) {
    let opened = |path| open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty());
    let errno = |path| opened(path).err().map_or(0, rustix::io::Errno::raw_os_error);
    say(&format!("{who} {} {}", errno(GRANTED), errno(DENIED)));
}

/// Goes a way, and says what comes of it.
pub(crate) fn tell(way: &Way) {
    let done = (way.run)();
    if done.is_err() || !way.stays {
        report("after");
    }
    if !matches!(wait(WaitOptions::NOHANG), Err(rustix::io::Errno::CHILD)) {
        say("child");
    }
    match done {
        Ok(()) => say("ok"),
        Err(error) => {
            let whose = if error.is::<Error>() { "ours" } else { "another" };
            say(&format!("error {whose} {}", format!("{error:#}").replace('\n', " ")));
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) ran: Vec<Errnos>,
    pub(crate) after: Vec<Errnos>,
    /// Whether it is of the library, and the text.
    pub(crate) error: Option<(bool, String)>,
    pub(crate) has_children: bool,
    pub(crate) is_ok: bool,
    pub(crate) text: String,
}

impl Said {
    pub(crate) fn read(text: &str) -> Said {
        let mut said = Said { text: text.to_owned(), ..Said::default() };
        for line in text.lines() {
            let words: Vec<_> = line.splitn(3, ' ').collect();
            let errnos = || Some([words.get(1)?.parse().ok()?, words.get(2)?.parse().ok()?]);
            match words[0] {
                "ran" => said.ran.extend(errnos()),
                "after" => said.after.extend(errnos()),
                "error" if words.len() == 3 => said.error = Some((words[1] == "ours", words[2].to_owned())),
                "child" => said.has_children = true,
                "ok" => said.is_ok = true,
                _ => {}
            }
        }
        said
    }
}
