//! The order of glibc and of musl, and what stands for an origin.

use super::forged::Forged;
use crate::policy::Opening;
use crate::presets::elf::below;
use crate::presets::tests::farm::{Farm, ld_so_cache};
use std::io;
use std::path::Path;

const GLIBC: &str = "/lib64/ld-linux-x86-64.so.2";
const MUSL: &str = "/lib/ld-musl-x86_64.so.1";

/// Debian: the C library is only found through the cache or beside the real interpreter.
fn debian() -> io::Result<Farm> {
    Farm::new()?
        .plant("/lib -> usr/lib\n/usr/lib64/\n/lib64 -> usr/lib64\n/lib64/ld-linux-x86-64.so.2 -> /lib/here/ld.so")?
        .write("/usr/lib/here/ld.so", Forged::library().bytes())?
        .write("/usr/lib/here/libc.so.6", Forged::library().needs("ld-linux-x86-64.so.2").bytes())
}

#[test]
fn static_program_needs_itself() -> io::Result<()> {
    let farm = Farm::new()?.write("/bin/static", Forged::library().bytes())?;
    farm.grants(&below(farm.root(), Path::new("/bin/static")), "exec /bin/static");
    Ok(())
}

#[test]
fn libraries_of_libraries() -> io::Result<()> {
    let farm = debian()?
        .write("/bin/tool", Forged::program(GLIBC).needs("liba.so.1").needs("libc.so.6").bytes())?
        .write("/usr/lib/here/liba.so.1", Forged::library().needs("libb.so.1").needs("libc.so.6").bytes())?
        .write("/opt/b/libb.so.1", Forged::library().needs("liba.so.1").bytes())?
        .write("/usr/lib/here/unneeded.so", Forged::library().bytes())?;
    let expected = "exec /bin/tool
         exec /usr/lib/here/ld.so
         read /usr/lib/here/ld.so
         read /usr/lib/here/liba.so.1
         read /usr/lib/here/libc.so.6";
    farm.grants(&below(farm.root(), Path::new("/bin/tool")), expected);
    let farm = farm.write("/etc/ld.so.cache", ld_so_cache(&[("libb.so.1", "/opt/b/libb.so.1")]))?;
    let expected = format!("{expected}\nread /opt/b/libb.so.1\nread /etc/ld.so.cache");
    farm.grants(&below(farm.root(), Path::new("/bin/tool")), &expected);
    Ok(())
}

#[test]
fn paths_in_the_file_come_first() -> io::Result<()> {
    let farm = debian()?
        .plant("/bin/tool -> /opt/app/bin/tool")?
        .write("/opt/app/bin/tool", Forged::program(GLIBC).rpath("$ORIGIN/../lib").needs("liba.so.1").bytes())?
        .write("/opt/app/lib/liba.so.1", Forged::library().needs("libb.so.1").needs("libc.so.6").bytes())?
        .write("/opt/app/lib/libb.so.1", Forged::library().runpath("${ORIGIN}/$LIB").needs("libd.so.1").bytes())?
        .write("/opt/app/lib/lib64/libd.so.1", Forged::library().needs("libe.so.1").bytes())?
        .write("/opt/app/lib/lib64/libe.so.1", Forged::library().bytes())?
        .write("/opt/app/lib/libe.so.1", Forged::library().bytes())?
        .write("/usr/lib/here/liba.so.1", Forged::library().bytes())?;
    farm.grants(
        &below(farm.root(), Path::new("/bin/tool")),
        "exec /opt/app/bin/tool
         exec /usr/lib/here/ld.so
         read /usr/lib/here/ld.so
         read /usr/lib/here/libc.so.6
         read /opt/app/lib/liba.so.1
         read /opt/app/lib/libb.so.1
         read /opt/app/lib/lib64/libd.so.1
         read /opt/app/lib/libe.so.1",
    );
    Ok(())
}

#[test]
fn other_architectures_are_passed_over() -> io::Result<()> {
    let farm = debian()?
        .write("/bin/tool", Forged::program(GLIBC).rpath("/foreign").needs("liba.so.1").bytes())?
        .write("/foreign/liba.so.1", Forged::foreign_library().bytes())?
        .write("/usr/lib64/liba.so.1", Forged::library().bytes())?;
    farm.grants(
        &below(farm.root(), Path::new("/bin/tool")),
        "exec /bin/tool
         exec /usr/lib/here/ld.so
         read /usr/lib64/liba.so.1",
    );
    Ok(())
}

