//! One ELF file. A path comes in; what leaves is what its loader goes by, read from the program headers alone, for sections
//! may be stripped. The file may be hostile: all that is read has a bound. The only module that names the `object` crate.

use crate::policy::Identity;
use object::elf::{self as names, FileHeader32, FileHeader64};
use object::read::elf::{Dyn as _, FileHeader, ProgramHeader as _};
use object::{Endianness, ReadCache, ReadRef};
use std::fmt;
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::Path;

/// The longest path that Linux opens.
pub(super) const LONGEST: u64 = 4096;

/// More libraries than any program names.
const MOST_NAMES: usize = 1024;

/// As Linux itself demands, in bytes.
const MOST_HEADERS: u64 = 1 << 16;

/// Real ones have some hundred bytes.
const LARGEST_DYNAMIC: u64 = 1 << 20;

/// What a loader goes by.
#[derive(Debug)]
pub(super) struct Image {
    /// The file that all this was read from.
    pub(super) identity: Identity,
    pub(super) architecture: Architecture,
    pub(super) interpreter: Option<String>,
    pub(super) needed: Vec<String>,
    pub(super) rpath: Vec<String>,
    pub(super) runpath: Vec<String>,
}

/// A loader passes over files of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Architecture {
    machine: u16,
    is_64: bool,
    little_endian: bool,
}

/// The first line of a script.
#[derive(Debug)]
pub(super) struct Script(String);

impl Script {
    /// The first bytes of a file, split as Linux does.
    fn of(start: &[u8]) -> Option<Script> {
        let line = start.strip_prefix(b"#!")?.split(|byte| [b'\n', 0].contains(byte)).next()?;
        Some(Script(String::from_utf8_lossy(line).into_owned()))
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.0.split([' ', '\t']).filter(|word| !word.is_empty())
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(interpreter) = self.words().next().filter(|word| word.starts_with('/')) else {
            return f.write_str("it is a script, and its first line names no interpreter by an absolute path");
        };
        write!(f, "it is a script: include presets::elf({interpreter:?}), which runs it, ")?;
        if interpreter.ends_with("/env") {
            let arguments = self.words().skip(1).map(|word| word.strip_prefix("-S").unwrap_or(word));
            let started =
                arguments.filter(|word| !word.is_empty()).find(|word| !word.starts_with('-') && !word.contains('='));
            if let Some(started) = started {
                write!(f, "and presets::elf(…) with the path of {started:?}, which env starts, ")?;
            }
        }
        f.write_str("and grant the script with `exec`")
    }
}

/// Why a file is no program.
#[derive(Debug)]
pub(super) enum Unfit {
    System(io::Error),
    NotAFile,
    Script(Script),
    NotElf,
    NotAProgram,
    Damaged(&'static str),
    /// It names more of these than is looked at.
    Excessive(&'static str),
    /// What the kernel is to start in its place.
    Interpreter(String, Box<Unfit>),
    /// An interpreter whose place depends on the working directory.
    Relative,
    /// An interpreter of another architecture.
    Foreign,
}

impl From<io::Error> for Unfit {
    fn from(error: io::Error) -> Unfit {
        Unfit::System(error)
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unfit::System(error) => error.fmt(f),
            Unfit::NotAFile => f.write_str("it is not a regular file"),
            Unfit::Script(script) => script.fmt(f),
            Unfit::NotElf => f.write_str("it is not an ELF file"),
            Unfit::NotAProgram => f.write_str("it is an ELF file, but neither a program nor a library"),
            Unfit::Damaged(what) => write!(f, "it is a damaged ELF file: {what}"),
            Unfit::Excessive(what) => write!(f, "it or one of its libraries names more {what} than any program does"),
            Unfit::Interpreter(path, unfit) => write!(f, "of its interpreter, {path:?}: {unfit}"),
            Unfit::Relative => f.write_str("the path is not absolute"),
            Unfit::Foreign => f.write_str("it is of another architecture than the program"),
        }
    }
}

impl Image {
    pub(super) fn read(path: &Path) -> Result<Image, Unfit> {
        // To open a device may do something.
        if !fs::metadata(path)?.is_file() {
            return Err(Unfit::NotAFile);
        }
        let mut file = open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(Unfit::NotAFile);
        }
        let identity = identity(&metadata);
        let mut start = Vec::new();
        file.by_ref().take(256).read_to_end(&mut start)?;
        if let Some(script) = Script::of(&start) {
            return Err(Unfit::Script(script));
        }
        if !start.starts_with(b"\x7fELF") {
            return Err(Unfit::NotElf);
        }
        let data = ReadCache::new(file);
        match start.get(4) {
            Some(1) => parse::<FileHeader32<Endianness>, _>(&data, identity),
            Some(2) => parse::<FileHeader64<Endianness>, _>(&data, identity),
            _ => Err(Unfit::Damaged("it is neither of 32 nor of 64 bits")),
        }
    }
}

