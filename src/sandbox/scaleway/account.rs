//! What does IAM answer about the key itself?
//!
//! In: a call under `/iam/v1alpha1`. Out: the key that made it, or its quotas (there are none here); `None` for any other path.

use serde_json::json;

use super::Api;
use super::call::{Answer, Call};
use super::errors::{message, not_found};
use super::templates::{Facts, template};

/// What IAM answers; `None` where the path is none of its own.
pub(super) fn answer(api: &Api, call: &Call<'_>) -> Option<Answer> {
    let what = call.path.strip_prefix("/iam/v1alpha1/")?;
    if call.method != "GET" {
        return Some(message(405, "method not allowed"));
    }
    if what == "quota" {
        return Some(Answer::ok(json!({"quota": [], "total_count": 0})));
    }
    let key = what
        .strip_prefix("api-keys/")
        .filter(|key| !key.contains('/'))?;
    let refusal = api.refusal("api_key", "read");
    Some(refusal.unwrap_or_else(|| own_key(api, key)))
}

/// The key that the sandbox hands out; there is no other.
fn own_key(api: &Api, key: &str) -> Answer {
    let keys = &api.identity.keys;
    if key != keys.access_key {
        return not_found("api_key", key);
    }
    let created = (api.now)() - chrono::TimeDelta::days(300);
    let facts = Facts::new(&api.identity)
        .with("id", key)
        .with("access_key", key)
        .with("project_id", keys.project_id.as_str())
        .with_times(created, created);
    Answer::ok(facts.fill(template!("api_key")))
}
