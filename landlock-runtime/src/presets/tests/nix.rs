//! `NixOS`: everything in `/etc` is a link into the store, and links in granted directories lead into it, too.

use super::farm::Farm;
use crate::presets::{dns, libraries, region, tls};
use std::io;

fn nixos() -> io::Result<Farm> {
    Farm::new()?.plant(
        "/nix/store/cacert/etc/ssl/certs/ca-bundle.crt
         /nix/store/etc/etc/
         /nix/store/etc/etc/ssl/certs/ca-certificates.crt -> /nix/store/cacert/etc/ssl/certs/ca-bundle.crt
         /etc/static -> /nix/store/etc/etc
         /etc/ssl/certs/ca-certificates.crt -> /etc/static/ssl/certs/ca-certificates.crt
         /etc/ssl/certs/ca-bundle.crt -> /etc/static/ssl/certs/ca-certificates.crt
         /etc/pki/tls/certs/ca-bundle.crt -> /etc/static/ssl/certs/ca-certificates.crt
         /nix/store/tzdata/share/zoneinfo/Europe/Berlin
         /nix/store/etc/etc/zoneinfo -> /nix/store/tzdata/share/zoneinfo
         /etc/zoneinfo -> /etc/static/zoneinfo
         /etc/localtime -> /etc/zoneinfo/Europe/Berlin
         /nix/store/locales/lib/locale/locale-archive
         /nix/store/system-path/lib/locale/
         /nix/store/system-path/lib/locale/locale-archive -> /nix/store/locales/lib/locale/locale-archive
         /run/current-system -> /nix/store/system
         /nix/store/system/
         /nix/store/system/sw -> /nix/store/system-path
         /nix/store/hosts
         /nix/store/etc/etc/hosts -> /nix/store/hosts
         /etc/hosts -> /etc/static/hosts
         /etc/resolv.conf
         /nix/store/glibc/lib/ld-linux-x86-64.so.2
         /nix/store/glibc/lib/libc.so.6
         /nix/store/stub-ld/ld
         /lib64/ld-linux-x86-64.so.2 -> /nix/store/stub-ld/ld",
    )
}

#[test]
fn network() -> io::Result<()> {
    let farm = nixos()?;
    farm.grants(
        &tls::below(farm.root()),
        "read /etc/ssl/certs
         read /etc/pki/tls/certs
         read /nix/store/cacert/etc/ssl/certs/ca-bundle.crt",
    );
    farm.grants(
        &dns(),
        "read /etc/resolv.conf
         read /nix/store/hosts",
    );
    Ok(())
}

#[test]
fn region() -> io::Result<()> {
    let farm = nixos()?;
    farm.grants(
        &region::timezone_below(farm.root()),
        "read /nix/store/tzdata/share/zoneinfo/Europe/Berlin
         read /nix/store/tzdata/share/zoneinfo",
    );
    farm.grants(
        &region::locale_below(farm.root()),
        "read /nix/store/system-path/lib/locale
         read /nix/store/locales/lib/locale/locale-archive",
    );
    Ok(())
}

/// What programs of the store need is not known without the program.
#[test]
fn libraries() -> io::Result<()> {
    let farm = nixos()?;
    farm.grants(
        &libraries::below(farm.root()),
        "exec /nix/store/stub-ld/ld
         read /lib64",
    );
    Ok(())
}
