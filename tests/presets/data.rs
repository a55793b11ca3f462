//! Presets that grant files to read and to write.

use crate::operations::{hold, list, read, write};
use landlock_runtime::{Policy, presets};
use landlock_tests::{Case, Errno, Probes, Scratch, Verdict, case};
use std::path::Path;
use std::{fs, io};

pub(crate) const CASES: &[Case] = &[
    case!(stdio_is_the_devices),
    case!(terminal_of_stdio),
    case!(tmp_is_written_not_executed),
    case!(dns_is_its_files),
    case!(tls_roots_are_readable_to_the_last_link),
    case!(timezone_is_where_the_link_leads),
    case!(locale_is_where_the_links_lead),
];

fn stdio_is_the_devices(_: &Scratch) -> Verdict {
    let mut probes = Probes::new().allowed("reading /dev/urandom", read("/dev/urandom"));
    for device in ["/dev/null", "/dev/zero", "/dev/full"] {
        probes = probes.allowed(format!("reading {device}"), read(device));
        probes = probes.allowed(format!("writing {device}"), write(device));
    }
    let probes = probes
        .denied("writing /dev/urandom", Errno::ACCESS, write("/dev/urandom"))
        .denied("another device", Errno::ACCESS, read("/dev/random"))
        .denied("the directory", Errno::ACCESS, list("/dev"));
    hold(&presets::stdio(), &probes)
}

/// Without a controlling terminal, opening it is ENXIO: past the sandbox, which answers first.
fn terminal_of_stdio(_: &Scratch) -> Verdict {
    let errno =
        |policy: &Policy| policy.run(|| fs::File::open("/dev/tty").err().and_then(|error| error.raw_os_error()));
    assert_eq!(errno(&Policy::new())?, Some(libc::EACCES));
    assert_ne!(errno(&presets::stdio())?, Some(libc::EACCES));
    Ok(())
}

fn tmp_is_written_not_executed(_: &Scratch) -> Verdict {
    let name = move |round| format!("/tmp/landlock-tests-tmp-{}-{round}", std::process::id());
    let create = move |round| {
        fs::write(name(round), "some bytes")?;
        fs::rename(name(round), format!("{}.kept", name(round)))?;
        fs::remove_file(format!("{}.kept", name(round)))
    };
    let probes = Probes::new()
        .allowed("a temporary file", create)
        .allowed("the directory", list("/tmp"))
        .denied("a lasting one", Errno::ACCESS, list("/var/tmp"))
        .denied("a program", Errno::ACCESS, crate::operations::run("/bin/true", &[], 0));
    hold(&presets::tmp(), &probes)
}

fn dns_is_its_files(_: &Scratch) -> Verdict {
    let mut probes = Probes::new().denied("another file", Errno::ACCESS, read("/etc/passwd"));
    for file in ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf"] {
        if Path::new(file).exists() {
            probes = probes.allowed(file, read(file));
        }
    }
    hold(&presets::dns(), &probes)
}

fn tls_roots_are_readable_to_the_last_link(_: &Scratch) -> Verdict {
    let mut probes = Probes::new().denied("another file", Errno::ACCESS, read("/etc/passwd"));
    let mut found = 0;
    for entry in fs::read_dir("/etc/ssl/certs").into_iter().flatten() {
        let path = entry?.path();
        // What this user could not read anyway, and what leads nowhere.
        if path.is_file() && fs::File::open(&path).is_ok() {
            probes = probes.allowed(path.display().to_string(), read(path));
            found += 1;
        }
    }
    println!("{found} certificates");
    if found == 0 { Ok(()) } else { hold(&presets::tls_roots(), &probes) }
}

fn timezone_is_where_the_link_leads(_: &Scratch) -> Verdict {
    let mut probes = Probes::new().denied("another file", Errno::ACCESS, read("/etc/passwd"));
    for file in ["/etc/localtime", "/usr/share/zoneinfo/UTC", "/usr/share/zoneinfo/Europe/Berlin"] {
        if Path::new(file).exists() {
            probes = probes.allowed(file, read(file));
        }
    }
    hold(&presets::timezone(), &probes)
}

/// On Debian the aliases are a link out of the directory of languages.
fn locale_is_where_the_links_lead(_: &Scratch) -> Verdict {
    let mut probes = Probes::new().denied("the sources", Errno::ACCESS, list("/usr/share"));
    for file in ["/usr/share/locale/locale.alias", "/etc/locale.alias"] {
        if Path::new(file).exists() {
            probes = probes.allowed(file, read(file));
        }
    }
    let kept: io::Result<Vec<_>> = fs::read_dir("/usr/lib/locale").into_iter().flatten().collect();
    for entry in kept? {
        let path = entry.path();
        let operation = if path.is_dir() { list(&path) } else { read(&path) };
        probes = probes.allowed(path.display().to_string(), operation);
    }
    hold(&presets::locale(), &probes)
}
