//! Worlds are the same each time, and their labels agree with the API's ids.

use std::sync::Arc;

use super::*;

fn now() -> Instant {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

fn world(scenario: &Scenario) -> World {
    World::of(scenario, now(), "http://127.0.0.1:1", Arc::new(now))
}

fn world_of(tables: &str) -> World {
    let text = format!("schema = 1\nname = \"x\"\nseed = 4\n{tables}");
    world(&Scenario::parse(&text, "x").unwrap())
}

#[test]
fn every_builtin_expands_to_the_same_world_twice() {
    for (name, _) in Scenario::builtins() {
        let scenario = Scenario::builtin(&name).unwrap();
        let (first, second) = (world(&scenario), world(&scenario));
        assert_eq!(first.streams, second.streams, "{name}");
        assert_eq!(first.series, second.series, "{name}");
        let lines: usize = first.streams.iter().map(|s| s.entries.len()).sum();
        assert!(lines > 1_000 || name == "no-data", "{name}: {lines}");
        for stream in &first.streams {
            assert!(stream.entries.is_sorted_by_key(|entry| entry.at), "{name}");
            for label in [
                "project_id",
                "project_name",
                "region",
                "resource_id",
                "resource_name",
                "resource_type",
            ] {
                assert!(
                    stream.labels.get(label).is_some(),
                    "{name} {label} {}",
                    stream.labels
                );
            }
        }
        for series in &first.series {
            let rising = |a: &Sample, b: &Sample| a.at_seconds < b.at_seconds;
            assert!(
                series.samples.is_sorted_by(rising),
                "{name} {}",
                series.labels
            );
        }
    }
}

#[test]
fn labels_carry_the_ids_that_the_api_lists() {
    let world = world_of(
        "[[resource]]\nkind = \"postgres\"\nname = \"main\"\n[[resource]]\nkind = \"redis\"\nname = \"main\"\n[[resource]]\nkind = \"bucket\"\nname = \"assets\"\n\
         [[log]]\nlabels = { resource_type = \"rkv_cluster\", resource_name = \"main\" }\nat = [\"-1m\"]\nmessage = \"m\"\n\
         [[metric]]\nname = \"rdb_instance_postgresql_up\"\nlabels = { resource_name = \"main\" }\nshape = [{ from = \"-1m\", value = 1 }]\n\
         [[metric]]\nname = \"object_storage_bucket_objects_total\"\nlabels = { resource_id = \"assets\" }\nshape = [{ from = \"-1m\", value = 1 }]\n\
         [[metric]]\nname = \"serverless_container_status\"\nlabels = { resource_name = \"ghost\" }\nshape = [{ from = \"-1m\", value = 1 }]\n",
    );
    let id = |kind: &str| {
        world
            .api
            .inventory
            .known
            .iter()
            .find(|known| known.resource_type == kind)
            .unwrap()
            .id
            .clone()
    };
    assert_eq!(
        world.streams[0].labels.get("resource_id"),
        Some(id("rkv_cluster").as_str())
    );
    let labels = |name: &str| {
        let mut series = world.series.iter();
        series
            .find(|series| series.labels.get("__name__") == Some(name))
            .unwrap()
            .labels
            .clone()
    };
    assert_eq!(
        labels("rdb_instance_postgresql_up").get("resource_id"),
        Some(id("rdb_instance_postgresql").as_str())
    );
    assert_eq!(
        labels("object_storage_bucket_objects_total").get("resource_name"),
        Some("assets")
    );
    let ghost = labels("serverless_container_status");
    assert_eq!(ghost.get("resource_id").map(str::len), Some(36));
    assert_eq!(ghost.get("resource_type"), Some("serverless_container"));
}

#[test]
fn tables_with_one_label_set_share_a_stream_in_order_of_time() {
    let log = |at: &str| {
        format!(
            "[[log]]\nlabels = {{ resource_name = \"a\" }}\nat = [\"{at}\"]\nmessage = \"{at}\"\n"
        )
    };
    let world = world_of(&(log("-1m") + &log("-2m")));
    assert_eq!(world.streams.len(), 1);
    let lines: Vec<&str> = world.streams[0]
        .entries
        .iter()
        .map(|entry| entry.line.as_str())
        .collect();
    assert_eq!(lines, ["-2m", "-1m"]);
}

#[test]
fn editing_one_table_leaves_the_others_as_they_were() {
    let first = "[[log]]\nlabels = { resource_name = \"a\" }\nfrom = \"-10m\"\nper_minute = 5\nmessage = \"{x}\"\nvars = { x = { hex = 8 } }\n";
    let second = |rate: u32| {
        format!(
            "[[log]]\nlabels = {{ resource_name = \"b\" }}\nfrom = \"-10m\"\nper_minute = {rate}\nmessage = \"m\"\n"
        )
    };
    let (one, other) = (
        world_of(&format!("{first}{}", second(3))),
        world_of(&format!("{first}{}", second(9))),
    );
    assert_eq!(one.streams[0], other.streams[0]);
    assert_ne!(one.streams[1], other.streams[1]);
}
