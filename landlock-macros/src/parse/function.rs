//! The function below the attribute: its signature is parsed, its body stays the tokens that it is.

use crate::diagnostics::Diagnostics;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Attribute, Generics, ReturnType, Token, Type, Visibility, WhereClause};

pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    /// `const`, `async`, `unsafe`, `extern "C"`, as they stand.
    pub(crate) qualifiers: Vec<TokenTree>,
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) output: ReturnType,
    pub(crate) where_clause: Option<WhereClause>,
    /// `#![…]` at the start of the body.
    pub(crate) inner_attributes: Vec<Attribute>,
    pub(crate) body: Group,
}

pub(crate) struct Parameter {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) pattern: Vec<TokenTree>,
    /// None: a receiver without a type.
    pub(crate) ty: Option<Type>,
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
    pub(crate) fn qualifier(&self, word: &str) -> Option<Span> {
        self.qualifiers
            .iter()
            .find(|token| matches!(token, TokenTree::Ident(ident) if ident == word))
            .map(TokenTree::span)
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

    pub(crate) fn output_type(&self) -> Option<&Type> {
        match &self.output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => Some(ty),
        }
    }

    pub(crate) fn returns_result(&self) -> bool {
        matches!(self.output_type(), Some(Type::Path(path))
            if path.path.segments.last().is_some_and(|last| last.ident == "Result"))
    }

    /// Such a type cannot be written on a closure.
    pub(crate) fn returns_impl(&self) -> bool {
        fn names_impl(tokens: TokenStream) -> bool {
            tokens.into_iter().any(|token| match token {
                TokenTree::Ident(word) => word == "impl",
                TokenTree::Group(group) => names_impl(group.stream()),
                _ => false,
            })
        }
        self.output_type().is_some_and(|ty| names_impl(ty.to_token_stream()))
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
        let name = input.call(Ident::parse_any)?;
        let generics = input.parse()?;
        let list: Group = input.parse()?;
        let parameters = parameters.parse2(list.stream())?;
        let output = input.parse()?;
        let where_clause = input.parse()?;
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
            name,
            generics,
            parameters,
            output,
            where_clause,
            inner_attributes,
            body,
        })
    }
}

/// All that stands before `fn`, and `fn` itself, which is dropped.
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
    input.parse::<Token![fn]>()?;
    Ok(qualifiers)
}

fn parameters(input: ParseStream<'_>) -> syn::Result<Vec<Parameter>> {
    let mut parameters = Vec::new();
    while !input.is_empty() {
        let attributes = input.call(Attribute::parse_outer)?;
        let mut parameter = Parameter { attributes, pattern: Vec::new(), ty: None };
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
            parameter.ty = Some(input.parse()?);
        }
        parameters.push(parameter);
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(parameters)
}
