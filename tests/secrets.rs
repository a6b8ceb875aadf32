//! No output, error, argument list or environment of a child holds a secret: every command, in every form, in success and in
//! each kind of failure.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{Ran, SandboxProcess, Scout};

/// A value of a container's environment, which the API gives in plain text and scout must not repeat.
const CANARY: &str = "canary-5f0e7a1c-do-not-print";

/// A world whose containers carry the canary.
fn world(extra: &str) -> SandboxProcess {
    SandboxProcess::with(
        "postgres-connections",
        &format!(
            "[[resource]]\nkind = \"container\"\nname = \"canary\"\nstatus = \"error\"\n\
             fields = {{ environment_variables = {{ CANARY = \"{CANARY}\", PASSWORD = \"{CANARY}\" }}, secret_environment_variables = [{{ key = \"K\", hashed_value = \"{CANARY}\" }}] }}\n{extra}"
        ),
    )
}

/// The user's own key in this world.
fn key(sandbox: &SandboxProcess) -> &str {
    sandbox.var("SCW_SECRET_KEY")
}

/// Whether a text holds something of the form of a Cockpit token's secret: 64 characters of base64url, or more.
fn holds_a_token(text: &str) -> bool {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
        .any(|word| {
            word.len() >= 64
                && word.bytes().any(|byte| byte.is_ascii_digit())
                && word.bytes().any(|byte| byte.is_ascii_uppercase())
        })
}

/// Asserts that a run told no secret of its world.
#[track_caller]
fn is_discreet(sandbox: &SandboxProcess, ran: &Ran) {
    for (stream, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        assert!(
            !text.contains(key(sandbox)),
            "the key is in {stream} of {ran}"
        );
        assert!(
            !text.contains(sandbox.var("LOKI_BEARER_TOKEN")),
            "a token is in {stream} of {ran}"
        );
        assert!(
            !text.contains(CANARY),
            "a container's environment is in {stream} of {ran}"
        );
        assert!(
            !holds_a_token(text),
            "the secret of a token may be in {stream} of {ran}"
        );
    }
}

/// Every command with every form that it has.
const COMMANDS: [&[&str]; 27] = [
    &["investigate", "atlas-api is returning 500s"],
    &["investigate", "canary", "-o", "json"],
    &["investigate", "-o", "markdown"],
    &["investigate", "-o", "html"],
    &["investigate", "atlas-api", "--brief", "--lang", "fr"],
    &["logs", "atlas-api"],
    &["logs", "-o", "ndjson", "-n", "3"],
    &["logs", "-o", "raw", "-n", "3"],
    &["labels"],
    &["labels", "resource_name", "-o", "json"],
    &["metrics"],
    &["metrics", "-o", "json"],
    &["metrics", "-o", "markdown"],
    &["metrics", "--names"],
    &["metrics", "--names", "-o", "json"],
    &["state"],
    &["state", "-o", "json"],
    &["state", "-o", "markdown"],
    &["map", "check"],
    &["map", "show"],
    &["map", "show", "-o", "json"],
    &["map", "show", "-o", "markdown"],
    &["token", "list"],
    &["token", "list", "-o", "json"],
    &["token", "list", "-o", "markdown"],
    &["completions", "bash"],
    &["sandbox", "--list"],
];

/// Commands that ask servers, for worlds where these fail.
const ASKING: [&[&str]; 6] = [
    &["investigate", "atlas-api"],
    &["investigate", "canary", "-o", "json"],
    &["logs", "atlas-api", "-o", "ndjson"],
    &["metrics", "-o", "json"],
    &["state"],
    &["token", "list", "-o", "json"],
];

/// Runs a command as talkative as it can be, and asserts that it is discreet.
#[track_caller]
fn talk(sandbox: &SandboxProcess, run: Scout) -> Ran {
    let ran = run.args(&["-v", "-v", "-v"]).run();
    is_discreet(sandbox, &ran);
    ran
}

#[test]
fn the_test_knows_a_secret_when_it_sees_one() {
    let sandbox = world("");
    assert!(holds_a_token(&format!(
        "x {} y",
        sandbox.var("LOKI_BEARER_TOKEN")
    )));
    assert!(!holds_a_token(
        "plain words and 67533ffb-be0f-447a-b38f-1ed5c4bedb62"
    ));
    assert_eq!(key(&sandbox).len(), 36);
}

