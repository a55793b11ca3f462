//! Where what this process sees is not all that the kernel sees, or more: binds, overlays, detached and other roots. A right
//! answer is that of the kernel; none at all is allowed there, a wrong one nowhere.

use crate::world::pick;
use fastrand::Rng;
use landlock_runtime::{CheckError, ErrorKind, Policy, Require, Right, fd};
use landlock_tests::{Case, Scratch, Verdict, case, unshare_mounts};
use rustix::mount::{MountFlags, UnmountFlags, mount, mount_bind, mount_bind_recursive, unmount};
use rustix::process::fchdir;
use std::collections::BTreeMap;
use std::ffi::CString;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::chroot;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) const CASES: &[Case] = &[
    case!(answers_in_other_places).only_root().deadline(Duration::from_mins(5)),
    case!(answers_of_the_path_alone).only_root().must_fail("disagreement").deadline(Duration::from_mins(5)),
    case!(links_of_another_process_have_no_answer).only_root(),
];

const WORLDS: u64 = 120;
const QUESTIONS: usize = 30;

type Evaluator = fn(&Policy, &Path) -> Result<bool, landlock_runtime::Error>;

fn answers_in_other_places(scratch: &Scratch) -> Verdict {
    compare(scratch, |policy, path| Ok(policy.check(path, Right::ReadFile)?.is_allowed()))
}

/// What the text of a path says is not enough.
fn answers_of_the_path_alone(scratch: &Scratch) -> Verdict {
    compare(scratch, |policy, path| {
        let is_granted = |above: &Path| policy.check(above, Right::ReadFile).is_ok_and(|answer| answer.is_allowed());
        Ok(path.ancestors().skip(1).any(is_granted))
    })
}

fn compare(scratch: &Scratch, evaluator: Evaluator) -> Verdict {
    unshare_mounts()?;
    let root = File::open("/")?;
    let mut answers: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in 0..WORLDS {
        let mut rng = Rng::with_seed(seed);
        let (held, place) = world(&mut rng, &scratch.directory(seed.to_string())?)?;
        let outcome = questions(&mut rng, &held, place, evaluator, &mut answers);
        fchdir(&root)?;
        chroot(".")?;
        outcome.map_err(|error| format!("seed {seed}: {error}"))?;
    }
    println!("{answers:?}");
    // Only on an overlay two names of one file may be two files.
    let has_overlays = fs::read_to_string("/proc/filesystems")?.contains("overlay");
    let count = |kind| answers.get(kind).copied().unwrap_or(0);
    let few_names = has_overlays && count("none, names") < 3;
    if count("allowed") < 300 || count("denied") < 300 || count("none, outside") < 10 || few_names {
        return Err(format!("too much alike: {answers:?}").into());
    }
    Ok(())
}

/// A tree in a file system of its own, with what is open from before; and the directory to ask from.
fn world(rng: &mut Rng, base: &Path) -> io::Result<(Vec<File>, PathBuf)> {
    mount("tmpfs", base, "tmpfs", MountFlags::empty(), None)?;
    let at = |path: &str| base.join(path);
    let directories = ["a", "a/sub", "b", "jail", "jail/in", "jail/in/sub", "low/x", "low/y"];
    for directory in directories {
        fs::create_dir_all(at(directory))?;
        if directory != "low/y" {
            fs::write(at(directory).join("f"), "x")?;
        }
    }
    fs::hard_link(at("low/x/f"), at("low/y/f"))?;
    fs::hard_link(at("a/f"), at("b/h"))?;
    fs::hard_link(at("a/sub/f"), at("jail/in/h"))?;
    for directory in ["up", "work", "m0", "m1", "jail/m2", "jail/in/m3", "jail/merged", "jail/proc"] {
        fs::create_dir_all(at(directory))?;
    }
    let (low, up, work) = (at("low"), at("up"), at("work"));
    let options = format!("lowerdir={},upperdir={},workdir={}", low.display(), up.display(), work.display());
    match mount("overlay", at("jail/merged"), "overlay", MountFlags::empty(), Some(&*CString::new(options)?)) {
        // A kernel without them: it is a directory like the others.
        Err(rustix::io::Errno::NODEV) => fs::create_dir_all(at("jail/merged/x"))?,
        mounted => mounted?,
    }
    mount_bind("/proc", at("jail/proc"))?;
    // The root of a mount, below which its own parents are mounted once more, looks like that of a namespace.
    let (chroots, jail_is_a_mount) = (rng.bool(), rng.u8(..4) == 0);
    if jail_is_a_mount {
        mount_bind_recursive(at("jail"), at("jail"))?;
    }
    let mut opened = vec![File::open("/")?, File::open(base)?];
    for place in ["m0", "m1", "jail/m2", "jail/in/m3"] {
        let sources = if jail_is_a_mount { &directories[..6] } else { &["", "a", "a/sub", "jail", "jail/in", "low"] };
        let source = pick(rng, sources);
        if rng.u8(..3) > 0 && !(jail_is_a_mount && *source == "jail") {
            mount_bind(at(source), at(place))?;
            opened.push(File::open(at(place))?);
            if rng.u8(..4) == 0 {
                unmount(at(place), UnmountFlags::DETACH)?;
            }
        }
    }
    for directory in ["a", "a/sub", "b", "jail", "jail/in/sub", "jail/merged/x", "low/x"] {
        if rng.u8(..3) == 0 {
            opened.push(File::open(at(directory))?);
        }
    }
    if rng.u8(..3) == 0 {
        fs::rename(at("a/sub"), at("b/moved"))?;
    }
    if !chroots {
        return Ok((opened, base.to_owned()));
    }
    chroot(at("jail"))?;
    std::env::set_current_dir("/")?;
    Ok((opened, PathBuf::from("/")))
}

