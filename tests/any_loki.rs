//! `--loki-url`: any Loki answers the commands about logs, without map, account or token; what it is shown, and what goes nowhere.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use crate::support::{SandboxProcess, scout, scratch};

/// A Loki with one stream, which keeps the heads of all requests.
struct FakeLoki {
    /// Where it listens.
    url: String,
    /// Heads of requests, in lower case.
    heads: Arc<Mutex<Vec<String>>>,
}

impl FakeLoki {
    /// Answers as Loki; where `status` is not 200, with that and a `Location` elsewhere.
    fn start(status: &'static str, location: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let heads = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heads);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, status, &location, &kept);
            }
        });
        Self { url, heads }
    }

    /// A Loki that answers.
    fn healthy() -> Self {
        Self::start("200 OK", String::new())
    }

    /// The heads so far.
    fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("a list").clone()
    }
}

/// Reads a head and answers it.
fn answer(mut stream: TcpStream, status: &str, location: &str, heads: &Mutex<Vec<String>>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    heads.lock().expect("a list").push(head.to_lowercase());
    let body = if status.starts_with("200") {
        body(&path)
    } else {
        "no".to_owned()
    };
    let location = if location.is_empty() {
        String::new()
    } else {
        format!("Location: {location}\r\n")
    };
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\n{location}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    // A client that has gone away is not this server's trouble.
    let _ = stream.write_all(answer.as_bytes());
}

