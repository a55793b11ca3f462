//! The function below the attribute. Its signature is taken apart only as far as it must be, so that types and generics
//! may be whatever the compiler takes; its body stays the tokens that it is.

use super::tokens::Angles;
use crate::diagnostics::Diagnostics;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Attribute, Token, Visibility};

pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    /// `const`, `async`, `unsafe`, `extern "C"`, as they stand.
    pub(crate) qualifiers: Vec<TokenTree>,
    /// The word.
    pub(crate) keyword: Token![fn],
    pub(crate) name: Ident,
    /// `<…>`, or nothing.
    pub(crate) generics: TokenStream,
    pub(crate) parameters: Vec<Parameter>,
    /// Where their parentheses stand.
    pub(crate) parentheses: Span,
    /// `->`, or nothing.
    pub(crate) arrow: Option<Token![->]>,
    /// What follows `->`, or nothing.
    pub(crate) output: Vec<TokenTree>,
    /// `where …`, or nothing.
    pub(crate) where_clause: Vec<TokenTree>,
    /// `#![…]` at the start of the body.
    pub(crate) inner_attributes: Vec<Attribute>,
    pub(crate) body: Group,
}

pub(crate) struct Parameter {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) pattern: Vec<TokenTree>,
    /// Nothing: a receiver without a type.
    pub(crate) ty: Vec<TokenTree>,
}

impl Parameter {
    pub(crate) fn receiver(&self) -> Option<&Ident> {
        self.pattern.iter().find_map(|token| match token {
            TokenTree::Ident(word) if word == "self" => Some(word),
            _ => None,
        })
    }
}

impl Function {
    pub(crate) fn qualifier(&self, word: &str) -> Option<&TokenTree> {
        self.qualifiers.iter().find(|token| matches!(token, TokenTree::Ident(ident) if ident == word))
    }

    /// The attribute that makes a plain function of an async one: `#[tokio::main]`, `#[tokio::test]` and their like.
    pub(crate) fn executor(&self) -> Option<usize> {
        let runs = |attribute: &Attribute| {
            attribute.path().segments.last().is_some_and(|last| last.ident == "main" || last.ident == "test")
        };
        self.qualifier("async").and_then(|_| self.attributes.iter().position(runs))
    }

    /// Whether it may be the entry of the program.
    pub(crate) fn is_main(&self) -> bool {
        self.name == "main" && self.parameters.is_empty()
    }

    /// Whether it has a receiver: `self`, in one of its forms.
    pub(crate) fn is_method(&self) -> bool {
        self.parameters.iter().any(|parameter| parameter.receiver().is_some())
    }

    /// Whether the last segment of the path that it returns is `Result`.
    pub(crate) fn returns_result(&self) -> bool {
        const NO_PATH: [&str; 6] = ["impl", "dyn", "fn", "for", "unsafe", "extern"];
        let is_path = match self.output.first() {
            Some(TokenTree::Ident(word)) => !NO_PATH.iter().any(|other| word == other),
            Some(TokenTree::Punct(punct)) => matches!(punct.as_char(), ':' | '<'),
            _ => false,
        };
        let mut angles = Angles::default();
        let outside = self.output.iter().filter(|token| angles.outside(token));
        let last =
            outside.filter_map(|token| if let TokenTree::Ident(word) = token { Some(word) } else { None }).last();
        is_path && last.is_some_and(|last| last == "Result")
    }

    /// The names of its generic types and constants.
    pub(crate) fn generic_names(&self) -> Vec<Ident> {
        let mut angles = Angles::default();
        let tokens: Vec<TokenTree> = self.generics.clone().into_iter().collect();
        let inner = tokens.get(1..tokens.len().saturating_sub(1)).unwrap_or_default();
        let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
        inner.split(|token| angles.outside(token) && is_comma(token)).filter_map(generic_name).collect()
    }

    /// Such a type cannot be written on a closure.
    pub(crate) fn returns_impl(&self) -> bool {
        fn names_impl(tokens: impl IntoIterator<Item = TokenTree>) -> bool {
            tokens.into_iter().any(|token| match token {
                TokenTree::Ident(word) => word == "impl",
                TokenTree::Group(group) => names_impl(group.stream()),
                _ => false,
            })
        }
        names_impl(self.output.iter().cloned())
    }
}

