//! From the tree to what it says, by the schema. Every mistake of a file is reported at once.

use super::node::{Entry, Node};
use super::read::Reader;
use super::rights::{Class, LATEST_ABI, Names};
use super::variable::{self, Variables};
use super::{Config, Format, Mistake, PathGrant, PortGrant};

/// The keys of each table, as JSON spells them.
const FILE: [&str; 5] = ["abi", "variable", "ruleset", "pathBeneath", "netPort"];
const VARIABLE: [&str; 2] = ["name", "literal"];
const RULESET: [&str; 3] = ["handledAccessFs", "handledAccessNet", "scoped"];
const PATH_BENEATH: [&str; 2] = ["allowedAccess", "parent"];
const NET_PORT: [&str; 2] = ["allowedAccess", "port"];

pub(super) fn config(tree: &Node, text: &str, format: Format) -> Result<Config, Vec<Mistake>> {
    let mut reader = Reader::new(text, format);
    let mut config = Config::default();
    if let Some(file) = reader.table(tree, "", &FILE) {
        let abi = reader.field(file, "abi").and_then(|(node, key)| abi(&mut reader, node, &key));
        let variables = variables(&mut reader, file);
        rulesets(&mut reader, file, abi, &mut config);
        paths(&mut reader, file, abi, &variables, &mut config);
        ports(&mut reader, file, abi, &mut config);
        if file.iter().all(|entry| entry.key == "abi") {
            let keys = reader.spelled(&FILE[1..]);
            reader.mistake(tree.at, "", format!("the file says nothing: write at least one of {keys}"));
        }
    }
    reader.finish(config)
}

/// The ABI that groups stand for, which is all that it means.
fn abi(reader: &mut Reader<'_>, node: &Node, key: &str) -> Option<u32> {
    let abi = reader.integer(node, key, "abi = 6")?;
    match u32::try_from(abi) {
        Ok(abi) if (1..=LATEST_ABI).contains(&abi) => return Some(abi),
        Ok(abi) if abi > LATEST_ABI => reader.mistake(
            node.at,
            key,
            format!(
                "the file is for ABI {abi}, and this version knows ABI 1 to {LATEST_ABI}: write `{LATEST_ABI}`, or use a \
                 version that knows more"
            ),
        ),
        _ => reader.mistake(node.at, key, format!("{abi} is no ABI: write 1 to {LATEST_ABI}")),
    }
    // The groups are not to blame as well.
    Some(LATEST_ABI)
}

fn variables(reader: &mut Reader<'_>, file: &[Entry]) -> Variables {
    let mut variables = Variables::new();
    for (table, at, key) in reader.tables(file, "variable", &VARIABLE) {
        let Some((name, name_key)) = reader.needed(table, at, &key, "name") else { continue };
        let Some(name) = reader.text(name, &name_key).map(|text| (text, name.at)) else { continue };
        if let Some(defect) = variable::name_defect(name.0) {
            reader.mistake(name.1, &name_key, defect);
        }
        let mut values = Vec::new();
        if let Some((literal, key)) = reader.field_of(table, &key, "literal") {
            for (value, key) in reader.list(literal, &key) {
                values.extend(reader.text(value, &key).map(str::to_owned));
            }
        }
        variables.entry(name.0.to_owned()).or_default().extend(values);
    }
    variables
}

fn rulesets(reader: &mut Reader<'_>, file: &[Entry], abi: Option<u32>, config: &mut Config) {
    for (table, at, key) in reader.tables(file, "ruleset", &RULESET) {
        if table.is_empty() {
            let keys = reader.spelled(&RULESET);
            reader.mistake(at, &key, format!("an empty ruleset restricts nothing: write at least one of {keys}"));
        }
        for (name, class) in RULESET.into_iter().zip([Class::Fs, Class::Net, Class::Scope]) {
            if let Some((list, key)) = reader.field_of(table, &key, name) {
                config.handled.add(reader.rights(list, &key, class, abi));
            }
        }
    }
}

fn paths(reader: &mut Reader<'_>, file: &[Entry], abi: Option<u32>, variables: &Variables, config: &mut Config) {
    for (table, at, key) in reader.tables(file, "pathBeneath", &PATH_BENEATH) {
        let access = reader.needed(table, at, &key, "allowedAccess");
        let parent = reader.needed(table, at, &key, "parent");
        let rights = access.map_or_else(Names::default, |(list, key)| reader.rights(list, &key, Class::Fs, abi));
        let mut paths: Vec<String> = Vec::new();
        for (node, key) in parent.map_or_else(Vec::new, |(list, key)| reader.list(list, &key)) {
            let Some(template) = reader.text(node, &key) else { continue };
            match variable::resolve(template, variables) {
                Err(problem) => reader.mistake(node.at, &key, problem),
                Ok(found) if found.iter().any(String::is_empty) => {
                    reader.mistake(node.at, &key, "an empty path names nothing: write \".\" for the working directory");
                }
                Ok(found) if found.iter().any(|path| path.contains('\0')) => {
                    reader.mistake(node.at, &key, "a path cannot contain a NUL byte");
                }
                Ok(found) => paths.extend(found),
            }
        }
        config.handled.add(rights);
        // A group can be empty at an old ABI, and a variable can have no value.
        if !rights.is_empty() && !paths.is_empty() {
            config.paths.push(PathGrant { rights, paths });
        }
    }
}

fn ports(reader: &mut Reader<'_>, file: &[Entry], abi: Option<u32>, config: &mut Config) {
    for (table, at, key) in reader.tables(file, "netPort", &NET_PORT) {
        let access = reader.needed(table, at, &key, "allowedAccess");
        let port = reader.needed(table, at, &key, "port");
        let rights = access.map_or_else(Names::default, |(list, key)| reader.rights(list, &key, Class::Net, abi));
        let binds = rights.iter().any(|right| right.name.starts_with("bind"));
        let mut ports = Vec::new();
        for (node, key) in port.map_or_else(Vec::new, |(list, key)| reader.list(list, &key)) {
            let Some(port) = reader.integer(node, &key, "443") else { continue };
            match u16::try_from(port) {
                Ok(0) if !binds && !rights.is_empty() => {
                    reader.mistake(node.at, &key, "nothing listens on port 0: write the port of the peer");
                }
                Ok(port) => ports.push(port),
                Err(_) => reader.mistake(node.at, &key, format!("{port} is no port: write 0 to 65535")),
            }
        }
        config.handled.add(rights);
        for right in rights.iter() {
            // Port 0 is for binding; to connect to it grants nothing.
            let connects = !right.name.starts_with("bind");
            let ports: Vec<u16> = ports.iter().copied().filter(|port| !(connects && *port == 0)).collect();
            if !ports.is_empty() {
                config.ports.push(PortGrant { right: right.name, ports });
            }
        }
    }
}
