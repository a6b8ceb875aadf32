//! How a run is gone on with.

use super::*;

#[test]
fn the_command_to_go_on_is_what_was_typed_with_the_rest_of_the_window() {
    let at = |nanos: i64| UnixNanos(1_795_251_600_000_000_000 + nanos).instant();
    let rest = Window::new(at(5), at(3_600_000_000_000)).unwrap();
    let typed = [
        "logs", "api", "--since", "1h", "--grep", "it's", "--to=now", "-n", "0", "--from", "2h",
    ]
    .map(str::to_owned);
    assert_eq!(
        resume_command(&typed, rest),
        "scout logs api --grep 'it'\\''s' -n 0 --from 2026-11-21T09:00:00.000000005Z --to 2026-11-21T10:00:00Z"
    );
}

#[test]
fn arguments_stay_one_word_in_a_shell() {
    for (arg, word) in [
        ("-n", "-n"),
        ("", "''"),
        ("a b", "'a b'"),
        ("status>=500", "'status>=500'"),
        ("$(rm)", "'$(rm)'"),
    ] {
        assert_eq!(shell_word(arg), word);
    }
}