/// What this Loki says.
fn body(path: &str) -> String {
    let data = if path.contains("/label/app/values") {
        r#"["shop","till"]"#
    } else if path.contains("/loki/api/v1/labels") {
        r#"["app","pod"]"#
    } else if path.contains("/loki/api/v1/series") {
        r#"[{"app":"shop","pod":"p-1"}]"#
    } else if path.contains("/query_range") && path.contains("count_over_time") {
        r#"{"resultType":"matrix","result":[]}"#
    } else if path.contains("/query_range") {
        // A line at the first nanosecond that is asked for.
        let start = path
            .split(['?', '&'])
            .find_map(|parameter| parameter.strip_prefix("start="))
            .expect("a log query has a start");
        &format!(
            r#"{{"resultType":"streams","result":[{{"stream":{{"app":"shop"}},"values":[["{start}","sold"]]}}]}}"#
        )
    } else {
        r#"{"resultType":"vector","result":[{"metric":{"app":"shop","level":"error"},"value":[1795251600,"3"]}]}"#
    };
    format!(r#"{{"status":"success","data":{data}}}"#)
}

/// A file with a token, for its owner alone.
fn token_file(folder: &tempfile::TempDir, text: &str) -> PathBuf {
    let path = folder.path().join("token");
    std::fs::write(&path, text).expect("a file");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("a mode");
    path
}

#[test]
fn commands_about_logs_need_nothing_but_the_address() {
    let loki = FakeLoki::healthy();
    let run = |args: &[&str]| {
        let ran = scout(["--loki-url", &loki.url]).args(args).run();
        ran.exits(0).warns([&format!("loki: {}", loki.url)])
    };
    run(&["logql", "{app=\"shop\"}", "-o", "raw"]).says(["sold\n"]);
    run(&["logql", "count_over_time({app=\"shop\"}[5m])", "--instant"]).says(["3"]);
    run(&["labels"]).says(["app\npod\n"]);
    run(&["labels", "app"]).says(["shop\ntill\n"]);
    run(&["series", "{app=\"shop\"}"]).says(["{app=\"shop\", pod=\"p-1\"}"]);
    run(&["volume", "shop"]).says(["shop", "3", "100%"]).warns([
        "services are the 2 values of the label app",
        "their level is that of level",
    ]);
    run(&["labels", "--dry-run"]).says([loki.url.as_str()]);
    run(&["logs", "shop", "-n", "1"]).says(["sold"]);
    // The services of another label are found by it; this server counts more lines than it gives.
    for command in [&["patterns", "shop"][..], &["patterns"]] {
        let ran = scout(["--loki-url", &loki.url]).args(command).run();
        ran.exits(5).says(["sold", "shop"]);
    }
    for head in loki.heads() {
        for header in [
            "authorization:",
            "x-token:",
            "x-auth-token:",
            "x-scope-orgid:",
            "cookie:",
        ] {
            assert!(!head.contains(header), "{head}");
        }
    }
}

#[test]
fn a_token_and_a_tenant_go_into_headers() {
    let (loki, folder) = (FakeLoki::healthy(), scratch());
    let file = token_file(&folder, "  s3cr3t-of-loki\n");
    let file = file.to_str().expect("UTF-8");
    let ran = scout([
        "labels",
        "--loki-url",
        &loki.url,
        "--loki-token-file",
        file,
        "--loki-org-id",
        "team-1",
        "-v",
    ])
    .run()
    .exits(0);
    assert!(
        !ran.stdout.contains("s3cr3t") && !ran.stderr.contains("s3cr3t"),
        "{ran}"
    );
    scout(["labels"])
        .env("SCOUT_LOKI_URL", &loki.url)
        .env("SCOUT_LOKI_TOKEN_FILE", file)
        .env("SCOUT_LOKI_ORG_ID", "team-1")
        .run()
        .exits(0);
    let heads = loki.heads();
    assert_eq!(heads.len(), 2);
    for head in heads {
        assert!(
            head.contains("authorization: bearer s3cr3t-of-loki\r\n"),
            "{head}"
        );
        assert!(head.contains("x-scope-orgid: team-1\r\n"), "{head}");
        assert!(!head.contains("x-token"), "{head}");
    }
}

#[test]
fn a_credential_of_the_environment_is_not_shown_to_an_address_of_a_flag() {
    let (named, other, folder) = (FakeLoki::healthy(), FakeLoki::healthy(), scratch());
    let file = token_file(&folder, "s3cr3t");
    scout(["labels", "--loki-url", &named.url])
        .env("SCOUT_LOKI_URL", &other.url)
        .env("SCOUT_LOKI_TOKEN_FILE", file.to_str().expect("UTF-8"))
        .env("LOKI_BEARER_TOKEN", "s3cr3t")
        .run()
        .exits(0);
    assert!(other.heads().is_empty());
    assert!(
        !named.heads()[0].contains("authorization"),
        "{:?}",
        named.heads()
    );
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = FakeLoki::healthy();
    let (loki, folder) = (
        FakeLoki::start("302 Found", format!("{}/loki", elsewhere.url)),
        scratch(),
    );
    let file = token_file(&folder, "s3cr3t");
    scout([
        "labels",
        "--loki-url",
        &loki.url,
        "--loki-token-file",
        file.to_str().expect("UTF-8"),
    ])
    .run()
    .exits(5)
    .warns(["302", "redirect"]);
    assert!(elsewhere.heads().is_empty());
}

#[test]
fn a_server_that_wants_a_credential_says_how_to_name_one() {
    let loki = FakeLoki::start("401 Unauthorized", String::new());
    scout(["labels", "--loki-url", &loki.url])
        .run()
        .exits(4)
        .warns(["wants a credential", "--loki-token-file"]);
    scout([
        "--lang",
        "fr",
        "logql",
        "{a=\"b\"}",
        "--loki-url",
        &loki.url,
    ])
    .run()
    .exits(4)
    .warns(["demande des identifiants"]);
}

#[test]
fn addresses_and_credentials_that_do_not_hold_are_refused_before_anything_is_sent() {
    let folder = scratch();
    let good = token_file(&folder, "s3cr3t");
    let good = good.to_str().expect("UTF-8");
    for (args, code, said) in [
        (
            &["--loki-url", "https://me:pw12345@loki.example.com"][..],
            2,
            "--loki-token-file",
        ),
        (
            &[
                "--loki-url",
                "http://loki.example.com",
                "--loki-token-file",
                good,
            ],
            2,
            "plain http",
        ),
        (
            &["--loki-url", "loki.example.com"],
            2,
            "hint: the base address",
        ),
        (
            &["--loki-url", "ftp://loki.example.com"],
            2,
            "hint: the base address",
        ),
        (
            &["--loki-url", "http://127.0.0.1:9/?x=y"],
            2,
            "hint: the base address",
        ),
        (
            &[
                "--loki-url",
                "http://127.0.0.1:9",
                "--loki-token-file",
                "/nonexistent/token",
            ],
            3,
            "cannot read",
        ),
        (
            &[
                "--loki-url",
                "http://127.0.0.1:9",
                "--loki-token-file",
                "/dev/null",
            ],
            3,
            "does not hold one token",
        ),
        (
            &["--loki-url", "http://127.0.0.1:9", "--loki-org-id", "a b"],
            2,
            "--loki-org-id",
        ),
        (
            &["--loki-token-file", good],
            2,
            "--loki-url or SCOUT_LOKI_URL",
        ),
        (
            &["--loki-url", "http://127.0.0.1:9", "--sandbox"],
            2,
            "cannot be used with",
        ),
    ] {
        let ran = scout(["labels"]).args(args).run().exits(code);
        assert!(
            !ran.stderr.contains("pw12345") && !ran.stderr.contains("s3cr3t"),
            "{ran}"
        );
        ran.warns([said]);
    }
}

#[test]
fn a_token_file_that_others_can_read_is_warned_of() {
    let (loki, folder) = (FakeLoki::healthy(), scratch());
    let file = token_file(&folder, "s3cr3t");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("a mode");
    scout([
        "labels",
        "--loki-url",
        &loki.url,
        "--loki-token-file",
        file.to_str().expect("UTF-8"),
    ])
    .run()
    .exits(0)
    .warns(["can be read by others (mode 0644)"]);
}

#[test]
fn commands_that_need_more_than_loki_refuse_it() {
    for args in [
        &["investigate", "x"][..],
        &["state"],
        &["metrics"],
        &["promql", "up"],
        &["token", "list"],
        &["token", "sweep"],
    ] {
        scout(["--loki-url", "http://127.0.0.1:9"])
            .args(args)
            .run()
            .exits(2)
            .warns(["--loki-url is for the commands about logs"]);
    }
}

#[test]
fn the_variable_of_another_program_counts_only_where_there_is_nothing_else() {
    let loki = FakeLoki::healthy();
    scout(["labels"])
        .env("LOKI_ADDR", &loki.url)
        .env("LOKI_USERNAME", "Aladdin")
        .env("LOKI_PASSWORD", "open sesame")
        .env("LOKI_ORG_ID", "team-2")
        .run()
        .exits(0)
        .warns(["from LOKI_ADDR"]);
    let heads = loki.heads();
    assert!(
        heads[0].contains("authorization: basic qwxhzgrpbjpvcgvuihnlc2ftzq==\r\n"),
        "{heads:?}"
    );
    assert!(heads[0].contains("x-scope-orgid: team-2\r\n"), "{heads:?}");
    scout(["--sandbox", "labels"])
        .env("LOKI_ADDR", &loki.url)
        .run()
        .exits(0);
    let sandbox = SandboxProcess::builtin("healthy");
    sandbox
        .scout(["labels"])
        .env("LOKI_ADDR", &loki.url)
        .run()
        .exits(0);
    assert_eq!(loki.heads().len(), 1);
}

#[test]
fn no_token_is_made_even_where_there_is_an_account() {
    let (loki, sandbox) = (FakeLoki::healthy(), SandboxProcess::builtin("healthy"));
    sandbox
        .scout(["logql", "{app=\"shop\"}", "--loki-url", &loki.url])
        .run()
        .exits(0)
        .says(["sold"]);
    assert_eq!(sandbox.tokens_left(), [""; 0]);
    assert!(!sandbox.state_folder().exists(), "a ledger was written");
}
