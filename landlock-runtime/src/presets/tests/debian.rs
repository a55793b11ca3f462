//! Debian 12: merged `/usr`, libraries in a directory per architecture, certificates as links.

use super::farm::{Farm, ld_so_cache};
use crate::presets::libraries::TRIPLETS;
use crate::presets::{dns, libraries, region, stdio, tls, tmp};
use std::io;

fn debian() -> io::Result<Farm> {
    let tree = "
        /lib -> usr/lib
        /lib64 -> usr/lib64
        /usr/lib/TRIPLET/ld-linux-x86-64.so.2
        /usr/lib/TRIPLET/libc.so.6
        /usr/lib/TRIPLET/gconv/gconv-modules.cache
        /usr/lib64/
        /lib64/ld-linux-x86-64.so.2 -> /lib/TRIPLET/ld-linux-x86-64.so.2
        /usr/local/lib/
        /usr/lib/TRIPLET/libblas.so.3 -> /etc/alternatives/libblas.so.3
        /etc/alternatives/libblas.so.3 -> /opt/blas/libblas.so.3
        /opt/blas/libblas.so.3
        /opt/cuda/lib/libcuda.so.1
        /etc/localtime -> /usr/share/zoneinfo/Europe/Berlin
        /etc/timezone
        /usr/share/zoneinfo/Europe/Berlin
        /usr/share/zoneinfo/localtime -> /etc/localtime
        /usr/share/zoneinfo/leapseconds -> /usr/share/leap/leapseconds
        /usr/share/leap/leapseconds
        /usr/lib/locale/C.utf8/LC_CTYPE
        /usr/share/locale/de/LC_MESSAGES/libc.mo
        /usr/share/locale/locale.alias -> /etc/locale.alias
        /usr/share/i18n/locales/de_DE
        /etc/locale.alias
        /etc/resolv.conf -> ../run/systemd/resolve/stub-resolv.conf
        /run/systemd/resolve/stub-resolv.conf
        /etc/hosts
        /etc/nsswitch.conf
        /etc/host.conf
        /etc/gai.conf
        /etc/services
        /etc/passwd
        /usr/share/ca-certificates/mozilla/ISRG.crt
        /etc/ssl/certs/ISRG.pem -> /usr/share/ca-certificates/mozilla/ISRG.crt
        /etc/ssl/certs/4042bcee.0 -> ISRG.pem
        /etc/ssl/certs/ca-certificates.crt
        /etc/ssl/certs/ssl-cert-snakeoil.pem
        /etc/ssl/certs/java -> /etc/java/cacerts
        /etc/java/cacerts
        /etc/ssl/openssl.cnf
        /etc/ssl/private/key.pem
        /dev/null
        /dev/zero
        /dev/full
        /dev/tty
        /dev/random
        /dev/urandom
        /tmp/
        /var/tmp/";
    let cache = [
        ("libc.so.6", "/lib/TRIPLET/libc.so.6"),
        ("libblas.so.3", "/lib/TRIPLET/libblas.so.3"),
        ("libcuda.so.1", "/opt/cuda/lib/libcuda.so.1"),
        ("libgone.so.1", "/opt/gone/libgone.so.1"),
    ];
    let cache = cache.map(|(name, path)| (name, here(path)));
    let cache = cache.each_ref().map(|(name, path)| (*name, path.as_str()));
    Farm::new()?.plant(&here(tree))?.write("/etc/ld.so.cache", ld_so_cache(&cache))
}

/// Debian's name of the architecture that the test runs on.
fn here(text: &str) -> String {
    text.replace("TRIPLET", TRIPLETS.first().copied().unwrap_or("none"))
}

#[test]
fn devices_and_temporary_files() -> io::Result<()> {
    let farm = debian()?;
    farm.grants(
        &stdio(),
        "read_write /dev/null
         read_write /dev/zero
         read_write /dev/full
         read_write /dev/tty
         read /dev/urandom",
    );
    farm.grants(&tmp(), "read_write /tmp");
    Ok(())
}

#[test]
fn region() -> io::Result<()> {
    let farm = debian()?;
    farm.grants(
        &region::timezone_below(farm.root()),
        "read /usr/share/zoneinfo/Europe/Berlin
         read /etc/timezone
         read /usr/share/zoneinfo
         read /usr/share/leap/leapseconds",
    );
    farm.grants(
        &region::locale_below(farm.root()),
        &here(
            "read /usr/lib/locale
             read /usr/share/locale
             read /usr/lib/TRIPLET/gconv
             read /etc/locale.alias",
        ),
    );
    Ok(())
}

#[test]
fn libraries() -> io::Result<()> {
    let farm = debian()?;
    farm.grants(
        &libraries::below(farm.root()),
        &here(
            "exec /dev/null
             exec /usr/lib/TRIPLET/ld-linux-x86-64.so.2
             read /usr/lib
             read /usr/lib64
             read /usr/local/lib
             read /opt/blas/libblas.so.3
             read /opt/cuda/lib
             read /etc/ld.so.cache",
        ),
    );
    Ok(())
}

#[test]
fn network() -> io::Result<()> {
    let farm = debian()?;
    farm.grants(
        &dns(),
        "read /run/systemd/resolve
         read /run/systemd/resolve/stub-resolv.conf
         read /etc/hosts
         read /etc/nsswitch.conf
         read /etc/host.conf
         read /etc/gai.conf
         read /etc/services",
    );
    farm.grants(
        &tls::below(farm.root()),
        "read /etc/ssl/certs
         read /usr/share/ca-certificates
         read /etc/java/cacerts
         read /etc/ssl/openssl.cnf",
    );
    Ok(())
}
