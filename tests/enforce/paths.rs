//! What a path in a policy means: a file or a directory, a link, many of them, an optional one, one that is no file.

use crate::support::{list, read, write};
use landlock_runtime::{Policy, Right, each, optional};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case};
use rustix::fs::{CWD, FileType, MemfdFlags, Mode, memfd_create, mknodat};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

pub(crate) const CASES: &[Case] = &[
    case!(read_on_a_file),
    case!(write_on_a_file),
    case!(read_write_on_a_file),
    case!(truncate_on_a_file).abi(3),
    case!(everything_beneath_a_directory),
    case!(link_in_a_policy_grants_its_target),
    case!(link_in_a_granted_directory_grants_nothing),
    case!(replaced_file_is_another_file),
    case!(each_of_an_iterable),
    case!(optional_paths),
    case!(relative_path_is_of_the_working_directory),
    case!(fifo_does_not_block),
    case!(pipes_and_sockets_need_no_rule),
    case!(ten_thousand_with_few_descriptors),
];

/// Two files, and the directory that they are in.
fn two_files(scratch: &Scratch) -> io::Result<(PathBuf, PathBuf)> {
    Ok((scratch.file("directory/granted")?, scratch.file("directory/beside")?))
}

fn read_on_a_file(scratch: &Scratch) -> Verdict {
    let (granted, beside) = two_files(scratch)?;
    let probes = Probes::new()
        .allowed("reading the file", read(&granted))
        .denied("writing the file", Errno::ACCESS, write(&granted))
        .denied("reading the file beside", Errno::ACCESS, read(beside))
        .denied("listing the directory", Errno::ACCESS, list(scratch.join("directory")));
    probes.outside()?;
    let _ = Policy::new().read(granted).restrict_process()?;
    probes.inside()
}

fn write_on_a_file(scratch: &Scratch) -> Verdict {
    let (granted, beside) = two_files(scratch)?;
    let directory = scratch.join("directory");
    let probes = Probes::new()
        .allowed("writing the file", write(&granted))
        .denied("reading the file", Errno::ACCESS, read(&granted))
        .denied("writing the file beside", Errno::ACCESS, write(beside))
        .denied("a file in the directory", Errno::ACCESS, move |round| {
            File::create_new(directory.join(round.to_string())).map(drop)
        });
    probes.outside()?;
    let _ = Policy::new().write(granted).restrict_process()?;
    probes.inside()
}

fn read_write_on_a_file(scratch: &Scratch) -> Verdict {
    let (granted, beside) = two_files(scratch)?;
    let probes = Probes::new()
        .allowed("writing the file", write(&granted))
        .allowed("reading the file", read(&granted))
        .denied("reading the file beside", Errno::ACCESS, read(&beside))
        .denied("writing the file beside", Errno::ACCESS, write(&beside));
    probes.outside()?;
    let _ = Policy::new().read_write(granted).restrict_process()?;
    probes.inside()
}

fn truncate_on_a_file(scratch: &Scratch) -> Verdict {
    let (granted, beside) = two_files(scratch)?;
    let probes = Probes::new()
        .allowed("replacing what is in the file", move |_| fs::write(&granted, "other bytes"))
        .denied("replacing what is in the file beside", Errno::ACCESS, move |_| fs::write(&beside, "other bytes"));
    probes.outside()?;
    Policy::new().write(scratch.join("directory/granted")).run(|| probes.inside())?
}

fn everything_beneath_a_directory(scratch: &Scratch) -> Verdict {
    let deep = scratch.file("granted/a/b/c/file")?;
    let sibling = scratch.file("granted-too/file")?;
    let probes = Probes::new()
        .allowed("reading far below", read(deep))
        .denied("reading where the name only starts the same", Errno::ACCESS, read(sibling))
        .denied("listing above", Errno::ACCESS, list(scratch.path()));
    probes.outside()?;
    Policy::new().read(scratch.join("granted")).run(|| probes.inside())?
}

fn link_in_a_policy_grants_its_target(scratch: &Scratch) -> Verdict {
    let (target, beside) = two_files(scratch)?;
    let link = scratch.join("link");
    symlink(&target, &link)?;
    let probes = Probes::new()
        .allowed("reading through the link", read(&link))
        .allowed("reading the target", read(target))
        .denied("reading beside the target", Errno::ACCESS, read(beside));
    probes.outside()?;
    Policy::new().read(link).run(|| probes.inside())?
}

fn link_in_a_granted_directory_grants_nothing(scratch: &Scratch) -> Verdict {
    let (inside, outside) = (scratch.file("granted/file")?, scratch.file("elsewhere/file")?);
    let (to_inside, to_outside) = (scratch.join("granted/to-inside"), scratch.join("granted/to-outside"));
    symlink(inside, &to_inside)?;
    symlink(outside, &to_outside)?;
    let probes = Probes::new().allowed("reading a link that stays", read(to_inside)).denied(
        "reading a link that leaves",
        Errno::ACCESS,
        read(to_outside),
    );
    probes.outside()?;
    Policy::new().read(scratch.join("granted")).run(|| probes.inside())?
}

