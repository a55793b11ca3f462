//! JSON, level by level: a raw value is a slice of the text, and so tells where it stands.

use super::Mistake;
use super::node::{Entry, Node, Value, line, syntax};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Deeper than any value of the schema. What is nested further is not looked into.
const DEEPEST: usize = 8;

pub(super) fn read(text: &str) -> Result<Node, Mistake> {
    let whole: &RawValue = serde_json::from_str(text).map_err(|error| syntax(error.line(), &said(&error)))?;
    node(text, whole, 0)
}

fn node(text: &str, raw: &RawValue, depth: usize) -> Result<Node, Mistake> {
    let slice = raw.get();
    // The slice lies within the text: it was never copied.
    let at = slice.as_ptr().addr().saturating_sub(text.as_ptr().addr());
    let wrong = |error: serde_json::Error| syntax(line(text, at) + error.line().saturating_sub(1), &said(&error));
    let value = match slice.as_bytes().first() {
        Some(b'{' | b'[') if depth == DEEPEST => Value::Other("a value nested too deeply"),
        Some(b'{') => {
            let Members(members) = serde_json::from_str(slice).map_err(wrong)?;
            let entry = |(key, raw): (String, &RawValue)| {
                let node = node(text, raw, depth + 1)?;
                let colon = text[..node.at].trim_end().strip_suffix(':').unwrap_or_default();
                Ok(Entry { key, at: colon.trim_end().len().saturating_sub(1), node })
            };
            Value::Table(members.into_iter().map(entry).collect::<Result<_, _>>()?)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(slice).map_err(wrong)?;
            Value::List(items.into_iter().map(|raw| node(text, raw, depth + 1)).collect::<Result<_, _>>()?)
        }
        Some(b'"') => Value::Text(serde_json::from_str(slice).map_err(wrong)?),
        Some(b't' | b'f') => Value::Other("a boolean"),
        Some(b'n') => Value::Other("`null`"),
        _ => match slice.parse() {
            Ok(integer) => Value::Integer(integer),
            Err(_) if slice.contains(['.', 'e', 'E']) => Value::Other("a number with a fraction"),
            Err(_) => Value::Other("a number out of range"),
        },
    };
    Ok(Node { at, value })
}

/// The error without its place, which is as of the slice.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(&*text, |(said, _)| said).to_owned()
}

/// The members of an object, in their order. One that comes twice is there twice.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Collect)
    }
}

struct Collect;

impl<'de> Visitor<'de> for Collect {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
