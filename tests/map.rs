//! The map: the sample at the top of the repository holds and can be planned from; where a map is looked for; which environment
//! is used.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::support::{Scout, scout, scratch};

/// The sample map.
fn sample() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("infra-map.toml");
    path.to_str().expect("a UTF-8 path").to_owned()
}

/// The JSON form of `map show`, declared here again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema: u32,
    environment: String,
    services: Vec<Service>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    name: String,
    kind: String,
    title: String,
    resource_name: String,
    aliases: Vec<String>,
    depends_on: Vec<String>,
    url: Option<String>,
    ssh: Option<String>,
}

#[test]
fn the_sample_map_holds() {
    scout(["map", "check", "--map", &sample()])
        .run()
        .exits(0)
        .silent()
        .says(["infra-map.toml: ok, 2 environments, 6 services"]);
}

#[test]
fn the_sample_map_resolves_in_both_environments() {
    let show = |env: &str| -> Document {
        scout(["map", "show", "-o", "json", "--map", &sample(), "-e", env])
            .run()
            .exits(0)
            .json()
    };
    let staging = show("staging");
    assert_eq!(
        (staging.schema, staging.environment.as_str()),
        (1, "staging")
    );
    let names: Vec<&str> = staging
        .services
        .iter()
        .map(|service| service.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "atlas-api",
            "postgres",
            "redis",
            "authentik",
            "assets",
            "cdn"
        ]
    );
    let api = &staging.services[0];
    assert_eq!(
        (api.kind.as_str(), api.title.as_str()),
        ("container", "Atlas API")
    );
    assert_eq!(api.aliases, ["api", "atlas"]);
    assert_eq!(api.depends_on, ["postgres", "redis"]);
    assert_eq!(api.resource_name, "atlas-api-staging");
    assert_eq!(
        api.url.as_deref(),
        Some("https://api.staging.example.com/ready")
    );
    assert_eq!(staging.services[3].ssh.as_deref(), Some("authentik"));
    let prod = show("prod");
    assert_eq!(prod.services[0].resource_name, "atlas-api");
    assert_eq!(
        prod.services[0].url.as_deref(),
        Some("https://api.example.com/ready")
    );
    assert_eq!(prod.services[1].resource_name, "postgres-prod");
}

#[test]
fn people_see_the_same_map() {
    let ran = scout(["map", "show", "--map", &sample()])
        .run()
        .exits(0)
        .silent();
    for text in [
        "atlas-api",
        "atlas-api-staging",
        "container",
        "postgres, redis",
        "assets-staging",
    ] {
        assert!(ran.stdout.contains(text), "no {text:?} in {ran}");
    }
    let ran = scout(["map", "show", "SSO", "--map", &sample()])
        .run()
        .exits(0);
    assert!(
        ran.stdout.contains("authentik-staging") && !ran.stdout.contains("postgres"),
        "{ran}"
    );
    let ran = scout(["map", "show", "-o", "markdown", "--map", &sample()])
        .run()
        .exits(0);
    assert!(
        ran.stdout.contains("| --- |")
            || ran.stdout.contains("|---|")
            || ran.stdout.contains("| :-"),
        "{ran}"
    );
}

#[test]
fn a_plan_is_made_from_the_sample_without_credentials() {
    let ran = scout([
        "--map",
        &sample(),
        "--dry-run",
        "investigate",
        "atlas-api is slow",
        "-o",
        "json",
    ])
    .run()
    .exits(0);
    let sheet: Value = ran.json();
    assert_eq!(sheet["environment"], "staging");
    assert_eq!(
        sheet["scopes"],
        serde_json::json!(["read_only_logs", "read_only_metrics"])
    );
    let requests = sheet["requests"].as_array().expect("requests");
    for (source, text) in [
        ("loki", "atlas-api-staging"),
        ("loki", "postgres-staging"),
        ("prometheus", "redis-staging"),
        ("scaleway", "containers"),
    ] {
        let found = requests.iter().any(|request| {
            request["source"] == source
                && request["request"]
                    .as_str()
                    .is_some_and(|line| line.contains(text))
        });
        assert!(found, "no request to {source} with {text:?} in {ran}");
    }
    for command in ["logs", "metrics", "state"] {
        scout(["--map", &sample(), "--dry-run", command])
            .run()
            .exits(0);
    }
}

/// Folders for a search: `root/project/deep`, `root/home/.config/scout`.
struct Places {
    root: tempfile::TempDir,
}

impl Places {
    fn new() -> Self {
        let root = scratch();
        for folder in ["project/deep/deeper", "home/.config/scout", "elsewhere"] {
            std::fs::create_dir_all(root.path().join(folder)).expect("a folder");
        }
        Self { root }
    }

