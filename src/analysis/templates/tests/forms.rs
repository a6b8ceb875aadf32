//! What single lines, and a few together, are masked to.

use super::*;

#[test]
fn what_varies_by_its_form_is_masked() {
    for (line, template) in [
        ("took 12 ms", "took <*>"),
        ("took 12.5s of 30s", "took <*> of <*>"),
        ("at -3 and +4.5e-7", "at <*> and <*>"),
        ("read 1,234,567 bytes (1.2 MB)", "read <*> (<*>)"),
        ("less than <1 sec", "less than <*>"),
        ("slot<0>(0x0) up", "slot<<*>>(<*>) up"),
        ("address 0x7f00abcd1200 free", "address <*> free"),
        ("mask ffffffff set", "mask <*> set"),
        (
            "id 5f1c2d3e-4a5b-6c7d-8e9f-001122334455 gone",
            "id <*> gone",
        ),
        ("commit 9e4fa63 pushed", "commit <*> pushed"),
        ("from 10.0.0.5:5432 to 10.0.0.6", "from <*> to <*>"),
        ("peer fe80::a1b2:c3ff:fed4:e5f6 lost", "peer <*> lost"),
        ("peer 2001:db8:0:1::5 lost", "peer <*> lost"),
        ("lease 00:16:3e:a1:b2:c3 given", "lease <*> given"),
        ("host web-3.example.com:443 down", "host <*> down"),
        ("see https://example.com/a?b=c&d=e now", "see <*> now"),
        ("jdbc:postgresql://db:5432/x failed", "jdbc:<*> failed"),
        ("GET /v1/users?page=2 done", "GET <*> done"),
        ("open /etc/passwd and ./run.sh", "open <*> and <*>"),
        (r"load \Windows\System\a.dll", "load <*>"),
        ("both and/or none", "both and/or none"),
        ("mail bob@example.com sent", "mail <*> sent"),
        ("since 2026-11-21T09:00:00.123Z", "since <*>"),
        ("on Sat Nov 21 09:00:00 2026 it", "on <*> it"),
        ("on Sat it", "on Sat it"),
        ("at 21/Nov/2026:09:00:00 +0000 it", "at <*> it"),
        ("list [1, 2, 3] of [4]", "list [<*>] of [<*>]"),
        ("blocks seg_-12 seg_345 seg_6789", "blocks seg_<*> <*>"),
        ("part_1445_b_000001 done", "part_<*>_b_<*> done"),
        ("via eth0 and IPv6", "via eth0 and IPv6"),
        (
            r#"user="al bo" msg="went away""#,
            r#"user=<*> msg="went away""#,
        ),
        (
            r#"{"id":"x y","msg":"went away"}"#,
            r#"{"id":<*>,"msg":"went away"}"#,
        ),
        ("100% of café", "<*> of café"),
    ] {
        assert_eq!(texts(Lines::Messages, &[line]), [template], "{line}");
    }
}

#[test]
fn a_clock_is_told_from_an_address() {
    use super::super::date::{is_clock, is_date};
    for clock in [
        "09:00",
        "09:00:00.1",
        "2026-11-21T09:00:00Z",
        "20171223-22:15:29:606",
    ] {
        assert!(is_clock(clock.as_bytes()), "{clock}");
    }
    for other in [
        "00:16:3e:a1:b2:c3",
        "10.0.0.5:5432",
        "1:2",
        "fe80::1",
        ":00",
    ] {
        assert!(!is_clock(other.as_bytes()), "{other}");
    }
    for date in [
        "2026-11-21",
        "21/Nov/2026",
        "17/06/09",
        "2005.06.03",
        "1795251600",
        "1795251600.5",
    ] {
        assert!(is_date(date.as_bytes()), "{date}");
    }
    for other in [
        "10.0.0.5",
        "1.2.3",
        "2026",
        "2795251600",
        "17952516001",
        "12-monkeys-12",
    ] {
        assert!(!is_date(other.as_bytes()), "{other}");
    }
}

#[test]
fn names_vary_as_soon_as_there_are_two() {
    for (lines, expected) in [
        (
            ["resolved a.example.com", "resolved b.example.org"],
            &["resolved <*>"][..],
        ),
        (["node-12 is up", "db-34 is up"], &["<*> is up"]),
        (
            ["set to 'left' now", "set to 'right' now"],
            &["set to 'left' now", "set to 'right' now"],
        ),
        (["cpu0 online", "cpu1 online"], &["cpu<*> online"]),
        (["over IPv4", "over IPv6"], &["over IPv4", "over IPv6"]),
        (
            ["force=true", "force=false"],
            &["force=false", "force=true"],
        ),
        (["a.b=1", "a.c=1"], &["a.b=<*>", "a.c=<*>"]),
    ] {
        assert_eq!(texts(Lines::Messages, &lines), expected, "{lines:?}");
    }
}

#[test]
fn words_vary_where_many_stand() {
    let users = ["ann", "bob", "cid", "dan", "eve"];
    let lines: Vec<String> = users
        .iter()
        .map(|user| format!("failed login for user {user} from here"))
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    assert_eq!(
        texts(Lines::Messages, &lines),
        ["failed login for user <*> from here"]
    );
    assert_eq!(texts(Lines::Messages, &lines[..2]).len(), 2);
    // What was done is not a value, even where four things were.
    let done = [
        "pump started (cycle of the day)",
        "pump stopped (cycle of the day)",
        "pump paused (cycle of the day)",
        "pump resumed (cycle of the day)",
    ];
    assert_eq!(texts(Lines::Messages, &done).len(), 4);
    // A word alone says all that there is.
    assert_eq!(
        texts(
            Lines::Messages,
            &["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"]
        )
        .len(),
        11
    );
}

#[test]
fn quoted_text_varies_where_it_comes_in_many_lengths() {
    let agents = [
        "curl",
        "An Agent (of a kind)",
        "Another, with much more to say",
        "Bot",
        "Yet Another",
    ];
    let lines: Vec<String> = agents
        .iter()
        .map(|agent| format!("request by \"{agent}\" done"))
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    assert_eq!(texts(Lines::Messages, &lines), ["request by \"<*>\" done"]);
}

#[test]
fn bytes_that_are_no_text_are_told_apart_and_shown() {
    let (templates, places) = mine(
        Lines::Messages,
        &[&b"a \xff b"[..], b"a \xfe b", b"a \xff b"],
    );
    assert_eq!(places, [0, 1, 0]);
    assert_eq!(templates[0].text, "a \u{fffd} b");
}
