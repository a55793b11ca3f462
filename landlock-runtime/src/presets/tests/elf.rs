//! Which files the loaders take for the names in a program, on trees of small ELF files.

mod forged;
mod hostile;
mod search;
mod unfit;