fn replaced_file_is_another_file(scratch: &Scratch) -> Verdict {
    let (by_file, by_directory) = (scratch.file("a/file")?, scratch.file("b/file")?);
    let (new, newer) = (scratch.file("a/new")?, scratch.file("b/new")?);
    let probes = Probes::new().allowed("reading, where the directory was granted", read(&by_directory)).denied(
        "reading, where the file was granted",
        Errno::ACCESS,
        read(&by_file),
    );
    probes.outside()?;
    Policy::new().read(&by_file).read(scratch.join("b")).write(scratch.path()).run(|| {
        read(&by_file)(0)?;
        fs::rename(new, &by_file)?;
        fs::rename(newer, &by_directory)?;
        probes.inside()
    })?
}

fn each_of_an_iterable(scratch: &Scratch) -> Verdict {
    let files = ["a", "b", "c"].map(|name| scratch.file(name));
    let files: Vec<PathBuf> = files.into_iter().collect::<io::Result<_>>()?;
    let [first, second, third] = &files[..] else { unreachable!() };
    let probes = Probes::new()
        .allowed("reading the first", read(first))
        .allowed("reading the second", read(second))
        .denied("reading the third", Errno::ACCESS, read(third));
    probes.outside()?;
    let policy = Policy::new().read(each(&files[..2])).read(each(None::<&Path>)).read(each(Some("/usr")));
    policy.run(|| probes.inside())?
}

fn optional_paths(scratch: &Scratch) -> Verdict {
    let (present, beside) = two_files(scratch)?;
    let (missing, below_a_file) = (scratch.join("missing"), beside.join("below"));
    let probes =
        Probes::new().allowed("reading it", read(&present)).denied("reading beside", Errno::ACCESS, read(&beside));
    probes.outside()?;
    let policy = Policy::new().read(optional(&present)).write(optional(&missing)).read(optional(&below_a_file));
    let enforcement = policy.restrict_process()?;
    assert_eq!(enforcement.skipped().collect::<Vec<_>>(), [missing, below_a_file]);
    probes.inside()
}

fn relative_path_is_of_the_working_directory(scratch: &Scratch) -> Verdict {
    let (granted, beside) = two_files(scratch)?;
    let probes =
        Probes::new().allowed("reading it", read(granted)).denied("reading beside", Errno::ACCESS, read(beside));
    probes.outside()?;
    std::env::set_current_dir(scratch.join("directory"))?;
    Policy::new().read("granted").run(|| probes.inside())?
}

fn fifo_does_not_block(scratch: &Scratch) -> Verdict {
    let (granted, beside) = (scratch.join("granted"), scratch.join("beside"));
    for fifo in [&granted, &beside] {
        mknodat(CWD, fifo, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?;
    }
    let both_ends = |path: PathBuf| move |_| File::options().read(true).write(true).open(&path).map(drop);
    let probes = Probes::new().allowed("opening the FIFO", both_ends(granted.clone())).denied(
        "opening another",
        Errno::ACCESS,
        both_ends(beside),
    );
    probes.outside()?;
    Policy::new().read_write(granted).run(|| probes.inside())?
}

/// What has no place in the tree of files needs no rule: it is passed over, and listed. A FIFO has one.
fn pipes_and_sockets_need_no_rule(scratch: &Scratch) -> Verdict {
    let (pipe, socket, memory) = (io::pipe()?, UnixStream::pair()?, memfd_create("memory", MemfdFlags::empty())?);
    let fifo = scratch.join("fifo");
    mknodat(CWD, &fifo, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?;
    let open = |path: PathBuf| move |_| File::options().read(true).write(true).open(&path).map(drop);
    let file = scratch.file("file")?;
    let descriptors = [pipe.0.as_raw_fd(), socket.0.as_raw_fd(), memory.as_raw_fd()];
    let directories = ["/proc/self/fd", "/proc/thread-self/fd", "/dev/fd"];
    for directory in directories.into_iter().filter(|directory| Path::new(directory).exists()) {
        let paths: Vec<_> =
            descriptors.iter().map(|descriptor| Path::new(directory).join(descriptor.to_string())).collect();
        let probes = Probes::new()
            .allowed("opening the pipe once more", open(paths[0].clone()))
            .allowed("opening the memory once more", open(paths[2].clone()))
            .allowed("opening the FIFO", open(fifo.clone()))
            .denied("opening another file", Errno::ACCESS, read(&file));
        let namespace = PathBuf::from("/proc/self/ns/mnt");
        let policy = Policy::new().read_write(each(&paths)).read_write(&fifo).read(&namespace);
        probes.outside()?;
        let skipped = policy.run(|| {
            probes.inside()?;
            let report = policy.restrict_thread()?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(report.skipped().map(Path::to_owned).collect::<Vec<_>>())
        })??;
        assert_eq!(skipped, [&paths[..], &[namespace]].concat());
        policy.prepare()?.run(|| probes.inside())??;
        assert!(!policy.check(&file, Right::ReadFile)?.is_allowed());
    }
    Ok(())
}

fn ten_thousand_with_few_descriptors(scratch: &Scratch) -> Verdict {
    let files: Vec<PathBuf> = (0..10_000).map(|number| scratch.file(number.to_string())).collect::<io::Result<_>>()?;
    let beside = scratch.file("beside")?;
    let probes = Probes::new()
        .allowed("reading the first", read(&files[0]))
        .allowed("reading the last", read(&files[9999]))
        .denied("reading beside", Errno::ACCESS, read(beside));
    probes.outside()?;
    setrlimit(Resource::Nofile, Rlimit { current: Some(64), ..getrlimit(Resource::Nofile) })?;
    let _ = Policy::new().read(each(&files)).restrict_process()?;
    probes.inside()
}