    /// A path below the root.
    fn at(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    /// Puts a map whose only service has this name.
    fn put(&self, path: &str, service: &str) {
        let map =
            format!("schema = 1\n[env.staging]\n[services.{service}]\nkind = \"container\"\n");
        std::fs::write(self.at(path), map).expect("a map");
    }

    /// `map show` from the deepest folder, with the home folder of these places.
    fn show(&self) -> Scout {
        let home = self.at("home");
        scout(["map", "show", "-o", "json"])
            .folder(&self.at("project/deep/deeper"))
            .env("HOME", home.to_str().expect("a UTF-8 path"))
    }

    /// The service of the map that is found.
    #[track_caller]
    fn found(run: Scout) -> String {
        let mut document: Document = run.run().exits(0).json();
        document.services.remove(0).name
    }
}

#[test]
fn the_map_is_searched_from_the_nearest_place_to_the_farthest() {
    let places = Places::new();
    places.show().run().exits(3);
    places.put("home/.config/scout/infra-map.toml", "of-user");
    assert_eq!(Places::found(places.show()), "of-user");
    places.put("project/infra-map.toml", "of-project");
    assert_eq!(Places::found(places.show()), "of-project");
    places.put("project/deep/infra-map.toml", "of-parent");
    assert_eq!(Places::found(places.show()), "of-parent");
    places.put("project/deep/deeper/infra-map.toml", "of-folder");
    assert_eq!(Places::found(places.show()), "of-folder");
    places.put("elsewhere/by-variable.toml", "of-variable");
    let variable = places.at("elsewhere/by-variable.toml");
    let by_variable = || {
        places
            .show()
            .env("SCOUT_INFRA_MAP", variable.to_str().expect("UTF-8"))
    };
    assert_eq!(Places::found(by_variable()), "of-variable");
    places.put("elsewhere/by-flag.toml", "of-flag");
    assert_eq!(
        Places::found(by_variable().args(&["--map", "../../../elsewhere/by-flag.toml"])),
        "of-flag"
    );
    assert_eq!(
        Places::found(places.show().env("SCOUT_INFRA_MAP", "")),
        "of-folder"
    );
}

#[test]
fn the_environment_is_the_flags_then_the_variables_then_the_maps() {
    let show = || scout(["map", "show", "-o", "json", "--map", &sample()]);
    let environment = |run: Scout| -> String { run.run().exits(0).json::<Document>().environment };
    assert_eq!(environment(show()), "staging");
    assert_eq!(environment(show().env("SCOUT_ENV", "prod")), "prod");
    assert_eq!(environment(show().env("SCOUT_ENV", "")), "staging");
    assert_eq!(
        environment(show().env("SCOUT_ENV", "prod").args(&["-e", "staging"])),
        "staging"
    );
    assert_eq!(environment(show().args(&["--env=prod"])), "prod");
    let ran = show().env("SCOUT_ENV", "prd").run().exits(3);
    assert!(
        ran.stderr.contains("prd") && ran.stderr.contains("prod"),
        "{ran}"
    );
}

#[test]
fn one_environment_needs_no_default_and_several_do() {
    let folder = scratch();
    let path = folder.path().join("infra-map.toml");
    let show = || scout(["map", "show", "-o", "json"]).folder(folder.path());
    std::fs::write(
        &path,
        "schema = 1\n[env.only]\n[services.api]\nkind = \"container\"\n",
    )
    .expect("a map");
    assert_eq!(show().run().exits(0).json::<Document>().environment, "only");
    std::fs::write(
        &path,
        "schema = 1\n[env.a]\n[env.b]\n[services.api]\nkind = \"container\"\n",
    )
    .expect("a map");
    let ran = show().run().exits(3);
    assert!(
        ran.stderr.contains("default_env") && ran.stderr.contains("--env"),
        "{ran}"
    );
    assert_eq!(
        show()
            .args(&["-e", "b"])
            .run()
            .exits(0)
            .json::<Document>()
            .environment,
        "b"
    );
}

#[test]
fn a_map_of_any_length_and_language_is_read_or_refused_without_a_panic() {
    let folder = scratch();
    let path = folder.path().join("infra-map.toml");
    for text in [
        "",
        "\u{0}",
        "\u{feff}schema = 1\n[env.a]\n",
        "schema = 1\r\n[env.a]\r\n[services.\"é\"]\r\nkind = \"container\"\r\n",
        "schema = 1\n[env.a]\n[services.\"\\u001b[2J\"]\nkind = \"container\"\n",
        "schema = 99999999999999999999\n",
        "[[[[[[",
        "schema = 1\nenv = 7\n",
        "schema = 1\n[env.a]\nservices = []\n",
    ] {
        std::fs::write(&path, text).expect("a map");
        let ran = scout(["map", "check"]).folder(folder.path()).run();
        assert!(matches!(ran.code, Some(0 | 3)), "{text:?}: {ran}");
        assert!(
            !ran.stderr.contains('\u{1b}') && !ran.stdout.contains('\u{1b}'),
            "{text:?}: {ran}"
        );
    }
    std::fs::write(&path, [0xff, 0xfe, 0x00]).expect("a map");
    scout(["map", "check"])
        .folder(folder.path())
        .run()
        .exits(3)
        .warns(["infra-map.toml"]);
}
