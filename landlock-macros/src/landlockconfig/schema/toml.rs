//! TOML, by the parser that keeps the place of every value.

use super::Mistake;
use super::node::{Entry, Node, Value, line, syntax};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) fn read(text: &str) -> Result<Node, Mistake> {
    match DeTable::parse(text) {
        Ok(document) => Ok(Node { at: document.span().start, value: table(document.get_ref()) }),
        Err(error) => Err(syntax(line(text, error.span().map_or(0, |span| span.start)), error.message())),
    }
}

fn table(table: &DeTable<'_>) -> Value {
    let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| Entry {
        key: String::from(AsRef::<str>::as_ref(key.get_ref())),
        at: key.span().start,
        node: node(value),
    };
    Value::Table(table.iter().map(entry).collect())
}

fn node(spanned: &Spanned<DeValue<'_>>) -> Node {
    let value = match spanned.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(integer) => Value::Integer(integer),
            Err(_) => Value::Other("a number out of range"),
        },
        DeValue::Float(_) => Value::Other("a number with a fraction"),
        DeValue::Boolean(_) => Value::Other("a boolean"),
        DeValue::Datetime(_) => Value::Other("a date"),
        DeValue::Array(items) => Value::List(items.iter().map(node).collect()),
        DeValue::Table(inner) => table(inner),
    };
    Node { at: spanned.span().start, value }
}
