//! Every malformed file, with what is said of it: file, line, key, and what to write instead.

use landlock_runtime::{LandlockconfigError, Policy};
use std::fs;

/// What is said of a file, line by line.
const MISTAKES: &[(&str, &[&str])] = &[
    (
        "key_unknown.toml",
        &["5: path_beneath[0].parents: this key is not known: write one of `allowed_access`, `parent`"],
    ),
    ("key_of_json.toml", &["3: pathBeneath: this key is written `path_beneath` here"]),
    ("key_of_toml.json", &["3: path_beneath: this key is written `pathBeneath` here"]),
    ("key_missing.json", &["4: pathBeneath[0]: `parent` is missing"]),
    ("key_twice.json", &["6: ruleset[0].scoped: this key is there twice"]),
    (
        "type_wrong.toml",
        &[
            "1: abi: expected a whole number, such as `abi = 6`, found a string",
            "3: ruleset: expected a list, found a table",
            "7: path_beneath[0].allowed_access: expected a list, found a string",
            "8: path_beneath[0].parent[0]: expected a string, found a number",
        ],
    ),
    (
        "type_wrong.json",
        &[
            "6: netPort[0].port[1]: expected a whole number, such as `443`, found a string",
            "6: netPort[0].port[2]: expected a whole number, such as `443`, found a number with a fraction",
            "6: netPort[0].port[3]: expected a whole number, such as `443`, found `null`",
        ],
    ),
    ("right_unknown.toml", &["5: path_beneath[0].allowed_access[1]: `raed_dir` is no right: write one of `abi.all`"]),
    (
        "right_elsewhere.json",
        &[
            "3: ruleset[0].handledAccessFs[1]: `bind_tcp` belongs in a list on ports",
            "3: ruleset[0].handledAccessFs[2]: the format has no name for `resolve_unix` yet",
        ],
    ),
    (
        "port_too_large.toml",
        &[
            "5: net_port[0].port[1]: 70000 is no port: write 0 to 65535",
            "5: net_port[0].port[2]: -1 is no port: write 0 to 65535",
        ],
    ),
    ("port_zero.json", &["3: netPort[0].port[0]: nothing listens on port 0"]),
    (
        "variable_unknown.toml",
        &["8: path_beneath[0].parent[1]: no variable is called `home`: define it under `variable`, or write `$$`"],
    ),
    (
        "variable_bad.json",
        &[
            "3: variable[0].name: `1st` is no name of a variable",
            "7: pathBeneath[0].parent[0]: `${` is not closed in \"${open\"",
            "7: pathBeneath[0].parent[1]: `a-b` is no name of a variable",
        ],
    ),
    ("abi_newer.toml", &["2: abi: the file is for ABI 99, and this version knows ABI 1 to 10"]),
    ("abi_zero.json", &["1: abi: 0 is no ABI: write 1 to 10"]),
    ("abi_missing.toml", &["2: ruleset[0].scoped[0]: `abi.all` is as of an ABI: add the key `abi`"]),
    (
        "version_earlier.json",
        &[
            "3: ruleset[0].handledAccessFs[0]: `v5.all` is of an earlier version of the format: write `abi.all`, and",
            "3: ruleset[0].compatibility: this key is not known",
        ],
    ),
    ("garbage_trailing.json", &["5: trailing characters"]),
    ("garbage_trailing.toml", &["5: "]),
    (
        "empty.toml",
        &["1: the file says nothing: write at least one of `variable`, `ruleset`, `path_beneath`, `net_port`"],
    ),
    ("path_empty.toml", &["4: path_beneath[0].parent[0]: an empty path names nothing"]),
    ("list_empty.json", &["2: ruleset: an empty list says nothing"]),
];

const DIRECTORY: &str = "landlockconfig/files/malformed";

#[test]
fn every_mistake_has_its_file_line_and_key() {
    for (file, expected) in MISTAKES {
        let path = format!("{DIRECTORY}/{file}");
        let error = Policy::from_landlockconfig_file(&path).expect_err(file).to_string();
        let lines: Vec<_> = error.lines().collect();
        assert_eq!(lines.len(), expected.len(), "{error}");
        for (line, expected) in lines.iter().zip(*expected) {
            assert!(line.starts_with(&format!("{path}:{expected}")), "{line}\nis not {expected}");
        }
    }
}

#[test]
fn no_malformed_file_is_forgotten() {
    let mut files: Vec<_> = fs::read_dir(DIRECTORY)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("it can be read").file_name().into_string().expect("ASCII"))
        .collect();
    let mut known: Vec<_> = MISTAKES.iter().map(|(file, _)| (*file).to_owned()).collect();
    files.sort_unstable();
    known.sort_unstable();
    assert_eq!(files, known);
}

#[test]
fn mistakes_can_be_read_by_a_program() {
    let error = Policy::from_landlockconfig_toml("abi = 5\nruelset = 1").expect_err("the key is unknown");
    let LandlockconfigError::Malformed { file: None, mistakes } = &error else { panic!("{error:?}") };
    assert_eq!((mistakes[0].line, &*mistakes[0].key), (2, "ruelset"));
    assert!(error.to_string().starts_with("line 2: ruelset: "), "{error}");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    for (file, expected) in [
        ("landlockconfig/files/missing.toml", "No such file"),
        ("landlockconfig/main.rs", "neither in `.toml` nor in `.json`"),
        ("landlockconfig/files", "neither in `.toml` nor in `.json`"),
    ] {
        let error = Policy::from_landlockconfig_file(file).expect_err(file);
        assert!(matches!(error, LandlockconfigError::File { .. }), "{error:?}");
        assert!(error.to_string().starts_with(file) && error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn no_text_brings_the_parser_down() {
    let deep = "[".repeat(100_000);
    let braces = format!("{{\"ruleset\": {}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    let product = |values: usize, times: usize| {
        let values = vec!["'/a'"; values].join(",");
        let path = "${v}".repeat(times);
        format!(
            "[[variable]]\nname = 'v'\nliteral = [{values}]\n[[path_beneath]]\nallowed_access = ['read_file']\nparent = ['{path}']"
        )
    };
    for text in ["", "\0", "{", "null", "[]", "\u{feff}", "\"abi\"", "{\"abi\": 1e999}", &deep, &braces] {
        Policy::from_landlockconfig_json(text).expect_err("this is no file");
    }
    for text in ["", "\0", "=", "abi", "abi = 1979-05-27", "abi = 99999999999999999999", &format!("abi = {deep}")] {
        Policy::from_landlockconfig_toml(text).expect_err("this is no file");
    }
    let error = Policy::from_landlockconfig_toml(&product(10, 40)).expect_err("ten to the fortieth paths");
    assert!(error.to_string().contains("more than 10000 paths"), "{error}");
    let most = Policy::from_landlockconfig_toml(&product(100, 2)).expect("ten thousand are not too many");
    assert_eq!(most.to_string(), "#[sandbox(read_file = optional(\"/a/a\"))]");
}
