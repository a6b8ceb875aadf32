//! Whatever is typed, configured or answered wrongly: one clear message, a hint where there is something to do, the documented
//! exit code, and the same as one JSON object for programs.

use std::path::Path;

use serde::Deserialize;

use crate::support::{Canned, Ran, SandboxProcess, Scout, closed_port, scout, scratch};

/// An error as programs read it, declared here again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    error: Body,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    kind: String,
    message: String,
    hint: Option<String>,
    code: i32,
}

/// What a complaint must be.
#[derive(Clone, Copy)]
struct Complaint<'a> {
    /// Exit code.
    code: i32,
    /// What its message holds.
    message: &'a [&'a str],
    /// What its hint holds; empty where there is nothing to do.
    hint: &'a [&'a str],
}

/// A complaint of the command line.
const fn usage<'a>(message: &'a [&'a str], hint: &'a [&'a str]) -> Complaint<'a> {
    complaint(2, message, hint)
}

/// A complaint about configuration.
const fn config<'a>(message: &'a [&'a str], hint: &'a [&'a str]) -> Complaint<'a> {
    complaint(3, message, hint)
}

/// A complaint.
const fn complaint<'a>(code: i32, message: &'a [&'a str], hint: &'a [&'a str]) -> Complaint<'a> {
    Complaint {
        code,
        message,
        hint,
    }
}

impl Complaint<'_> {
    /// The word for the exit code.
    fn kind(&self) -> &'static str {
        match self.code {
            2 => "usage",
            3 => "config",
            4 => "refused",
            _ => "incomplete",
        }
    }

    /// Asserts that a run complains so to people.
    #[track_caller]
    fn is_told_to_people(&self, ran: Ran) {
        let ran = ran.exits(self.code);
        let of = |prefix: &str| -> Vec<String> {
            let lines = ran
                .stderr
                .lines()
                .filter_map(|line| line.strip_prefix(prefix));
            lines.map(str::to_owned).collect()
        };
        let (errors, hints) = (of("error: "), of("hint: "));
        assert_eq!(errors.len(), 1, "one message in {ran}");
        assert_eq!(
            hints.len(),
            usize::from(!self.hint.is_empty()),
            "hints in {ran}"
        );
        for text in self.message {
            assert!(
                errors[0].contains(text),
                "no {text:?} in the message of {ran}"
            );
        }
        for text in self.hint {
            assert!(hints[0].contains(text), "no {text:?} in the hint of {ran}");
        }
        assert!(!errors[0].ends_with('.'), "{ran}");
        assert!(ran.stdout.is_empty(), "an answer beside an error: {ran}");
    }

    /// Asserts that a run complains so to programs.
    #[track_caller]
    fn is_told_to_programs(&self, ran: Ran) {
        let ran = ran.exits(self.code);
        assert_eq!(ran.stderr.lines().count(), 1, "one line in {ran}");
        let Document { error } =
            serde_json::from_str(&ran.stderr).unwrap_or_else(|error| panic!("{error} in {ran}"));
        assert_eq!(
            (error.code, error.kind.as_str()),
            (self.code, self.kind()),
            "{ran}"
        );
        for text in self.message {
            assert!(
                error.message.contains(text),
                "no {text:?} in the message of {ran}"
            );
        }
        assert_eq!(error.hint.is_some(), !self.hint.is_empty(), "{ran}");
        for text in self.hint {
            let hint = error.hint.as_deref().unwrap_or_default();
            assert!(hint.contains(text), "no {text:?} in the hint of {ran}");
        }
        assert!(ran.stdout.is_empty(), "an answer beside an error: {ran}");
    }

    /// Asserts both; `run` makes the same run each time.
    #[track_caller]
    fn is_told(&self, run: impl Fn() -> Scout, machine_form: &str) {
        self.is_told_to_people(run().run());
        self.is_told_to_programs(run().args(&["-o", machine_form]).run());
    }
}

/// Runs each command line and asserts its complaint.
#[track_caller]
fn all(cases: &[(&[&str], Complaint<'_>)]) {
    for (args, complaint) in cases {
        let machine_form = if args.contains(&"logs") {
            "ndjson"
        } else {
            "json"
        };
        complaint.is_told(|| scout([]).args(args), machine_form);
    }
}

// ---- the command line ------------------------------------------------------------------------------------------------

#[test]
fn wrong_command_lines_are_told_apart() {
    let help = &["scout --help"];
    let pairs: [(&[&str], &[&str]); 10] = [
        (&["investigat"], &["unrecognized subcommand", "investigat"]),
        (&["--sandbox", "logs", "--limt", "3"], &["--limt"]),
        (
            &["--sandbox", "logs", "--limit", "many"],
            &["many", "--limit"],
        ),
        (
            &["--sandbox", "logs", "--level", "loud"],
            &["loud", "--level"],
        ),
        (
            &["--sandbox", "state", "--color", "sometimes"],
            &["sometimes", "--color"],
        ),
        (
            &["--sandbox", "logs", "--since", "1h", "--from", "2h"],
            &["--since", "--from"],
        ),
        (&["--sandbox", "metrics", "redis", "--names"], &["--names"]),
        (&["completions", "tcsh"], &["tcsh"]),
        (
            &["sandbox", "--listen", "nowhere"],
            &["nowhere", "--listen"],
        ),
        (&["map", "chek"], &["unrecognized subcommand", "chek"]),
    ];
    for (args, message) in pairs {
        let ran = scout([]).args(args).run().exits(2);
        assert!(ran.stderr.starts_with("error: "), "{ran}");
        for text in message {
            assert!(ran.stderr.contains(text), "no {text:?} in {ran}");
        }
        assert!(ran.stderr.contains("--help"), "no way on in {ran}");
        assert!(ran.stdout.is_empty(), "{ran}");
        usage(message, help).is_told_to_programs(scout([]).args(args).args(&["-o", "json"]).run());
    }
}

#[test]
fn every_way_to_ask_for_json_gets_a_json_error() {
    for form in [
        &["-o", "json"][..],
        &["-ojson"],
        &["-o=json"],
        &["--output", "json"],
        &["--output=json"],
        &["-o", "ndjson"],
        &["--output=ndjson"],
    ] {
        let ran = scout(["investigat"]).args(form).run();
        usage(&["investigat"], &["scout --help"]).is_told_to_programs(ran);
    }
}

#[test]
fn durations_times_and_windows_that_cannot_be() {
    all(&[
        (
            &["--sandbox", "logs", "--since", "5x"],
            usage(&["--since", "5x"], &["90s, 15m, 2h, 3d, 1w"]),
        ),
        (
            &["--sandbox", "logs", "--since", "0s"],
            usage(&["--since", "0s"], &["90s"]),
        ),
        (
            &["--sandbox", "logs", "--since", ""],
            usage(&["--since"], &["90s"]),
        ),
        (
            &["--sandbox", "metrics", "--since", "99999999999999w"],
            usage(&["--since"], &["90s"]),
        ),
        (
            &["--sandbox", "state", "--timeout", "soon"],
            usage(&["--timeout", "soon"], &["90s"]),
        ),
        (
            &["--sandbox", "investigate", "--baseline", "a while"],
            usage(&["--baseline", "a while"], &["90s"]),
        ),
        (
            &["--sandbox", "logs", "--from", "yesterday"],
            usage(&["--from", "yesterday"], &["2026-11-21 09:00"]),
        ),
        (
            &["--sandbox", "metrics", "--to", "2026-13-01"],
            usage(&["--to", "2026-13-01"], &["Unix seconds"]),
        ),
        (
            &["--sandbox", "investigate", "--from", "10m", "--to", "20m"],
            usage(&["window is empty"], &["--from must be earlier than --to"]),
        ),
        (
            &["--sandbox", "logs", "--from", "20m", "--to", "20m"],
            usage(&["window is empty"], &["--from"]),
        ),
        (
            &[
                "--sandbox",
                "logs",
                "--from",
                "2999-01-01",
                "--to",
                "2999-01-02",
            ],
            usage(&["future"], &["UTC"]),
        ),
    ]);
}

#[test]
fn names_that_nobody_has_suggest_the_nearest() {
    let hint = &["did you mean", "atlas-api"];
    all(&[
        (
            &["--sandbox", "logs", "atlas-apo"],
            usage(&["unknown service", "atlas-apo"], hint),
        ),
        (
            &["--sandbox", "metrics", "ATLAS-APIS"],
            usage(&["unknown service"], hint),
        ),
        (
            &["--sandbox", "map", "show", "atlasapi"],
            usage(&["unknown service"], hint),
        ),
        (
            &["--sandbox", "logs", "zzzzzzzz"],
            usage(&["zzzzzzzz"], &["services are", "atlas-api"]),
        ),
        (
            &["--sandbox", "state", "containr"],
            usage(&["containr"], &["did you mean container"]),
        ),
        (
            &["--sandbox", "state", "zzzzzzzz"],
            usage(&["zzzzzzzz"], &["kinds: container"]),
        ),
        (
            &["--sandbox=postgres-conections", "state"],
            usage(
                &["postgres-conections"],
                &["did you mean postgres-connections"],
            ),
        ),
        (
            &["--sandbox=zzzzzzzz", "state"],
            usage(&["zzzzzzzz"], &["built in: ", "healthy"]),
        ),
        (
            &["sandbox", "helthy"],
            usage(&["helthy"], &["did you mean healthy"]),
        ),
        (
            &["--sandbox", "state", "-e", "stagin"],
            config(&["no environment", "stagin"], &["did you mean", "staging"]),
        ),
    ]);
}

#[test]
fn patterns_that_are_none() {
    all(&[
        (
            &["--sandbox", "logs", "--grep", "["],
            usage(&["--grep", "unclosed"], &["backslash"]),
        ),
        (
            &["--sandbox", "logs", "--exclude", "(?<"],
            usage(&["--exclude"], &["backslash"]),
        ),
        (
            &["--sandbox", "logs", "--grep", "a{9999999}"],
            usage(&["--grep"], &["backslash"]),
        ),
        (
            &["--sandbox", "logs", "--grep", "fine", "--grep", "*"],
            usage(&["--grep"], &["backslash"]),
        ),
        (
            &["--sandbox", "logs", "--where", "route=~["],
            usage(&["--where", "unclosed"], &["backslash"]),
        ),
    ]);
}

#[test]
fn tests_and_queries_that_are_none() {
    all(&[
        (
            &["--sandbox", "logs", "--where", "status"],
            usage(&["--where", "status", "FIELD OP VALUE"], &["status>=500"]),
        ),
        (
            &["--sandbox", "logs", "--where", ">=500"],
            usage(&["--where", ">=500"], &["OP is one of"]),
        ),
        (
            &["--sandbox", "logs", "--where", "status>=many"],
            usage(
                &["many", "neither a number nor a duration"],
                &["duration_ms>1s"],
            ),
        ),
        (
            &["--sandbox", "logs", "--query", "sum(rate({app=\"x\"}[5m]))"],
            usage(&["--query", "not a log query"], &["scout logql"]),
        ),
        (
            &["--sandbox", "logs", "--query", ""],
            usage(&["--query", "not a log query"], &["scout logql"]),
        ),
    ]);
    for args in [
        &["--query", "{a=\"b\"}", "redis"][..],
        &["--forward", "--reverse"],
        &["--parallel", "0"],
        &["--parallel", "1000"],
        &["--batch", "0"],
        &["-C", "-1"],
        &["-A", "many"],
        &["--level", "loud+"],
        &["-o", "xml"],
    ] {
        let ran = scout(["--sandbox", "logs"]).args(args).run().exits(2);
        assert!(ran.stdout.is_empty(), "{ran}");
        assert!(ran.stderr.starts_with("error: "), "{ran}");
    }
}

#[test]
fn a_form_that_a_command_does_not_have_names_those_that_it_has() {
    for (args, form, forms) in [
        (&["logs"][..], "markdown", "human, raw, ndjson, json, csv"),
        (&["metrics"], "raw", "human, json, markdown"),
        (&["metrics", "--names"], "markdown", "human, json"),
        (&["state"], "ndjson", "human, json, markdown"),
        (&["investigate"], "raw", "human, json, markdown"),
        (&["map", "show"], "ndjson", "human, json, markdown"),
        (&["token", "list"], "raw", "human, json, markdown"),
    ] {
        let ran = scout(["--sandbox"])
            .args(args)
            .args(&["-o", form])
            .run()
            .exits(2);
        assert!(ran.stderr.contains(forms), "{ran}");
        assert_eq!(ran.stderr.lines().count(), 1, "{ran}");
        assert!(ran.stdout.is_empty(), "{ran}");
    }
    usage(&["human, json, markdown"], &[])
        .is_told_to_programs(scout(["--sandbox", "metrics", "-o", "ndjson"]).run());
}

// ---- configuration ---------------------------------------------------------------------------------------------------

/// Runs in a folder with this map.
#[track_caller]
fn map_complains(map: &str, args: &[&str], complaint: Complaint<'_>) {
    let folder = scratch();
    std::fs::write(folder.path().join("infra-map.toml"), map).expect("a map");
    complaint.is_told(|| scout([]).args(args).folder(folder.path()), "json");
}

#[test]
fn a_command_that_needs_a_map_says_how_to_get_one() {
    all(&[
        (
            &["map", "show"],
            config(
                &["no infra-map.toml"],
                &["--map", "SCOUT_INFRA_MAP", "--sandbox"],
            ),
        ),
        (
            &["map", "check"],
            config(
                &["no infra-map.toml"],
                &["--map", "SCOUT_INFRA_MAP", "--sandbox"],
            ),
        ),
        (
            &["map", "check", "--map", "elsewhere.toml"],
            config(&["cannot read", "elsewhere.toml"], &["--map"]),
        ),
        (
            &["--sandbox", "state", "--map", "elsewhere.toml"],
            config(&["cannot read", "elsewhere.toml"], &["--map"]),
        ),
    ]);
    let run = || scout(["map", "check"]).env("SCOUT_INFRA_MAP", "/nowhere/infra-map.toml");
    config(
        &["cannot read", "/nowhere/infra-map.toml"],
        &["SCOUT_INFRA_MAP"],
    )
    .is_told(run, "json");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table, one line a fault")]
fn a_map_that_does_not_hold_is_shown_where_it_does_not() {
    const HEAD: &str = "schema = 1\n[env.staging]\nregion = \"fr-par\"\n";
    let with = |rest: &str| format!("{HEAD}{rest}");
    for (map, message, hint) in [
        (
            "schema = 1\n[env.staging\n".to_owned(),
            &["infra-map.toml:2", "not valid TOML"][..],
            &[][..],
        ),
        (
            "schema = 9\n".to_owned(),
            &["infra-map.toml:1", "schema \"9\""],
            &["schema = 1"],
        ),
        ("[env.staging]\n".to_owned(), &["schema"], &["schema = 1"]),
        (
            with("regoin = \"fr-par\"\n"),
            &["infra-map.toml:4:1", "unknown key", "regoin"],
            &["did you mean", "region"],
        ),
        (
            with("loki_endpoint = \"http://example.com\"\n"),
            &["infra-map.toml:4", "loki_endpoint"],
            &["https"],
        ),
        (
            with("prom_endpoint = \"http://127.0.0.1.example.com\"\n"),
            &["infra-map.toml:4", "prom_endpoint"],
            &["https"],
        ),
        (
            with("project_id = \"1234\"\n"),
            &["project_id", "UUID"],
            &["8-4-4-4-12"],
        ),
        (with("zones = [\"fr-par\"]\n"), &["zone"], &["fr-par-1"]),
        (
            with("[services.api]\nkind = \"contaner\"\n"),
            &["infra-map.toml:5", "unknown kind", "contaner"],
            &["did you mean", "container"],
        ),
        (
            with("[services.api]\ntitle = \"x\"\n"),
            &["kind"],
            &["container"],
        ),
        (with("[services.api]\nkind = 7\n"), &["kind", "string"], &[]),
        (
            with(
                "[services.api]\nkind = \"container\"\ndepends_on = [\"postgrs\"]\n[services.postgres]\nkind = \"postgres\"\n",
            ),
            &["infra-map.toml:6", "depends on", "postgrs"],
            &["did you mean", "postgres"],
        ),
        (
            with(
                "[services.api]\nkind = \"container\"\naliases = [\"x\"]\n[services.db]\nkind = \"postgres\"\naliases = [\"X\"]\n",
            ),
            &["infra-map.toml:9", "already belongs", "api"],
            &["unique"],
        ),
        (
            with("[services.api]\nkind = \"container\"\nresource_name = \"api-{environment}\"\n"),
            &["infra-map.toml:6", "placeholder"],
            &["{env}"],
        ),
        (
            with("[services.api]\nkind = \"instance\"\nssh = \"box\"\n"),
            &["ssh target", "box"],
            &["[env.NAME.ssh.TARGET]"],
        ),
    ] {
        let folder = scratch();
        std::fs::write(folder.path().join("infra-map.toml"), &map).expect("a map");
        let people = scout(["map", "check"]).folder(folder.path()).run().exits(3);
        for text in message.iter().chain(hint) {
            assert!(people.stderr.contains(text), "no {text:?} in {people}");
        }
        let errors = people
            .stderr
            .lines()
            .filter(|line| line.starts_with("error: "));
        assert_eq!(errors.count(), 1, "{people}");
        assert!(people.stdout.is_empty(), "{people}");
        let programs = scout(["map", "check", "-o", "json"])
            .folder(folder.path())
            .run()
            .exits(3);
        let Document { error } = serde_json::from_str(&programs.stderr)
            .unwrap_or_else(|error| panic!("{error} in {programs}"));
        assert_eq!(
            (error.code, error.kind.as_str()),
            (3, "config"),
            "{programs}"
        );
        for text in message {
            assert!(
                error.message.contains(text),
                "no {text:?} in the message of {programs}"
            );
        }
        for text in hint {
            assert!(
                error
                    .hint
                    .as_deref()
                    .is_some_and(|hint| hint.contains(text)),
                "{programs}"
            );
        }
    }
}

#[test]
fn a_broken_map_stops_every_command_that_reads_it() {
    for args in [
        &["state"][..],
        &["investigate", "api"],
        &["metrics"],
        &["token", "list"],
    ] {
        map_complains(
            "schema = 1\nregion = 7\n",
            args,
            config(&["infra-map.toml:2", "region"], &["keys here are"]),
        );
    }
}

#[test]
fn a_broken_scenario_is_told_with_its_line() {
    let folder = scratch();
    for (text, message, hint) in [
        (
            "schema = 1\nname = \"x\"\n[[log]\n",
            &["broken.toml, line 3"][..],
            false,
        ),
        (
            "schema = 1\nname = \"x\"\ntitel = \"y\"\n",
            &["broken.toml, line 3", "titel"],
            true,
        ),
        (
            "schema = 1\nname = \"x\"\n[[log]]\nfrom = \"3 hours ago\"\n",
            &["broken.toml, line 4", "3 hours ago"],
            true,
        ),
        (
            "schema = 1\nname = \"x\"\n[[fault]]\nsource = \"loki\"\n",
            &["broken.toml, line 3"],
            false,
        ),
    ] {
        std::fs::write(folder.path().join("broken.toml"), text).expect("a scenario");
        for args in [
            &["--sandbox=broken.toml", "state"][..],
            &["sandbox", "broken.toml"],
        ] {
            let ran = scout([]).args(args).folder(folder.path()).run().exits(3);
            for text in message {
                assert!(ran.stderr.contains(text), "no {text:?} in {ran}");
            }
            assert!(!hint || ran.stderr.contains("hint: "), "{ran}");
            assert_eq!(ran.stderr.matches("error: ").count(), 1, "{ran}");
        }
    }
}

#[test]
fn a_sandbox_that_cannot_be_is_refused() {
    all(&[(
        &["sandbox", "--listen", "0.0.0.0:0"],
        usage(&["0.0.0.0"], &["127.0.0.1"]),
    )]);
    let ran = scout(["sandbox", "--write-map", "/nowhere/at/all/map.toml"])
        .run()
        .exits(3);
    assert!(
        ran.stderr.contains("cannot write /nowhere/at/all/map.toml"),
        "{ran}"
    );
}

// ---- credentials -----------------------------------------------------------------------------------------------------

/// A key of the right form that no sandbox knows.
const STRANGE_KEY: &str = "99999999-8888-4777-8666-555555555555";

/// Commands that need an account.
const WITH_ACCOUNT: [&[&str]; 5] = [
    &["token", "list"],
    &["state"],
    &["metrics", "atlas-api"],
    &["investigate", "atlas-api"],
    &["metrics", "--names"],
];

#[test]
fn without_credentials_the_way_to_get_some_is_told() {
    for args in WITH_ACCOUNT {
        let run = || scout([]).args(args);
        complaint(
            4,
            &["no Scaleway credentials found"],
            &["SCW_SECRET_KEY", "--sandbox"],
        )
        .is_told(run, "json");
    }
    let run = || scout(["logs", "atlas-api"]);
    complaint(
        4,
        &["no Scaleway credentials found"],
        &["SCW_SECRET_KEY", "--sandbox"],
    )
    .is_told(run, "ndjson");
}

#[test]
fn malformed_credentials_are_named_and_never_shown() {
    for (name, value, message, hint) in [
        (
            "SCW_SECRET_KEY",
            "hunter2-hunter2-hunter2",
            "secret_key",
            "8-4-4-4-12",
        ),
        (
            "SCW_ACCESS_KEY",
            "hunter2-hunter2-hunter2",
            "access_key",
            "SCW",
        ),
        (
            "SCW_DEFAULT_PROJECT_ID",
            "hunter2-hunter2-hunter2",
            "project_id",
            "8-4-4-4-12",
        ),
        ("SCW_DEFAULT_REGION", "hunter2 hunter2", "region", "fr-par"),
    ] {
        let run = || {
            let good = [
                ("SCW_SECRET_KEY", STRANGE_KEY),
                ("SCW_DEFAULT_PROJECT_ID", STRANGE_KEY),
            ];
            scout(["token", "list"]).envs(good).env(name, value)
        };
        config(&[message, name], &[hint]).is_told(run, "json");
        let ran = run().args(&["-v", "-v"]).run();
        assert!(!ran.stderr.contains("hunter2"), "{ran}");
    }
}

#[test]
fn an_api_address_that_may_not_get_a_key_is_refused() {
    for (url, hint) in [
        ("http://example.com", "https"),
        ("http://127.0.0.1.example.com", "https"),
        ("ftp://127.0.0.1", "https"),
        ("https://user:hunter2@example.com", "before the @"),
        ("example", "https"),
    ] {
        let run = || {
            scout(["token", "list"]).envs([
                ("SCW_SECRET_KEY", STRANGE_KEY),
                ("SCW_DEFAULT_PROJECT_ID", STRANGE_KEY),
                ("SCW_API_URL", url),
            ])
        };
        config(&["SCW_API_URL"], &[hint]).is_told(run, "json");
        assert!(!run().run().stderr.contains("hunter2"));
    }
}

#[test]
fn profiles_and_their_file() {
    let folder = scratch();
    let path = folder.path().join("config.yaml");
    let file = |text: &str| std::fs::write(&path, text).expect("a credentials file");
    let run = |profile: &'static str| {
        let path = path.to_str().expect("a UTF-8 path").to_owned();
        move || scout(["token", "list", "--profile", profile]).env("SCW_CONFIG_PATH", &path)
    };
    file("profiles:\n  staging:\n    secret_key: 11111111-1111-1111-1111-111111111111\n");
    config(&["profile", "stagin"], &["did you mean", "staging"]).is_told(run("stagin"), "json");
    config(&["profile", "zzzzzzzz"], &["staging"]).is_told(run("zzzzzzzz"), "json");
    file("profiles:\n  staging: [\n");
    config(&["config.yaml"], &[""]).is_told_to_people(run("staging")().run());
    let ran = scout(["token", "list", "--profile", "nope"]).run().exits(3);
    assert!(
        ran.stderr.contains("nope") && ran.stderr.contains("hint: "),
        "{ran}"
    );
}

// ---- what servers answer ---------------------------------------------------------------------------------------------

/// What asks the Scaleway API, Loki and Prometheus, one each, and nothing else that could fail first.
const ASKING: [(&str, &[&str], &str); 3] = [
    ("scaleway", &["token", "list"], "json"),
    ("loki", &["logs", "postgres", "--limit", "5"], "ndjson"),
    ("prometheus", &["metrics", "--names"], "json"),
];

/// Runs each of [`ASKING`] against a world where its source has this fault, and asserts the complaint and that no token is left.
#[track_caller]
fn each_source(fault: &str, complaint: Complaint<'_>) {
    each_source_within("20s", fault, complaint);
}

/// The same, with a deadline: short only where silence is what is tested, so that a busy machine changes nothing.
#[track_caller]
fn each_source_within(timeout: &str, fault: &str, complaint: Complaint<'_>) {
    for (source, args, machine_form) in ASKING {
        let path = if source == "scaleway" {
            "path = \"*/tokens\"\nmethod = \"GET\"\n"
        } else {
            ""
        };
        let fault = format!("[[fault]]\nsource = \"{source}\"\n{path}{fault}\n");
        let sandbox = SandboxProcess::with("healthy", &fault);
        complaint.is_told(
            || sandbox.scout([]).args(args).args(&["--timeout", timeout]),
            machine_form,
        );
        assert_eq!(sandbox.tokens_left(), [""; 0]);
    }
}

#[test]
fn a_key_that_the_api_does_not_know_is_refused() {
    let sandbox = SandboxProcess::builtin("healthy");
    for (_, args, machine_form) in ASKING {
        let run = || {
            sandbox
                .scout([])
                .args(args)
                .env("SCW_SECRET_KEY", STRANGE_KEY)
        };
        complaint(
            4,
            &["does not accept the secret key"],
            &["SCW_SECRET_KEY", "scw init"],
        )
        .is_told(run, machine_form);
        let ran = run().args(&["-v"]).run();
        assert!(!ran.stderr.contains(STRANGE_KEY), "{ran}");
    }
}

#[test]
fn a_missing_permission_names_the_set_that_gives_it() {
    for (denied, args, set) in [
        (
            "cockpit:write",
            &["logs", "postgres", "-o", "ndjson"][..],
            "ObservabilityFullAccess",
        ),
        (
            "cockpit:write",
            &["metrics", "--names"],
            "ObservabilityFullAccess",
        ),
        ("cockpit:read", &["token", "list"], "ObservabilityReadOnly"),
    ] {
        let sandbox = SandboxProcess::with(
            "healthy",
            &format!("[permissions]\ndeny = [\"{denied}\"]\n"),
        );
        let machine_form = if args[0] == "logs" { "ndjson" } else { "json" };
        let args = &args[..args.len().min(2)];
        complaint(4, &["may not"], &[set, "IAM policy"])
            .is_told(|| sandbox.scout([]).args(args), machine_form);
    }
    // What a list of states cannot show is a gap in the answer: the rest of it stands.
    for (denied, kind, set) in [
        ("rdb:read", "postgres", "RelationalDatabasesReadOnly"),
        ("redis:read", "redis", "RedisReadOnly"),
        ("container:read", "container", "ContainersReadOnly"),
        ("instance:read", "instance", "InstancesReadOnly"),
    ] {
        let sandbox = SandboxProcess::with(
            "healthy",
            &format!("[permissions]\ndeny = [\"{denied}\"]\n"),
        );
        let ran = sandbox
            .scout(["state", "private-network", kind])
            .run()
            .exits(4);
        assert!(ran.stderr.contains(set), "{ran}");
        assert!(ran.stdout.contains("pn-staging"), "{ran}");
    }
}

#[test]
fn nothing_under_a_path_is_told_as_an_address_to_check() {
    each_source(
        "status = 404",
        complaint(5, &["404"], &["check the address"]),
    );
}

#[test]
fn a_web_page_instead_of_json_is_told_as_one() {
    each_source(
        "status = 200\nbody = \"<!DOCTYPE html><html><body>Sign in</body></html>\"\ncontent_type = \"text/html\"",
        complaint(5, &["a web page instead of JSON"], &["proxy or login page"]),
    );
    each_source(
        "status = 502\nbody = \"<html><body>Bad gateway</body></html>\"\ncontent_type = \"text/html\"",
        complaint(5, &["502", "a web page"], &["try again"]),
    );
}

#[test]
fn json_that_is_something_else_is_told_as_no_sense() {
    for body in [
        "{}",
        "[]",
        "null",
        "7",
        "",
        "{\\\"status\\\":\\\"success\\\",\\\"data\\\":7,\\\"tokens\\\":7}",
    ] {
        let fault = format!("status = 200\nbody = \"{body}\"\ncontent_type = \"application/json\"");
        let sandbox = SandboxProcess::with(
            "healthy",
            &format!("[[fault]]\nsource = \"loki\"\n{fault}\n"),
        );
        let run = || sandbox.scout(["logs", "postgres"]);
        complaint(5, &["makes no sense"], &["proxy"]).is_told(run, "ndjson");
    }
}

#[test]
fn an_answer_that_breaks_off_is_told_as_broken() {
    each_source(
        "truncate_at = 20",
        complaint(5, &["broke before the answer was complete"], &["proxy"]),
    );
}

#[test]
fn an_answer_that_breaks_off_without_an_error_of_the_connection_is_noticed() {
    each_source(
        "status = 200\nbody = \"{\\\"status\\\":\\\"succ\"\ncontent_type = \"application/json\"",
        complaint(5, &["ends too early"], &["proxy"]),
    );
}

#[test]
fn a_connection_closed_without_an_answer_is_told_as_broken() {
    each_source("drop = true", complaint(5, &["broke"], &["proxy"]));
}

#[test]
fn silence_ends_at_the_deadline() {
    each_source_within(
        "1s",
        "delay = \"30s\"\nbefore = true",
        complaint(5, &["no answer", "within 1 s"], &["--timeout"]),
    );
}

#[test]
fn a_server_in_trouble_is_told_as_one() {
    each_source("status = 503", complaint(5, &["503"], &["try again"]));
    each_source("status = 429", complaint(5, &["429"], &["slow down"]));
}

#[test]
fn nobody_at_the_address_is_told_as_unreachable() {
    let sandbox = SandboxProcess::builtin("healthy");
    let nobody = closed_port();
    for (_, args, machine_form) in ASKING {
        let run = || {
            sandbox
                .scout([])
                .args(args)
                .env("SCW_API_URL", &nobody)
                .args(&["--timeout", "20s"])
        };
        complaint(5, &["cannot reach", "127.0.0.1"], &["check the network"])
            .is_told(run, machine_form);
    }
    let ran = sandbox
        .scout(["state", "postgres"])
        .env("SCW_API_URL", &nobody)
        .args(&["--timeout", "20s"])
        .run()
        .exits(5);
    assert!(ran.stderr.contains("cannot reach"), "{ran}");
}

/// A map of the healthy world with other data sources.
fn map_with(sandbox: &SandboxProcess, folder: &Path, endpoint: &str) -> String {
    let map = std::fs::read_to_string(sandbox.map()).expect("the sandbox's map");
    let path = folder.join("other-map.toml");
    std::fs::write(&path, map.replace(sandbox.url(), endpoint)).expect("a map");
    path.to_str().expect("a UTF-8 path").to_owned()
}

#[test]
fn a_redirect_is_never_followed() {
    let sandbox = SandboxProcess::builtin("healthy");
    let elsewhere =
        Canned::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let answer = format!(
            "HTTP/1.1 {status}\r\nLocation: {}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            elsewhere.url()
        );
        let here = Canned::answering(&answer);
        let code = &status[..3];
        let of_api = || {
            sandbox
                .scout(["token", "list"])
                .env("SCW_API_URL", here.url())
        };
        complaint(5, &[code], &["a redirect is never followed"]).is_told(of_api, "json");
        let folder = scratch();
        let map = map_with(&sandbox, folder.path(), here.url());
        for (args, machine_form) in [
            (&["logs", "postgres"], "ndjson"),
            (&["metrics", "--names"], "json"),
        ] {
            let run = || sandbox.scout([]).args(args).args(&["--map", &map]);
            complaint(5, &[code], &["a redirect is never followed"]).is_told(run, machine_form);
        }
        assert!(here.requests() >= 6, "{}", here.requests());
    }
    assert_eq!(elsewhere.requests(), 0);
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn a_data_source_that_is_not_cockpits_gets_no_token() {
    let scenario = "[[resource]]\nkind = \"data-source\"\nname = \"metrics\"\nfields = { type = \"metrics\", origin = \"scaleway\", url = \"URL\" }\n\
                    [[resource]]\nkind = \"data-source\"\nname = \"logs\"\nfields = { type = \"logs\", origin = \"scaleway\", url = \"URL\" }\n";
    for url in [
        "https://evil.example/.cockpit.fr-par.scw.cloud",
        "https://x.logs.cockpit.fr-par.scw.cloud.evil.example",
    ] {
        let sandbox = SandboxProcess::with("healthy", &scenario.replace("URL", url));
        let folder = scratch();
        let map = std::fs::read_to_string(sandbox.map()).expect("the sandbox's map");
        let kept = map.lines().filter(|line| !line.contains("_endpoint"));
        let path = folder.path().join("infra-map.toml");
        std::fs::write(&path, kept.collect::<Vec<_>>().join("\n")).expect("a map");
        for (args, machine_form) in [
            (&["logs", "postgres"], "ndjson"),
            (&["metrics", "--names"], "json"),
        ] {
            let run = || {
                sandbox
                    .scout([])
                    .args(args)
                    .args(&["--map", path.to_str().expect("UTF-8")])
            };
            complaint(
                4,
                &["not a host of Cockpit"],
                &["loki_endpoint or prom_endpoint"],
            )
            .is_told(run, machine_form);
        }
        assert_eq!(sandbox.tokens_left(), [""; 0]);
    }
}

#[test]
fn a_project_without_data_sources_is_told_so() {
    let scenario = "[[resource]]\nkind = \"data-source\"\nname = \"l\"\nstatus = \"absent\"\nfields = { type = \"logs\", origin = \"scaleway\" }\n";
    let sandbox = SandboxProcess::with("healthy", scenario);
    let ran = sandbox
        .scout(["logs", "postgres-staging"])
        .env("SCOUT_INFRA_MAP", "")
        .run()
        .exits(5);
    assert!(
        ran.stderr.contains("no Cockpit data source for logs"),
        "{ran}"
    );
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn without_a_map_commands_work_from_the_account() {
    let sandbox = SandboxProcess::builtin("healthy");
    for args in [
        &["metrics", "postgres-staging"][..],
        &["logs", "postgres-staging"],
        &["investigate", "is atlas-api ok?"],
        &["state"],
    ] {
        sandbox
            .scout([])
            .args(args)
            .env("SCOUT_INFRA_MAP", "")
            .run()
            .exits(0);
    }
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}
