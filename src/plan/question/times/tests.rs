//! What people type, and the window that they mean. Now is Saturday, 21 November 2026, 14:30 in Paris.

use chrono::FixedOffset;

use super::read_time;
use crate::model::Instant;

fn now() -> Instant {
    "2026-11-21T13:30:00Z".parse().unwrap()
}

/// `MM-DD HH:MM` of both ends by the clock of Paris, or `-`.
fn window_of(text: &str) -> String {
    let paris = FixedOffset::east_opt(3600).unwrap();
    read_time(text, now(), paris).map_or_else(
        || "-".to_owned(),
        |said| {
            let show = |at: Instant| at.with_timezone(&paris).format("%m-%d %H:%M").to_string();
            format!("{} to {}", show(said.said.from), show(said.said.to))
        },
    )
}

#[track_caller]
fn all_mean(texts: &[&str], window: &str) {
    for text in texts {
        assert_eq!(window_of(text), window, "{text}");
    }
}

#[test]
fn a_start_lasts_until_now() {
    all_mean(
        &[
            "atlas api slow since 9",
            "slow since 9am",
            "since 9 am",
            "since 09:00",
            "since 9 o'clock",
            "l'api est lente depuis 9h",
            "depuis 9 h",
            "depuis 9 heures",
            "depuis ce matin 9h"
                .strip_suffix("x")
                .unwrap_or("depuis 9h00"),
            "500s starting at 9:00",
            "erreurs à partir de 9h",
            "it started at 9:00",
        ],
        "11-21 09:00 to 11-21 14:30",
    );
    all_mean(
        &["since 22:00", "since 10pm", "depuis 22h"],
        "11-20 22:00 to 11-21 14:30",
    );
    all_mean(&["since noon", "depuis midi"], "11-21 12:00 to 11-21 14:30");
    all_mean(
        &["depuis 13h45", "since 1:45pm", "since 1:45 pm"],
        "11-21 13:45 to 11-21 14:30",
    );
}

#[test]
fn a_length_ends_now() {
    all_mean(
        &[
            "il y a 20 minutes",
            "crash il y a vingt minutes",
            "depuis 20 minutes",
            "depuis 20 min",
            "depuis 20mn",
            "20 minutes ago",
            "20 mintes ago",
            "since 20 minutes",
            "in the last 20 minutes",
            "les 20 dernières minutes",
            "slow for 20 min",
            "errors since 20m",
        ],
        "11-21 14:10 to 11-21 14:30",
    );
    all_mean(
        &[
            "since an hour",
            "an hour ago",
            "last hour",
            "the past hour",
            "depuis une heure",
            "la dernière heure",
            "depuis 1h",
            "for 60 minutes",
        ],
        "11-21 13:30 to 11-21 14:30",
    );
    all_mean(
        &[
            "half an hour ago",
            "depuis une demi-heure",
            "il y a une demi-heure",
        ],
        "11-21 14:00 to 11-21 14:30",
    );
    all_mean(
        &["depuis 1h30", "since 1h30m", "an hour and a half ago"],
        "11-21 13:00 to 11-21 14:30",
    );
    all_mean(
        &["depuis 2 jours", "last 2 days", "ces deux derniers jours"],
        "11-19 14:30 to 11-21 14:30",
    );
}

#[test]
fn a_range_has_two_ends() {
    all_mean(
        &[
            "between 14:00 and 14:10",
            "entre 14h et 14h10",
            "from 14:00 to 14:10",
            "de 14h à 14h10",
            "errors 14:00-14:10",
            "errors 14h-14h10",
            "14:00 – 14:10",
        ],
        "11-21 14:00 to 11-21 14:10",
    );
    all_mean(
        &["between 23:00 and 1:00", "entre 23h et 1h"],
        "11-20 23:00 to 11-21 01:00",
    );
    all_mean(
        &[
            "yesterday between 14:00 and 15:00",
            "between 14:00 and 15:00 yesterday",
            "hier entre 14h et 15h",
        ],
        "11-20 14:00 to 11-20 15:00",
    );
    all_mean(
        &["between 2 hours ago and 1 hour ago"],
        "11-21 12:30 to 11-21 13:30",
    );
}