#[test]
fn variants_for_newer_processors_are_all_granted() -> io::Result<()> {
    let farm = debian()?
        .write("/bin/tool", Forged::program(GLIBC).needs("liba.so.1").bytes())?
        .write("/usr/lib/here/glibc-hwcaps/x86-64-v3/liba.so.1", Forged::library().bytes())?
        .write("/usr/lib/here/liba.so.1", Forged::library().bytes())?;
    farm.grants(
        &below(farm.root(), Path::new("/bin/tool")),
        "exec /bin/tool
         exec /usr/lib/here/ld.so
         read /usr/lib/here/glibc-hwcaps/x86-64-v3/liba.so.1
         read /usr/lib/here/liba.so.1",
    );
    Ok(())
}

#[test]
fn preloaded_libraries_are_loaded() -> io::Result<()> {
    let farm = debian()?
        .write("/bin/tool", Forged::program(GLIBC).bytes())?
        .write("/etc/ld.so.preload", "/opt/$LIB/liba.so\nlibb.so.1")?
        .write("/opt/lib64/liba.so", Forged::library().bytes())?
        .write("/usr/lib/here/libb.so.1", Forged::library().bytes())?;
    farm.grants(
        &below(farm.root(), Path::new("/bin/tool")),
        "exec /bin/tool
         exec /usr/lib/here/ld.so
         read /opt/lib64/liba.so
         read /usr/lib/here/libb.so.1
         read /etc/ld.so.preload",
    );
    Ok(())
}

#[test]
fn musl_has_its_own_order() -> io::Result<()> {
    let farm = Farm::new()?
        .write("/lib/ld-musl-x86_64.so.1", Forged::library().bytes())?
        .plant("/lib/libc.musl-x86_64.so.1 -> ld-musl-x86_64.so.1")?
        .write("/bin/tool", Forged::program(MUSL).runpath("/opt/lib").needs("liba.so.1").needs("libc.so").bytes())?
        .write("/opt/lib/liba.so.1", Forged::library().needs("libb.so.1").needs("libc.musl-x86_64.so.1").bytes())?
        .write("/opt/lib/libb.so.1", Forged::library().needs("libz.so.1").bytes())?
        .write("/usr/lib/libz.so.1", Forged::library().bytes())?;
    let usual = "exec /bin/tool
         exec /lib/ld-musl-x86_64.so.1
         read /opt/lib/liba.so.1
         read /opt/lib/libb.so.1";
    farm.grants(&below(farm.root(), Path::new("/bin/tool")), &format!("{usual}\nread /usr/lib/libz.so.1"));
    let farm = farm.write("/etc/ld-musl-x86_64.path", "/lib\n")?;
    let told = format!("{usual}\nread /etc/ld-musl-x86_64.path");
    farm.grants(&below(farm.root(), Path::new("/bin/tool")), &told);
    Ok(())
}

/// Nix: each file names the store.
#[test]
fn programs_of_a_store() -> io::Result<()> {
    const INTERPRETER: &str = "/nix/store/glibc/lib/ld-linux-x86-64.so.2";
    let tool = Forged::program(INTERPRETER).runpath("/nix/store/zlib/lib:/nix/store/glibc/lib");
    let farm = Farm::new()?
        .plant("/run/current-system/sw/bin/tool -> /nix/store/tool/bin/tool")?
        .write(INTERPRETER, Forged::library().bytes())?
        .write("/nix/store/tool/bin/tool", tool.needs("libz.so.1").needs("libc.so.6").bytes())?
        .write("/nix/store/zlib/lib/libz.so.1", Forged::library().bytes())?
        .write("/nix/store/glibc/lib/libc.so.6", Forged::library().bytes())?;
    farm.grants(
        &below(farm.root(), Path::new("/run/current-system/sw/bin/tool")),
        "exec /nix/store/tool/bin/tool
         exec /nix/store/glibc/lib/ld-linux-x86-64.so.2
         read /nix/store/zlib/lib/libz.so.1
         read /nix/store/glibc/lib/libc.so.6",
    );
    Ok(())
}

#[test]
fn missing_library_is_listed_where_it_should_be() -> io::Result<()> {
    let farm = debian()?.write("/bin/tool", Forged::program(GLIBC).needs("libgone.so.1").bytes())?;
    let policy = below(farm.root(), Path::new("/bin/tool"));
    let gone = policy.terms.paths.iter().find(|grant| grant.path() == Path::new("/usr/lib/here/libgone.so.1"));
    assert!(gone.is_some_and(|grant| matches!(grant.opening, Opening::Nothing)), "{policy:?}");
    assert!(policy.defects().is_empty());
    Ok(())
}
