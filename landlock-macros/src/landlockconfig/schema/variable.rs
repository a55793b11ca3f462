//! `${name}` in a path: each value that the file gives the variable, and of several variables every combination. `$$` is one
//! `$`. The environment has no part in it.

use std::collections::BTreeMap;

/// What the file's variables stand for.
pub(super) type Variables = BTreeMap<String, Vec<String>>;

/// More than any policy means to list: two variables of a thousand values make a million paths.
const MOST: usize = 10_000;

/// Every path that the template means, or what is wrong with it.
pub(super) fn resolve(template: &str, variables: &Variables) -> Result<Vec<String>, String> {
    let mut paths = vec![String::new()];
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        append(&mut paths, &[before])?;
        if let Some(escaped) = after.strip_prefix('$') {
            append(&mut paths, &["$"])?;
            rest = escaped;
        } else if let Some(braced) = after.strip_prefix('{') {
            let Some((name, after)) = braced.split_once('}') else {
                return Err(format!("`${{` is not closed in {template:?}: write `${{name}}`, or `$$` for a plain `$`"));
            };
            name_defect(name).map_or(Ok(()), Err)?;
            let Some(values) = variables.get(name) else {
                return Err(format!(
                    "no variable is called `{name}`: define it under `variable`, or write `$$` for a plain `$`"
                ));
            };
            append(&mut paths, &values.iter().map(String::as_str).collect::<Vec<_>>())?;
            rest = after;
        } else {
            append(&mut paths, &["$"])?;
            rest = after;
        }
    }
    append(&mut paths, &[rest])?;
    Ok(paths)
}

/// Every path with every ending.
fn append(paths: &mut Vec<String>, endings: &[&str]) -> Result<(), String> {
    if let [ending] = endings {
        for path in paths {
            path.push_str(ending);
        }
        return Ok(());
    }
    if paths.len().saturating_mul(endings.len()) > MOST {
        return Err(format!("these variables make more than {MOST} paths of it: grant a directory above them"));
    }
    *paths = paths.iter().flat_map(|path| endings.iter().map(move |ending| format!("{path}{ending}"))).collect();
    Ok(())
}

/// What is wrong with the name of a variable.
pub(super) fn name_defect(name: &str) -> Option<String> {
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let goes_on_well = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let defect = format!("`{name}` is no name of a variable: write a letter, then letters, digits and `_`");
    (!starts_well || !goes_on_well).then_some(defect)
}
