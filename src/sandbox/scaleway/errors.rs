//! How does the Scaleway API refuse?
//!
//! In: what is refused and why. Out: the status and the JSON body that the real API was recorded with. `type` is missing from some
//! bodies, as it is there.

use serde_json::{Value, json};

use super::call::Answer;

/// 401: no key, or a wrong one.
pub(in crate::sandbox) fn denied(known_method: bool) -> Answer {
    let (method, reason) = if known_method {
        ("api_key", "not_found")
    } else {
        ("unknown_method", "unknown_reason")
    };
    let body = json!({
        "message": "authentication is denied", "method": method, "reason": reason, "type": "denied_authentication",
    });
    Answer::with(401, body)
}

/// 403: a permission is missing, or the project does not exist; the API does not tell them apart.
pub(in crate::sandbox) fn forbidden(action: &str, resource: &str) -> Answer {
    let body = json!({
        "details": [{"action": action, "resource": resource}],
        "message": "insufficient permissions", "type": "permissions_denied",
    });
    Answer::with(403, body)
}

/// 403: as many tokens as a project may have.
pub(super) fn quota_exceeded(quota: usize, project_id: &str) -> Answer {
    let body = json!({
        "details": [{"resource": "CockpitTokens", "quota": quota, "current": quota, "project_id": project_id}],
        "message": "quota(s) exceeded", "type": "quotas_exceeded",
    });
    Answer::with(403, body)
}

/// A detail of a 400: argument, reason (`required`, `format`, `constraint`, `unknown`), help.
pub(super) fn bad_argument(name: &str, reason: &str, help: &str) -> Value {
    json!({"argument_name": name, "reason": reason, "help_message": help})
}

/// 400: arguments that make no sense.
pub(super) fn invalid(details: &[Value]) -> Answer {
    let body = json!({
        "details": details, "message": "invalid argument(s)", "type": "invalid_arguments",
    });
    Answer::with(400, body)
}

/// 404: something that does not exist, or no longer.
pub(in crate::sandbox) fn not_found(resource: &str, id: &str) -> Answer {
    let body = json!({
        "message": "resource is not found", "resource": resource, "resource_id": id, "type": "not_found",
    });
    Answer::with(404, body)
}

/// 404 in the words of the Instance API.
pub(super) fn unknown_resource(id: &str) -> Answer {
    let body = json!({"type": "unknown_resource", "message": format!("\"{id}\" not found")});
    Answer::with(404, body)
}

/// An error that has a message only.
pub(in crate::sandbox) fn message(status: u16, text: &str) -> Answer {
    Answer::with(status, json!({"message": text}))
}
