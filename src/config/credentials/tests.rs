//! Each rule of the search for credentials, and that nothing said about them holds one.

use super::*;
use crate::model::Lang;

const ACCESS: &str = "SCWAAAAAAAAAAAAAAAAA";
const ACCESS_2: &str = "SCWBBBBBBBBBBBBBBBBB";
const SECRET: &str = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
const SECRET_2: &str = "BBBBBBBB-BBBB-4BBB-8BBB-BBBBBBBBBBBB";
const PROJECT: &str = "33333333-3333-3333-3333-333333333333";
const PROJECT_2: &str = "44444444-4444-4444-4444-444444444444";
const ORGANIZATION: &str = "22222222-2222-2222-2222-222222222222";
const PATH: &str = "/home/u/.config/scw/config.yaml";

/// Variables from pairs.
fn vars(pairs: &[(&str, &str)]) -> Variables {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

/// A file with a top and two profiles.
fn config() -> String {
    format!(
        "access_key: {ACCESS}\nsecret_key: {SECRET}\ndefault_organization_id: {ORGANIZATION}\n\
         default_project_id: {PROJECT}\ndefault_region: fr-par\ndefault_zone: fr-par-2\nsend_telemetry: true\n\
         profiles:\n  staging:\n    default_project_id: {PROJECT_2}\n  other:\n    access_key: {ACCESS_2}\n    \
         secret_key: {SECRET_2}\n    insecure: true\n    default_region: nl-ams\n  bare:\n"
    )
}

/// Resolves with variables only.
fn of_vars(pairs: &[(&str, &str)]) -> Result<Credentials, CredentialsError> {
    Credentials::resolve(&vars(pairs), None, None)
}

/// Resolves with variables and a file.
fn of_file(
    pairs: &[(&str, &str)],
    text: &str,
    profile: Option<&str>,
) -> Result<Credentials, CredentialsError> {
    Credentials::resolve(&vars(pairs), Some((PATH, text)), profile)
}

/// The origin in the sample file.
fn in_profile(profile: &str) -> Origin {
    Origin::File {
        path: PATH.to_owned(),
        profile: profile.to_owned(),
    }
}

#[test]
fn the_first_variable_that_applies_names_the_file() {
    let path = |pairs: &[(&str, &str)], home| {
        config_path(&vars(pairs), home).map(|path| path.display().to_string())
    };
    let all = [
        ("SCW_CONFIG_PATH", "/x/c.yaml"),
        ("XDG_CONFIG_HOME", "/xdg"),
    ];
    assert_eq!(path(&all, Some("/h")).as_deref(), Some("/x/c.yaml"));
    assert_eq!(
        path(&all[1..], Some("/h")).as_deref(),
        Some("/xdg/scw/config.yaml")
    );
    assert_eq!(
        path(&[], Some("/h")).as_deref(),
        Some("/h/.config/scw/config.yaml")
    );
    let empty = [("SCW_CONFIG_PATH", ""), ("XDG_CONFIG_HOME", "")];
    assert_eq!(
        path(&empty, Some("/h")).as_deref(),
        Some("/h/.config/scw/config.yaml")
    );
    assert_eq!(path(&[], None), None);
    assert_eq!(path(&[], Some("")), None);
}

#[test]
fn the_environment_alone_is_enough() {
    let found = of_vars(&[("SCW_SECRET_KEY", SECRET)]).unwrap();
    assert_eq!(found.secret_key.expose(), SECRET);
    assert_eq!(found.access_key, None);
    assert_eq!(found.api_url, "https://api.scaleway.com");
    assert_eq!(
        (found.region.as_deref(), found.zone.as_deref()),
        (Some("fr-par"), Some("fr-par-1"))
    );
    assert_eq!(found.origin(Field::Region), Some(&Origin::Default));
    assert_eq!(found.profile, "default");
    assert!(!found.insecure && found.warnings.is_empty());
}

#[test]
fn the_top_of_the_file_is_the_default_profile() {
    for profile in [None, Some("default")] {
        let found = of_file(&[], &config(), profile).unwrap();
        assert_eq!(found.access_key.as_deref(), Some(ACCESS));
        assert_eq!(found.secret_key.expose(), SECRET);
        assert_eq!(found.organization_id.as_deref(), Some(ORGANIZATION));
        assert_eq!(found.project_id.as_deref(), Some(PROJECT));
        assert_eq!(found.zone.as_deref(), Some("fr-par-2"));
        assert_eq!(found.origin(Field::SecretKey), Some(&in_profile("default")));
    }
}

#[test]
fn a_profile_lies_over_the_top_key_by_key() {
    let found = of_file(&[], &config(), Some("staging")).unwrap();
    assert_eq!(found.project_id.as_deref(), Some(PROJECT_2));
    assert_eq!(found.origin(Field::ProjectId), Some(&in_profile("staging")));
    assert_eq!(found.secret_key.expose(), SECRET);
    assert_eq!(found.origin(Field::SecretKey), Some(&in_profile("default")));
    let other = of_file(&[], &config(), Some("other")).unwrap();
    assert_eq!(other.secret_key.expose(), SECRET_2);
    assert!(other.insecure);
    assert!(matches!(
        other.warnings[..],
        [CredentialWarning::Insecure { .. }]
    ));
    assert_eq!(
        of_file(&[], &config(), Some("bare"))
            .unwrap()
            .secret_key
            .expose(),
        SECRET
    );
}

#[test]
fn the_profile_is_chosen_by_flag_then_variable_then_file() {
    let text = format!("active_profile: staging\n{}", config());
    let profile = |pairs: &[(&str, &str)], flag| of_file(pairs, &text, flag).unwrap().profile;
    let variable = [("SCW_PROFILE", "other")];
    assert_eq!(profile(&variable, Some("bare")), "bare");
    assert_eq!(profile(&variable, None), "other");
    assert_eq!(profile(&[], None), "staging");
    assert_eq!(profile(&[("SCW_PROFILE", "default")], None), "default");
    assert_eq!(of_file(&[], &config(), None).unwrap().profile, "default");
}

#[test]
fn an_unknown_profile_suggests_one() {
    let error = of_file(&[], &config(), Some("stagign")).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("no profile \"stagign\" in \"{PATH}\"")
    );
    assert_eq!(error.hint(Lang::En).unwrap(), "did you mean \"staging\"?");
    let error = of_file(&[("SCW_PROFILE", "zzz")], &config(), None).unwrap_err();
    assert_eq!(
        error.hint(Lang::En).unwrap(),
        "profiles are bare, other, staging, default"
    );
    assert!(of_file(&[], &format!("active_profile: nope\n{}", config()), None).is_err());
    let error = Credentials::resolve(&vars(&[("SCW_SECRET_KEY", SECRET)]), None, Some("x"));
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("there is no Scaleway CLI configuration file")
    );
    let default = [("SCW_SECRET_KEY", SECRET), ("SCW_PROFILE", "default")];
    assert!(of_vars(&default).is_ok());
    let error = of_vars(&[("SCW_SECRET_KEY", SECRET), ("SCW_PROFILE", "")]).unwrap_err();
    assert_eq!(error.to_string(), "variable SCW_PROFILE is set but empty");
}

