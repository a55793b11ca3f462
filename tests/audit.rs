//! Which denials the kernel writes to its audit log: the three flags, each with its default and its opposite, against the
//! records themselves. Needs root, and a kernel that lets it read them.

use landlock_runtime::{Policy, each, optional};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketType, bind, netlink, recv, sendto, socket};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// `AUDIT_GET`, `AUDIT_SET`, `AUDIT_LANDLOCK_ACCESS`; `NLMSG_ERROR` and `NLM_F_REQUEST | NLM_F_ACK`.
const GET: u16 = 1000;
const SET: u16 = 1001;
const LANDLOCK_ACCESS: u16 = 1423;
const ERROR: u16 = 2;
const REQUEST: u16 = 5;
/// The multicast group of those who only read: nobody's daemon is put out of work.
const READERS: u32 = 1;

/// The audit log while it is switched on; as it was, afterwards.
struct Audit {
    records: OwnedFd,
    control: OwnedFd,
    was_enabled: u32,
}

impl Audit {
    fn open() -> io::Result<Audit> {
        let open = || socket(AddressFamily::NETLINK, SocketType::RAW, Some(netlink::AUDIT));
        let (records, control) = (open()?, open()?);
        bind(&records, &SocketAddrNetlink::new(0, READERS))?;
        send(&control, GET, &[])?;
        let mut was_enabled = None;
        // The answer, and the acknowledgement.
        for _ in 0..2 {
            let (kind, body) = receive(&control)?.ok_or(io::ErrorKind::TimedOut)?;
            match kind {
                GET => was_enabled = Some(word(&body, 1)),
                _ => accepted(kind, &body)?,
            }
        }
        let audit = Audit { records, control, was_enabled: was_enabled.ok_or(io::ErrorKind::InvalidData)? };
        audit.enable(1)?;
        Ok(audit)
    }

    fn enable(&self, enabled: u32) -> io::Result<()> {
        const ENABLED: u32 = 1;
        send(&self.control, SET, &[ENABLED, enabled, 0, 0, 0, 0, 0, 0, 0, 0])?;
        let (kind, body) = receive(&self.control)?.ok_or(io::ErrorKind::TimedOut)?;
        accepted(kind, &body)
    }

    /// The texts of the records about Landlock, up to the one about this path.
    fn until(&self, marker: &Path) -> io::Result<Vec<String>> {
        let mut texts = Vec::new();
        loop {
            let (kind, body) = receive(&self.records)?.ok_or(io::ErrorKind::TimedOut)?;
            let text = String::from_utf8_lossy(&body).into_owned();
            if kind != LANDLOCK_ACCESS {
                continue;
            }
            if names(&text, marker) {
                return Ok(texts);
            }
            texts.push(text);
        }
    }
}

impl Drop for Audit {
    fn drop(&mut self) {
        if let Err(error) = self.enable(self.was_enabled) {
            eprintln!("the audit log stays switched on: {error}");
        }
    }
}

fn names(record: &str, path: &Path) -> bool {
    record.contains(&format!("path=\"{}\"", path.display()))
}

fn send(socket: &OwnedFd, kind: u16, body: &[u32]) -> io::Result<()> {
    let length = u32::try_from(16 + 4 * body.len()).map_err(io::Error::other)?;
    let mut message = length.to_ne_bytes().to_vec();
    message.extend(kind.to_ne_bytes());
    message.extend(REQUEST.to_ne_bytes());
    // Sequence and sender, then the body.
    let words = [0, 0].iter().chain(body);
    message.extend(words.flat_map(|word: &u32| word.to_ne_bytes()));
    sendto(socket, &message, SendFlags::empty(), &SocketAddrNetlink::new(0, 0))?;
    Ok(())
}

/// Kind and body of the next message, if one comes within a while.
fn receive(socket: &OwnedFd) -> io::Result<Option<(u16, Vec<u8>)>> {
    let while_ = Timespec { tv_sec: 5, tv_nsec: 0 };
    if poll(&mut [PollFd::new(socket, PollFlags::IN)], Some(&while_))? == 0 {
        return Ok(None);
    }
    let mut message = vec![0; 16 << 10];
    let (length, _) = recv(socket, &mut message[..], RecvFlags::empty())?;
    message.truncate(length);
    let [_, _, _, _, one, two, ..] = message[..] else { return Err(io::ErrorKind::InvalidData.into()) };
    Ok(Some((u16::from_ne_bytes([one, two]), message.split_off(16))))
}

