//! The lease against a sandbox, for what a test of the binary cannot bring about: panics and early returns while it is held.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::super::http::Limits;
use super::super::scaleway::{Account, Api};
use super::{Lease, LeaseRequest, LeftTokens, Watch};
use crate::model::{Instant, Scope, TokenName, TokenStatus};
use crate::sandbox::{Sandbox, Scenario};

/// A quiet world with a fault.
fn sandbox(fault: &str) -> Sandbox {
    let text = format!(
        "schema = 1\nname = \"lease\"\ntitle = \"A world for the lease\"\nseed = 1\n{fault}"
    );
    let scenario = Scenario::parse(&text, "lease").unwrap();
    let now = "2026-11-21T09:00:00Z".parse().unwrap();
    Sandbox::start(scenario, ([127, 0, 0, 1], 0).into(), now).unwrap()
}

fn account(sandbox: &Sandbox) -> Account {
    let keys = sandbox.keys();
    Account {
        api_url: sandbox.url().to_owned(),
        secret_key: keys.secret_key,
        project_id: keys.project_id,
        region: keys.region,
    }
}

fn request(sandbox: &Sandbox) -> LeaseRequest {
    let expires: Instant = "2026-11-21T09:15:00Z".parse().unwrap();
    LeaseRequest {
        account: account(sandbox),
        name: TokenName::new(expires, 7),
        scopes: vec![Scope::Logs],
        timeout: Duration::from_secs(2),
        run_left: Duration::from_secs(900),
        watch: Watch::default(),
        left: LeftTokens::default(),
        seed: 7,
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// Names of scout's tokens that exist.
fn tokens_left(sandbox: &Sandbox) -> Vec<String> {
    let limits = Limits {
        timeout: Duration::from_secs(5),
        answer_bytes: 1 << 20,
        parallel: 1,
        seed: 1,
    };
    let api = Api::new(account(sandbox), limits).unwrap();
    let tokens = runtime().block_on(api.fetch_tokens()).unwrap();
    tokens
        .into_iter()
        .map(|token| token.name)
        .filter(|name| name.parse::<TokenName>().is_ok())
        .collect()
}

#[test]
fn closed_in_the_open() {
    let sandbox = sandbox("");
    let outcome = runtime().block_on(async {
        let lease = Lease::start(request(&sandbox)).unwrap();
        assert_eq!(lease.secret().await.unwrap().expose().len(), 64);
        assert_eq!(tokens_seen(&sandbox), 1);
        lease.close().await.outcome
    });
    assert_eq!(outcome.status, TokenStatus::Deleted);
    assert!(outcome.id.is_some() && outcome.lived_seconds.is_some());
    assert_eq!(tokens_left(&sandbox), [""; 0]);
}

/// The same count from inside a runtime, on a thread of its own.
fn tokens_seen(sandbox: &Sandbox) -> usize {
    std::thread::scope(|scope| scope.spawn(|| tokens_left(sandbox).len()).join().unwrap())
}

#[test]
fn a_panic_while_it_is_held_deletes_the_token() {
    let sandbox = sandbox("");
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        runtime().block_on(async {
            let lease = Lease::start(request(&sandbox)).unwrap();
            lease.secret().await.unwrap();
            assert_eq!(tokens_seen(&sandbox), 1);
            panic!("in the middle of the work");
        });
    }));
    assert!(panicked.is_err());
    assert_eq!(tokens_left(&sandbox), [""; 0]);
}

#[test]
fn an_early_return_deletes_the_token() {
    let sandbox = sandbox("");
    let failed: Result<(), std::num::ParseIntError> = runtime().block_on(async {
        let lease = Lease::start(request(&sandbox)).unwrap();
        lease.secret().await.unwrap();
        "x".parse::<u8>().map(drop)
    });
    assert!(failed.is_err());
    assert_eq!(tokens_left(&sandbox), [""; 0]);
}

#[test]
fn a_token_that_a_panic_leaves_behind_is_told_to_whoever_ends_the_process() {
    let path = "/cockpit/v1/regions/fr-par/tokens/*";
    let sandbox = sandbox(&format!(
        "[[fault]]\nsource = \"scaleway\"\npath = \"{path}\"\nmethod = \"DELETE\"\nstatus = 403\n"
    ));
    let request = request(&sandbox);
    let left = request.left.clone();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        runtime().block_on(async {
            let lease = Lease::start(request).unwrap();
            lease.secret().await.unwrap();
            panic!("in the middle of the work");
        });
    }));
    assert!(panicked.is_err());
    let told = left.take();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].status, TokenStatus::LeftBehind);
    assert!(told[0].id.is_some() && told[0].remedy.is_some(), "{told:?}");
}

#[test]
fn a_creation_that_may_yet_take_place_counts_as_left_where_nobody_watches() {
    let path = "/cockpit/v1/regions/fr-par/tokens";
    // The server takes longer than anybody waits, and acts in the end.
    let sandbox = sandbox(&format!(
        "[[fault]]\nsource = \"scaleway\"\npath = \"{path}\"\nmethod = \"POST\"\ndelay = \"20s\"\nbefore = true\n"
    ));
    let mut request = request(&sandbox);
    request.timeout = Duration::from_millis(200);
    let closed = runtime().block_on(async {
        let lease = Lease::start(request).unwrap();
        assert!(lease.secret().await.is_err());
        lease.close().await
    });
    assert_eq!(closed.outcome.status, TokenStatus::LeftBehind);
}

#[test]
fn dropped_before_the_answer_to_its_creation_it_leaves_nothing() {
    for fault in [
        "delay = \"300ms\"",
        "delay = \"300ms\"\nbefore = true",
        "drop = true",
        "status = 500",
    ] {
        let path = "/cockpit/v1/regions/fr-par/tokens";
        let sandbox = sandbox(&format!(
            "[[fault]]\nsource = \"scaleway\"\npath = \"{path}\"\nmethod = \"POST\"\n{fault}\n"
        ));
        runtime().block_on(async {
            let lease = Lease::start(request(&sandbox)).unwrap();
            let waited = tokio::time::timeout(Duration::from_millis(50), lease.secret()).await;
            assert!(!matches!(waited, Ok(Ok(_))), "{fault}");
        });
        assert_eq!(tokens_left(&sandbox), [""; 0], "{fault}");
    }
}

#[test]
fn neither_the_request_nor_the_lease_shows_the_key() {
    let sandbox = sandbox("");
    let lease = Lease::start(request(&sandbox)).unwrap();
    let shown = format!("{lease:?} {:?}", request(&sandbox));
    assert!(
        !shown.contains(sandbox.keys().secret_key.expose()),
        "{shown}"
    );
}
