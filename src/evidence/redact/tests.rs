//! Thousands of planted secrets: each form, each encoding, each place in a line, each field of each record. None leaves.

use chrono::Offset;
use serde_json::json;

use super::*;
use crate::analysis::analyse;
use crate::model::{Lang, RedactOptions};
use crate::render::style::Style;
use crate::render::{self, Format, Look};
use crate::report::{About, report};

/// When every line is written, in Unix seconds.
const NOW: i64 = 1_795_251_600;

/// A generator of numbers that look random (`SplitMix64`), the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.roll() % limit as u64).unwrap()
    }

    fn word(&mut self, alphabet: &str, length: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..length)
            .map(|_| letters[self.below(letters.len())])
            .collect()
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const HEX: &str = "0123456789abcdef";
const DIGITS: &str = "0123456789";

/// How many forms [`plant`] knows.
const FORMS: usize = 32;

/// A text with a secret of one form, and what must not be found of it afterwards.
fn plant(form: usize, dice: &mut Dice) -> (String, String) {
    let canary = format!("Zq{}7x", dice.word(ALNUM, 18));
    let c = &canary;
    let uuid = [8, 4, 4, 4, 12]
        .map(|length| dice.word(HEX, length))
        .join("-");
    let text = match form {
        0 => format!("Authorization: Bearer {c}"),
        1 => format!("password={c}"),
        2 => format!("{{\"user\":\"u\",\"password\":\"{c}\",\"n\":1}}"),
        3 => format!("postgres://app:{c}@db.internal:5432/shop"),
        4 => format!("Cookie: sid={c}; theme=dark"),
        5 => format!("eyJhbGciOiJIUzI1NiJ9.{c}.{}", dice.word(ALNUM, 20)),
        6 => format!("-----BEGIN RSA PRIVATE KEY-----\n{c}\n{c}==\n-----END RSA PRIVATE KEY-----"),
        7 => {
            let key = format!("SCW{}", dice.word(UPPER, 17));
            return (format!("access key {key} used"), key);
        }
        8 => return (format!("SCW_SECRET_KEY={uuid}"), uuid),
        9 => return (format!("X-Auth-Token: {uuid}"), uuid),
        10 => return (format!("mail to {c}@example.com bounced"), c.clone()),
        11 => {
            let card = card(dice);
            return (format!("card {card} declined"), card);
        }
        12 => format!("using ghp_{c}{}", dice.word(ALNUM, 14)),
        13 => {
            let tail = dice.word(UPPER, 16);
            return (format!("using AKIA{tail}"), tail);
        }
        14 => format!("xoxb-{}-{c}", dice.word(DIGITS, 12)),
        15 => format!("sk_live_{c}"),
        16 => format!("GET /v1/x?token={c}&page=2"),
        17 => format!("api_key: {c}"),
        18 => format!("client_secret={c}&grant_type=refresh"),
        19 => format!("Authorization: Basic dXNlcjp{c}"),
        20 => format!("psql --password {c} -h db"),
        21 => format!("DB_PASSWORD: '{c}'"),
        22 => format!("Set-Cookie: session={c}; Path=/; HttpOnly"),
        23 => format!("{{'secret_key': '{c}', 'x': 1}}"),
        24 => format!("map[Authorization:[Bearer {c}] Accept:[json]]"),
        25 => format!("<password>{c}</password>"),
        26 => format!("CREATE USER app IDENTIFIED BY '{c}'"),
        27 => format!("app:{c}@tcp(db:3306)/shop"),
        28 => format!("{{\"passwords\":[\"{c}\",\"{c}2\"]}}"),
        29 => format!("passphrase = \"{c} {c}\""),
        30 => format!("Server=db;User Id=app;Password={c};Timeout=3"),
        _ => format!("X-Amz-Signature={}{c}&X-Amz-Date=1", dice.word(HEX, 40)),
    };
    (text, canary)
}