#[test]
fn the_environment_wins_field_by_field_and_a_mixed_pair_is_told() {
    let found = of_file(&[("SCW_SECRET_KEY", SECRET_2)], &config(), None).unwrap();
    assert_eq!(found.secret_key.expose(), SECRET_2);
    assert_eq!(
        found.origin(Field::SecretKey),
        Some(&Origin::Env("SCW_SECRET_KEY".to_owned()))
    );
    assert_eq!(found.access_key.as_deref(), Some(ACCESS));
    assert_eq!(found.origin(Field::AccessKey), Some(&in_profile("default")));
    let said = found.warnings[0].say(Lang::En);
    assert!(
        said.contains("secret key from variable SCW_SECRET_KEY"),
        "{said}"
    );
    let whole = [("SCW_SECRET_KEY", SECRET_2), ("SCW_ACCESS_KEY", ACCESS_2)];
    assert!(
        of_file(&whole, &config(), None)
            .unwrap()
            .warnings
            .is_empty()
    );
}

#[test]
fn what_the_environment_hides_in_the_file_is_not_checked() {
    let text = "secret_key: not-a-key\naccess_key: SCW";
    let both = [("SCW_SECRET_KEY", SECRET), ("SCW_ACCESS_KEY", ACCESS)];
    assert!(of_file(&both, text, None).is_ok());
}