fn questions(
    rng: &mut Rng,
    held: &[File],
    place: PathBuf,
    evaluator: Evaluator,
    answers: &mut BTreeMap<&'static str, u32>,
) -> Verdict {
    let magic = |file: &File| PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
    let (mut directories, mut files) = (vec![place], Vec::new());
    directories.extend(held[1..].iter().map(magic));
    let mut next = 0;
    while next < directories.len() && directories.len() < 80 {
        let entries = fs::read_dir(&directories[next])?.map(|entry| entry.map(|entry| entry.path()));
        let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
        entries.sort();
        for path in entries.into_iter().filter(|path| !path.ends_with("proc") && !path.ends_with("work")) {
            if path.is_dir() { &mut directories } else { &mut files }.push(path);
        }
        next += 1;
    }
    let mut disagreement = String::new();
    for _ in 0..QUESTIONS {
        let mut policy = Policy::new().require(Require::None).read_dir("/");
        for _ in 0..rng.usize(1..3) {
            policy = match rng.u8(..5) {
                0 => policy.read_file(fd(pick(rng, held))),
                1 => policy.read_file(magic(pick(rng, held))),
                2 => policy.read_file(pick(rng, &files)),
                _ => policy.read_file(pick(rng, &directories)),
            };
        }
        let path = pick(rng, &files);
        // It is there without a sandbox.
        File::open(path)?;
        let found = policy.run(|| File::open(path).is_ok())?;
        let kind = match evaluator(&policy, path) {
            Ok(said) if said != found => {
                let _ = write!(disagreement, "\n  {path:?} is {said}, found {found}: {policy}");
                continue;
            }
            Ok(true) => "allowed",
            Ok(false) => "denied",
            Err(error) => match error.kind() {
                ErrorKind::Check(CheckError::OutsideTheRoot { .. }) => "none, outside",
                ErrorKind::Check(CheckError::SeveralNames { .. }) => "none, names",
                // A directory that was moved out of what is mounted has nothing above it.
                ErrorKind::Check(CheckError::Unreached { .. }) if path.starts_with("/proc/self/fd") => {
                    "none, nothing above"
                }
                _ => return Err(error.into()),
            },
        };
        *answers.entry(kind).or_default() += 1;
    }
    if disagreement.is_empty() { Ok(()) } else { Err(format!("disagreement:{disagreement}").into()) }
}

/// Inside, they cannot be followed, whatever is granted.
fn links_of_another_process_have_no_answer(scratch: &Scratch) -> Verdict {
    let file = scratch.file("file")?;
    let mut other = std::process::Command::new("/bin/sleep").arg("60").spawn()?;
    let policy = Policy::new().read(scratch.path());
    let path = PathBuf::from(format!("/proc/{}/root", other.id())).join(file.strip_prefix("/")?);
    let this = Path::new("/proc/self/root").join(file.strip_prefix("/")?);
    let outcomes = (fs::read(&path).is_ok(), policy.run(|| (fs::read(&path).is_ok(), fs::read(&this).is_ok()))?);
    let answers = [&path, &this].map(|path| policy.check(path, Right::ReadFile).map(|answer| answer.is_allowed()));
    other.kill()?;
    other.wait()?;
    assert_eq!(outcomes, (true, (false, true)));
    let [Err(error), Ok(true)] = answers else { return Err(format!("{answers:?}").into()) };
    assert!(error.to_string().contains("the links of other processes"), "{error}");
    Ok(())
}