/// A card number that passes the check.
fn card(dice: &mut Dice) -> String {
    let body = format!("4{}", dice.word(DIGITS, 14));
    let sum: u32 = body
        .chars()
        .rev()
        .enumerate()
        .map(|(index, digit)| {
            let value = digit.to_digit(10).unwrap() * if index % 2 == 0 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// How many encodings [`encode`] knows.
const ENCODINGS: usize = 7;

/// A text as programs write it into others.
fn encode(encoding: usize, text: &str) -> String {
    let escaped = |unit: fn(u8) -> String| {
        text.bytes().fold(String::new(), |mut out, byte| {
            if byte.is_ascii_alphanumeric() {
                out.push(char::from(byte));
            } else {
                out.push_str(&unit(byte));
            }
            out
        })
    };
    match encoding {
        0 => text.to_owned(),
        1 => json!({ "level": "error", "message": text }).to_string(),
        2 => json!({ "stream": "stderr", "message": json!({ "msg": text, "n": 1 }).to_string() })
            .to_string(),
        3 => format!(
            "GET /callback?q={}&n=1 HTTP/1.1",
            escaped(|byte| format!("%{byte:02X}"))
        ),
        4 => format!(
            "{{\"message\":\"{}\",\"n\":1}}",
            escaped(|byte| format!("\\u{byte:04x}"))
        ),
        5 => {
            json!({ "a": json!({ "b": json!({ "c": text }).to_string() }).to_string() }).to_string()
        }
        _ => format!("level=error err={} n=1", json!(text)),
    }
}

/// A planted text inside others.
fn planted(number: usize, dice: &mut Dice) -> (String, String) {
    let (text, canary) = plant(number % FORMS, dice);
    let encoded = encode(number / FORMS % ENCODINGS, &text);
    let before = dice.pick(&[
        "",
        "request failed: ",
        "2026-11-21T09:00:00Z ERROR [main] ",
        "\t",
        "{ ",
        "é ",
        "(",
        "x=1 ",
    ]);
    let after = dice.pick(&[
        "",
        " status=500",
        ", retrying",
        "\n  at main.rs:3",
        " é",
        " {\"a\":\"b\"}",
    ]);
    (format!("{before}{encoded}{after}"), canary)
}

/// Evidence about two services, without records.
fn world() -> Evidence {
    let at = |seconds: i64| {
        Instant::from_timestamp(NOW + seconds, 0)
            .unwrap()
            .to_rfc3339()
    };
    let meta = json!({
        "schema": 1, "bundle_id": "b", "created_at": at(0), "tool": "scout", "environment": "staging", "issue": "api is slow",
        "window": {"from": at(-1800), "to": at(0)}, "baseline": {"from": at(-3600), "to": at(-1800)},
        "params": {"services": ["api"]}, "redacted": false, "map": {"services": {
            "api": {"kind": "container", "title": "Api", "resource_name": "api", "depends_on": ["db"]},
            "db": {"kind": "postgres", "title": "Db", "resource_name": "db"},
        }},
    });
    Evidence {
        meta: serde_json::from_value(meta).unwrap(),
        records: Vec::new(),
    }
}

/// A record that holds a text in one of its fields.
fn record(field: usize, text: &str, number: usize) -> Record {
    let at = Instant::from_timestamp(NOW - 1 - i64::try_from(number % 1700).unwrap(), 0)
        .unwrap()
        .to_rfc3339();
    let window = json!({ "from": at, "to": at });
    let log = |line: &str, labels: Value, metadata: Value| json!({"type": "log", "service": "api", "ts": at, "labels": labels, "line": line, "metadata": metadata});
    let source = |request: &str, rest: Value| {
        let mut record =
            json!({"type": "source", "source": "loki", "request": request, "elapsed_seconds": 0.1});
        record
            .as_object_mut()
            .unwrap()
            .extend(rest.as_object().unwrap().clone());
        record
    };
    let state = |name: &str, status: &str, resource: Value| json!({"type": "state", "service": "db", "kind": "postgres", "id": "i", "name": name, "status": status, "health": "unhealthy", "changed_at": null, "resource": resource});
    let summary = |query: &str| json!({"type": "log_summary", "service": "api", "query": query, "window": window, "matched": 1, "returned": 1, "limited": false, "bytes": 1, "levels": {}});
    let metric = |expr: &str, labels: Value| json!({"type": "metric", "service": "db", "name": "connections", "expr": expr, "unit": "ratio", "labels": labels, "step_seconds": 15.0, "samples": [[NOW - 60, 1.0]]});
    let record = match field {
        0..=3 => log(text, json!({}), Value::Null),
        4 => log("x", json!({ "pod": text }), Value::Null),
        5 => log("x", json!({}), json!({ "detail": text })),
        6 => source(text, json!({ "ok": true })),
        7 => source(
            "q",
            json!({ "ok": false, "error": {"kind": "server-error", "message": text} }),
        ),
        8 => source("q", json!({ "skipped": true, "reason": text })),
        9 => summary(text),
        10 => metric(text, json!({})),
        11 => metric("up", json!({ "job": text })),
        12 => state("db", text, json!({})),
        13 => state(text, "ready", json!({})),
        16 => {
            json!({"type": "alert", "name": "a", "state": "firing", "annotations": {"summary": text}})
        }
        17 => json!({"type": "ssh", "target": "t", "command": "c", "stdout": text}),
        18 => json!({"type": "probe", "service": "api", "url": text, "ok": false, "error": text}),
        14 => state("db", "ready", json!({ "a": [{ "b": text }] })),
        _ => state("db", "ready", json!({ text: 1 })),
    };
    serde_json::from_value(record).unwrap()
}

/// How many fields [`record`] knows.
const FIELDS: usize = 19;

/// The report in all its forms.
fn reports(evidence: &Evidence) -> Vec<String> {
    let analysis = analyse(evidence, &[]);
    let about = About {
        lang: Lang::En,
        tool: "scout".into(),
        generated_at: evidence.meta.created_at,
        flags: String::new(),
    };
    let report = report(evidence, &analysis, &[], &about);
    let look = Look {
        style: Style::new(false),
        lang: Lang::En,
        width: None,
        offset: chrono::Utc.fix(),
        ascii: false,
        brief: false,
    };
    [Format::Human, Format::Json, Format::Markdown]
        .map(|format| {
            let mut bytes = Vec::new();
            render::report(&report, format, &look, &mut bytes).unwrap();
            String::from_utf8(bytes).unwrap()
        })
        .into()
}

/// The records as a bundle holds them, `meta` first.
fn lines(evidence: &Evidence) -> Vec<String> {
    let meta = Record::Meta(Box::new(evidence.meta.clone()));
    std::iter::once(&meta)
        .chain(&evidence.records)
        .map(|record| serde_json::to_string(record).unwrap())
        .collect()
}

/// Evidence from the lines of a bundle.
fn read(lines: &[String]) -> Evidence {
    let mut records: Vec<Record> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let Record::Meta(meta) = records.remove(0) else {
        panic!("no meta")
    };
    Evidence {
        meta: *meta,
        records,
    }
}

#[test]
fn no_planted_secret_leaves_in_any_output() {
    let mut dice = Dice(7);
    let mut evidence = world();
    let mut canaries = Vec::new();
    for number in 0..FORMS * ENCODINGS * 30 {
        let (text, canary) = planted(number, &mut dice);
        let mut record = record(dice.below(FIELDS), &text, number);
        let before = serde_json::to_string(&record).unwrap();
        redact_records(std::slice::from_mut(&mut record), &mut Redactor::default());
        let after = serde_json::to_string(&record).unwrap();
        assert!(!after.contains(&canary), "{canary} in {after}\nof {before}");
        evidence
            .records
            .push(serde_json::from_str(&before).unwrap());
        canaries.push(canary);
    }
    assert!(canaries.len() > 6000);
    evidence.redact(&mut Redactor::default());
    for output in [reports(&evidence), vec![lines(&evidence).join("\n")]].concat() {
        // What all canaries of most forms share; the others are looked for one by one.
        for (number, canary) in canaries
            .iter()
            .enumerate()
            .filter(|(number, _)| number % 7 == 0)
        {
            assert!(!output.contains(canary.as_str()), "{number}: {canary}");
        }
    }
    assert!(evidence.meta.redacted);
}

#[test]
fn what_evidence_says_about_itself_is_masked() {
    let mut dice = Dice(11);
    for number in 0..FORMS * ENCODINGS {
        let (text, canary) = planted(number, &mut dice);
        let mut evidence = world();
        evidence.meta.issue.clone_from(&text);
        evidence.meta.params.insert("words".into(), json!([text]));
        let api = evidence.meta.map.services.get_mut("api").unwrap();
        api.title.clone_from(&text);
        api.aliases = vec![text.clone()];
        api.url = Some(text.clone());
        evidence.redact(&mut Redactor::default());
        for output in [reports(&evidence), lines(&evidence)].concat() {
            assert!(!output.contains(&canary), "{canary} in {output}");
        }
    }
}

#[test]
fn masked_evidence_stays_as_it_is_and_gives_the_same_report() {
    let mut dice = Dice(13);
    let mut evidence = world();
    for number in 0..FORMS * ENCODINGS * 4 {
        let (text, _) = planted(number, &mut dice);
        evidence
            .records
            .push(record(dice.below(FIELDS), &text, number));
    }
    evidence.redact(&mut Redactor::default());
    let kept = lines(&evidence);
    let mut again = read(&kept);
    again.redact(&mut Redactor::default());
    let lines_again = lines(&again);
    for (first, second) in kept.iter().zip(&lines_again) {
        assert_eq!(first, second);
    }
    assert_eq!(reports(&evidence), reports(&again));
}

#[test]
fn numbers_do_not_depend_on_the_order_in_which_answers_came() {
    let mut dice = Dice(17);
    let mut evidence = world();
    for number in 0..400 {
        let (text, _) = planted(number, &mut dice);
        evidence
            .records
            .push(record(dice.below(FIELDS), &text, number));
    }
    let mut reversed = evidence.clone();
    reversed.records.reverse();
    evidence.redact(&mut Redactor::default());
    reversed.redact(&mut Redactor::default());
    let sorted = |evidence: &Evidence| {
        let mut lines = lines(evidence);
        lines.sort();
        lines
    };
    assert_eq!(sorted(&evidence), sorted(&reversed));
}

#[test]
fn a_line_that_was_json_still_is() {
    let mut dice = Dice(19);
    for number in 0..FORMS * ENCODINGS * 6 {
        let (text, _) = plant(number % FORMS, &mut dice);
        let line = encode([1, 2, 4, 5][number / FORMS % 4], &text);
        let masked = Redactor::default().masked(&line);
        assert!(
            serde_json::from_str::<Value>(&masked).is_ok(),
            "{masked}\nof {line}"
        );
    }
}

#[test]
fn names_of_environment_variables_give_their_values_away() {
    let mut evidence = world();
    let resource = json!({
        "env": [{"key": "DB_PASSWORD", "value": "hunter2"}, {"key": "PORT", "value": "8080"}, {"name": "API_KEY", "value": "k1"}],
        "password": {"value": "hunter3"}, "api_key": 123_456_789, "admin": {"password": "hunter4"}, "password_updated_at": "2026",
    });
    evidence.records.push(
        serde_json::from_value(
            json!({"type": "state", "service": "db", "kind": "postgres", "id": "i", "name": "db",
        "status": "ready", "health": "healthy", "changed_at": null, "resource": resource}),
        )
        .unwrap(),
    );
    evidence.redact(&mut Redactor::default());
    let Record::State(state) = &evidence.records[0] else {
        panic!()
    };
    assert_eq!(
        Value::Object(state.resource.clone()),
        json!({
            "env": [{"key": "DB_PASSWORD", "value": "<password:2>"}, {"key": "PORT", "value": "8080"}, {"name": "API_KEY", "value": "<secret:2>"}],
            "password": {"value": "<password:3>"}, "api_key": "<secret:1>", "admin": {"password": "<password:1>"}, "password_updated_at": "2026",
        })
    );
}

#[test]
fn a_private_key_written_line_by_line_is_masked() {
    let mut dice = Dice(23);
    let short = format!("{}==", dice.word(ALNUM, 9));
    let body: Vec<String> = (0..12)
        .map(|_| dice.word(&format!("{ALNUM}+/"), 64))
        .chain([short])
        .collect();
    let first = "-----BEGIN RSA PRIVATE KEY-----".to_owned();
    let last = "-----END RSA PRIVATE KEY-----".to_owned();
    let after = "service started on port 8080 with 4 workers".to_owned();
    for envelope in [false, true] {
        for gap_millis in [0, 3] {
            let mut evidence = world();
            for (number, line) in [&first]
                .into_iter()
                .chain(&body)
                .chain([&last, &after])
                .enumerate()
            {
                let at = Instant::from_timestamp_millis(
                    (NOW - 60) * 1000 + i64::try_from(number).unwrap() * gap_millis,
                )
                .unwrap();
                let line = if envelope {
                    json!({"stream": "stderr", "message": line}).to_string()
                } else {
                    line.clone()
                };
                evidence.records.push(serde_json::from_value(json!({"type": "log", "service": "api", "ts": at.to_rfc3339(), "labels": {"a": "b"}, "line": line})).unwrap());
            }
            evidence.redact(&mut Redactor::default());
            let kept = lines(&evidence).join("\n");
            for line in &body {
                assert!(
                    !kept.contains(line.trim_end_matches('=')),
                    "{line} in {kept}"
                );
            }
            assert!(
                kept.contains(&after) && kept.contains(&first) && kept.contains(&last),
                "{kept}"
            );
        }
    }
}

#[test]
fn ordinary_evidence_is_left_alone() {
    let mut evidence = world();
    for number in 0..2000_u64 {
        let id = Dice(number).roll();
        let text = match number % 6 {
            0 => format!(
                "{{\"level\":\"info\",\"msg\":\"GET /v1/users/{number} 200 12ms\",\"request_id\":\"{id:016x}\",\"status\":200}}"
            ),
            1 => format!(
                "ts=2026-11-21T09:00:00Z level=warn msg=\"slow query\" id=550e8400-e29b-41d4-a716-{:012x} took={}ms",
                id >> 16,
                number
            ),
            2 => format!(
                "10.0.0.{} - - [21/Nov/2026:09:00:00 +0000] \"GET /x?page={number} HTTP/1.1\" 200 {}",
                number % 250,
                id % 100_000
            ),
            3 => format!("FATAL: password authentication failed for user \"app{number}\""),
            4 => format!(
                "token bucket refilled to {number}, commit {id:016x}{id:016x}, 1795251600{:06}",
                id % 1_000_000
            ),
            _ => format!(
                "at com.example.shop.Order{number}.run(Order.java:{number}) sha256:{id:016x}{id:016x}{id:016x}{id:016x}"
            ),
        };
        evidence
            .records
            .push(record(0, &text, usize::try_from(number).unwrap()));
    }
    evidence.sort();
    let before = lines(&evidence);
    evidence.redact(&mut Redactor::new(RedactOptions::default()));
    evidence.meta.redacted = false;
    assert_eq!(lines(&evidence), before);
}
