//! How links are followed.

use super::farm::Farm;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

#[test]
fn links_are_followed_below_the_root() -> io::Result<()> {
    let farm = Farm::new()?.plant(
        "/lib -> usr/lib
         /usr/lib/real.so
         /usr/lib/relative.so -> ../lib/real.so
         /etc/absolute -> /lib/relative.so
         /etc/out -> ../../../../usr/lib/real.so
         /etc/dangling -> /nowhere
         /etc/one -> two
         /etc/two -> one",
    )?;
    for path in ["/lib/real.so", "/lib/relative.so", "/etc/absolute", "/etc/out", "/etc/../lib/./real.so"] {
        assert_eq!(farm.root().resolve(path).as_deref(), Some(Path::new("/usr/lib/real.so")), "{path}");
    }
    for path in ["/etc/dangling", "/etc/one", "/missing", "/usr/lib/real.so/below"] {
        assert_eq!(farm.root().resolve(path), None, "{path}");
    }
    Ok(())
}

#[test]
fn as_many_links_as_the_kernel_follows() -> io::Result<()> {
    let links: Vec<String> = (1..=40).map(|number| format!("/link{number} -> link{}", number - 1)).collect();
    let farm = Farm::new()?.plant("/end\n/link0 -> end")?.plant(&links.join("\n"))?;
    assert!(farm.root().resolve("/link39").is_some());
    assert!(farm.root().resolve("/link40").is_none());
    Ok(())
}

#[test]
fn targets_that_leave_are_followed_to_the_end() -> io::Result<()> {
    let farm = Farm::new()?.plant(
        "/certs/own.pem
         /share/inside.crt
         /store/bundle.crt
         /store/unlinked.key
         /certs/hash.0 -> own.pem
         /certs/inside.pem -> ../share/inside.crt
         /store/current.crt -> bundle.crt
         /certs/bundle.pem -> ../store/current.crt
         /certs/dangling.pem -> nowhere",
    )?;
    let found = farm.root().targets_outside(&["/certs", "/share", "/missing"]);
    assert_eq!(found, BTreeSet::from([PathBuf::from("/store/bundle.crt")]));
    Ok(())
}
