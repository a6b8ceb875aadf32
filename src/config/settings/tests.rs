//! Who wins, setting by setting.

use super::*;

const SECRET: &str = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
const PROJECT: &str = "33333333-3333-3333-3333-333333333333";
const ORGANIZATION: &str = "22222222-2222-2222-2222-222222222222";

/// Variables from pairs.
fn vars(pairs: &[(&str, &str)]) -> Variables {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

/// Credentials from variables, with a secret key.
fn credentials(pairs: &[(&str, &str)]) -> Credentials {
    let mut set = vars(pairs);
    set.insert("SCW_SECRET_KEY".to_owned(), SECRET.to_owned());
    Credentials::resolve(&set, None, None).unwrap()
}

/// Settings of an environment.
fn combined(environment: &ResolvedEnv, pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    Settings::combine(None, Some("m.toml"), environment, &credentials(pairs))
}

/// The map as an origin.
fn map() -> Origin {
    Origin::Map("m.toml".to_owned())
}

#[test]
fn a_flag_or_a_variable_names_the_only_place_of_the_map() {
    let set = vars(&[("SCOUT_INFRA_MAP", "/v/map.toml")]);
    let folder = Path::new("/a/b");
    let of_flag = map_candidates(Some("f.toml"), &set, folder, None);
    assert_eq!(of_flag.len(), 1);
    assert_eq!(of_flag[0].path, Path::new("/a/b/f.toml"));
    assert_eq!(
        (&of_flag[0].origin, of_flag[0].required),
        (&Origin::Flag, true)
    );
    let of_variable = map_candidates(None, &set, folder, None);
    assert_eq!(of_variable[0].path, Path::new("/v/map.toml"));
    assert_eq!(
        of_variable[0].origin,
        Origin::Env("SCOUT_INFRA_MAP".to_owned())
    );
}

#[test]
fn otherwise_the_map_is_looked_for_upwards_and_then_at_home() {
    let set = vars(&[("SCOUT_INFRA_MAP", "")]);
    let found = map_candidates(None, &set, Path::new("/a/b"), Some(Path::new("/h/.config")));
    let paths: Vec<_> = found.iter().map(|c| c.path.to_str().unwrap()).collect();
    assert_eq!(
        paths,
        [
            "/a/b/infra-map.toml",
            "/a/infra-map.toml",
            "/infra-map.toml",
            "/h/.config/scout/infra-map.toml"
        ]
    );
    assert!(found.iter().all(|candidate| !candidate.required));
}

#[test]
fn the_environment_is_the_flags_then_the_variables_then_the_maps() {
    let set = vars(&[("SCOUT_ENV", "prod")]);
    assert_eq!(
        environment_choice(Some("dev"), &set).unwrap().origin,
        Origin::Flag
    );
    assert_eq!(environment_choice(None, &set).unwrap().value, "prod");
    assert_eq!(environment_choice(None, &vars(&[("SCOUT_ENV", "")])), None);
}

#[test]
fn the_profile_of_the_map_gives_way_to_flag_and_variable() {
    let environment = ResolvedEnv {
        profile: Some("of-map".to_owned()),
        ..ResolvedEnv::default()
    };
    let of = |flag, pairs: &[(&str, &str)]| {
        profile_choice(flag, &vars(pairs), Some(&environment)).map(str::to_owned)
    };
    assert_eq!(of(Some("f"), &[("SCW_PROFILE", "v")]).as_deref(), Some("f"));
    assert_eq!(of(None, &[("SCW_PROFILE", "v")]), None);
    assert_eq!(of(None, &[]).as_deref(), Some("of-map"));
}

#[test]
fn the_project_is_the_maps_then_the_credentials_then_the_organizations() {
    let of_map = ResolvedEnv {
        project_id: Some("p".to_owned()),
        ..ResolvedEnv::default()
    };
    let both = [
        ("SCW_DEFAULT_PROJECT_ID", PROJECT),
        ("SCW_DEFAULT_ORGANIZATION_ID", ORGANIZATION),
    ];
    let settings = combined(&of_map, &both).unwrap();
    assert_eq!(settings.project_id, Sourced::new("p".to_owned(), map()));
    let bare = ResolvedEnv::default();
    let settings = combined(&bare, &both).unwrap();
    assert_eq!(settings.project_id.value, PROJECT);
    assert!(settings.warnings.is_empty());
    let settings = combined(&bare, &both[1..]).unwrap();
    assert_eq!(settings.project_id.value, ORGANIZATION);
    assert_eq!(settings.warnings, [SettingsWarning::ProjectIsOrganization]);
    let error = combined(&bare, &[]).unwrap_err();
    assert!(
        error
            .hint(Lang::En)
            .unwrap()
            .contains("SCW_DEFAULT_PROJECT_ID")
    );
}

#[test]
fn region_and_zones_are_the_maps_then_the_credentials_then_all_of_the_region() {
    let project = ("SCW_DEFAULT_PROJECT_ID", PROJECT);
    let region = ("SCW_DEFAULT_REGION", "nl-ams");
    let of_map = ResolvedEnv {
        region: Some("pl-waw".to_owned()),
        zones: vec!["pl-waw-2".to_owned()],
        ..ResolvedEnv::default()
    };
    let settings = combined(&of_map, &[project, region]).unwrap();
    assert_eq!(settings.region, Sourced::new("pl-waw".to_owned(), map()));
    assert_eq!(
        settings.zones,
        Sourced::new(vec!["pl-waw-2".to_owned()], map())
    );
    let bare = ResolvedEnv::default();
    let settings = combined(&bare, &[project, region]).unwrap();
    assert_eq!(
        settings.region.origin,
        Origin::Env("SCW_DEFAULT_REGION".to_owned())
    );
    assert_eq!(settings.zones.value, ["nl-ams-1", "nl-ams-2", "nl-ams-3"]);
    let settings = combined(&bare, &[project, ("SCW_DEFAULT_ZONE", "fr-par-9")]).unwrap();
    assert_eq!(
        settings.zones.value,
        ["fr-par-1", "fr-par-2", "fr-par-3", "fr-par-9"]
    );
    let only_zones = ResolvedEnv {
        zones: vec!["it-mil-1".to_owned()],
        ..ResolvedEnv::default()
    };
    assert_eq!(
        combined(&only_zones, &[project]).unwrap().region.value,
        "it-mil"
    );
}

#[test]
fn without_a_map_the_credentials_say_everything() {
    let bare = ResolvedEnv::without_map();
    let credentials = credentials(&[("SCW_DEFAULT_PROJECT_ID", PROJECT)]);
    let settings = Settings::combine(None, None, &bare, &credentials).unwrap();
    let environment = Sourced::new("default".to_owned(), Origin::Default);
    assert_eq!(settings.environment, environment);
    assert_eq!(
        settings.region,
        Sourced::new("fr-par".to_owned(), Origin::Default)
    );
}
