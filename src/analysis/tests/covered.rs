//! Tests of what the telemetry covers.

use serde_json::json;

use super::*;

fn at(minute: i64) -> Instant {
    Instant::from_timestamp(1_795_255_200 + minute * 60, 0).unwrap()
}

fn window(from: i64, to: i64) -> Window {
    Window::new(at(from), at(to)).unwrap()
}

/// Evidence for the minutes 0 to 60 against those before, with a series and a log from these minutes on, of a service that was
/// created at another.
fn evidence(series: Option<i64>, log: i64, created: i64) -> Evidence {
    let mut records = vec![
        json!({"type": "log", "service": "api", "ts": at(log), "line": "hello"}),
        json!({"type": "state", "service": "api", "kind": "container", "changed_at": at(30),
               "resource": {"created_at": at(created)}}),
    ];
    records.extend(series.map(|from| {
        let samples: Vec<_> = (from..60)
            .map(|minute| (at(minute).timestamp(), 1.0))
            .collect();
        json!({"type": "metric", "service": "api", "name": "cpu", "samples": samples})
    }));
    let meta = json!({
        "schema": 1, "bundle_id": "1", "created_at": at(60), "tool": "scout", "environment": "staging",
        "window": window(0, 60), "baseline": window(-60, 0), "issue": "", "params": {}, "redacted": false,
        "map": {"services": {"api": {"kind": "container", "title": "", "aliases": [], "resource_name": "api",
                                  "depends_on": [], "url": null, "ssh": null}}},
    });
    Evidence {
        meta: serde_json::from_value(meta).unwrap(),
        records: records
            .into_iter()
            .map(|record| serde_json::from_value(record).unwrap())
            .collect(),
    }
}

fn covered(series: Option<i64>, log: i64, created: i64) -> (Window, Window) {
    let axis = covered_axis(&evidence(series, log, created));
    (axis.baseline, axis.window)
}

#[test]
fn what_is_covered_is_compared_as_it_was_asked_for() {
    let asked = (window(-60, 0), window(0, 60));
    assert_eq!(covered(Some(-60), 5, -900), asked);
    assert_eq!(covered(Some(5), -57, -900), asked);
    // A service that is new, and a log that nothing else vouches for.
    assert_eq!(covered(Some(5), 5, 4), asked);
    assert_eq!(covered(None, 5, -900), asked);
}

#[test]
fn the_comparison_begins_where_the_telemetry_does() {
    assert_eq!(
        covered(Some(-40), -38, -900),
        (window(-40, 0), window(0, 60))
    );
    assert_eq!(
        covered(Some(-20), -20, -900),
        (window(-20, 20), window(20, 60))
    );
    assert_eq!(
        covered(Some(20), 30, -900),
        (window(20, 40), window(40, 60))
    );
}
