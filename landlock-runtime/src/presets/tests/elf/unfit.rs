//! Files that are no programs: each is an error with a reason, and none is more than that.

use super::forged::Forged;
use crate::presets::elf::below;
use crate::presets::tests::farm::Farm;
use std::io;
use std::path::Path;

#[track_caller]
fn refused(farm: &Farm, reason: &str) {
    let policy = below(farm.root(), Path::new("/bin/tool"));
    assert!(policy.terms.paths.is_empty(), "{policy:?}");
    let defects: Vec<String> = policy.defects().iter().map(ToString::to_string).collect();
    assert_eq!(defects, [format!("presets::elf(\"/bin/tool\"): {reason}")]);
}

#[test]
fn what_is_no_program_is_refused() -> io::Result<()> {
    refused(&Farm::new()?.plant("/bin/tool/")?, "it is not a regular file");
    refused(&Farm::new()?.write("/bin/tool", "plain text")?, "it is not an ELF file");
    refused(&Farm::new()?.write("/bin/tool", "")?, "it is not an ELF file");
    refused(
        &Farm::new()?.write("/bin/tool", "#! /bin/sh -e\nexit")?,
        "it is a script: include presets::elf(\"/bin/sh\"), which runs it, and grant the script with `exec`",
    );
    for line in ["#!/usr/bin/env sh", "#! /usr/bin/env -S sh -e", "#!/usr/bin/env -Ssh", "#!/usr/bin/env A=b sh"] {
        refused(
            &Farm::new()?.write("/bin/tool", line)?,
            "it is a script: include presets::elf(\"/usr/bin/env\"), which runs it, and presets::elf(…) with the path of \
             \"sh\", which env starts, and grant the script with `exec`",
        );
    }
    for line in ["#!", "#! \n/bin/sh", "#!sh", "#!bin/sh -e\n"] {
        refused(
            &Farm::new()?.write("/bin/tool", line)?,
            "it is a script, and its first line names no interpreter by an absolute path",
        );
    }
    let mut core = Forged::library().bytes();
    core[16] = 4;
    refused(&Farm::new()?.write("/bin/tool", core)?, "it is an ELF file, but neither a program nor a library");
    Ok(())
}

#[test]
fn what_is_missing_is_named_by_the_system() {
    let policy = below(crate::presets::root::Root::system(), Path::new("/no/such/program"));
    let defects = policy.defects();
    let [defect] = &defects[..] else { panic!("{defects:?}") };
    assert_eq!(defect.to_string(), "presets::elf(\"/no/such/program\"): No such file or directory (os error 2)");
}

#[test]
fn damaged_files_say_where() -> io::Result<()> {
    let whole = Forged::program("/lib64/ld-linux-x86-64.so.2").needs("liba.so.1").bytes();
    let cut = |at: usize| Farm::new()?.write("/bin/tool", &whole[..at]);
    refused(&cut(5)?, "it is a damaged ELF file: its header is cut off or unknown");
    refused(&cut(100)?, "it is a damaged ELF file: its program headers are cut off");
    refused(&cut(240)?, "it is a damaged ELF file: a name in it is cut off or has no end");
    let mut headers = whole.clone();
    headers[56..58].fill(0xff);
    refused(
        &Farm::new()?.write("/bin/tool", headers)?,
        "it is a damaged ELF file: it has more program headers than Linux takes",
    );
    let mut dynamic = whole.clone();
    dynamic[64 + 2 * 56 + 36] = 1;
    refused(&Farm::new()?.write("/bin/tool", dynamic)?, "it is a damaged ELF file: its dynamic table is too large");
    let mut other = whole.clone();
    other[4] = 7;
    refused(&Farm::new()?.write("/bin/tool", other)?, "it is a damaged ELF file: it is neither of 32 nor of 64 bits");
    Ok(())
}

/// Whatever a byte is changed to: a policy or an error, at once.
#[test]
fn no_damage_is_more_than_an_error() -> io::Result<()> {
    let whole = Forged::program("/lib64/ld-linux-x86-64.so.2").rpath("$ORIGIN").needs("liba.so.1").bytes();
    let farm = Farm::new()?.plant("/bin/")?;
    for at in 0..whole.len() {
        for value in [0, 1, 0x7f, 0xff] {
            let mut damaged = whole.clone();
            damaged[at] = value;
            std::fs::write(farm.root().real("/bin").ok_or(io::ErrorKind::NotFound)?.join("tool"), damaged)?;
            let policy = below(farm.root(), Path::new("/bin/tool"));
            assert!(policy.defects().len() <= 1);
        }
    }
    Ok(())
}
