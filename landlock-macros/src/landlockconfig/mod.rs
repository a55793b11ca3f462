//! `landlockconfig!`: the one macro that reads a file. The rest of this crate makes tokens of tokens; but a policy that stands
//! in a file cannot be checked when the program is compiled without being read then, and a build script would make every
//! user write one. It reads that one file, below a directory that cargo names, and tells the compiler of it by
//! `include_bytes!`, so that a change is noticed.

mod schema;

use crate::diagnostics::Diagnostics;
use crate::emit;
use crate::parse::tokens::{as_literal, split_commas};
use proc_macro2::{TokenStream, TokenTree};
use schema::Format;
pub(crate) use schema::{Config, Names};
use std::path::Path;

/// What is emitted: the file's policy, the path that the compiler is to watch, and where the runtime is.
pub(crate) struct Included {
    pub(crate) config: Config,
    pub(crate) file: String,
    pub(crate) runtime: Option<TokenStream>,
}

/// The arguments of `landlockconfig!` in; an expression of type `Policy` out, or every error.
pub(crate) fn landlockconfig(arguments: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::new();
    let included = included(arguments, &mut diagnostics);
    match diagnostics.finish(included) {
        Ok(included) => emit::landlockconfig(&included),
        Err(errors) => emit::no_expression(&errors),
    }
}

fn included(arguments: TokenStream, diagnostics: &mut Diagnostics) -> Option<Included> {
    let pieces = split_commas(arguments.into_iter().collect());
    let (file, options) = pieces.split_first().map_or((&[][..], &[][..]), |(file, options)| (file, options));
    let Some(syn::Lit::Str(literal)) = as_literal(file) else {
        diagnostics.error(joined(file), "write the path of a file: `landlockconfig!(\"policy.toml\")`");
        return None;
    };
    let runtime = match options {
        [] => None,
        [option] => runtime(option, diagnostics),
        [_, more @ ..] => {
            diagnostics.error(joined(&more.concat()), "leave this out: `crate = path` is all that may follow the file");
            None
        }
    };
    let file = literal.value();
    match read(&file) {
        Ok(config) => Some(Included { config, file, runtime }),
        Err(problems) => {
            for problem in problems {
                diagnostics.error(&literal, problem);
            }
            None
        }
    }
}

/// `crate = path`
fn runtime(option: &[TokenTree], diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    match option {
        [TokenTree::Ident(key), TokenTree::Punct(equals), path @ ..]
            if key == "crate" && equals.as_char() == '=' && !path.is_empty() =>
        {
            Some(joined(path))
        }
        other => {
            let message = "after the file may stand where the runtime is: write `crate = its::path`, or leave this out";
            diagnostics.error(joined(other), message);
            None
        }
    }
}

fn joined(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}

fn read(file: &str) -> Result<Config, Vec<String>> {
    let path = Path::new(file);
    let Some(format) = Format::of(path) else {
        return Err(vec![format!("{file:?}: the name of the file ends neither in `.toml` nor in `.json`")]);
    };
    if path.is_absolute() {
        return Err(vec![format!("{file:?} is absolute: write it relative to the directory of `Cargo.toml`")]);
    }
    let Some(package) = std::env::var_os("CARGO_MANIFEST_DIR") else {
        return Err(vec![format!("{file:?} is relative to the directory of `Cargo.toml`, and cargo names none")]);
    };
    let text = std::fs::read_to_string(Path::new(&package).join(path))
        .map_err(|error| vec![format!("{file}: {error}: the path is relative to the directory of `Cargo.toml`")])?;
    schema::parse(&text, format).map_err(|mistakes| mistakes.iter().map(|mistake| mistake.in_file(file)).collect())
}
