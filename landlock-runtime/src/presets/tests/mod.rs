//! What each preset grants on trees in the shapes of the distributions: exactly these files, and no other.

mod alpine;
mod debian;
mod documentation;
#[cfg(feature = "elf")]
mod elf;
mod farm;
mod fedora;
mod limits;
mod nix;
mod root;