#[test]
fn no_command_tells_a_secret_in_any_form() {
    let sandbox = world("");
    for args in COMMANDS {
        talk(&sandbox, sandbox.scout([]).args(args)).exits(0);
        // A plan has no form for browsers.
        let code = if args.contains(&"html") { 2 } else { 0 };
        talk(&sandbox, sandbox.scout([]).args(args).args(&["--dry-run"])).exits(code);
        talk(
            &sandbox,
            sandbox.scout([]).args(args).env("SCOUT_INFRA_MAP", ""),
        );
    }
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn no_failure_tells_a_secret() {
    let faults = |rest: &str| -> String {
        ["loki", "prometheus", "scaleway"]
            .map(|source| format!("[[fault]]\nsource = \"{source}\"\n{rest}\n"))
            .concat()
    };
    for extra in [
        faults("status = 500"),
        faults("status = 401"),
        faults("status = 403"),
        faults("status = 404"),
        faults("drop = true"),
        faults("truncate_at = 30"),
        faults("delay = \"20s\"\nbefore = true"),
        faults("status = 200\nbody = \"{\""),
        "[[fault]]\nsource = \"scaleway\"\nmethod = \"POST\"\ntruncate_at = 250\n".to_owned(),
        "[[fault]]\nsource = \"scaleway\"\nmethod = \"DELETE\"\nstatus = 500\n".to_owned(),
        "[permissions]\ndeny = [\"*:*\"]\n".to_owned(),
    ] {
        let sandbox = world(&extra);
        for args in ASKING {
            let ran = talk(
                &sandbox,
                sandbox.scout([]).args(args).args(&["--timeout", "1s"]),
            );
            assert!(ran.code.is_some_and(|code| code < 70), "{extra}: {ran}");
        }
    }
}

#[test]
fn a_server_that_repeats_the_key_is_not_repeated() {
    let sandbox = world("");
    let key = key(&sandbox).to_owned();
    // A key that was put where an address or a name belongs.
    for (name, value) in [
        ("SCW_DEFAULT_REGION", key.as_str()),
        ("SCW_API_URL", &format!("https://{key}@127.0.0.1")),
        ("SCW_PROFILE", "nobody"),
    ] {
        let ran = sandbox
            .scout(["token", "list", "-v"])
            .env(name, value)
            .run();
        assert_ne!(ran.code, Some(0), "{ran}");
        assert!(!ran.stderr.contains(&format!("{key}@")), "{ran}");
    }
}

/// Argument lists and environments of a process and its children, as the system shows them to others.
fn shown_of(pid: u32) -> Vec<(String, String)> {
    let mut processes = vec![pid];
    let mut shown = Vec::new();
    while let Some(pid) = processes.pop() {
        let read = |name: &str| {
            let bytes = fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
            String::from_utf8_lossy(&bytes).replace('\0', " ")
        };
        shown.push((read("cmdline"), read("environ")));
        let children =
            fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        processes.extend(
            children
                .split_whitespace()
                .filter_map(|pid| pid.parse::<u32>().ok()),
        );
    }
    shown
}

#[test]
fn no_secret_is_in_an_argument_list_and_no_token_in_an_environment() {
    let sandbox = world("[[fault]]\nsource = \"loki\"\ndelay = \"20s\"\nbefore = true\n");
    let mut child = sandbox
        .scout(["investigate", "atlas-api"])
        .spawn(Stdio::null(), Stdio::null());
    let deadline = Instant::now() + Duration::from_secs(20);
    let asked = || {
        sandbox
            .requests()
            .iter()
            .any(|request| request.contains("/loki/"))
    };
    while !asked() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(10));
    }
    let shown = shown_of(child.id());
    let interrupted = std::process::Command::new("kill")
        .args(["-s", "INT", &child.id().to_string()])
        .status();
    assert!(interrupted.expect("kill runs").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert!(shown[0].0.contains("investigate"), "{shown:?}");
    for (arguments, environment) in &shown {
        assert!(!arguments.contains(key(&sandbox)), "{arguments}");
        assert!(!holds_a_token(arguments), "{arguments}");
        // The sandbox's own reader token is what the test itself put there.
        assert!(
            !holds_a_token(&environment.replace(sandbox.var("LOKI_BEARER_TOKEN"), "")),
            "{environment}"
        );
    }
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}
