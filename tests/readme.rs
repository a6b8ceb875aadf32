//! The README: its commands run, its table of exit codes is that of `--help`, its transcript is what scout prints.

use crate::support::{SandboxProcess, scout};

/// The README.
fn readme() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    std::fs::read_to_string(path).expect("a README")
}

/// The blocks of the README that are fenced as `language`, without their fences.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(fenced) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            if fenced == language {
                blocks.push(block.join("\n"));
            }
        }
    }
    blocks
}

/// The words of a command line as a shell splits it, and its comment.
fn words(line: &str) -> (Vec<String>, String) {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None, '#') if word.is_none() => return (words, line[at..].to_owned()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    (words, String::new())
}

/// The arguments of a line that runs scout, installed or through cargo.
fn arguments(words: &[String]) -> Option<&[String]> {
    let cargo = ["cargo", "run", "--release", "--"];
    match words {
        [program, rest @ ..] if program == "scout" => Some(rest),
        [a, b, c, d, rest @ ..]
            if [a, b, c, d]
                .iter()
                .zip(cargo)
                .all(|(word, own)| *word == own) =>
        {
            Some(rest)
        }
        _ => None,
    }
}

/// The exit code that a comment promises: `# exits with 1`; 0 where it says nothing.
fn promised(comment: &str) -> i32 {
    comment
        .strip_prefix("# exits with ")
        .map_or(0, |code| code.trim().parse().expect("an exit code"))
}

#[test]
fn every_command_in_it_runs() {
    let sandbox = SandboxProcess::builtin("postgres-connections");
    let mut run = 0;
    for block in blocks(&readme(), "console") {
        for line in block.lines() {
            let line = line
                .strip_prefix("$ ")
                .expect("only commands in console blocks");
            let (words, comment) = words(line);
            let arguments = arguments(&words).unwrap_or_else(|| panic!("not scout: {line}"));
            let command = arguments
                .iter()
                .fold(sandbox.scout([]), |command, word| command.arg(word));
            let ran = command.run().exits(promised(&comment));
            assert!(!ran.stdout.is_empty(), "{ran}");
            run += 1;
        }
    }
    assert!(run >= 10, "only {run} commands");
    assert!(sandbox.tokens_left().is_empty());
}

#[test]
fn its_first_two_commands_need_nothing_but_rust_and_an_account() {
    let first: Vec<String> = blocks(&readme(), "console").into_iter().take(2).collect();
    assert_eq!(
        first,
        [
            "$ cargo run --release -- --sandbox investigate \"atlas-api is returning 500s\"",
            "$ cargo run --release -- investigate \"atlas-api is returning 500s\"",
        ]
    );
}

#[test]
fn it_is_short() {
    let lines = readme().lines().count();
    assert!(lines < 250, "{lines} lines");
}

/// Code and meaning of each row of `--help`'s exit codes.
fn codes_of_help() -> Vec<(String, String)> {
    let help = scout(["--help"]).run().exits(0).stdout;
    let rows = help
        .lines()
        .skip_while(|line| *line != "Exit codes:")
        .skip(1);
    rows.take_while(|line| !line.is_empty())
        .map(|line| {
            let (code, meaning) = line.trim().split_once("  ").expect("code and meaning");
            (code.to_owned(), meaning.trim().to_owned())
        })
        .collect()
}

#[test]
fn its_exit_codes_are_those_of_the_help() {
    let text = readme();
    let rows: Vec<(String, String)> = text
        .lines()
        .skip_while(|line| *line != "| code | meaning |")
        .skip(2)
        .map_while(|line| {
            let (code, meaning) = line
                .strip_prefix("| ")?
                .strip_suffix(" |")?
                .split_once(" | ")?;
            Some((code.to_owned(), meaning.to_owned()))
        })
        .collect();
    assert!(rows.len() >= 8, "{rows:?}");
    assert_eq!(rows, codes_of_help());
}

/// The words of a line; `None` where it holds figures, which are the run's own, is cut, or is only drawn.
fn stable(line: &str) -> Option<String> {
    let drawn = line.starts_with('─') || line.ends_with('…');
    let words: Vec<&str> = line.split_whitespace().collect();
    let own = line.contains(|c: char| c.is_ascii_digit());
    (!drawn && !own && !words.is_empty()).then(|| words.join(" "))
}

#[test]
fn its_transcript_is_real() {
    let text = readme();
    let (made_by, _) = text
        .split_once("<!-- made by: scout ")
        .and_then(|(_, rest)| rest.split_once(" ;"))
        .expect("the command that made it");
    let (arguments, _) = words(made_by);
    let command = arguments
        .iter()
        .fold(scout([]), |command, word| command.arg(word));
    let real = command.run().exits(0).stdout;
    let shown = &blocks(&text, "text")[0];
    let mut left = real.lines().filter_map(stable);
    for line in shown.lines().filter_map(stable) {
        assert!(
            left.any(|real| real == line),
            "{line:?} is not in, or not in its place in:\n{real}"
        );
    }
    let labels = ["Issue:", "Source:", "Findings:", "Diagnosis:", "Token:"];
    let label = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    for text in [shown, &real] {
        let head: Vec<String> = text.lines().skip(1).take(5).map(label).collect();
        assert_eq!(head, labels);
    }
    assert!(real.contains("(postgres-connections-exhausted, confidence "));
    assert_eq!(shown.lines().last(), Some("Token: deleted ✓"));
    assert!(shown.contains("(postgres-connections-exhausted, confidence "));
}

#[test]
fn its_map_holds() {
    let folder = crate::support::scratch();
    let path = folder.path().join("infra-map.toml");
    let map = &blocks(&readme(), "toml")[0];
    assert!(map.lines().count() <= 15, "fifteen lines are promised");
    std::fs::write(&path, map).expect("a scratch file");
    scout(["map", "check"]).folder(folder.path()).run().exits(0);
}
