//! Files on a real disk.

use std::io::{Cursor, Read};
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::*;
use crate::model::Redactor;
use crate::sandbox::Scenario;

/// Evidence with a record of each type, masked.
fn evidence() -> Evidence {
    let meta = json!({
        "schema": 1, "bundle_id": "b", "created_at": "2026-11-21T09:00:00Z", "tool": "scout", "environment": "staging",
        "window": {"from": "2026-11-21T08:30:00Z", "to": "2026-11-21T09:00:00Z"},
        "baseline": {"from": "2026-11-21T08:00:00Z", "to": "2026-11-21T08:30:00Z"}, "issue": "bob@example.com says so", "params": {},
        "redacted": false, "map": {"services": {"api": {"kind": "container", "title": "Api", "resource_name": "api"}}},
    });
    let records = [
        json!({"type": "log", "service": "api", "ts": "2026-11-21T08:59:00.000000001Z", "labels": {"resource_name": "api"}, "line": "password=hunter2"}),
        json!({"type": "metric", "service": "api", "name": "cpu", "expr": "cpu", "unit": "ratio", "labels": {}, "step_seconds": 15.0, "samples": [[1_795_251_540.0, "NaN"]]}),
        json!({"type": "state", "service": "api", "kind": "container", "id": "i", "name": "api", "status": "ready", "health": "healthy", "changed_at": null, "resource": {"name": "api"}}),
        json!({"type": "source", "source": "loki", "request": "{}", "ok": true, "elapsed_seconds": 0.1}),
    ];
    let mut evidence = Evidence {
        meta: serde_json::from_value(meta).unwrap(),
        records: records
            .into_iter()
            .map(|record| serde_json::from_value(record).unwrap())
            .collect(),
    };
    evidence.redact(&mut Redactor::default());
    evidence
}

/// The types of the records in a file, in order.
fn types(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["type"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}

#[test]
fn a_bundle_is_whole_private_and_begins_with_meta() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ndjson");
    let written = BundlePath::check(&path, false)
        .unwrap()
        .write(&evidence())
        .unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(types(&text), ["meta", "source", "state", "metric", "log"]);
    assert!(
        text.contains("\"redacted\":true") && text.contains("<email:1> says so"),
        "{text}"
    );
    assert!(
        !text.contains("hunter2") && !text.contains("bob@"),
        "{text}"
    );
    assert_eq!(
        written,
        Written {
            records: 5,
            bytes: text.len() as u64
        }
    );
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no temporary file is left"
    );
}

#[test]
fn a_name_in_gz_is_compressed_and_the_sandbox_serves_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ndjson.gz");
    let bundle = BundlePath::check(&path, false).unwrap();
    bundle.write(&evidence()).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes.as_slice())
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(types(&text).len(), 5);
    let world = Scenario::read(Cursor::new(bytes.clone()), "a.ndjson.gz").unwrap();
    assert_eq!(world.issue, "<email:1> says so");
    let again = BundlePath::check(&path, true).unwrap();
    again.write(&evidence()).unwrap();
    assert_eq!(
        std::fs::read(&path).unwrap(),
        bytes,
        "the same evidence gives the same file"
    );
}

#[test]
fn nothing_is_replaced_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ndjson");
    let early = BundlePath::check(&path, false).unwrap();
    std::fs::write(&path, "mine").unwrap();
    assert!(matches!(
        BundlePath::check(&path, false),
        Err(BundleWriteError::Exists { .. })
    ));
    assert!(matches!(
        early.write(&evidence()),
        Err(BundleWriteError::Exists { .. })
    ));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    BundlePath::check(&path, true)
        .unwrap()
        .write(&evidence())
        .unwrap();
    assert_ne!(std::fs::read_to_string(&path).unwrap(), "mine");
    assert!(matches!(
        BundlePath::check(folder.path(), true),
        Err(BundleWriteError::NoFile { .. })
    ));
    let missing = folder.path().join("no/a.ndjson");
    assert!(matches!(
        BundlePath::check(&missing, true),
        Err(BundleWriteError::NoFolder { .. })
    ));
}

#[test]
#[should_panic(expected = "only masked evidence is kept")]
fn what_is_not_masked_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut evidence = evidence();
    evidence.meta.redacted = false;
    let path = folder.path().join("a.ndjson");
    let _ = BundlePath::check(&path, false).unwrap().write(&evidence);
}
