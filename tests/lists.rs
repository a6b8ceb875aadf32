//! Rules over lists: every command and flag has its help, the tables of exit codes agree, completions are those of the binary,
//! and the whole command tree is in a snapshot, so that no flag changes unseen.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::support::scout;

/// Every command that can be run or asked for help, parents first.
const COMMANDS: [&[&str]; 23] = [
    &[],
    &["investigate"],
    &["health"],
    &["logs"],
    &["errors"],
    &["patterns"],
    &["trace"],
    &["slow"],
    &["volume"],
    &["labels"],
    &["series"],
    &["logql"],
    &["metrics"],
    &["promql"],
    &["state"],
    &["map"],
    &["map", "check"],
    &["map", "show"],
    &["token"],
    &["token", "list"],
    &["token", "sweep"],
    &["sandbox"],
    &["completions"],
];

/// Commands that answer a question, whose example can be tried in the sandbox.
const ANSWERING: [&[&str]; 9] = [
    &["investigate"],
    &["logs"],
    &["volume"],
    &["labels"],
    &["series"],
    &["logql"],
    &["metrics"],
    &["promql"],
    &["state"],
];

/// A file of the repository.
fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A command's help.
fn help(command: &[&str]) -> String {
    scout([])
        .args(command)
        .args(&["--help"])
        .run()
        .exits(0)
        .silent()
        .stdout
}

/// A part of a help text: the lines below a heading, up to the next empty line.
fn section<'a>(help: &'a str, heading: &str) -> Vec<&'a str> {
    let mut lines = help.lines().skip_while(|line| line.trim_end() != heading);
    lines.next();
    lines.take_while(|line| !line.trim().is_empty()).collect()
}

/// Commands of the top level, with the headings that they stand under.
fn headed_commands() -> Vec<(String, String)> {
    let help = help(&[]);
    let mut heading = String::new();
    let mut found = Vec::new();
    for line in help.lines() {
        if line.starts_with("      ") || line.trim_start().starts_with('-') {
            continue;
        }
        if let Some(title) = line.strip_suffix(':') {
            title.clone_into(&mut heading);
        } else if let Some(rest) = line.strip_prefix("  ")
            && !heading.starts_with("Exit codes")
            && let Some((name, about)) = rest.split_once("  ")
        {
            assert!(!about.trim().is_empty(), "{name} has no help");
            found.push((heading.clone(), name.to_owned()));
        }
    }
    found
}

#[test]
fn help_lists_every_command_once_under_a_heading() {
    let headed = headed_commands();
    let mut expected: Vec<&str> = COMMANDS
        .iter()
        .filter(|command| command.len() == 1)
        .map(|command| command[0])
        .collect();
    let mut names: Vec<&str> = headed.iter().map(|(_, name)| name.as_str()).collect();
    names.sort_unstable();
    expected.sort_unstable();
    assert_eq!(names, expected);
    let headings = ["Investigate", "Logs", "Metrics", "State", "Set-up"];
    for (heading, name) in &headed {
        assert!(
            headings.contains(&heading.as_str()),
            "{name} stands under {heading:?}"
        );
    }
}

#[test]
fn every_command_that_completes_has_help_and_every_flag_explains_itself() {
    // The binary's own completion script knows every command, hidden ones included.
    let script = scout(["completions", "zsh"]).run().exits(0).stdout;
    for command in COMMANDS {
        let text = help(command);
        assert!(
            !text.lines().next().unwrap_or_default().trim().is_empty(),
            "{command:?}: {text}"
        );
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let trimmed = line.trim_start();
            let is_flag =
                trimmed.starts_with('-') && trimmed.len() > 1 && !trimmed.starts_with("- ");
            let is_argument = line.starts_with("  [") || line.starts_with("  <");
            if is_flag || is_argument {
                let explained = lines
                    .get(number + 1)
                    .is_some_and(|next| next.starts_with("          ") && !next.trim().is_empty())
                    || trimmed
                        .split_once("  ")
                        .is_some_and(|(_, rest)| !rest.trim().is_empty());
                assert!(explained, "{command:?}: {line:?} has no help");
            }
        }
    }
    for line in script
        .lines()
        .filter(|line| line.trim_start().starts_with("'("))
    {
        assert!(!line.contains("[]"), "a flag without help: {line}");
    }
}

