//! Scaleway's error bodies as problems: which permission, whose key, what the server said.

use serde::Deserialize;

use super::super::error::{Permission, Problem, first_line, is_html};
use super::super::http::Answer;

/// The error body. `type` is often missing; then only `message` is there.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Body {
    /// Kind of error.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// For people.
    message: Option<String>,
    /// Why a key is not accepted.
    reason: Option<String>,
    /// What is missing, or which argument is wrong.
    details: Vec<Detail>,
    /// What to do, in the server's words.
    help_message: Option<String>,
}

/// One detail of an error; which fields there are depends on the error's kind.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Detail {
    /// Of a missing permission.
    action: Option<String>,
    /// Of a missing permission.
    resource: Option<String>,
    /// Of a wrong argument.
    argument_name: Option<String>,
    /// Of a wrong argument.
    reason: Option<String>,
}

/// The problem that an error answer means. `project` is the project that was asked about.
pub(super) fn problem(answer: &Answer, project: &str) -> Problem {
    let body: Body = serde_json::from_slice(&answer.body).unwrap_or_default();
    match (answer.status, body.kind.as_deref()) {
        (_, Some("denied_authentication")) | (401, _) => Problem::NotAuthenticated {
            reason: body.reason.unwrap_or_default(),
        },
        (_, Some("permissions_denied")) => {
            let detail = body.details.into_iter().next().unwrap_or_default();
            let action = detail.action.unwrap_or_default();
            let resource = detail.resource.unwrap_or_default();
            Problem::Refused(Box::new(Permission {
                sets: permission_sets(&resource, &action),
                action,
                resource,
                project: project.to_owned(),
            }))
        }
        (status, _) => Problem::Status {
            status,
            message: message(answer, body),
            request_id: answer.request_id.clone(),
        },
    }
}

/// What the server said, in one line.
fn message(answer: &Answer, body: Body) -> String {
    let arguments: Vec<String> = body
        .details
        .iter()
        .filter_map(|detail| {
            let reason = detail.reason.as_deref().unwrap_or("invalid");
            detail
                .argument_name
                .as_ref()
                .map(|name| format!("{name}: {reason}"))
        })
        .collect();
    let text = [body.message, body.help_message, Some(arguments.join(", "))]
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("; ");
    if !text.is_empty() {
        first_line(text.as_bytes())
    } else if is_html(answer) {
        "a web page".to_owned()
    } else {
        first_line(&answer.body)
    }
}

/// The IAM permission sets that give a permission, as Scaleway documents them; empty for a resource that is not known.
fn permission_sets(resource: &str, action: &str) -> Vec<&'static str> {
    let reads = action.is_empty() || action == "read" || action == "list";
    let base = resource
        .split(['_', '.', ':', '-'])
        .next()
        .unwrap_or_default();
    match base {
        "cockpit" | "observability" if reads => {
            vec!["ObservabilityReadOnly", "ObservabilityFullAccess"]
        }
        "cockpit" | "observability" => vec!["ObservabilityFullAccess"],
        "container" | "containers" => vec!["ContainersReadOnly"],
        "function" | "functions" => vec!["FunctionsReadOnly"],
        "job" | "jobs" | "serverless" => vec!["ServerlessJobsReadOnly"],
        "rdb" | "database" | "databases" | "relational" => vec!["RelationalDatabasesReadOnly"],
        "redis" => vec!["RedisReadOnly"],
        "instance" | "instances" | "server" | "servers" | "compute" => vec!["InstancesReadOnly"],
        "kubernetes" | "k8s" | "cluster" => vec!["KubernetesReadOnly"],
        "lb" | "lbs" | "load" | "loadbalancer" => vec!["LoadBalancersReadOnly"],
        "edge" => vec!["EdgeServicesReadOnly"],
        "vpc" | "private" => vec!["VPCReadOnly", "PrivateNetworksReadOnly"],
        "project" | "projects" => vec!["ProjectReadOnly"],
        "api" | "iam" => vec!["IAMReadOnly"],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        let mut answer = Answer::of_status(status);
        answer.body = body.as_bytes().to_vec();
        answer
    }

    #[test]
    fn a_missing_permission_names_the_sets_that_give_it() {
        let body = r#"{"details":[{"action":"write","resource":"cockpit"}],"message":"insufficient permissions","type":"permissions_denied"}"#;
        let Problem::Refused(permission) = problem(&answer(403, body), "p") else {
            panic!("not refused");
        };
        assert_eq!(permission.sets, ["ObservabilityFullAccess"]);
        assert_eq!(
            (permission.action.as_str(), permission.resource.as_str()),
            ("write", "cockpit")
        );
    }

    #[test]
    fn a_business_refusal_is_not_a_permission() {
        let found = problem(&answer(403, r#"{"message":"not in this offer"}"#), "p");
        assert!(
            matches!(found, Problem::Status { status: 403, message, .. } if message == "not in this offer")
        );
    }

    #[test]
    fn bodies_of_any_shape_give_a_line() {
        for body in ["", "<html>", "[1,2", "{\"message\":7}", "\u{0}\u{1b}[31m"] {
            assert!(matches!(
                problem(&answer(500, body), "p"),
                Problem::Status { status: 500, .. }
            ));
        }
    }
}
