//! Templates against one entry, and what is refused.

use super::{Entry, Template};

/// Renders over labels `route=/v1/users`, `ms=120`, `empty=`.
fn render(text: &str) -> Result<String, String> {
    let label = |name: &str| match name {
        "route" => Some("/v1/users".to_owned()),
        "ms" => Some("120".to_owned()),
        "empty" => Some(String::new()),
        _ => None,
    };
    let entry = Entry {
        label: &label,
        line: "the line",
        at: 1_795_248_001_221_424_896,
    };
    Template::parse("line", text)?.render(&entry)
}

#[test]
fn functions_take_what_is_piped_in_last() {
    for (template, expected) in [
        (
            "{{.route}} took {{ .ms }}ms{{.missing}}",
            "/v1/users took 120ms",
        ),
        ("{{ .route | ToUpper }}", "/V1/USERS"),
        ("{{ ToUpper .route | trimPrefix \"/V1\" }}", "/USERS"),
        ("{{ Replace .route \"/\" \"-\" 1 }}", "-v1/users"),
        ("{{ .route | replace \"/\" \"-\" }}", "-v1-users"),
        ("{{ .empty | default \"none\" }}", "none"),
        (
            "{{ substr 0 3 .route }}|{{ substr 4 -1 .route }}",
            "/v1|users",
        ),
        (
            "{{ alignLeft 5 \"ab\" }}|{{ alignRight 5 \"ab\" }}|{{ alignLeft 2 \"abc\" }}",
            "ab   |   ab|ab",
        ),
        (
            "{{ regexReplaceAll \"/v([0-9])\" .route \"v${1}:\" }}",
            "v1:/users",
        ),
        ("{{ __line__ | upper }}", "THE LINE"),
        ("{{ __timestamp__ | unixEpoch }}", "1795248001"),
        (
            "{{ __timestamp__ | date \"2006-01-02T15:04:05.000Z07:00\" }}",
            "2026-11-21T08:00:01.221Z",
        ),
        (
            "{{ add .ms 1 }} {{ sub .ms 20 }} {{ mul .ms 2 }} {{ div .ms 7 }} {{ mod .ms 7 }}",
            "121 100 240 17 1",
        ),
        ("{{ divf .ms 7 | round 2 }}", "2"),
        ("{{ round (divf .ms 7) 2 }}", "17.14"),
        (
            "{{ printf \"%5s|%-5s|%05d|%.2f|%q\" \"a\" \"b\" (int .ms) 1.5 \"c\" }}",
            "    a|b    |00120|1.50|\"c\"",
        ),
        ("{{ if eq .ms \"120\" }}slow{{ else }}fast{{ end }}", "slow"),
        (
            "{{ if .empty }}a{{ else if .missing }}b{{ else }}c{{ end }}",
            "c",
        ),
        (
            "{{ $x := .ms }}{{ with .route }}{{ . }} {{ $x }}{{ end }}",
            "/v1/users 120",
        ),
        ("a {{- .ms -}} b{{/* note */}}", "a120b"),
        ("{{ `raw \"text\"` }}", "raw \"text\""),
        (
            "{{ \"hello\" | b64enc }} {{ \"aGVsbG8=\" | b64dec }}",
            "aGVsbG8= hello",
        ),
        (
            "{{ urlencode \"a b&c\" }} {{ urldecode \"a+b%26c\" }}",
            "a+b%26c a b&c",
        ),
        ("{{ duration \"1m30s\" }} {{ bytes \"2KB\" }}", "90 2000"),
        ("{{ trunc 3 .route }} {{ trunc -5 .route }}", "/v1 users"),
        (
            "{{ count \"[a-z]\" .route }} {{ contains \"users\" .route }}",
            "6 true",
        ),
        (
            "{{ Trim \"xxaxx\" \"x\" }}{{ trimAll \"x\" \"xxbxx\" }}{{ trimSuffix \"s\" .route }}",
            "ab/v1/user",
        ),
    ] {
        assert_eq!(render(template).as_deref(), Ok(expected), "{template}");
    }
}

#[test]
fn what_is_wrong_is_said_when_it_is_read() {
    for (template, part) in [
        ("{{ nope .a }}", "function \"nope\" not defined"),
        ("{{ .a", "unclosed action"),
        ("{{ if .a }}x", "unexpected EOF"),
        ("{{ end }}", "unexpected {{end}}"),
        ("{{ range .a }}{{ end }}", "range is not supported"),
        ("{{ .a | .b }}", "non executable command"),
        ("{{ }}", "missing value for command"),
        ("{{ \"a }}", "unclosed action"),
    ] {
        let refusal = render(template).unwrap_err();
        assert!(refusal.contains(part), "{template}: {refusal}");
    }
}

#[test]
fn a_function_that_fails_is_named() {
    assert!(
        render("{{ div 1 0 }}")
            .unwrap_err()
            .contains("error calling div")
    );
    assert!(
        render("{{ repeat 99999999 \"ab\" }}")
            .unwrap_err()
            .contains("too long")
    );
    assert!(render("{{ regexReplaceAll \"(\" .route \"\" }}").is_err());
}
