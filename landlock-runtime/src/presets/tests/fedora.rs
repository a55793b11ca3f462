//! Fedora: `/usr/lib64`, and certificates that are links of links into one extracted bundle.

use super::farm::{Farm, ld_so_cache};
use crate::presets::{dns, libraries, region, tls};
use std::io;

fn fedora() -> io::Result<Farm> {
    let tree = "
        /lib -> usr/lib
        /lib64 -> usr/lib64
        /usr/lib64/ld-linux-x86-64.so.2
        /usr/lib64/libc.so.6
        /usr/lib64/gconv/gconv-modules.cache
        /usr/lib/ld-linux.so.2
        /usr/lib64/llvm18/lib/libLLVM.so.18.1
        /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
        /etc/pki/ca-trust/source/anchors/own.pem
        /etc/pki/tls/certs/ca-bundle.crt -> /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
        /etc/pki/tls/cert.pem -> /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
        /etc/pki/tls/private/localhost.key
        /etc/pki/tls/openssl.cnf
        /etc/ssl/certs -> ../pki/tls/certs
        /etc/ssl/openssl.cnf -> /etc/pki/tls/openssl.cnf
        /usr/share/pki/ca-trust-source/ca-bundle.trust.p11-kit
        /etc/localtime -> ../usr/share/zoneinfo/America/New_York
        /usr/share/zoneinfo/America/New_York
        /usr/lib/locale/C.utf8/LC_CTYPE
        /usr/share/locale/de/LC_MESSAGES/libc.mo
        /etc/locale.conf
        /etc/resolv.conf -> ../run/systemd/resolve/stub-resolv.conf
        /run/systemd/resolve/stub-resolv.conf
        /etc/hosts
        /etc/authselect/nsswitch.conf
        /etc/nsswitch.conf -> authselect/nsswitch.conf";
    let cache = [("libc.so.6", "/lib64/libc.so.6"), ("libLLVM.so.18.1", "/usr/lib64/llvm18/lib/libLLVM.so.18.1")];
    Farm::new()?.plant(tree)?.write("/etc/ld.so.cache", ld_so_cache(&cache))
}

#[test]
fn network() -> io::Result<()> {
    let farm = fedora()?;
    farm.grants(
        &tls::below(farm.root()),
        "read /etc/pki/tls/certs
         read /etc/pki/ca-trust/extracted
         read /usr/share/pki
         read /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
         read /etc/pki/tls/openssl.cnf",
    );
    farm.grants(
        &dns(),
        "read /run/systemd/resolve
         read /run/systemd/resolve/stub-resolv.conf
         read /etc/hosts
         read /etc/authselect/nsswitch.conf",
    );
    Ok(())
}

#[test]
fn region() -> io::Result<()> {
    let farm = fedora()?;
    farm.grants(
        &region::timezone_below(farm.root()),
        "read /usr/share/zoneinfo/America/New_York
         read /usr/share/zoneinfo",
    );
    farm.grants(
        &region::locale_below(farm.root()),
        "read /usr/lib/locale
         read /usr/share/locale
         read /usr/lib64/gconv",
    );
    Ok(())
}

#[test]
fn libraries() -> io::Result<()> {
    let farm = fedora()?;
    farm.grants(
        &libraries::below(farm.root()),
        "exec /usr/lib64/ld-linux-x86-64.so.2
         exec /usr/lib/ld-linux.so.2
         read /usr/lib
         read /usr/lib64
         read /etc/ld.so.cache",
    );
    Ok(())
}
