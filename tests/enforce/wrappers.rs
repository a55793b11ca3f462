//! What may stand around a path: made if it is missing, no link, open already; and several of these at once.

use crate::support::{descriptors, list, read, refused, says};
use landlock_runtime::{ErrorKind, PathRule, Policy, each, ensure_dir, ensure_file, fd, nofollow, optional};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use rustix::process::umask;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

pub(crate) const CASES: &[Case] = &[
    case!(made_for_this_user_alone),
    case!(made_is_granted),
    case!(what_is_there_is_kept),
    case!(nothing_is_made_through_a_link),
    case!(missing_parent_is_an_error),
    case!(place_where_nothing_can_be_made),
    case!(something_else_in_the_place),
    case!(link_is_refused),
    case!(link_before_a_slash_is_refused),
    case!(no_link_is_granted),
    case!(link_is_refused_under_an_equal_path),
    case!(link_on_the_way_is_no_last_component),
    case!(open_file_is_granted),
    case!(directory_renamed_since_is_granted),
    case!(open_pipe_is_no_file),
    case!(descriptor_stays_open_and_has_no_duplicate),
    case!(wrappers_combine),
    case!(wrapper_that_says_how_to_open_keeps_the_descriptor),
    case!(each_wrapped_path),
];

fn mode(path: &Path) -> io::Result<u32> {
    Ok(fs::symlink_metadata(path)?.permissions().mode() & 0o7777)
}

fn made_for_this_user_alone(scratch: &Scratch) -> Verdict {
    umask(Mode::empty());
    let (directory, file) = (scratch.join("directory"), scratch.join("file"));
    Policy::new().read(ensure_dir(&directory)).read(ensure_file(&file)).run(|| ())?;
    assert_eq!((mode(&directory)?, mode(&file)?), (0o700, 0o600));
    umask(Mode::from_raw_mode(0o277));
    let (directory, file) = (scratch.join("less"), scratch.join("less-file"));
    Policy::new().read(ensure_dir(&directory)).read(ensure_file(&file)).run(|| ())?;
    assert_eq!((mode(&directory)?, mode(&file)?), (0o500, 0o400), "a umask takes away, and adds nothing");
    Ok(())
}

/// What is on already grants what the link leads to; that must not be taken for the refusal.
fn link_is_refused_under_an_equal_path(scratch: &Scratch) -> Verdict {
    let (target, link) = (scratch.file("target")?, scratch.join("link"));
    symlink(target, &link)?;
    let refused = Policy::new().read(&link).run(|| Policy::new().read(nofollow(&link)).run(|| ()).is_err())?;
    assert!(refused);
    Ok(())
}

fn made_is_granted(scratch: &Scratch) -> Verdict {
    let (directory, file) = (scratch.join("directory"), scratch.join("file"));
    let beside = scratch.file("beside")?;
    let in_directory = directory.clone();
    let probes = Probes::new()
        .allowed("a new file in it", move |round| File::create_new(in_directory.join(round.to_string())).map(drop))
        .allowed("writing it", crate::support::write(&file))
        .denied("reading beside", Errno::ACCESS, read(beside));
    let policy = Policy::new().read_write(ensure_dir(&directory)).write(ensure_file(&file));
    policy.run(|| ())?;
    probes.outside()?;
    fs::remove_dir_all(directory)?;
    fs::remove_file(file)?;
    let _ = policy.restrict_process()?;
    probes.inside()
}

fn what_is_there_is_kept(scratch: &Scratch) -> Verdict {
    let (inner, file) = (scratch.file("directory/inner")?, scratch.file("file")?);
    let directory = scratch.join("directory");
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o755))?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644))?;
    Policy::new().read(ensure_dir(&directory)).read(ensure_file(&file)).run(|| {
        assert_eq!(fs::read_to_string(inner)?, "some bytes");
        assert_eq!(fs::read_to_string(&file)?, "some bytes");
        Ok::<_, io::Error>(())
    })??;
    assert_eq!((mode(&directory)?, mode(&file)?), (0o755, 0o644));
    Ok(())
}

/// The error of the only rule that there is; its errno and what it says.
fn fails(rule: PathRule, errno: i32, words: &str) -> Verdict {
    let error = refused(|| Policy::new().read(rule).restrict_process())?;
    let ErrorKind::Rules(rules) = error.kind() else { return Err(error.into()) };
    let errnos: Vec<_> = rules.iter().map(|rule| rule.source.raw_os_error()).collect();
    assert_eq!(errnos, [Some(errno)], "{error}");
    says(&error, &[words]);
    Ok(())
}