#[test]
fn older_names_are_read_where_the_current_one_is_not_set_and_told() {
    let secret = ("SCW_SECRET_KEY", SECRET);
    for (name, new, value) in [
        ("SCW_TOKEN", "SCW_SECRET_KEY", SECRET_2),
        ("SCALEWAY_TOKEN", "SCW_SECRET_KEY", SECRET_2),
        ("SCALEWAY_ACCESS_KEY", "SCW_SECRET_KEY", SECRET_2),
        ("SCALEWAY_ACCESS_KEY", "SCW_ACCESS_KEY", ACCESS),
        (
            "SCW_ORGANIZATION",
            "SCW_DEFAULT_ORGANIZATION_ID",
            ORGANIZATION,
        ),
        (
            "SCALEWAY_ORGANIZATION",
            "SCW_DEFAULT_ORGANIZATION_ID",
            ORGANIZATION,
        ),
        ("SCW_REGION", "SCW_DEFAULT_REGION", "nl-ams"),
        ("SCALEWAY_REGION", "SCW_DEFAULT_REGION", "pl-waw"),
        ("SCW_TLSVERIFY", "SCW_INSECURE", "true"),
    ] {
        let found = match new {
            "SCW_SECRET_KEY" => of_vars(&[(name, value)]),
            _ => of_vars(&[secret, (name, value)]),
        }
        .unwrap();
        let told = CredentialWarning::OldName {
            old: name.to_owned(),
            new: Field::ALL
                .into_iter()
                .map(Field::variable)
                .find(|known| *known == new)
                .unwrap(),
        };
        assert_eq!(found.warnings, [told], "{name}");
        let of = |field| found.origin(field) == Some(&Origin::Env(name.to_owned()));
        let field = Field::ALL
            .into_iter()
            .find(|field| field.variable() == new)
            .unwrap();
        assert!(of(field), "{name}");
    }
    let both = of_vars(&[
        secret,
        ("SCW_TOKEN", "junk"),
        ("SCW_REGION", "nl-ams"),
        ("SCALEWAY_REGION", "pl-waw"),
    ]);
    let both = both.unwrap();
    assert_eq!(both.secret_key.expose(), SECRET);
    assert_eq!(both.region.as_deref(), Some("nl-ams"));
    assert_eq!(both.warnings.len(), 1);
}

#[test]
fn names_that_the_cli_does_not_read_are_not_read() {
    let found = of_vars(&[
        ("SCW_SECRET_KEY", SECRET),
        ("SCW_ZONE", "nl-ams-1"),
        ("SCW_PROJECT_ID", PROJECT),
    ]);
    let found = found.unwrap();
    assert_eq!(found.zone.as_deref(), Some("fr-par-1"));
    assert_eq!(found.project_id, None);
}

#[test]
fn set_but_empty_is_an_error_and_never_absence() {
    for field in Field::ALL {
        let mut set = vars(&[("SCW_SECRET_KEY", SECRET)]);
        set.insert(field.variable().to_owned(), String::new());
        let error = Credentials::resolve(&set, Some((PATH, &config())), None).unwrap_err();
        let said = format!("{} is empty (variable {})", field.key(), field.variable());
        assert_eq!(error.to_string(), said);
        assert!(error.hint(Lang::En).unwrap().contains("unset it"));
    }
    let error = of_vars(&[("SCW_SECRET_KEY", SECRET), ("SCW_REGION", "")]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "default_region is empty (variable SCW_REGION)"
    );
    let error = of_file(&[], "secret_key: ''", None).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("secret_key is empty (profile default of {PATH})")
    );
}