fn word(body: &[u8], at: usize) -> u32 {
    body.chunks_exact(4).nth(at).and_then(|word| word.try_into().ok()).map_or(0, u32::from_ne_bytes)
}

fn accepted(kind: u16, body: &[u8]) -> io::Result<()> {
    match word(body, 0).cast_signed() {
        0 if kind == ERROR => Ok(()),
        errno if kind == ERROR => Err(io::Error::from_raw_os_error(-errno)),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// Files that nothing grants, one for each question.
struct Files {
    directory: PathBuf,
    made: u32,
}

impl Files {
    fn next(&mut self) -> PathBuf {
        self.made += 1;
        let file = self.directory.join(format!("file-{}", self.made));
        fs::write(&file, "bytes").expect("a file");
        file
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// Whether a denial of reading a new file is in the log. A denial that always is, after it, says when to stop waiting.
fn is_logged(audit: &Audit, files: &mut Files, denied: impl FnOnce(&Path)) -> bool {
    let (file, marker) = (files.next(), files.next());
    denied(&file);
    Policy::new().run(|| File::open(&marker).map(drop).expect_err("it is denied")).expect("it is enforced");
    let records = audit.until(&marker).expect("the marker is logged");
    let about_it: Vec<_> = records.iter().filter(|record| names(record, &file)).collect();
    assert!(about_it.iter().all(|record| record.contains("blockers=fs.read_file")), "{about_it:?}");
    !about_it.is_empty()
}

fn open_denied(policy: &Policy, file: &Path) {
    let error = policy.run(|| File::open(file).map(drop)).expect("it is enforced").expect_err("it is denied");
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
}

/// The same in a program that is executed inside.
fn read_denied_in_child(policy: &Policy, file: &Path) {
    let policy = policy.clone().exec(each(["/usr", "/bin", "/lib", "/lib64"].map(optional)));
    let cat = || Command::new("cat").arg(file).stderr(Stdio::null()).status();
    assert!(!policy.run(cat).expect("it is enforced").expect("it starts").success(), "it is denied");
}

/// The same by a layer further in; the outer one grants it.
fn open_denied_further_in(outer: &Policy, file: &Path) {
    let outer = outer.clone().read(file);
    outer.run(|| open_denied(&Policy::new(), file)).expect("it is enforced");
}

#[test]
fn the_flags_decide_what_is_in_the_audit_log() {
    if landlock_tests::abi() < 7 {
        eprintln!("SKIPPED: needs ABI 7, found {}", landlock_tests::abi());
        return;
    }
    let audit = match Audit::open() {
        Ok(audit) => audit,
        Err(error) => {
            eprintln!("SKIPPED: the audit log is for root, and not in a container: {error}");
            return;
        }
    };
    let directory = std::env::temp_dir().join(format!("landlock-tests-audit-{}", std::process::id()));
    fs::create_dir(&directory).expect("a new directory");
    let mut files = Files { directory: directory.canonicalize().expect("a path"), made: 0 };
    let mut logged =
        |denied: fn(&Policy, &Path), policy: Policy| is_logged(&audit, &mut files, |file| denied(&policy, file));
    let policy = Policy::new;

    assert!(logged(open_denied, policy()), "same_exec by default");
    assert!(logged(open_denied, policy().log_same_exec(true)));
    assert!(!logged(open_denied, policy().log_same_exec(false)));
    assert!(logged(open_denied, policy().log_new_exec(true).log_subdomains(false)), "not the others' business");

    assert!(!logged(read_denied_in_child, policy()), "new_exec by default");
    assert!(!logged(read_denied_in_child, policy().log_new_exec(false)));
    assert!(logged(read_denied_in_child, policy().log_new_exec(true)));
    assert!(logged(read_denied_in_child, policy().log_new_exec(true).log_same_exec(false)));

    assert!(logged(open_denied_further_in, policy()), "subdomains by default");
    assert!(logged(open_denied_further_in, policy().log_subdomains(true)));
    assert!(!logged(open_denied_further_in, policy().log_subdomains(false)));
    assert!(logged(open_denied_further_in, policy().log_same_exec(false)), "not of its own denials");
}