fn nothing_is_made_through_a_link(scratch: &Scratch) -> Verdict {
    let (dangling, to_directory, to_file) = (scratch.join("a"), scratch.join("b"), scratch.join("c"));
    symlink(scratch.join("target"), &dangling)?;
    symlink(scratch.directory("directory")?, &to_directory)?;
    symlink(scratch.file("file")?, &to_file)?;
    let words = "it is a link: grant what it leads to";
    for link in [&dangling, &to_directory] {
        fails(ensure_dir(link), libc::ELOOP, words)?;
        fails(ensure_dir(link.join("")), libc::ELOOP, words)?;
        fails(ensure_dir(link.join(".")), libc::ELOOP, words)?;
    }
    for link in [&dangling, &to_file] {
        fails(ensure_file(link), libc::ELOOP, words)?;
    }
    assert!(!scratch.join("target").exists());
    Ok(())
}

fn missing_parent_is_an_error(scratch: &Scratch) -> Verdict {
    let below = scratch.join("missing/below");
    let words = "only the last component is made: make the directory above it";
    fails(ensure_dir(&below), libc::ENOENT, words)?;
    fails(ensure_file(&below), libc::ENOENT, words)?;
    assert!(!scratch.join("missing").exists());
    fails(ensure_dir(scratch.file("file")?.join("below")), libc::ENOTDIR, words)?;
    fails(optional(ensure_dir(&below)), libc::ENOENT, words)
}

/// In `/proc`, the directory is there, and yet the kernel says that it is not.
fn place_where_nothing_can_be_made(_: &Scratch) -> Verdict {
    let words = "there is no directory above it, or nothing can be made there";
    fails(ensure_dir("/proc/missing"), libc::ENOENT, words)?;
    fails(ensure_file("/proc/self/fd/7777"), libc::ENOENT, words)
}

