//! Alpine: musl, whose loader is its C library, and no cache.

use super::farm::Farm;
use crate::presets::{dns, libraries, region, tls};
use std::io;

fn alpine() -> io::Result<Farm> {
    Farm::new()?.plant(
        "/lib/ld-musl-x86_64.so.1
         /lib/libc.musl-x86_64.so.1 -> ld-musl-x86_64.so.1
         /usr/lib/libz.so.1
         /usr/local/lib/
         /etc/ssl/cert.pem -> certs/ca-certificates.crt
         /etc/ssl/certs/ca-certificates.crt
         /etc/ssl/certs/ca-cert-ISRG.pem -> /usr/share/ca-certificates/mozilla/ISRG.crt
         /usr/share/ca-certificates/mozilla/ISRG.crt
         /etc/ssl/openssl.cnf
         /etc/ssl/private/
         /etc/localtime -> /etc/zoneinfo/Europe/Vienna
         /etc/zoneinfo/Europe/Vienna
         /usr/share/i18n/locales/musl/de_DE.UTF-8
         /etc/resolv.conf
         /etc/hosts
         /etc/services",
    )
}

#[test]
fn network() -> io::Result<()> {
    let farm = alpine()?;
    farm.grants(
        &tls::below(farm.root()),
        "read /etc/ssl/certs
         read /usr/share/ca-certificates
         read /etc/ssl/certs/ca-certificates.crt
         read /etc/ssl/openssl.cnf",
    );
    farm.grants(
        &dns(),
        "read /etc/resolv.conf
         read /etc/hosts
         read /etc/services",
    );
    Ok(())
}

#[test]
fn region() -> io::Result<()> {
    let farm = alpine()?;
    farm.grants(
        &region::timezone_below(farm.root()),
        "read /etc/zoneinfo/Europe/Vienna
         read /etc/zoneinfo",
    );
    farm.grants(&region::locale_below(farm.root()), "read /usr/share/i18n/locales/musl");
    Ok(())
}

#[test]
fn libraries() -> io::Result<()> {
    let farm = alpine()?;
    let usual = "exec /lib/ld-musl-x86_64.so.1
                 read /lib
                 read /usr/lib
                 read /usr/local/lib";
    farm.grants(&libraries::below(farm.root()), usual);
    let farm = farm.plant("/opt/lib/")?.write("/etc/ld-musl-x86_64.path", "/lib:/usr/lib\n/opt/lib\n")?;
    let told = format!("{usual}\nread /opt/lib\nread /etc/ld-musl-x86_64.path");
    farm.grants(&libraries::below(farm.root()), &told);
    Ok(())
}
