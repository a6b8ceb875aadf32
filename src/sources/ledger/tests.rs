//! The ledger on a disk: who is live, who is dead, what cannot be read.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::super::scaleway::Account;
use super::{Ledger, LedgerEntry};
use crate::model::{Instant, Secret, TokenName};

fn account() -> Account {
    Account {
        api_url: "http://127.0.0.1:1".to_owned(),
        secret_key: Secret::new("key-that-is-secret".to_owned()),
        project_id: "project".to_owned(),
        region: "fr-par".to_owned(),
    }
}

fn now() -> Instant {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

fn entry(random: u64) -> LedgerEntry {
    let at = now();
    LedgerEntry::new(&account(), &TokenName::new(at, random), 4711, at)
}

fn folder() -> (tempfile::TempDir, Ledger) {
    let state = tempfile::tempdir().unwrap();
    let ledger = Ledger::new(&state.path().join("a/b"));
    (state, ledger)
}

/// Names that a scan gives as those of dead runs.
fn dead(ledger: &Ledger) -> Vec<String> {
    let scan = ledger.scan(now());
    assert!(scan.damaged.is_empty(), "{:?}", scan.damaged);
    let names = scan.abandoned.iter();
    names.map(|found| found.entry.name().to_owned()).collect()
}

#[test]
fn an_entry_is_live_while_it_is_held_and_dead_after() {
    let (_state, ledger) = folder();
    let name = entry(1).name().to_owned();
    let mut held = ledger.write(entry(1)).unwrap();
    assert_eq!(dead(&ledger), [""; 0]);
    assert_eq!(ledger.live().get(&name), Some(&4711));
    held.write_id("id-1").unwrap();
    assert_eq!(dead(&ledger), [""; 0]);
    assert_eq!(ledger.live().len(), 1);
    drop(held);
    assert_eq!(ledger.live().len(), 0);
    let scan = ledger.scan(now());
    assert_eq!(scan.abandoned[0].entry.id(), Some("id-1"));
    assert_eq!(dead(&ledger), [""; 0], "whoever finishes it holds it");
    drop(scan);
    assert_eq!(dead(&ledger), [name]);
    ledger.scan(now()).abandoned.pop().unwrap().remove();
    assert_eq!(dead(&ledger), [""; 0]);
}

#[test]
fn an_entry_is_for_this_user_only_and_holds_no_secret() {
    let (_state, ledger) = folder();
    let held = ledger.write(entry(2)).unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(ledger.folder()), 0o700);
    assert_eq!(mode(held.path.as_path()), 0o600);
    let text = fs::read_to_string(&held.path).unwrap();
    assert!(!text.contains("key-that-is-secret"), "{text}");
    held.remove();
    assert_eq!(fs::read_dir(ledger.folder()).unwrap().count(), 0);
}

#[test]
fn what_cannot_be_read_is_set_aside_once() {
    let (_state, ledger) = folder();
    drop(ledger.write(entry(3)).unwrap());
    let good = serde_json::to_string(&entry(4)).unwrap();
    let write = |name: &str, text: &str| fs::write(ledger.folder().join(name), text).unwrap();
    write("a.json", "");
    write("b.json", "{\"schema\":1");
    write("c.json", &good.replace("scout-", "grafana-"));
    write("d.json", &good.replace("fr-par", "../../x"));
    write("e.json", &good.replace("\"schema\":1", "\"schema\":2"));
    write("f.txt", "not ours");
    fs::create_dir(ledger.folder().join("g.json")).unwrap();
    let scan = ledger.scan(now());
    assert_eq!((scan.damaged.len(), scan.abandoned.len()), (5, 1));
    drop(scan);
    assert_eq!(ledger.scan(now()).damaged.len(), 0);
}

#[test]
fn an_entry_of_another_project_or_api_is_left_to_others() {
    let other = |change: fn(&mut Account)| {
        let mut account = account();
        change(&mut account);
        entry(5).account(&account).map(|found| found.region)
    };
    assert_eq!(other(|_| {}).as_deref(), Some("fr-par"));
    assert_eq!(
        other(|account| account.region = "nl-ams".to_owned()).as_deref(),
        Some("fr-par")
    );
    assert_eq!(
        other(|account| account.project_id = "another".to_owned()),
        None
    );
    assert_eq!(
        other(|account| account.api_url = "https://api.scaleway.com".to_owned()),
        None
    );
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_and_nothing_else() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let ledger = Ledger::new(file.path());
    assert!(ledger.write(entry(6)).is_err());
    assert_eq!(ledger.live().len(), 0);
    assert_eq!(dead(&ledger), [""; 0]);
}