fn something_else_in_the_place(scratch: &Scratch) -> Verdict {
    let (directory, file, fifo) = (scratch.directory("directory")?, scratch.file("file")?, scratch.join("fifo"));
    mknodat(CWD, &fifo, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?;
    fails(ensure_dir(&file), libc::EEXIST, "something else than a directory stands there")?;
    fails(ensure_file(&directory), libc::EEXIST, "something else than a regular file stands there")?;
    fails(ensure_file(&fifo), libc::EEXIST, "something else than a regular file stands there")
}

fn link_is_refused(scratch: &Scratch) -> Verdict {
    let (to_file, dangling) = (scratch.join("link"), scratch.join("dangling"));
    symlink(scratch.file("file")?, &to_file)?;
    symlink(scratch.join("missing"), &dangling)?;
    let words = "it is a link: grant what it leads to, or leave out what is around the path";
    fails(nofollow(&to_file), libc::ELOOP, words)?;
    fails(nofollow(&dangling), libc::ELOOP, words)?;
    fails(optional(nofollow(&to_file)), libc::ELOOP, words)?;
    fails(nofollow(scratch.join("missing")), libc::ENOENT, "correct the path")
}

/// To the kernel, `link/` is what the link leads to.
fn link_before_a_slash_is_refused(scratch: &Scratch) -> Verdict {
    let link = scratch.join("link");
    symlink(scratch.directory("directory")?, &link)?;
    for path in [link.join(""), link.join("."), link.join(".//./")] {
        fails(nofollow(path), libc::ELOOP, "it is a link")?;
    }
    Ok(())
}

fn no_link_is_granted(scratch: &Scratch) -> Verdict {
    let (file, inner, beside) = (scratch.file("file")?, scratch.file("directory/file")?, scratch.file("beside")?);
    let probes = Probes::new()
        .allowed("reading the file", read(&file))
        .allowed("reading in the directory", read(inner))
        .denied("reading beside", Errno::ACCESS, read(beside));
    probes.outside()?;
    let policy = Policy::new().read(nofollow(file)).read(nofollow(scratch.join("directory/")));
    policy.run(|| probes.inside())?
}

fn link_on_the_way_is_no_last_component(scratch: &Scratch) -> Verdict {
    let (file, beside) = (scratch.file("directory/file")?, scratch.file("directory/beside")?);
    symlink(scratch.join("directory"), scratch.join("link"))?;
    let probes = Probes::new().allowed("reading", read(file)).denied("reading beside", Errno::ACCESS, read(beside));
    probes.outside()?;
    Policy::new().read(nofollow(scratch.join("link/file"))).run(|| probes.inside())?
}

fn open_file_is_granted(scratch: &Scratch) -> Verdict {
    let (file, beside) = (scratch.file("file")?, scratch.file("beside")?);
    let probes = Probes::new().allowed("reading it", read(&file)).denied("reading beside", Errno::ACCESS, read(beside));
    probes.outside()?;
    let open = File::open(file)?;
    let _ = Policy::new().read(fd(&open)).restrict_process()?;
    probes.inside()
}

fn directory_renamed_since_is_granted(scratch: &Scratch) -> Verdict {
    scratch.file("before/file")?;
    let open = File::open(scratch.join("before"))?;
    fs::rename(scratch.join("before"), scratch.join("after"))?;
    let in_its_place = scratch.file("before/file")?;
    let probes = Probes::new()
        .allowed("reading in the directory", read(scratch.join("after/file")))
        .allowed("listing it", list(scratch.join("after")))
        .denied("reading in another of its old name", Errno::ACCESS, read(in_its_place));
    probes.outside()?;
    let policy = Policy::new().read(fd(open));
    policy.run(|| probes.inside())?
}

fn open_pipe_is_no_file(_: &Scratch) -> Verdict {
    let (reader, _writer) = io::pipe()?;
    let error = refused(|| Policy::new().read(fd(&reader)).restrict_process())?;
    assert!(matches!(error.kind(), ErrorKind::Rules(rules) if rules.len() == 1));
    says(&error, &["read = \"fd ", "it is a pipe or a socket, which needs no rule once it is open: leave it out"]);
    Ok(())
}

fn descriptor_stays_open_and_has_no_duplicate(scratch: &Scratch) -> Verdict {
    let file = scratch.file("file")?;
    let open = File::open(&file)?;
    let before = descriptors()?;
    let policy = Policy::new().read(fd(&open)).read("/proc");
    let inside = policy.run(descriptors)??;
    assert_eq!(inside.iter().filter(|target| **target == file).count(), 2, "the caller's and the policy's");
    drop(policy);
    assert_eq!(descriptors()?, before, "after `run`");
    let policy = Policy::new().read(fd(&open)).read("/proc");
    let _ = policy.restrict_process()?;
    drop(policy);
    assert_eq!(descriptors()?, before, "after `restrict_process`");
    assert_eq!(io::read_to_string(open)?, "some bytes");
    Ok(())
}

fn wrappers_combine(scratch: &Scratch) -> Verdict {
    let (file, beside, made) = (scratch.file("file")?, scratch.file("beside")?, scratch.join("made"));
    let missing = scratch.join("missing");
    symlink(&beside, scratch.join("link"))?;
    let probes = Probes::new().allowed("reading it", read(&file)).denied("reading beside", Errno::ACCESS, read(beside));
    probes.outside()?;
    for rule in [optional(nofollow(&missing)), nofollow(optional(&missing))] {
        let policy = Policy::new().read(optional(nofollow(&file))).read(rule);
        policy.run(|| probes.inside())??;
    }
    fails(nofollow(optional(scratch.join("link"))), libc::ELOOP, "it is a link")?;
    // What makes follows no link anyway.
    for rule in [ensure_dir(nofollow(&made)), nofollow(ensure_dir(&made))] {
        Policy::new().read(rule).run(|| list(&made)(0))??;
        fs::remove_dir(&made)?;
    }
    Ok(())
}

fn wrapper_that_says_how_to_open_keeps_the_descriptor(scratch: &Scratch) -> Verdict {
    let (file, beside) = (scratch.file("file")?, scratch.file("beside")?);
    std::env::set_current_dir(scratch.path())?;
    let open = File::open(&file)?;
    let probes = Probes::new().allowed("reading it", read(&file)).denied("reading beside", Errno::ACCESS, read(beside));
    probes.outside()?;
    for rule in [nofollow(fd(&open)), ensure_file(fd(&open)), ensure_dir(fd(&open)), optional(fd(&open))] {
        Policy::new().read(rule).run(|| probes.inside())??;
    }
    assert_eq!(fs::read_dir(scratch.path())?.count(), 2, "nothing was made");
    Ok(())
}

fn each_wrapped_path(scratch: &Scratch) -> Verdict {
    let (file, open, beside) = (scratch.file("file")?, scratch.file("open")?, scratch.file("beside")?);
    let rules =
        [nofollow(&file), fd(File::open(&open)?), optional(scratch.join("missing")), ensure_dir(scratch.join("made"))];
    let probes = Probes::new()
        .allowed("reading the first", read(file))
        .allowed("reading what was open", read(open))
        .denied("reading beside", Errno::ACCESS, read(beside));
    probes.outside()?;
    Policy::new().read(each(&rules)).run(|| {
        list(scratch.join("made"))(0)?;
        probes.inside()
    })?
}
