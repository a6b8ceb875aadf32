//! Rules over the whole catalogue, and the traps that single entries must avoid.

use std::collections::BTreeSet;

use super::*;
use crate::model::Direction;

/// Every metric of the catalogue.
fn all() -> impl Iterator<Item = &'static MetricSpec> {
    Kind::ALL
        .into_iter()
        .flat_map(|kind| Catalog::builtin().metrics(kind))
}

#[test]
fn every_kind_has_an_entry_and_nothing_else_does() {
    let catalog = Catalog::parse(SOURCE).unwrap();
    let found: Vec<Kind> = catalog.kinds.keys().copied().collect();
    let mut expected = Kind::ALL.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn a_misspelt_key_in_the_catalogue_is_refused() {
    let text = SOURCE.replacen("lasts_seconds =", "last_seconds =", 1);
    assert!(Catalog::parse(&text).is_err());
    assert!(Catalog::parse(&SOURCE.replacen("unit =", "units =", 1)).is_err());
}

#[test]
fn every_expression_is_promql_for_one_resource_and_for_several() {
    let catalog = Catalog::builtin();
    for spec in all() {
        for resources in [vec!["a"], vec!["a\"} or b", "{label}", "c.d"]] {
            let expr = catalog.expression(spec, resources);
            let parsed = promql_parser::parser::parse(&expr);
            assert!(
                parsed.is_ok(),
                "{} {}: {expr}: {parsed:?}",
                spec.kind,
                spec.id
            );
        }
    }
}

/// Collects names of metrics, and checks that each selector holds the resource's matcher.
fn selectors(expr: &promql_parser::parser::Expr, names: &mut Vec<String>) {
    use promql_parser::parser::Expr;
    let mut vector = |selector: &promql_parser::parser::VectorSelector| {
        names.push(selector.name.clone().unwrap());
        let held = selector.matchers.matchers.iter();
        assert!(
            held.clone().any(|m| m.value == "the-resource"),
            "{selector}"
        );
    };
    match expr {
        Expr::Aggregate(inner) => selectors(&inner.expr, names),
        Expr::Unary(inner) => selectors(&inner.expr, names),
        Expr::Paren(inner) => selectors(&inner.expr, names),
        Expr::Binary(inner) => {
            selectors(&inner.lhs, names);
            selectors(&inner.rhs, names);
        }
        Expr::Call(call) => call.args.args.iter().for_each(|arg| selectors(arg, names)),
        Expr::VectorSelector(selector) => vector(selector),
        Expr::MatrixSelector(selector) => vector(&selector.vs),
        Expr::NumberLiteral(_) => {}
        other => panic!("not expected in the catalogue: {other:?}"),
    }
}

#[test]
fn every_selector_has_the_kinds_prefix_and_the_resource() {
    let catalog = Catalog::builtin();
    for spec in all() {
        let parsed = promql_parser::parser::parse(&catalog.expression(spec, ["the-resource"]));
        let mut names = Vec::new();
        selectors(&parsed.unwrap(), &mut names);
        let prefix = catalog.prefix(spec.kind).unwrap();
        assert!(!names.is_empty());
        assert!(
            names.iter().all(|name| name.starts_with(prefix)),
            "{names:?}"
        );
    }
}

#[test]
fn every_result_is_labelled_by_the_resource() {
    for spec in all() {
        assert!(
            spec.expr.contains("by ({label}"),
            "{} {}",
            spec.kind,
            spec.id
        );
    }
}

#[test]
fn gauges_named_total_are_not_rated() {
    for name in ["instances_total", "objects_total", "usage_bytes_total"] {
        let mut users = all().filter(|spec| spec.expr.contains(name)).peekable();
        assert!(users.peek().is_some(), "{name}");
        assert!(users.all(|spec| !spec.expr.contains("rate(")), "{name}");
    }
}

#[test]
fn container_cpu_is_percent_and_judged_as_percent() {
    for kind in [Kind::Container, Kind::Function] {
        let cpu = Catalog::builtin().metric(kind, "cpu").unwrap();
        assert_eq!(cpu.unit, Unit::Percent);
        assert_eq!(cpu.threshold.as_ref().unwrap().critical, Some(90.0));
    }
}

#[test]
fn thresholds_are_in_order_and_in_the_units_range() {
    for spec in all() {
        let Some(threshold) = &spec.threshold else {
            continue;
        };
        let limits: Vec<f64> = [threshold.warning, threshold.critical]
            .into_iter()
            .flatten()
            .collect();
        assert!(!limits.is_empty(), "{} {}", spec.kind, spec.id);
        let ordered = limits.windows(2).all(|pair| match threshold.direction {
            Direction::Above => pair[0] < pair[1],
            Direction::Below => pair[0] > pair[1],
        });
        assert!(ordered, "{} {}", spec.kind, spec.id);
        let most = match spec.unit {
            Unit::Ratio | Unit::Flag => 1.0,
            Unit::Percent => 100.0,
            _ => f64::INFINITY,
        };
        assert!(limits.iter().all(|limit| (0.0..=most).contains(limit)));
    }
}

#[test]
fn ids_are_unique_and_both_titles_are_there() {
    let mut seen = BTreeSet::new();
    for spec in all() {
        assert!(
            seen.insert((spec.kind, &spec.id)),
            "{} {}",
            spec.kind,
            spec.id
        );
        assert!(!spec.title.en.is_empty() && !spec.title.fr.is_empty());
        assert!(
            spec.id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        );
    }
}

#[test]
fn what_is_unconfirmed_is_never_expected_to_be_there() {
    let catalog = Catalog::builtin();
    assert!(all().all(|spec| catalog.is_confirmed(spec) || !spec.always_present));
    let confirmed = |kind, id| catalog.is_confirmed(catalog.metric(kind, id).unwrap());
    assert!(confirmed(Kind::Postgres, "connections"));
    assert!(!confirmed(Kind::Redis, "memory"));
    assert!(!confirmed(Kind::Edge, "errors"));
}

#[test]
fn statuses_mean_what_the_api_says() {
    for (kind, status, health) in [
        (Kind::Container, "ready", Health::Healthy),
        (Kind::Container, "updating", Health::Transitional),
        (Kind::Container, "error", Health::Unhealthy),
        (Kind::Function, "created", Health::Healthy),
        (Kind::Postgres, "disk_full", Health::Unhealthy),
        (Kind::Mysql, "autohealing", Health::Transitional),
        (Kind::Redis, "suspended", Health::Unhealthy),
        (Kind::Instance, "running", Health::Healthy),
        (Kind::Instance, "stopped in place", Health::Unhealthy),
        (Kind::Instance, "", Health::Unknown),
        (Kind::Kubernetes, "pool_required", Health::Unhealthy),
        (Kind::LoadBalancer, "migrating", Health::Transitional),
        (Kind::Edge, "warning", Health::Unhealthy),
        (Kind::PrivateNetwork, "", Health::Healthy),
        (Kind::Bucket, "ready", Health::Unknown),
        (Kind::Custom, "", Health::Unknown),
        (Kind::Redis, "unknown", Health::Unknown),
        (Kind::Redis, "something_new", Health::Unknown),
    ] {
        assert_eq!(
            Catalog::builtin().health(kind, status),
            health,
            "{kind} {status}"
        );
    }
}

#[test]
fn a_status_stands_in_one_list_only() {
    for kind in Kind::ALL {
        let health = &Catalog::builtin().entry(kind).health;
        let all = [&health.healthy, &health.transitional, &health.unhealthy];
        let statuses: Vec<&String> = all.into_iter().flatten().collect();
        let distinct: BTreeSet<&&String> = statuses.iter().collect();
        assert_eq!(distinct.len(), statuses.len(), "{kind}");
    }
}

#[test]
fn every_listing_names_its_places_and_only_those_that_exist() {
    use crate::config::locality::{REGIONS, ZONES};
    for kind in Kind::ALL {
        let Some(listing) = Catalog::builtin().listing(kind) else {
            assert!(matches!(kind, Kind::Bucket | Kind::Custom), "{kind}");
            continue;
        };
        let (placeholder, known): (&str, &[&str]) = match listing.scope {
            ListingScope::Region => ("{region}", &REGIONS),
            ListingScope::Zone => ("{zone}", &ZONES),
            ListingScope::Global => ("", &[]),
        };
        assert!(listing.path.starts_with('/') && listing.path.contains(placeholder));
        assert_eq!(
            listing.path.contains('{'),
            !placeholder.is_empty(),
            "{kind}"
        );
        assert_eq!(listing.places.is_empty(), placeholder.is_empty(), "{kind}");
        assert!(
            listing
                .places
                .iter()
                .all(|place| known.contains(&place.as_str()))
        );
    }
}

#[test]
fn the_two_engines_of_one_list_are_told_apart() {
    let only = |kind| {
        Catalog::builtin()
            .listing(kind)
            .unwrap()
            .only
            .clone()
            .unwrap()
    };
    assert!("PostgreSQL-17".starts_with(&only(Kind::Postgres).starts_with));
    assert!("MySQL-8".starts_with(&only(Kind::Mysql).starts_with));
}
