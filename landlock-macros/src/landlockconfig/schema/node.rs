//! What both notations come down to: values that know where they stand in the text.

use super::Mistake;

/// A value, and the offset of its first byte.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) at: usize,
    pub(super) value: Value,
}

#[derive(Debug)]
pub(super) enum Value {
    Table(Vec<Entry>),
    List(Vec<Node>),
    Text(String),
    Integer(i64),
    /// What the schema has no use for, by its name.
    Other(&'static str),
}

/// A key of a table, and its value.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) at: usize,
    pub(super) node: Node,
}

impl Value {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Value::Table(_) => "a table",
            Value::List(_) => "a list",
            Value::Text(_) => "a string",
            Value::Integer(_) => "a number",
            Value::Other(kind) => kind,
        }
    }
}

/// The line of an offset, from 1 on.
pub(super) fn line(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// The text is not of its notation.
pub(super) fn syntax(line: usize, problem: &str) -> Mistake {
    Mistake { line, key: String::new(), problem: problem.trim_end().replace('\n', ", ") }
}