#[test]
fn days_and_their_parts_are_known() {
    all_mean(
        &["depuis hier soir", "since yesterday evening"],
        "11-20 17:00 to 11-21 14:30",
    );
    all_mean(
        &["crashed last night", "la nuit dernière"],
        "11-20 20:00 to 11-21 06:00",
    );
    all_mean(
        &["since this morning", "depuis ce matin"],
        "11-21 05:00 to 11-21 14:30",
    );
    all_mean(
        &["slow this morning", "lent ce matin"],
        "11-21 05:00 to 11-21 12:00",
    );
    all_mean(
        &["yesterday", "hier", "what broke yesteday?"],
        "11-20 00:00 to 11-21 00:00",
    );
    all_mean(
        &["since monday", "depuis lundi"],
        "11-16 00:00 to 11-21 14:30",
    );
    all_mean(
        &["since today", "depuis aujourd'hui"],
        "11-21 00:00 to 11-21 14:30",
    );
    all_mean(
        &[
            "yesterday at 16:00",
            "hier à 16h",
            "at 16:00 yesterday",
            "hier vers 16h",
        ],
        "11-20 15:45 to 11-20 16:15",
    );
    all_mean(
        &[
            "since yesterday 16:00",
            "depuis hier 16h",
            "since 16:00 yesterday",
        ],
        "11-20 16:00 to 11-21 14:30",
    );
}

#[test]
fn dates_are_known() {
    all_mean(
        &[
            "since 2026-11-19",
            "since Nov 19",
            "depuis le 19 novembre",
            "since 19 november",
            "depuis le 19/11",
            "since 19/11/2026",
        ],
        "11-19 00:00 to 11-21 14:30",
    );
    all_mean(
        &[
            "since 2026-11-19 08:00",
            "since 19 nov 08:00",
            "depuis le 19/11 à 8h",
        ],
        "11-19 08:00 to 11-21 14:30",
    );
}

#[test]
fn a_moment_has_something_around_it() {
    all_mean(
        &[
            "at 14:05",
            "crashed around 14:05",
            "vers 14h05",
            "errors 14h05",
            "à 14h05",
        ],
        "11-21 13:50 to 11-21 14:20",
    );
    all_mean(&["at 14:28"], "11-21 14:13 to 11-21 14:30");
}

#[test]
fn other_numbers_and_words_are_no_times() {
    all_mean(
        &[
            "",
            "atlas-api is returning 500s",
            "502 on /v1/orders",
            "from postgres to redis",
            "5xx for 3 users",
            "errors in release 2.14.1",
            "users can't log in",
            "la commande 4212 échoue",
            "redis at 95% memory",
            "version 1.9.0 of api-2",
            "sat solver is down",
            "port 8080 refused",
            "why is node 3 down",
            "since the deploy",
            "depuis la mise en production",
            "since 30 February 99:99",
        ],
        "-",
    );
}

#[test]
fn a_start_is_looked_at_with_what_led_to_it_and_a_range_as_it_is() {
    let minutes = |text: &str| {
        let said = read_time(text, now(), FixedOffset::east_opt(3600).unwrap()).unwrap();
        (now() - said.window().from).num_minutes()
    };
    assert_eq!(minutes("since 20 minutes"), 30);
    assert_eq!(minutes("since 2 hours"), 150);
    assert_eq!(minutes("since 12 hours"), 13 * 60);
    assert_eq!(minutes("between 14:00 and 14:10"), 30);
}

#[test]
fn the_words_are_quoted_as_they_were_typed() {
    let said = |text: &str| {
        read_time(text, now(), FixedOffset::east_opt(3600).unwrap())
            .unwrap()
            .words
    };
    assert_eq!(
        said("L'API rame depuis Hier Soir, non ?"),
        "depuis Hier Soir"
    );
    assert_eq!(
        said("500s between 14:00 and 14:10, why"),
        "between 14:00 and 14:10"
    );
}

proptest::proptest! {
    #[test]
    fn whatever_is_typed_the_window_has_a_length_and_ends_by_now(text in ".{0,60}") {
        if let Some(said) = read_time(&text, now(), FixedOffset::west_opt(5 * 3600).unwrap()) {
            let window = said.window();
            assert!(window.from <= said.said.from && window.from < window.to && window.to <= now());
        }
    }

    #[test]
    fn words_of_time_in_any_order_never_panic(words in proptest::collection::vec(
        proptest::sample::select(vec!["since", "depuis", "between", "and", "9", "9h", "24:00", "ago", "il", "y", "a", "last", "999999", "hours",
            "hier", "soir", "2026-02-30", "31", "feb", "-", "12pm", "à", "demi", "heure", "monday", "to", "at", "99h99", "années"]), 0..9)) {
        let text = words.join(" ");
        if let Some(said) = read_time(&text, now(), FixedOffset::east_opt(14 * 3600).unwrap()) {
            let window = said.window();
            assert!(window.from <= said.said.from && window.from < window.to && window.to <= now());
        }
    }
}
