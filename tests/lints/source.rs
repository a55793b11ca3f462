//! Functions with something to find in or about them, each below a line that becomes an attribute, or none.
#![warn(warnings, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
#![allow(clippy::blanket_clippy_restriction_lints)]
use landlock_runtime::sandbox;
use std::path::{Path, PathBuf};
use std::io;

//@
pub fn plain(number: u32) -> u32 {
    number + 1
}

//@
pub fn nothing() {}

//@
pub fn no_documentation(text: &str, unused: u8) -> usize {
    let text = text.trim();
    let length = text.len();
    let length = length + 1;
    return length;
}

//@
/// Documented.
pub fn documented(path: &Path, mut count: u32, (one, mut two): (u8, u8), _underscore: &str, _: u8) -> io::Result<u32> {
    count += 1;
    let read = std::fs::read_to_string(path)?;
    println!("{}", read);
    Ok(count + one as u32)
}

//@
pub fn unused_mut(mut text: String, mut number: u8) -> usize {
    text.len()
}

//@
pub fn lint_attributes(#[allow(unused_variables)] allowed: u8, #[expect(unused_variables)] expected: u8, #[expect(unused_mut)] mut also: u8, #[deny(unused_variables)] denied: u8) -> u8 {
    also
}

//@
pub fn lint_attributes_on_types(#[expect(clippy::min_ident_chars, reason = "so")] l: &Vec<u8>, #[allow(clippy::ptr_arg)] other: &Vec<u8>, plain: &Vec<u8>, #[expect(unused_variables, clippy::min_ident_chars)] b: String) -> usize {
    l.len() + other.len() + plain.len()
}

//@
pub fn by_value(text: String, list: Vec<u8>, path: PathBuf) -> usize {
    text.len() + list.len()
}

//@
pub fn bool_arguments(a: bool, b: bool, c: bool, d: bool) -> bool {
    if a { return true; }
    if b == true { c } else { d && a }
}

//@
pub fn many(a1: u8, a2: u8, a3: u8, a4: u8, a5: u8, a6: u8, a7: u8, a8: u8) -> u8 { a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 }

//@
pub fn braces(value: Option<u8>) -> u8 {
    match value {
        Some(value) => value,
        None => panic!("none"),
    }
}

//@
pub fn BadName(BadArgument: u8) -> u8 { BadArgument }

//@
fn never_used(number: u8) -> u8 { number }

//@
#[expect(dead_code)]
fn expected_dead(number: u8) -> u8 { number }

//@
#[expect(unused_variables, clippy::missing_inline_in_public_items, reason = "so")]
pub fn expected_on_function(number: u8) -> u8 { 1 }

//@
#[allow(unused_mut)]
pub fn allowed_on_function(mut number: u8) -> u8 { number }

//@
pub fn unwraps(text: &str) -> u8 {
    let _ = text.len();
    text.parse::<u8>().unwrap()
}

//@
pub fn wraps(number: u8) -> io::Result<u8> {
    Ok(number)
}

//@
pub fn items(number: u8) -> u8 {
    let one = number;
    const NUMBER: u8 = 1;
    fn inner(number: u8) -> u8 { number }
    one + NUMBER + inner(number)
}

//@
pub fn recursion(number: u8, only: u8) -> u8 {
    if number == 0 { 1 } else { recursion(number - 1, only) }
}

//@
pub fn let_and_return(number: u8) -> u8 {
    let number = number * 2;
    number
}

//@
pub fn casts(number: i64) -> u8 {
    #![allow(unused)]
    #[allow(clippy::as_conversions)]
    let x = number as u8;
    (number as u8)
}

//@
pub fn generic<T: Clone + Send + Sync + serde::Serialize + serde::de::DeserializeOwned>(value: T) -> T {
    value.clone()
}

//@
pub fn with_impl(what: impl std::fmt::Display + Send + Sync + serde::Serialize + serde::de::DeserializeOwned) -> String { what.to_string() }

//@
pub fn loops(list: &[u8]) -> u8 {
    let mut sum = 0;
    for i in 0..list.len() {
        sum += list[i];
    }
    sum
}

//@
pub fn unread(mut number: u8) -> u8 {
    number = 2;
    1
}

//@
pub fn redundant(text: String) -> String {
    let copy = text.clone();
    copy.clone()
}

//@
pub unsafe fn no_safety_doc(number: u8) -> u8 { number }

//@
fn private_unread(text: &String) -> Option<u8> { Some(text.len() as u8) }

//@
pub fn single_characters(a: u8, b: u8, c: u8) -> u8 { a + b }

//@
pub fn names(foo: &str, BadUnused: u8, mut AlsoBad: u8, similar_name: u8, similar_nane: u8) -> usize {
    AlsoBad += 1;
    foo.len() + usize::from(similar_name) + usize::from(similar_nane)
}

//@
pub fn all_names_allowed(#[allow(non_snake_case)] BadUnused: u8, #[expect(non_snake_case)] Other: u8, #[expect(unused)] (one, two): (u8, u8), #[expect(unused_variables)] (three, four): (u8, u8)) -> u8 { Other + four }

//@
pub fn unread_tuple((mut one, two): (u8, u8), [mut three, _]: [u8; 2]) -> u8 {
    one = 1;
    three += 1;
    three
}

//@
pub fn parts((one, _): (u8, String), Own { number, .. }: Own, [first, .., mut last]: [u8; 4], &(ref three, four): &(String, u8), (_, unused): (u8, u8)) -> usize {
    three.len() + usize::from(one + first)
}

//@
pub fn lint_attributes_on_parts(#[expect(clippy::min_ident_chars, reason = "so")] (a, _): (u8, u8), #[allow(unused_variables)] (one, _): (u8, u8), #[expect(non_snake_case, unused_variables)] (Other, two): (u8, u8), #[deny(unused_variables)] [denied, ..]: [u8; 2]) -> u8 { a + Other }

/// A type.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct Own {
    number: u32,
}

impl Own {
    //@
    pub fn new() -> Self { Own { number: 1 } }

    //@
    pub fn get(&self) -> u32 { self.number }

    //@
    pub fn unused_self(&self, other: u8, mut again: u8) -> u8 { 1 }

    //@
    pub fn to_owned_self(&self, number: u32) -> Own {
        let number = number + 1;
        Own { number }
    }

    //@
    pub fn with_lints(&self, #[allow(unused_variables)] allowed: u8, #[expect(unused_variables)] expected: u8) -> u32 { self.number }

    //@
    pub fn into_number(self) -> u32 { self.number }

    //@
    fn never_called(&self) -> u32 { self.number }
}

#[sandbox]
fn main() {
    private_unread(&String::new());
}