#[test]
fn malformed_values_are_errors_that_name_the_place() {
    for (name, value, key, hint) in [
        ("SCW_ACCESS_KEY", "SCWshort", "access_key", "SCW and 17"),
        (
            "SCW_ACCESS_KEY",
            "scwaaaaaaaaaaaaaaaaa",
            "access_key",
            "SCW and 17",
        ),
        ("SCW_SECRET_KEY", "hunter2", "secret_key", "8-4-4-4-12"),
        ("SCW_TOKEN", "hunter2", "secret_key", "8-4-4-4-12"),
        (
            "SCW_DEFAULT_PROJECT_ID",
            "x",
            "default_project_id",
            "8-4-4-4-12",
        ),
        (
            "SCW_DEFAULT_ORGANIZATION_ID",
            "x",
            "default_organization_id",
            "8-4-4-4-12",
        ),
        (
            "SCW_DEFAULT_REGION",
            "fr-pr",
            "default_region",
            "\"fr-par\"",
        ),
        (
            "SCW_DEFAULT_REGION",
            "EUROPE",
            "default_region",
            "regions are",
        ),
        ("SCW_DEFAULT_ZONE", "fr-par", "default_zone", "\"fr-par-1\""),
        ("SCW_INSECURE", "yes", "insecure", "true or false"),
        ("SCW_TLSVERIFY", "maybe", "insecure", "true or false"),
    ] {
        let mut set = vars(&[("SCW_SECRET_KEY", SECRET), (name, value)]);
        if name == "SCW_TOKEN" {
            set.remove("SCW_SECRET_KEY");
        }
        let error = Credentials::resolve(&set, None, None).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("{key} is malformed (variable {name})")
        );
        assert!(error.hint(Lang::En).unwrap().contains(hint), "{name}");
    }
}

#[test]
fn booleans_are_gos_and_the_older_one_means_the_opposite() {
    let insecure = |name, value| {
        of_vars(&[("SCW_SECRET_KEY", SECRET), (name, value)])
            .unwrap()
            .insecure
    };
    for yes in ["1", "t", "T", "TRUE", "true", "True"] {
        assert!(
            insecure("SCW_INSECURE", yes) && !insecure("SCW_TLSVERIFY", yes),
            "{yes}"
        );
    }
    for no in ["0", "f", "F", "FALSE", "false", "False"] {
        assert!(
            !insecure("SCW_INSECURE", no) && insecure("SCW_TLSVERIFY", no),
            "{no}"
        );
    }
}

#[test]
fn old_region_names_are_translated_in_the_environment_only() {
    let found = of_vars(&[("SCW_SECRET_KEY", SECRET), ("SCW_DEFAULT_REGION", "par1")]).unwrap();
    assert_eq!(found.region.as_deref(), Some("fr-par"));
    assert!(found.warnings[0].say(Lang::En).contains("use fr-par"));
    let found = of_vars(&[("SCW_SECRET_KEY", SECRET), ("SCW_DEFAULT_REGION", "ams1")]).unwrap();
    assert_eq!(found.region.as_deref(), Some("nl-ams"));
    let error = of_file(
        &[],
        &format!("secret_key: {SECRET}\ndefault_region: ams1"),
        None,
    )
    .unwrap_err();
    assert_eq!(error.hint(Lang::En).unwrap(), "did you mean \"nl-ams\"?");
}

#[test]
fn a_zone_gives_its_region_and_a_region_no_zone() {
    let place = |pairs: &[(&str, &str)]| {
        let mut set = vars(pairs);
        set.insert("SCW_SECRET_KEY".to_owned(), SECRET.to_owned());
        let found = Credentials::resolve(&set, None, None).unwrap();
        (found.region.unwrap(), found.zone)
    };
    let zone = ("SCW_DEFAULT_ZONE", "nl-ams-12");
    assert_eq!(
        place(&[zone]),
        ("nl-ams".to_owned(), Some("nl-ams-12".to_owned()))
    );
    assert_eq!(
        place(&[("SCW_DEFAULT_REGION", "pl-waw")]),
        ("pl-waw".to_owned(), None)
    );
    assert_eq!(place(&[zone, ("SCW_DEFAULT_REGION", "pl-waw")]).0, "pl-waw");
    assert_eq!(place(&[("SCW_DEFAULT_REGION", "us-nyc")]).0, "us-nyc");
}

#[test]
fn the_api_is_https_or_this_machine() {
    let url = |url| of_vars(&[("SCW_SECRET_KEY", SECRET), ("SCW_API_URL", url)]).map(|c| c.api_url);
    assert_eq!(
        url("https://api.example.com/v9/").as_deref(),
        Ok("https://api.example.com/v9")
    );
    assert_eq!(
        url("http://127.0.0.1:8080").as_deref(),
        Ok("http://127.0.0.1:8080")
    );
    for (address, said) in [
        ("http://api.scaleway.com", "is not https"),
        ("api.scaleway.com", "is not a URL"),
        (
            "https://me:pw@api.scaleway.com",
            "holds a user name or password",
        ),
    ] {
        let error = url(address).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the API address {said} (variable SCW_API_URL)")
        );
        assert!(error.hint(Lang::En).is_some());
    }
}

