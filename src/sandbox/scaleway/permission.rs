//! What may an IAM key do here?
//!
//! In: the scenario's `deny` list. Out: whether an action on a product is allowed. Products are named as the API's own refusals
//! name them where that was recorded (`cockpit`, `api_key`), by analogy elsewhere.

/// Products whose calls can be refused.
pub(super) const PRODUCTS: [&str; 16] = [
    "cockpit",
    "container",
    "function",
    "rdb",
    "redis",
    "instance",
    "k8s",
    "lb",
    "serverless_job",
    "serverless_sqldb",
    "edge_services",
    "private_network",
    "vpc",
    "project",
    "api_key",
    "audit_trail",
];

/// What can be done to them; `*` is both.
const ACTIONS: [&str; 3] = ["read", "write", "*"];

/// Everything that `deny` may hold: `rdb:read`, `cockpit:*`, `*:write`, …
pub(in crate::sandbox) fn valid_denials() -> Vec<String> {
    PRODUCTS
        .iter()
        .chain(["*"].iter())
        .flat_map(|product| {
            ACTIONS
                .iter()
                .map(move |action| format!("{product}:{action}"))
        })
        .collect()
}

/// Whether a list of denials covers an action on a product.
pub(super) fn is_denied(denials: &[String], product: &str, action: &str) -> bool {
    denials.iter().any(|denial| {
        denial.split_once(':').is_some_and(|(of, what)| {
            (of == product || of == "*") && (what == action || what == "*")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any() {
        let deny = ["rdb:read".to_owned(), "cockpit:*".to_owned()];
        assert!(is_denied(&deny, "rdb", "read"));
        assert!(!is_denied(&deny, "rdb", "write"));
        assert!(is_denied(&deny, "cockpit", "write"));
        assert!(!is_denied(&deny, "redis", "read"));
        assert!(is_denied(&["*:write".to_owned()], "redis", "write"));
        assert!(valid_denials().contains(&"*:*".to_owned()));
    }
}
