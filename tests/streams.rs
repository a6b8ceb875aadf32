//! Output that nobody takes, a disk that is full, streams that are closed, lines that would drive a terminal: the run ends
//! decently, and no token is left.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use serde_json::Value;

use crate::support::{SandboxProcess, scout};

/// Commands with an answer worth writing, which need a token.
const COMMANDS: [&[&str]; 4] = [
    &["investigate", "atlas-api is returning 500s"],
    &["investigate", "atlas-api", "-o", "json"],
    &["logs", "atlas-api", "--limit", "0", "-o", "ndjson"],
    &["metrics", "postgres"],
];

#[test]
fn a_full_disk_is_one_message_and_a_failure() {
    let sandbox = SandboxProcess::builtin("postgres-connections");
    for args in COMMANDS {
        let ran = sandbox
            .scout([])
            .args(args)
            .run_in_shell("\"$@\" > /dev/full")
            .exits(5);
        assert_eq!(
            ran.stderr.matches("cannot write the answer").count(),
            1,
            "{ran}"
        );
        assert_eq!(sandbox.tokens_left(), [""; 0]);
    }
    for args in [
        &["--sandbox", "state"][..],
        &["--sandbox", "map", "show"],
        &["completions", "bash"],
        &["sandbox", "--list"],
    ] {
        let ran = scout([])
            .args(args)
            .run_in_shell("\"$@\" > /dev/full")
            .exits(5);
        assert_eq!(ran.stderr.lines().count(), 2, "a message and a hint: {ran}");
    }
    let ran = scout(["--help"]).run_in_shell("\"$@\" > /dev/full");
    assert!(ran.exits(5).stderr.contains("cannot write the answer"));
}

#[test]
fn a_reader_that_has_enough_ends_the_run_quietly() {
    let sandbox = SandboxProcess::builtin("postgres-connections");
    for args in COMMANDS {
        let ran = sandbox
            .scout([])
            .args(args)
            .args(&["-q"])
            .run_in_shell("\"$@\" | head -1; exit ${PIPESTATUS[0]}")
            .exits(0)
            .silent();
        assert_eq!(ran.stdout.lines().count(), 1, "{ran}");
        // A reader that never reads at all.
        sandbox
            .scout([])
            .args(args)
            .args(&["-q"])
            .run_in_shell("\"$@\" | :; exit ${PIPESTATUS[0]}")
            .exits(0)
            .silent();
        assert_eq!(sandbox.tokens_left(), [""; 0]);
    }
    scout(["--help"])
        .run_in_shell("\"$@\" | head -1; exit ${PIPESTATUS[0]}")
        .exits(0)
        .silent();
    scout(["completions", "zsh"])
        .run_in_shell("\"$@\" | head -1; exit ${PIPESTATUS[0]}")
        .exits(0)
        .silent();
}

#[test]
fn a_reader_that_leaves_in_the_middle_leaves_no_token() {
    let sandbox = SandboxProcess::builtin("postgres-connections");
    let mut child = sandbox
        .scout(["logs", "--limit", "0", "--since", "3h", "-o", "ndjson"])
        .spawn(Stdio::piped(), Stdio::piped());
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut first = String::new();
    stdout.read_line(&mut first).expect("a line");
    serde_json::from_str::<Value>(&first).expect("a whole line of JSON");
    drop(stdout);
    let mut stderr = String::new();
    let mut pipe = child.stderr.take().expect("a pipe");
    pipe.read_to_string(&mut stderr).expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(0), "{stderr}");
    assert_eq!(stderr, "");
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn closed_streams_are_no_reason_to_fail_or_to_leave_a_token() {
    let sandbox = SandboxProcess::builtin("postgres-connections");
    for args in COMMANDS {
        let ran = sandbox
            .scout([])
            .args(args)
            .run_in_shell("\"$@\" <&-")
            .exits(0);
        assert!(!ran.stdout.is_empty(), "{ran}");
        let ran = sandbox
            .scout([])
            .args(args)
            .run_in_shell("\"$@\" 2>&-")
            .exits(0);
        assert!(!ran.stdout.is_empty(), "{ran}");
        let ran = sandbox.scout([]).args(args).run_in_shell("\"$@\" >&-");
        assert!(matches!(ran.code, Some(0 | 5)), "{ran}");
        let ran = sandbox
            .scout([])
            .args(args)
            .run_in_shell("\"$@\" <&- >&- 2>&-");
        assert!(matches!(ran.code, Some(0 | 5)), "{ran}");
        assert_eq!(sandbox.tokens_left(), [""; 0]);
    }
    let ran = scout(["--sandbox", "logs", "nobody"])
        .run_in_shell("\"$@\" 2>&-")
        .exits(2);
    assert!(ran.stdout.is_empty(), "{ran}");
}