#[test]
fn commands_that_answer_say_their_forms_and_show_an_example() {
    for command in ANSWERING {
        let text = help(command);
        assert!(text.contains("Forms: human, "), "{text}");
        assert!(text.contains("Example:  scout "), "{text}");
    }
}

#[test]
fn the_examples_in_help_work_in_the_sandbox() {
    for command in ANSWERING {
        let text = help(command);
        let example = text
            .lines()
            .find_map(|line| line.strip_prefix("Example:  scout "))
            .expect("an example");
        let line = format!("\"$@\" --sandbox {example}");
        scout([]).run_in_shell(&line).exits(0);
    }
    let text = help(&[]);
    let example = text
        .lines()
        .find_map(|line| line.strip_prefix("Try it without an account:  scout "))
        .expect("an example");
    scout([])
        .run_in_shell(&format!("\"$@\" {example}"))
        .exits(0)
        .says(["Token: deleted"]);
}

/// The exit codes of a text, with the first word of what they mean.
fn exit_codes(help: &str) -> BTreeMap<u8, String> {
    let mut codes = BTreeMap::new();
    for line in section(help, "Exit codes:") {
        let (numbers, meaning) = line.trim().split_once("  ").expect("codes and a meaning");
        for number in numbers.split(", ") {
            codes.insert(number.parse().expect("a number"), meaning.trim().to_owned());
        }
    }
    codes
}

#[test]
fn help_lists_the_documented_exit_codes() {
    let codes = exit_codes(&help(&[]));
    let numbers: Vec<u8> = codes.keys().copied().collect();
    assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 6, 70, 129, 130, 131, 143]);
}

#[test]
fn the_readme_lists_the_same_exit_codes() {
    // Where there is no README yet there is nothing that could differ.
    let Ok(readme) = std::fs::read_to_string(file("README.md")) else {
        return;
    };
    let listed: Vec<u8> = readme
        .lines()
        .filter_map(|line| line.strip_prefix('|')?.split('|').next())
        .flat_map(|cell| cell.split(','))
        .filter_map(|number| number.trim().trim_matches('`').parse().ok())
        .collect();
    for code in exit_codes(&help(&[])).keys() {
        assert!(
            listed.contains(code),
            "the README does not list exit code {code}"
        );
    }
}

#[test]
fn completions_in_the_repository_are_those_of_the_binary() {
    for (shell, name) in [
        ("bash", "scout.bash"),
        ("zsh", "_scout"),
        ("fish", "scout.fish"),
        ("powershell", "_scout.ps1"),
    ] {
        let printed = scout(["completions", shell]).run().exits(0).silent().stdout;
        let kept = std::fs::read_to_string(file("completions").join(name)).unwrap_or_default();
        assert!(
            printed == kept,
            "completions/{name} is old: run `scout completions {shell} > completions/{name}`"
        );
    }
}

#[test]
fn the_command_tree_is_the_one_in_the_snapshot() {
    let mut tree = String::new();
    for command in COMMANDS {
        tree.push_str(&format!(
            "==== scout {}\n{}\n",
            command.join(" "),
            help(command)
        ));
    }
    insta::with_settings!({ snapshot_path => file("tests/snapshots"), prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("command_tree", tree);
    });
}

#[test]
fn the_version_is_that_of_the_package() {
    let ran = scout(["--version"]).run().exits(0).silent();
    assert_eq!(
        ran.stdout,
        concat!("scout ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn every_scenario_is_listed_and_runs() {
    let listed = scout(["sandbox", "--list"]).run().exits(0).silent().stdout;
    let names: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let mut kept: Vec<String> = std::fs::read_dir(file("src/sandbox/scenarios"))
        .expect("the scenarios")
        .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    kept.sort();
    assert_eq!(names, kept);
    for name in names {
        let sandbox = format!("--sandbox={name}");
        scout([sandbox.as_str(), "state"]).run().exits(0);
    }
}