/// What stands there may be another file by now, and must not wait: for a FIFO's writer, or for more to read.
#[cfg(target_os = "linux")]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path)
}

#[cfg(not(target_os = "linux"))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

/// Nothing is enforced there.
#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {
    (0, 0)
}

fn parse<'data, Elf, R>(data: R, identity: Identity) -> Result<Image, Unfit>
where
    Elf: FileHeader<Endian = Endianness>,
    R: ReadRef<'data>,
{
    let header = Elf::parse(data).map_err(|_| Unfit::Damaged("its header is cut off or unknown"))?;
    let endian = header.endian().map_err(|_| Unfit::Damaged("its byte order is unknown"))?;
    if ![names::ET_EXEC, names::ET_DYN].contains(&header.e_type(endian)) {
        return Err(Unfit::NotAProgram);
    }
    if u64::from(header.e_phnum(endian)) * u64::from(header.e_phentsize(endian)) > MOST_HEADERS {
        return Err(Unfit::Damaged("it has more program headers than Linux takes"));
    }
    let segments =
        header.program_headers(endian, data).map_err(|_| Unfit::Damaged("its program headers are cut off"))?;
    let mut image = Image {
        identity,
        architecture: Architecture {
            machine: header.e_machine(endian).0,
            is_64: header.is_type_64(),
            little_endian: endian == Endianness::Little,
        },
        interpreter: None,
        needed: Vec::new(),
        rpath: Vec::new(),
        runpath: Vec::new(),
    };
    // Where in the file an address is.
    let offset = |address: u64| {
        let loaded = segments.iter().filter(|segment| segment.p_type(endian) == names::PT_LOAD);
        let mut places = loaded.filter_map(|segment| {
            let within = address.checked_sub(segment.p_vaddr(endian).into())?;
            (within < segment.p_filesz(endian).into()).then(|| within.checked_add(segment.p_offset(endian).into()))?
        });
        places.next().ok_or(Unfit::Damaged("its table of names is not in the file"))
    };
    let length = data.len().map_err(|()| Unfit::Damaged("it has no length"))?;
    let string = |start: u64| {
        let bytes = data.read_bytes_at_until(start..start.saturating_add(LONGEST).min(length), 0);
        let bytes = bytes.map_err(|()| Unfit::Damaged("a name in it is cut off or has no end"))?;
        Ok::<_, Unfit>(String::from_utf8_lossy(bytes).into_owned())
    };
    // Linux takes the first of several interpreters.
    if let Some(segment) = segments.iter().find(|segment| segment.p_type(endian) == names::PT_INTERP) {
        image.interpreter = Some(string(segment.p_offset(endian).into())?);
    }
    // The loaders of glibc and musl take the last of several tables, and in it the last of all entries but the needed.
    let Some(segment) = segments.iter().rfind(|segment| segment.p_type(endian) == names::PT_DYNAMIC) else {
        return Ok(image);
    };
    if segment.p_filesz(endian).into() > LARGEST_DYNAMIC {
        return Err(Unfit::Damaged("its dynamic table is too large"));
    }
    let dynamic = segment.dynamic(endian, data).map_err(|_| Unfit::Damaged("its dynamic table is cut off"))?;
    let entries = dynamic.unwrap_or_default().iter().take_while(|entry| entry.tag(endian) != names::DT_NULL);
    let entries: Vec<_> = entries.map(|entry| (entry.tag(endian), entry.val(endian))).collect();
    let last = |wanted| entries.iter().rfind(|(tag, _)| *tag == wanted).map(|(_, value)| *value);
    let Some(strings) = last(names::DT_STRTAB) else { return Ok(image) };
    let strings = offset(strings)?;
    let text = |value: u64| string(strings.saturating_add(value));
    let paths = |tag| {
        let text = last(tag).map(text).transpose()?.unwrap_or_default();
        Ok::<_, Unfit>(text.split(':').filter(|path| !path.is_empty()).map(str::to_owned).collect())
    };
    image.rpath = paths(names::DT_RPATH)?;
    image.runpath = paths(names::DT_RUNPATH)?;
    let library = [names::DT_NEEDED, names::DT_FILTER, names::DT_AUXILIARY];
    for (_, value) in entries.iter().filter(|(tag, _)| library.contains(tag)) {
        if image.needed.len() == MOST_NAMES {
            return Err(Unfit::Excessive("libraries"));
        }
        image.needed.push(text(*value)?);
    }
    Ok(image)
}