#[test]
fn colour_follows_the_flag_then_the_terminal_and_never_the_pipe() {
    let coloured = |args: &[&str], vars: &[(&str, &str)]| {
        let ran = scout(["--sandbox", "state"])
            .args(args)
            .envs(vars.iter().copied())
            .run()
            .exits(0);
        ran.stdout.contains("\u{1b}[")
    };
    for (args, vars, expected) in [
        (&[][..], &[][..], false),
        (&["--color", "auto"], &[], false),
        (&["--color", "always"], &[], true),
        (&["--color", "always"], &[("NO_COLOR", "1")], true),
        (&["--color", "never"], &[("CLICOLOR_FORCE", "1")], false),
        (&["--color=always", "-o", "json"], &[], false),
        (&["--color=always", "-o", "markdown"], &[], false),
    ] {
        assert_eq!(coloured(args, vars), expected, "{args:?} {vars:?}");
    }
    let ran = scout(["--sandbox", "logs", "nobody", "--color", "always"])
        .run()
        .exits(2);
    assert!(ran.stderr.contains("\u{1b}["), "{ran}");
    let ran = scout(["--sandbox", "logs", "nobody", "--color", "never"])
        .run()
        .exits(2);
    assert!(!ran.stderr.contains('\u{1b}'), "{ran}");
}

/// What could drive a terminal, or hide in one: clear the screen, set the title, OSC 8 link, C1 controls, bidi overrides, NUL,
/// carriage return, bell, backspace, delete, zero-width characters, line and paragraph separators. As TOML escapes.
const HOSTILE: &str = r"\u001b[2J \u001b]0;owned\u0007 \u001b]8;;https://evil.example\u001b\\link \u009b31m \u0090q \u202ereversed \u2066isolated \u0000nul \roverwritten \bback \u007f \u200b \u2028 \u2029 end";

/// A world whose lines, names and states are hostile.
fn hostile_world() -> SandboxProcess {
    let table = |format: &str, rest: &str| {
        format!(
            "[[log]]\nlabels = {{ resource_name = \"api-1\" }}\nat = [\"-5m\", \"-4m\", \"-3m\", \"-2m\", \"-1m\"]\nformat = \"{format}\"\nlevel = \"error\"\n{rest}\n"
        )
    };
    SandboxProcess::of(&format!(
        "schema = 1\nname = \"hostile\"\n[map.services.api]\nkind = \"container\"\nresource_name = \"api-1\"\n\
         [[resource]]\nkind = \"container\"\nname = \"api-1\"\nstatus = \"error\"\nfields = {{ error_message = \"{HOSTILE}\", image = \"{HOSTILE}\" }}\n\
         {}{}{}",
        table("plain", &format!("message = \"plain {HOSTILE}\"")),
        table(
            "json",
            &format!(
                "message = \"json {HOSTILE}\"\nfields = {{ detail = \"{HOSTILE}\", code = \"{HOSTILE}\" }}"
            )
        ),
        table(
            "json",
            &format!("envelope = \"copy\"\nmessage = \"enveloped {HOSTILE}\"")
        ),
    ))
}

/// Characters that must not reach a terminal as they are.
fn drives_a_terminal(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[test]
fn nothing_in_a_log_line_can_drive_the_terminal() {
    let sandbox = hostile_world();
    for args in [
        &["logs", "api"][..],
        &["logs", "api", "--utc", "--level", "error"],
        &["investigate", "api is broken"],
        &["investigate", "api is broken", "-o", "markdown"],
        &["investigate", HOSTILE],
        &["state"],
        &["state", "-o", "markdown"],
        &["metrics", "api"],
        &["map", "show"],
        &["-v", "logs", "api"],
    ] {
        let args: Vec<&str> = args.to_vec();
        let issue = "api \u{1b}[2J \u{202e}broken";
        let args: Vec<&str> = args
            .iter()
            .map(|&arg| if arg == HOSTILE { issue } else { arg })
            .collect();
        let ran = sandbox.scout([]).args(&args).run().exits(0);
        assert!(!ran.stdout.is_empty(), "{ran}");
        for text in [&ran.stdout, &ran.stderr] {
            let found: Vec<char> = text.chars().filter(|c| drives_a_terminal(*c)).collect();
            assert!(found.is_empty(), "{found:?} in {ran}");
        }
    }
    // With colours on, every escape is one of scout's own: select graphic rendition and nothing else.
    let ran = sandbox
        .scout(["logs", "api", "--color", "always"])
        .run()
        .exits(0);
    for rest in ran.stdout.split('\u{1b}').skip(1) {
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || c == ';' || c == '['))
            .unwrap_or(0);
        assert!(
            rest.starts_with('[') && rest[end..].starts_with('m'),
            "an escape that is not a colour: {rest:?}"
        );
    }
}

#[test]
fn machine_forms_keep_hostile_text_inside_json() {
    let sandbox = hostile_world();
    let ran = sandbox
        .scout(["logs", "api", "-o", "ndjson"])
        .run()
        .exits(0);
    assert_eq!(ran.stdout.lines().count(), 15);
    for line in ran.stdout.split_terminator('\n') {
        let value: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line:?}"));
        assert!(
            value["message"]
                .as_str()
                .expect("a message")
                .contains("\u{1b}[2J"),
            "{line}"
        );
        assert!(!line.chars().any(|c| c.is_ascii_control()), "{line:?}");
    }
    for args in [&["investigate", "api is broken"][..], &["state"]] {
        let ran = sandbox
            .scout([])
            .args(args)
            .args(&["-o", "json"])
            .run()
            .exits(0);
        let _: Value = ran.json();
        assert!(
            !ran.stdout
                .chars()
                .any(|c| c.is_ascii_control() && c != '\n'),
            "{ran}"
        );
    }
}
