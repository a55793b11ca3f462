//! What the steps of the check ask of the tree: a key of a table, a list, a string. What is not so is a mistake with its place.

use super::node::{Entry, Node, Value, line};
use super::rights::{Class, Names, RIGHTS};
use super::{Config, Format, Mistake};
use std::collections::BTreeSet;

pub(super) struct Reader<'a> {
    text: &'a str,
    format: Format,
    /// Each with its offset; the lines are counted once, at the end.
    mistakes: Vec<(usize, Mistake)>,
}

/// A value and its full key.
type Found<'n> = (&'n Node, String);

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, format: Format) -> Reader<'a> {
        Reader { text, format, mistakes: Vec::new() }
    }

    pub(super) fn finish(mut self, config: Config) -> Result<Config, Vec<Mistake>> {
        if self.mistakes.is_empty() {
            return Ok(config);
        }
        self.mistakes.sort_by_key(|(at, _)| *at);
        let (mut before, mut lines) = (0, 0);
        let placed = |(at, mistake): (usize, Mistake)| {
            lines += line(&self.text[before..], at - before) - 1;
            before = at;
            Mistake { line: 1 + lines, ..mistake }
        };
        Err(self.mistakes.into_iter().map(placed).collect())
    }

    pub(super) fn mistake(&mut self, at: usize, key: &str, problem: impl Into<String>) {
        let mistake = Mistake { line: 0, key: key.to_owned(), problem: problem.into() };
        self.mistakes.push((at, mistake));
    }

    /// A key of the schema in this notation.
    fn spell(&self, name: &str) -> String {
        match self.format {
            Format::Json => name.to_owned(),
            Format::Toml => snake(name),
        }
    }

    pub(super) fn spelled(&self, names: &[&str]) -> String {
        let names: Vec<_> = names.iter().map(|name| format!("`{}`", self.spell(name))).collect();
        names.join(", ")
    }

    /// The entries of a table, each of which has a key of these.
    pub(super) fn table<'n>(&mut self, node: &'n Node, key: &str, names: &[&str]) -> Option<&'n [Entry]> {
        let Value::Table(entries) = &node.value else {
            self.expected(node, key, &format!("a table with {}", self.spelled(names)));
            return None;
        };
        let mut seen = BTreeSet::new();
        for entry in entries {
            if !seen.insert(&entry.key) {
                self.mistake(entry.at, &within(key, &entry.key), "this key is there twice: leave one of them out");
                continue;
            }
            if names.iter().any(|name| self.spell(name) == entry.key) {
                continue;
            }
            let other = names.iter().find(|name| snake(name) == snake(&entry.key).replace('-', "_"));
            let problem = match other {
                Some(name) => format!("this key is written `{}` here", self.spell(name)),
                None => format!("this key is not known: write one of {}", self.spelled(names)),
            };
            self.mistake(entry.at, &within(key, &entry.key), problem);
        }
        Some(entries)
    }

    /// A key of the file itself.
    pub(super) fn field<'n>(&self, table: &'n [Entry], name: &str) -> Option<Found<'n>> {
        self.field_of(table, "", name)
    }

    pub(super) fn field_of<'n>(&self, table: &'n [Entry], key: &str, name: &str) -> Option<Found<'n>> {
        let name = self.spell(name);
        let entry = table.iter().find(|entry| entry.key == name)?;
        Some((&entry.node, within(key, &name)))
    }

    /// A key that the table must have.
    pub(super) fn needed<'n>(&mut self, table: &'n [Entry], at: usize, key: &str, name: &str) -> Option<Found<'n>> {
        let found = self.field_of(table, key, name);
        if found.is_none() {
            self.mistake(at, key, format!("`{}` is missing", self.spell(name)));
        }
        found
    }

    /// The tables that a key of the file lists, each with its place.
    pub(super) fn tables<'n>(
        &mut self,
        file: &'n [Entry],
        name: &str,
        names: &[&str],
    ) -> Vec<(&'n [Entry], usize, String)> {
        let Some((list, key)) = self.field(file, name) else { return Vec::new() };
        let items = self.list(list, &key);
        items.into_iter().filter_map(|(node, key)| Some((self.table(node, &key, names)?, node.at, key))).collect()
    }

    /// The values of a list that is not empty.
    pub(super) fn list<'n>(&mut self, node: &'n Node, key: &str) -> Vec<Found<'n>> {
        match &node.value {
            Value::List(items) if items.is_empty() => {
                self.mistake(node.at, key, "an empty list says nothing: leave the key out");
            }
            Value::List(items) => {
                return items.iter().enumerate().map(|(index, item)| (item, format!("{key}[{index}]"))).collect();
            }
            _ => self.expected(node, key, "a list"),
        }
        Vec::new()
    }

    pub(super) fn text<'n>(&mut self, node: &'n Node, key: &str) -> Option<&'n str> {
        let Value::Text(text) = &node.value else {
            self.expected(node, key, "a string");
            return None;
        };
        Some(text)
    }

    pub(super) fn integer(&mut self, node: &Node, key: &str, example: &str) -> Option<i64> {
        let Value::Integer(integer) = node.value else {
            self.expected(node, key, &format!("a whole number, such as `{example}`"));
            return None;
        };
        Some(integer)
    }

    fn expected(&mut self, node: &Node, key: &str, what: &str) {
        self.mistake(node.at, key, format!("expected {what}, found {}", node.value.kind()));
    }

    /// The rights that a list names, by themselves or in groups.
    pub(super) fn rights(&mut self, list: &Node, key: &str, class: Class, abi: Option<u32>) -> Names {
        let mut rights = Names::default();
        for (node, key) in self.list(list, key) {
            let Some(name) = self.text(node, &key) else { continue };
            let single = |right: &super::rights::Right| right.name == name && right.class == class && right.spelled;
            let group = Names::group(name, class, abi.unwrap_or_default());
            match group {
                Some(group) if abi.is_some() => rights.add(group),
                Some(_) => {
                    self.mistake(node.at, &key, format!("`{name}` is as of an ABI: add the key `abi`, such as `6`"));
                }
                None if Names::that(single).is_empty() => self.mistake(node.at, &key, no_right(name, class)),
                None => rights.add(Names::that(single)),
            }
        }
        rights
    }
}

/// What to write instead of a name that is no right of its list.
fn no_right(name: &str, class: Class) -> String {
    if let Some(right) = RIGHTS.iter().find(|right| right.name == name) {
        let place = match right.class {
            _ if !right.spelled => {
                return format!(
                    "the format has no name for `{name}` yet: grant it in the policy that includes this file"
                );
            }
            Class::Fs => "on files",
            Class::Net => "on ports",
            Class::Scope => "of scopes",
        };
        return format!("`{name}` belongs in a list {place}");
    }
    let version = |name: &str| {
        let (version, group) = name.strip_prefix('v')?.split_once('.')?;
        version.parse::<u32>().ok().map(|version| format!("write `abi.{group}`, and `abi = {version}` at the top"))
    };
    if let Some(instead) = version(name) {
        return format!("`{name}` is of an earlier version of the format: {instead}");
    }
    let of_class = RIGHTS.iter().filter(|right| right.class == class && right.spelled).map(|right| right.name);
    let names: Vec<_> = Names::groups(class).iter().copied().chain(of_class).map(|name| format!("`{name}`")).collect();
    format!("`{name}` is no right: write one of {}", names.join(", "))
}

fn within(key: &str, name: &str) -> String {
    if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") }
}

/// `pathBeneath` as TOML has it, `path_beneath`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
