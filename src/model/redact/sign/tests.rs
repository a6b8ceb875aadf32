//! Texts without a sign are those in which the exact walk finds nothing.

use proptest::prelude::*;
use proptest::sample::select;

use super::super::{OpenKey, Redactor};
use super::may_hold;

/// Pieces that secrets are made of, whole and broken.
const PIECES: [&str; 112] = [
    "password",
    "Pass",
    "PassWord",
    "pass.word",
    "passwd",
    "db_pass2",
    "pwd",
    "PGPASS",
    "motdepasse",
    "psk",
    "mdp",
    "passed",
    "secret",
    "clientSecret",
    "credentials",
    "creds",
    "token",
    "tokens",
    "accessToken",
    "jwt",
    "jeton",
    "Bearer",
    "bearer+",
    "Basic",
    "Basic Og",
    "Basic dTpw",
    "IDENTIFIED BY",
    "key",
    "api key",
    "apiKey",
    "api-keys_1",
    "Authorization",
    "_auth",
    "npm_auth",
    "Cookie",
    "set-cookie",
    "connect.sid",
    "connectSid",
    "JSESSIONID",
    "otp",
    "cvv2",
    "signature",
    "sig",
    "inside",
    "=",
    ":",
    ": ",
    " = ",
    ":=",
    "=>",
    "==",
    ">",
    "<",
    "</",
    "'",
    "\"",
    "`",
    "\\",
    "\\\"",
    "\\\\\"",
    "]",
    "[",
    "{",
    "}",
    ",",
    ";",
    " ",
    "  ",
    "+",
    "/",
    "-",
    "--",
    ".",
    "_",
    "&",
    "@",
    "u@",
    "@ex.io",
    "@db:54",
    "@tcp(",
    "://",
    ":\\/\\/",
    "\\/",
    "%40",
    "%3D",
    "\\u0040",
    "\\x3a",
    "\\u12ab",
    "\\u1234",
    "&quot;",
    "&#64;",
    "&amp;",
    "&#x27;",
    "\\n",
    "\\t",
    "-----BEGIN ",
    "PRIVATE KEY-----",
    "-----END ",
    "<email:1>",
    "<password:?>",
    "hunter2",
    "x",
    "é",
    "42",
    "4111",
    "4111111111111111",
    "4111 1111 1111 1111",
    "5500-0000-0000-0004",
    "378282246310005",
    "2026-11-21 09:00:00",
    "10.0.0.1",
    "sk-",
];

/// Beginnings and rests of keys of published forms.
const KEYS: [&str; 20] = [
    "SCW",
    "AKIA",
    "AIza",
    "ya29.",
    "GOCSPX-",
    "ghp_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "sk_live_",
    "whsec_",
    "sk-ant-",
    "SG.",
    "npm_",
    "pypi-",
    "hf_",
    "hvs.",
    "dckr_pat_",
    "shpat_",
    "eyJ",
];

/// One piece of a text.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => select(&PIECES[..]).prop_map(str::to_owned),
        1 => select(&KEYS[..]).prop_map(str::to_owned),
        1 => "[A-Z0-9]{15,18}",
        1 => "[A-Za-z0-9]{9,40}",
        1 => "[A-Za-z0-9_+/-]{60,70}",
        1 => "[2-6][0-9]{11,18}",
        1 => "\\PC{0,6}",
    ]
}

/// Asserts that a text is masked as the exact walk masks it.
fn masked_the_same(text: &str) -> Result<(), TestCaseError> {
    let (mut found, mut masked) = (text.to_owned(), text.to_owned());
    let open = Redactor::default().mask_found(&mut found);
    prop_assert_eq!(Redactor::default().mask(&mut masked), open, "{}", text);
    prop_assert_eq!(masked, found, "{}", text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn what_the_exact_walk_masks_has_a_sign(pieces in prop::collection::vec(piece(), 1..10)) {
        masked_the_same(&pieces.concat())?;
    }

    #[test]
    fn any_text_is_masked_as_the_exact_walk_masks_it(text in any::<String>()) {
        masked_the_same(&text)?;
    }
}

#[test]
fn ordinary_lines_have_no_sign() {
    for line in [
        "2026-11-21 09:00:00.123 INFO request 9e3779b97f4a7c15 from 10.0.0.1 served: GET /v1/orders/1 with status 200 in 12 ms",
        "level=info ts=2026-11-21T09:00:00.123456789Z msg=\"job 12 done\" rows=4711 took=1.5s caller=main.go:52",
        r#"{"stream":"stdout","resource_instance":"a1-7f9c4","message":"{\"level\":\"info\",\"@timestamp\":\"2026-11-21\",\"n\":1}"}"#,
        "passed 12 tests of the author's design inside a cookie shop at 179525160012345678",
    ] {
        assert!(!may_hold(line.as_bytes()), "{line}");
        assert_eq!(
            Redactor::default().mask_found(&mut line.to_owned()),
            OpenKey::No
        );
    }
}