pub(crate) fn function(item: TokenStream, diagnostics: &mut Diagnostics) -> Option<Function> {
    match Function::parse.parse2(item) {
        Ok(function) => Some(function),
        Err(error) => {
            diagnostics.push(error);
            None
        }
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Function> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let qualifiers = qualifiers(input)?;
        let keyword = input.parse()?;
        let name = input.call(Ident::parse_any)?;
        let generics = generics(input)?;
        let list: Group = input.parse()?;
        let parameters = parameters.parse2(list.stream())?;
        let mut output = Vec::new();
        let arrow: Option<Token![->]> = input.parse()?;
        if arrow.is_some() {
            output = until(input, |input| input.peek(Token![where]) || is_last(input))?;
        }
        let where_clause = until(input, is_last)?;
        if input.peek(Token![;]) {
            let message = "`#[sandbox]` needs a body to run: put it on the implementation, not on the declaration";
            return Err(syn::Error::new(name.span(), message));
        }
        let content;
        let braces = syn::braced!(content in input);
        let inner_attributes = content.call(Attribute::parse_inner)?;
        let mut body = Group::new(Delimiter::Brace, content.parse()?);
        body.set_span(braces.span.join());
        Ok(Function {
            attributes,
            visibility,
            qualifiers,
            keyword,
            name,
            generics,
            parameters,
            parentheses: list.span(),
            arrow,
            output,
            where_clause,
            inner_attributes,
            body,
        })
    }
}

/// The body is the last token of a function, whatever braces stand before it.
fn is_last(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<TokenTree>().is_err() || ahead.is_empty()
}

fn until(input: ParseStream<'_>, end: impl Fn(ParseStream<'_>) -> bool) -> syn::Result<Vec<TokenTree>> {
    let mut tokens = Vec::new();
    while !end(input) {
        tokens.push(input.parse()?);
    }
    Ok(tokens)
}

fn generics(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut generics = TokenStream::new();
    let mut angles = Angles::default();
    while !input.peek(syn::token::Paren) || !generics.is_empty() && !angles.closed() {
        let token: TokenTree = input.parse()?;
        angles.outside(&token);
        generics.extend([token]);
    }
    Ok(generics)
}

/// The name of a generic type or constant; a lifetime has none here.
fn generic_name(parameter: &[TokenTree]) -> Option<Ident> {
    match parameter {
        [TokenTree::Punct(hash), TokenTree::Group(_), rest @ ..] if hash.as_char() == '#' => generic_name(rest),
        [TokenTree::Ident(word), TokenTree::Ident(name), ..] if word == "const" => Some(name.clone()),
        [TokenTree::Ident(name), ..] => Some(name.clone()),
        _ => None,
    }
}

/// All that stands before `fn`.
fn qualifiers(input: ParseStream<'_>) -> syn::Result<Vec<TokenTree>> {
    let mut qualifiers = Vec::new();
    while !input.peek(Token![fn]) {
        let known = input.peek(Token![const])
            || input.peek(Token![async])
            || input.peek(Token![unsafe])
            || input.peek(Token![extern])
            || input.peek(syn::LitStr);
        if !known {
            let message = "`#[sandbox]` goes on a function: on `main`, or on the function that touches untrusted data";
            return Err(syn::Error::new(input.span(), message));
        }
        qualifiers.push(input.parse()?);
    }
    Ok(qualifiers)
}

fn parameters(input: ParseStream<'_>) -> syn::Result<Vec<Parameter>> {
    let mut parameters = Vec::new();
    while !input.is_empty() {
        let attributes = input.call(Attribute::parse_outer)?;
        let mut parameter = Parameter { attributes, pattern: Vec::new(), ty: Vec::new() };
        while !input.is_empty() && (!input.peek(Token![:]) || input.peek(Token![::])) {
            if input.peek(Token![,]) && parameter.receiver().is_some() {
                break;
            }
            if input.peek(Token![::]) {
                parameter.pattern.push(input.parse()?);
            }
            parameter.pattern.push(input.parse()?);
        }
        if input.peek(Token![:]) {
            input.parse::<Token![:]>()?;
            let mut angles = Angles::default();
            while !(input.is_empty() || input.peek(Token![,]) && angles.closed()) {
                let token: TokenTree = input.parse()?;
                angles.outside(&token);
                parameter.ty.push(token);
            }
        }
        parameters.push(parameter);
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(parameters)
}