#[test]
fn without_any_keys_the_hint_says_where_to_put_them() {
    for error in [
        of_vars(&[]),
        of_file(&[], "", None),
        of_file(&[], "# nothing\n---\n", None),
    ] {
        let error = error.unwrap_err();
        assert_eq!(error.to_string(), "no Scaleway credentials found");
        let hint = error.hint(Lang::En).unwrap();
        for word in ["SCW_SECRET_KEY", "scw init", "--sandbox"] {
            assert!(hint.contains(word), "{hint}");
        }
    }
    let error = of_vars(&[("SCW_ACCESS_KEY", ACCESS)]).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("only an access key (variable SCW_ACCESS_KEY)")
    );
}

#[test]
fn a_broken_file_is_pointed_at_without_its_text() {
    for text in [
        format!("secret_key: {SECRET}\n  oops: [\n"),
        format!("secret_key: [{SECRET}]"),
        format!("secret_key: {{ a: {SECRET} }}"),
        SECRET.to_owned(),
        format!("- {SECRET}"),
        format!("insecure: {SECRET}"),
        format!("profiles: {SECRET}"),
        format!("profiles:\n  a: {SECRET}"),
        format!("secret_key: \"{SECRET}\nx: y"),
        format!("secret_key: &a {SECRET}\nx: *b"),
    ] {
        let error = of_file(&[], &text, None).unwrap_err();
        let shown = format!("{error} {error:?} {:?}", error.hint(Lang::Fr));
        assert!(
            matches!(error, CredentialsError::File { .. }),
            "{text}: {shown}"
        );
        assert!(
            shown.contains(PATH) && !shown.contains(&SECRET[..8]),
            "{shown}"
        );
    }
    let error = of_file(&[], "a: 1\nb: [\n", None).unwrap_err();
    assert!(
        error.to_string().starts_with(&format!("{PATH}:")),
        "{error}"
    );
}

#[test]
fn digits_are_text_and_unknown_keys_are_ignored() {
    let text = format!("secret_key: {SECRET}\naccess_key: 12345\nnew_key: {{ a: [1] }}");
    let error = of_file(&[], &text, None).unwrap_err();
    assert!(
        error.to_string().starts_with("access_key is malformed"),
        "{error}"
    );
    let text = format!("secret_key: {SECRET}\nnew_key: {{ a: [1] }}\nprofiles:\ns3_endpoint:\n");
    assert!(of_file(&[], &text, None).is_ok());
}

#[test]
fn a_file_that_others_may_read_is_told() {
    for mode in [0o100_600, 0o400, 0o700] {
        assert_eq!(mode_warning(PATH, mode), None, "{mode:o}");
    }
    for mode in [0o100_644, 0o640, 0o604] {
        let said = mode_warning(PATH, mode).unwrap().say(Lang::En);
        assert!(said.contains(&format!("{:04o}", mode & 0o777)) && said.contains("chmod 600"));
    }
}

#[test]
fn nothing_that_can_be_printed_holds_a_secret() {
    let text = config();
    for profile in [None, Some("staging"), Some("other")] {
        let found = of_file(&[("SCW_SECRET_KEY", SECRET_2)], &text, profile).unwrap();
        let mut shown = format!("{found:?}");
        for warning in &found.warnings {
            shown += &warning.say(Lang::Fr);
        }
        assert!(
            !shown.contains(SECRET) && !shown.contains(SECRET_2),
            "{shown}"
        );
    }
    let wrong = &SECRET[..35];
    for name in [
        "SCW_SECRET_KEY",
        "SCW_ACCESS_KEY",
        "SCW_DEFAULT_PROJECT_ID",
        "SCW_DEFAULT_REGION",
        "SCW_DEFAULT_ZONE",
        "SCW_API_URL",
        "SCW_INSECURE",
        "SCW_TLSVERIFY",
        "SCALEWAY_ACCESS_KEY",
    ] {
        let mut set = vars(&[("SCW_SECRET_KEY", SECRET_2)]);
        set.insert(name.to_owned(), wrong.to_owned());
        let error = Credentials::resolve(&set, None, None);
        let error = error.expect_err(name);
        let shown = format!(
            "{error} {error:?} {:?} {:?}",
            error.hint(Lang::En),
            error.hint(Lang::Fr)
        );
        assert!(!shown.contains(&wrong[..8]), "{name}: {shown}");
    }
}
