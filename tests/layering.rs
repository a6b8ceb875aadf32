//! The import rule: which room may use which. Rooms not named on a line's right are out of bounds to the one on its left.

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms, each with what it may import beside itself.
const RULE: [(&str, &[&str]); 10] = [
    ("model", &[]),
    ("config", &["model"]),
    ("plan", &["model", "config"]),
    ("evidence", &["model", "plan"]),
    ("sources", &["model", "config", "plan", "evidence"]),
    ("analysis", &["model", "evidence"]),
    ("report", &["model", "evidence", "analysis"]),
    ("render", &["model", "report"]),
    ("sandbox", &["model"]),
    (
        "cli",
        &[
            "model", "config", "plan", "evidence", "sources", "analysis", "report", "render",
            "sandbox",
        ],
    ),
];

/// Source files below a folder.
pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The crate's own source folder.
pub(crate) fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// What stands before a file's inline tests; nothing for a file of tests.
fn production(path: &Path) -> String {
    let is_tests = path.file_stem().is_some_and(|stem| stem == "tests")
        || path.components().any(|part| part.as_os_str() == "tests");
    if is_tests {
        return String::new();
    }
    let text = fs::read_to_string(path).expect("a source file");
    text.split("\n#[cfg(test)]\nmod ")
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Rooms that a text names as `crate::room`, in code.
fn imports(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split("crate::").skip(1))
        .filter_map(|rest| {
            rest.split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .next()
        })
        .filter(|room| RULE.iter().any(|(name, _)| name == room))
        .collect()
}

#[test]
fn a_room_imports_only_what_the_rule_allows() {
    let mut broken = Vec::new();
    for (room, allowed) in RULE {
        for file in rust_files(&source().join(room)) {
            for import in imports(&production(&file)) {
                if import != room && !allowed.contains(&import) {
                    broken.push(format!("{} uses {import}", file.display()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn a_grouped_import_of_the_crate_cannot_hide_a_room() {
    for file in rust_files(&source()) {
        assert!(
            !production(&file).contains("use crate::{"),
            "{}: one `use crate::room` a line",
            file.display()
        );
    }
}

#[test]
fn every_room_of_the_tree_is_in_the_rule() {
    for entry in fs::read_dir(source()).expect("the source folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .expect("a name")
                .to_owned();
            assert!(
                RULE.iter().any(|(room, _)| *room == name),
                "{name} is in no rule"
            );
        }
    }
}

#[test]
fn async_stays_in_sources_sandbox_and_cli() {
    for room in [
        "model", "config", "plan", "evidence", "analysis", "report", "render",
    ] {
        for file in rust_files(&source().join(room)) {
            assert!(!production(&file).contains("async "), "{}", file.display());
        }
    }
}

#[test]
fn every_file_says_what_it_is_for_and_keeps_its_size() {
    for file in rust_files(&source()) {
        let text = fs::read_to_string(&file).expect("a source file");
        assert!(
            text.starts_with("//!"),
            "{} does not open with //!",
            file.display()
        );
        let lines = production(&file).lines().count();
        assert!(
            lines <= 600,
            "{}: {lines} lines before its tests",
            file.display()
        );
    }
}
