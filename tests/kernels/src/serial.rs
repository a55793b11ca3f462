//! What a machine says over its serial line: lines that start with a mark, between them what the tests print. One place
//! for both ends.

use std::fmt;

const MARK: &str = "@@ ";

/// A line that is not a test's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// The release of the running kernel.
    Kernel(String),
    /// The ABI, and the errno without one.
    Abi(u32, String),
    /// A test target starts, as this user.
    Starts(String, String),
    /// It ended, with this exit code.
    Ended(i32),
    /// What the system calls of Landlock answer follows, up to the next such line: of the kernel, or of an emulated ABI.
    Calls(u32),
    /// Nothing more follows.
    Done,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MARK)?;
        match self {
            Line::Kernel(release) => write!(f, "kernel {release}"),
            Line::Abi(abi, without) => write!(f, "abi {abi} {without}"),
            Line::Starts(suite, user) => write!(f, "starts {suite} {user}"),
            Line::Ended(code) => write!(f, "ended {code}"),
            Line::Calls(abi) => write!(f, "calls {abi}"),
            Line::Done => f.write_str("done"),
        }
    }
}

impl Line {
    pub(crate) fn parse(line: &str) -> Option<Line> {
        let (word, rest) = line.strip_prefix(MARK)?.split_once(' ').unwrap_or((line.strip_prefix(MARK)?, ""));
        let (first, second) = rest.split_once(' ').unwrap_or((rest, ""));
        match word {
            "kernel" => Some(Line::Kernel(rest.to_owned())),
            "abi" => Some(Line::Abi(first.parse().ok()?, second.to_owned())),
            "starts" => Some(Line::Starts(first.to_owned(), second.to_owned())),
            "ended" => Some(Line::Ended(rest.parse().ok()?)),
            "calls" => Some(Line::Calls(rest.parse().ok()?)),
            "done" => Some(Line::Done),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let text = str::to_owned;
        let lines = [
            Line::Kernel(text("7.2.12+deb13-cloud-amd64")),
            Line::Abi(0, text("ENOSYS")),
            Line::Abi(10, text("")),
            Line::Starts(text("enforce"), text("uid 65534")),
            Line::Ended(-1),
            Line::Calls(3),
            Line::Done,
        ];
        for line in lines {
            assert_eq!(Line::parse(&line.to_string()), Some(line));
        }
        assert_eq!(Line::parse("test done ... ok"), None);
    }
}
