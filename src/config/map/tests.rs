//! Each check of the map: the place it points at and the name it suggests; and what a good map resolves to.

use super::*;
use crate::model::{Kind, Lang, Service};

/// The start of a map in which only the rest is interesting.
const HEAD: &str = "schema = 1\n";

/// The error of a map that must have one.
fn error_of(text: &str) -> MapError {
    InfraMap::parse(text, "infra-map.toml").expect_err(text)
}

/// Line, column and what the carets stand under.
fn place(error: &MapError) -> (usize, usize, String) {
    let drawn = error.excerpt().unwrap();
    let lines: Vec<&str> = drawn.lines().collect();
    let from = lines[2].find('^').unwrap();
    let length = lines[2].matches('^').count();
    let under = lines[1].chars().skip(from).take(length).collect();
    (error.line, error.column, under)
}

/// A bad map: what follows the first line, line, column, what the carets stand under, message, hint.
type Case = (
    &'static str,
    usize,
    usize,
    &'static str,
    &'static str,
    &'static str,
);

/// Checks that each map has one fault, pointed at and explained as the case says.
fn check(cases: &[Case]) {
    for (text, line, column, under, message, hint) in cases {
        let error = error_of(&format!("{HEAD}{text}"));
        assert_eq!(
            place(&error),
            (*line, *column, (*under).to_owned()),
            "{text}"
        );
        let said = error.say(Lang::En);
        assert_eq!(
            said,
            format!("infra-map.toml:{line}:{column}: {message}"),
            "{text}"
        );
        let given = error.hint(Lang::En).unwrap_or_default();
        assert!(
            given.contains(hint) && hint.is_empty() == given.is_empty(),
            "{text}: {given}"
        );
        assert!(error.more.is_empty(), "{text}: {:?}", error.more);
        assert_ne!(error.say(Lang::Fr), said);
    }
}

#[test]
fn unknown_keys_are_pointed_at_wherever_they_stand() {
    check(&[
        (
            "defualt_env = \"x\"",
            2,
            1,
            "defualt_env",
            "unknown key \"defualt_env\"",
            "\"default_env\"",
        ),
        (
            "[env.a]\nregoin = \"fr-par\"",
            3,
            1,
            "regoin",
            "unknown key \"regoin\"",
            "\"region\"",
        ),
        (
            "[env.a.ssh.m]\nhost = \"h\"\nagent = \"x\"",
            4,
            1,
            "agent",
            "unknown key \"agent\"",
            "\"agent_sock\"",
        ),
        (
            "[services.a]\nkind = \"redis\"\nalias = []",
            4,
            1,
            "alias",
            "unknown key \"alias\"",
            "\"aliases\"",
        ),
        (
            "[services.a]\nkind = \"redis\"\nzzz = 1",
            4,
            1,
            "zzz",
            "unknown key \"zzz\"",
            "keys here are kind, title",
        ),
        (
            "services = { a = { kind = \"redis\", titel = \"A\" } }",
            2,
            36,
            "titel",
            "unknown key \"titel\"",
            "\"title\"",
        ),
        (
            "[env.e.services.a]\nresource = \"x\"\n[services.a]\nkind = \"redis\"",
            3,
            1,
            "resource",
            "unknown key \"resource\"",
            "\"resource_name\"",
        ),
    ]);
}

#[test]
fn unknown_kinds_suggest_one() {
    check(&[
        (
            "[services.a]\nkind = \"contaner\"",
            3,
            8,
            "\"contaner\"",
            "unknown kind \"contaner\"",
            "\"container\"",
        ),
        (
            "[services.a]\nkind = \"postgresql\"",
            3,
            8,
            "\"postgresql\"",
            "unknown kind \"postgresql\"",
            "\"postgres\"",
        ),
        (
            "[services.a]\nkind = \"k8s\"",
            3,
            8,
            "\"k8s\"",
            "unknown kind \"k8s\"",
            "\"kubernetes\"",
        ),
        (
            "[services.a]\nkind = \"Redis\"",
            3,
            8,
            "\"Redis\"",
            "unknown kind \"Redis\"",
            "\"redis\"",
        ),
        (
            "[services.a]\nkind = \"toaster\"",
            3,
            8,
            "\"toaster\"",
            "unknown kind \"toaster\"",
            "kinds are container, function",
        ),
    ]);
}

#[test]
fn wrong_types_say_what_is_expected_and_found() {
    check(&[
        (
            "default_env = 1",
            2,
            15,
            "1",
            "\"default_env\" must be a string in quotes, found integer",
            "",
        ),
        (
            "services = []",
            2,
            12,
            "[]",
            "\"services\" must be a table, found array",
            "",
        ),
        (
            "[services]\na = \"redis\"",
            3,
            5,
            "\"redis\"",
            "\"a\" must be a table, found string",
            "",
        ),
        (
            "[services.a]\nkind = [\"redis\"]",
            3,
            8,
            "[\"redis\"]",
            "\"kind\" must be a string in quotes, found array",
            "",
        ),
        (
            "[services.a]\nkind = \"redis\"\naliases = \"x\"",
            4,
            11,
            "\"x\"",
            "\"aliases\" must be a list of strings, found string",
            "",
        ),
        (
            "[services.a]\nkind = \"redis\"\naliases = [\"x\", 2]",
            4,
            17,
            "2",
            "\"aliases\" must be a string in quotes, found integer",
            "",
        ),
        (
            "[services.a]\nkind = \"redis\"\nslo = 99.9",
            4,
            7,
            "99.9",
            "\"slo\" must be a table, found float",
            "",
        ),
        (
            "[env.a]\nzones = \"fr-par-1\"",
            3,
            9,
            "\"fr-par-1\"",
            "\"zones\" must be a list of strings, found string",
            "",
        ),
        (
            "[env.a]\ndashboards = true",
            3,
            14,
            "true",
            "\"dashboards\" must be a table, found boolean",
            "",
        ),
        (
            "rules = 1",
            2,
            9,
            "1",
            "\"rules\" must be a list of tables, found integer",
            "",
        ),
        (
            "rules = [1]",
            2,
            10,
            "1",
            "\"rules\" must be a table, found integer",
            "",
        ),
    ]);
}

#[test]
fn missing_keys_name_their_table() {
    check(&[
        (
            "[services.a]\ntitle = \"A\"",
            2,
            11,
            "a",
            "missing key \"kind\" in [services.a]",
            "kinds are",
        ),
        (
            "[env.x.ssh.vm]\nagent_sock = \"s\"",
            2,
            12,
            "vm",
            "missing key \"host\" in [env.x.ssh.vm]",
            "",
        ),
    ]);
    let error = error_of("default_env = \"a\"\n[env.a]\n");
    assert_eq!(
        error.say(Lang::En),
        "infra-map.toml:1:1: missing key \"schema\""
    );
    assert_eq!(error.hint(Lang::En).unwrap(), "write schema = 1");
}

#[test]
fn an_empty_file_lacks_its_schema_and_draws_nothing() {
    let error = error_of("");
    assert_eq!(
        error.say(Lang::En),
        "infra-map.toml:1:1: missing key \"schema\""
    );
    assert_eq!(error.excerpt(), None);
}

#[test]
fn another_schema_is_refused() {
    for (value, said) in [
        ("2", "2"),
        ("0", "0"),
        ("99999999999999999999", "99999999999999999999"),
    ] {
        let error = error_of(&format!("schema = {value}"));
        let message =
            format!("infra-map.toml:1:10: map schema \"{said}\" is not one that this scout reads");
        assert_eq!(error.say(Lang::En), message);
    }
    assert!(
        error_of("schema = \"1\"")
            .say(Lang::En)
            .contains("must be a whole number, found string")
    );
}

#[test]
fn broken_toml_is_pointed_at() {
    for (text, line) in [
        ("schema = 1\n[services.a\nkind = \"redis\"", 2),
        ("schema = 1\nx = \"open\ny = 1", 2),
        ("schema = 1\nschema = 1", 2),
        ("schema = 1\n[env.a]\n[env.a]", 3),
        ("schema == 1", 1),
    ] {
        let error = error_of(text);
        assert_eq!(error.line, line, "{text}");
        assert!(error.say(Lang::En).contains("not valid TOML: "), "{text}");
        assert!(error.excerpt().unwrap().contains('^'));
    }
}

#[test]
fn names_must_exist() {
    check(&[
        (
            "default_env = \"stagign\"\n[env.staging]",
            2,
            15,
            "\"stagign\"",
            "default_env \"stagign\" is not an environment of this map",
            "\"staging\"",
        ),
        (
            "[services.a]\nkind = \"redis\"\ndepends_on = [\"postgrs\"]\n[services.postgres]\nkind = \"postgres\"",
            4,
            15,
            "\"postgrs\"",
            "\"a\" depends on \"postgrs\", which is not a service of this map",
            "\"postgres\"",
        ),
        (
            "[services.a]\nkind = \"redis\"\ndepends_on = [\"db\"]\n[services.postgres]\nkind = \"postgres\"\naliases = [\"DB\"]",
            4,
            15,
            "\"db\"",
            "\"a\" depends on \"db\", which is not a service of this map",
            "\"postgres\"",
        ),
        (
            "[env.e.services.atlsa]\ntitle = \"x\"\n[services.atlas]\nkind = \"redis\"",
            2,
            17,
            "atlsa",
            "override of \"atlsa\", which is not a service of this map",
            "\"atlas\"",
        ),
        (
            "[services.a]\nkind = \"instance\"\nssh = \"authentic\"\n[env.e.ssh.authentik]\nhost = \"h\"",
            4,
            7,
            "\"authentic\"",
            "no environment has an ssh target \"authentic\"",
            "\"authentik\"",
        ),
        (
            "[services.a]\nkind = \"instance\"\nssh = \"m\"",
            4,
            7,
            "\"m\"",
            "no environment has an ssh target \"m\"",
            "[env.NAME.ssh.TARGET]",
        ),
        (
            "[services.a]\nkind = \"instance\"\n[env.e.services.a]\nssh = \"m\"\n[env.f.ssh.m]\nhost = \"h\"",
            5,
            7,
            "\"m\"",
            "no environment has an ssh target \"m\"",
            "define it",
        ),
    ]);
}

#[test]
fn a_broken_service_is_not_also_a_missing_one() {
    check(&[(
        "[services.a]\nkind = \"redis\"\ndepends_on = [\"b\"]\n[services.b]\nkind = \"redsi\"",
        6,
        8,
        "\"redsi\"",
        "unknown kind \"redsi\"",
        "\"redis\"",
    )]);
}

#[test]
fn dependencies_do_not_go_in_circles() {
    check(&[
        (
            "[services.a]\nkind = \"redis\"\ndepends_on = [\"a\"]",
            4,
            15,
            "\"a\"",
            "dependencies go in a circle: a → a",
            "depends_on",
        ),
        (
            "[services.a]\nkind = \"redis\"\ndepends_on = [\"b\"]\n[services.b]\nkind = \"redis\"\ndepends_on = [\"c\"]\n[services.c]\nkind = \"redis\"\ndepends_on = [\"b\"]",
            10,
            15,
            "\"b\"",
            "dependencies go in a circle: b → c → b",
            "depends_on",
        ),
    ]);
    let diamond = "schema = 1\nservices = { a = { kind = \"redis\", depends_on = [\"b\", \"c\"] }, b = { kind = \"redis\", depends_on = [\"d\"] }, c = { kind = \"redis\", depends_on = [\"d\"] }, d = { kind = \"redis\" } }";
    assert!(InfraMap::parse(diamond, "m").is_ok());
}

#[test]
fn a_chain_deeper_than_the_stack_is_walked() {
    let link = |at| {
        format!(
            "[services.s{at}]\nkind = \"redis\"\ndepends_on = [\"s{}\"]",
            at + 1
        )
    };
    let mut lines: Vec<String> = (0..2000).map(link).collect();
    lines.push("[services.s2000]\nkind = \"redis\"".to_owned());
    let text = format!("{HEAD}{}", lines.join("\n"));
    assert!(InfraMap::parse(&text, "m").is_ok());
}

#[test]
fn a_name_belongs_to_one_service() {
    check(&[
        (
            "[services.a]\nkind = \"redis\"\naliases = [\"x\"]\n[services.b]\nkind = \"redis\"\naliases = [\"y\", \"X\"]",
            7,
            17,
            "\"X\"",
            "the name \"X\" already belongs to the service \"a\"",
            "unique",
        ),
        (
            "[services.a]\nkind = \"redis\"\naliases = [\"B\"]\n[services.b]\nkind = \"redis\"",
            4,
            12,
            "\"B\"",
            "the name \"B\" already belongs to the service \"b\"",
            "unique",
        ),
        (
            "[services.a]\nkind = \"redis\"\n[services.A]\nkind = \"redis\"",
            4,
            11,
            "A",
            "the name \"A\" already belongs to the service \"a\"",
            "unique",
        ),
        (
            "[services.a]\nkind = \"redis\"\n[services.b]\nkind = \"redis\"\n[env.e.services.b]\naliases = [\"a\"]",
            7,
            12,
            "\"a\"",
            "the name \"a\" already belongs to the service \"a\"",
            "unique",
        ),
    ]);
    let own = "schema = 1\n[services.a]\nkind = \"redis\"\naliases = [\"A\", \"x\", \"x\"]";
    assert!(InfraMap::parse(own, "m").is_ok());
}

#[test]
fn env_is_the_only_placeholder() {
    check(&[
        (
            "[services.a]\nkind = \"redis\"\nresource_name = \"a-{region}\"",
            4,
            20,
            "{region}",
            "unknown placeholder \"region\"",
            "{env}",
        ),
        (
            "[services.a]\nkind = \"redis\"\nresource_name = \"a-{env\"",
            4,
            20,
            "{",
            "brace without its other half",
            "{env}",
        ),
        (
            "[services.a]\nkind = \"redis\"\nresource_name = \"a}-{x\"",
            4,
            19,
            "}",
            "brace without its other half",
            "{env}",
        ),
        (
            "[services.a]\nkind = \"redis\"\nurl = \"https://{name}.example.com\"",
            4,
            16,
            "{name}",
            "unknown placeholder \"name\"",
            "{env}",
        ),
        (
            "[env.e.ssh.m]\nhost = \"{x}\"",
            3,
            9,
            "{x}",
            "unknown placeholder \"x\"",
            "{env}",
        ),
        (
            "[env.e.ssh.m]\nhost = \"\\u007bx\\u007d\"",
            3,
            8,
            "\"\\u007bx\\u007d\"",
            "unknown placeholder \"x\"",
            "{env}",
        ),
    ]);
}

#[test]
fn addresses_are_https_or_this_machine() {
    check(&[
        (
            "[env.e]\nloki_endpoint = \"http://logs.example.com\"",
            3,
            17,
            "\"http://logs.example.com\"",
            "the address \"loki_endpoint\" is not https",
            "https://",
        ),
        (
            "[env.e]\nprom_endpoint = \"metrics\"",
            3,
            17,
            "\"metrics\"",
            "the address \"prom_endpoint\" is not a URL",
            "https://",
        ),
        (
            "[env.e]\ndashboards = { o = \"http://x.example.com\" }",
            3,
            20,
            "\"http://x.example.com\"",
            "the address \"o\" is not https",
            "https://",
        ),
        (
            "[services.a]\nkind = \"redis\"\nurl = \"ftp://x\"",
            4,
            7,
            "\"ftp://x\"",
            "the address \"url\" is not https",
            "https://",
        ),
    ]);
    let fine = "schema = 1\n[env.e]\nloki_endpoint = \"http://127.0.0.1:3100\"\ntempo_endpoint = \"http://localhost:1\"";
    assert!(InfraMap::parse(fine, "m").is_ok());
}

#[test]
fn ids_regions_zones_names_and_hosts_are_well_formed() {
    check(&[
        (
            "[env.e]\nproject_id = \"123\"",
            3,
            14,
            "\"123\"",
            "\"project_id\" is not a UUID",
            "8-4-4-4-12",
        ),
        (
            "[env.e]\nregion = \"fr_par\"",
            3,
            10,
            "\"fr_par\"",
            "\"fr_par\" is not a region",
            "\"fr-par\"",
        ),
        (
            "[env.e]\nregion = \"ams1\"",
            3,
            10,
            "\"ams1\"",
            "\"ams1\" is not a region",
            "\"nl-ams\"",
        ),
        (
            "[env.e]\nregion = \"fr-par-1\"",
            3,
            10,
            "\"fr-par-1\"",
            "\"fr-par-1\" is not a region",
            "\"fr-par\"",
        ),
        (
            "[env.e]\nregion = \"europe/west\"",
            3,
            10,
            "\"europe/west\"",
            "\"europe/west\" is not a region",
            "regions are",
        ),
        (
            "[env.e]\nzones = [\"fr-par-1\", \"fr-par2\"]",
            3,
            22,
            "\"fr-par2\"",
            "\"fr-par2\" is not a zone",
            "\"fr-par-2\"",
        ),
        (
            "[env.e]\nprofile = \" \"",
            3,
            11,
            "\" \"",
            "\"profile\" is empty",
            "",
        ),
        (
            "[services.\"a b\"]\nkind = \"redis\"",
            2,
            11,
            "\"a b\"",
            "\"a b\" cannot be a name",
            "one word",
        ),
        (
            "[env.e.ssh.m]\nhost = \"-oProxyCommand=x\"",
            3,
            8,
            "\"-oProxyCommand=x\"",
            "\"-oProxyCommand=x\" cannot be an ssh host",
            "Host alias",
        ),
    ]);
}

#[test]
fn the_error_is_drawn_with_carets() {
    let error = error_of("schema = 1\n\n\n\n\n\n\n\n\n\n[services.a]\nkind = \"contaner\"\n");
    let drawn = "  --> infra-map.toml:12:8\n 12 | kind = \"contaner\"\n    |        ^^^^^^^^^^";
    assert_eq!(error.excerpt().unwrap(), drawn);
}

#[test]
fn all_faults_are_reported_in_the_order_of_the_file() {
    let error = error_of(
        "schema = 2\ndefault_env = \"x\"\n[services.a]\nkind = \"r\"\nurl = \"http://x\"\nb = 1",
    );
    let lines: Vec<usize> = error.all().map(|error| error.line).collect();
    assert_eq!(lines, [1, 2, 4, 5, 6]);
}

#[test]
fn the_number_of_faults_is_bounded() {
    let many: Vec<String> = (0..500).map(|at| format!("x{at} = 1")).collect();
    let error = error_of(&format!("{HEAD}{}", many.join("\n")));
    assert_eq!(error.all().count(), MOST_FAULTS);
}

#[test]
fn no_error_shows_a_secret_or_drives_the_terminal() {
    for text in [
        "schema = 1\nsecret_key = \"hunter2-hunter2\"",
        "schema = 1\n[env.e]\ntoken = \"hunter2-hunter2\"",
        "schema = 1\n[env.e]\nloki_endpoint = \"https://me:hunter2-hunter2@x.example.com\"",
        "schema = 1\n[services.a]\nkind = \"redis\"\nurl = \"http://me:hunter2-hunter2@x\"",
        "schema = 1\npassword = \"hunter2-hunter2",
        "schema = 1\n\"\\u001b[31m\" = 1 # \u{202e}",
    ] {
        let error = error_of(text);
        let shown = format!(
            "{error} {error:?} {:?} {:?} {}",
            error.hint(Lang::En),
            error.hint(Lang::Fr),
            error.excerpt().unwrap()
        );
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(
            !shown.contains('\u{1b}') && !shown.contains('\u{202e}'),
            "{shown}"
        );
    }
}

/// The sample at the top of the repository.
fn sample() -> InfraMap {
    let text = include_str!("../../../infra-map.toml");
    InfraMap::parse(text, "infra-map.toml").unwrap()
}

#[test]
fn the_sample_is_a_map() {
    let staging = sample().environment(None).unwrap();
    assert_eq!(staging.name, "staging");
    assert_eq!(staging.zones, ["fr-par-1", "fr-par-2"]);
    // What ties it to an account is commented out: whoever tries scout in a clone has only their own credentials.
    assert_eq!((staging.profile, staging.project_id), (None, None));
    assert_eq!(staging.endpoints, super::resolve::Endpoints::default());
    assert_eq!(staging.ssh["authentik"].host, "authentik-staging");
    let names: Vec<&str> = staging.services.iter().map(|s| s.name.as_str()).collect();
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
    assert_eq!(api.kind, Kind::Container);
    assert_eq!(api.resource_name, "atlas-api-staging");
    assert_eq!(
        api.url.as_deref(),
        Some("https://api.staging.example.com/ready")
    );
    assert_eq!(staging.services[2].title, "redis");
}

#[test]
fn every_key_is_in_the_sample() {
    let text = include_str!("../../../infra-map.toml");
    let keys = [
        schema::ROOT_KEYS,
        schema::ENV_KEYS,
        schema::SSH_KEYS,
        schema::SERVICE_KEYS,
    ];
    for key in keys.into_iter().flatten().filter(|key| **key != "slo") {
        assert!(text.contains(key), "{key}");
    }
}

#[test]
fn an_environment_overrides_what_it_says_and_nothing_else() {
    let prod = sample().environment(Some("prod")).unwrap();
    let api = find_service(&prod.services, "atlas-api").unwrap();
    assert_eq!(api.resource_name, "atlas-api");
    assert_eq!(api.depends_on, ["postgres", "redis"]);
    assert_eq!(prod.endpoints, super::resolve::Endpoints::default());
    assert_eq!(
        find_service(&prod.services, "redis").unwrap().resource_name,
        "redis-prod"
    );
}

#[test]
fn a_machine_that_the_environment_lacks_is_left_out() {
    let text = "schema = 1\ndefault_env = \"b\"\n[env.a.ssh.m]\nhost = \"h\"\n[env.b]\n[services.s]\nkind = \"instance\"\nssh = \"m\"";
    let map = InfraMap::parse(text, "m").unwrap();
    assert_eq!(
        map.environment(Some("a")).unwrap().services[0]
            .ssh
            .as_deref(),
        Some("m")
    );
    assert_eq!(map.environment(None).unwrap().services[0].ssh, None);
}

#[test]
fn an_environment_is_chosen_or_refused() {
    let error = sample().environment(Some("stagign")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no environment \"stagign\" in \"infra-map.toml\""
    );
    assert_eq!(error.hint(Lang::En).unwrap(), "did you mean \"staging\"?");
    let error = sample().environment(Some("zzz")).unwrap_err();
    assert_eq!(
        error.hint(Lang::En).unwrap(),
        "environments are staging, prod"
    );
    let two = InfraMap::parse("schema = 1\n[env.b]\n[env.a]", "m").unwrap();
    let error = two.environment(None).unwrap_err();
    assert!(error.hint(Lang::En).unwrap().ends_with("b, a"));
    let one = InfraMap::parse("schema = 1\n[env.only]", "m").unwrap();
    assert_eq!(one.environment(None).unwrap().name, "only");
    let none = InfraMap::parse("schema = 1\n[services.a]\nkind = \"redis\"", "m").unwrap();
    let implied = none.environment(None).unwrap();
    assert_eq!(
        (implied.name.as_str(), implied.services.len()),
        ("default", 1)
    );
    assert!(none.environment(Some("a")).is_err());
}

#[test]
fn a_service_is_found_by_name_alias_or_title_in_any_case() {
    let services = sample().environment(None).unwrap().services;
    let found = |text| find_service(&services, text).map(|s: &Service| s.name.as_str());
    for text in ["atlas-api", "ATLAS-API", "Api", " atlas ", "atlas api"] {
        assert_eq!(found(text), Ok("atlas-api"), "{text}");
    }
    let error = found("databse").unwrap_err();
    assert_eq!(error.near.as_deref(), Some("postgres"));
    assert_eq!(error.to_string(), "unknown service \"databse\"");
    let hint = error.hint(Lang::En).unwrap();
    assert!(
        hint.contains("did you mean \"postgres\"?") && hint.contains("services are atlas-api, ")
    );
    assert_eq!(found("kafka").unwrap_err().near, None);
    assert!(
        find_service(&[], "x")
            .unwrap_err()
            .hint(Lang::En)
            .unwrap()
            .contains("infra-map.toml")
    );
}

#[test]
fn a_title_that_two_services_share_names_neither() {
    let text = "schema = 1\n[services.a]\nkind = \"redis\"\ntitle = \"T\"\n[services.b]\nkind = \"redis\"\ntitle = \"t\"";
    let services = InfraMap::parse(text, "m")
        .unwrap()
        .environment(None)
        .unwrap()
        .services;
    assert!(find_service(&services, "T").is_err());
}

/// A cause of the map's own, from its second line on.
const OWN_RULE: &str = r#"[[rules]]
id = "licence-ended"
confidence = 0.9
statement = { en = "{service} has no licence", fr = "{service} n'a pas de licence" }
[[rules.sign]]
weight = 0.8
pattern = "licen[cs]e (has )?(ended|expired)"
on = "self"
[[rules.next]]
command = "scout logs {service} {window}"
why = "which licence"
"#;

#[test]
fn a_rule_and_a_threshold_are_read() {
    let text = format!(
        "{HEAD}{OWN_RULE}[[rules]]\nmetric = \"connections\"\nkind = \"postgres\"\nwarning = 0.5\n"
    );
    let map = InfraMap::parse(&text, "m").unwrap();
    let [MapRule::Cause(rule), MapRule::Limit(limit)] = map.rules() else {
        panic!("{:?}", map.rules());
    };
    assert_eq!((rule.id.as_str(), rule.sign.len()), ("licence-ended", 1));
    assert_eq!(rule.next[0].why.fr, "which licence");
    assert_eq!(limit.threshold.warning, Some(0.5));
    // What is left out is the catalogue's.
    let usual = crate::config::Catalog::builtin()
        .metric(Kind::Postgres, "connections")
        .and_then(|spec| spec.threshold.clone())
        .unwrap();
    assert_eq!(limit.threshold.critical, usual.critical);
    assert_eq!(limit.threshold.lasts_seconds, usual.lasts_seconds);
}

#[test]
fn what_a_rule_says_must_mean_something() {
    for (from, to, line, under, message, hint) in [
        ("on = ", "om = ", 9, "om", "unknown key", "\"on\""),
        (
            "\"self\"",
            "\"slef\"",
            9,
            "\"slef\"",
            "\"on\" takes",
            "\"self\"",
        ),
        (
            "licen[cs]",
            "licen[cs",
            8,
            "\"licen[cs",
            "no regular expression",
            "",
        ),
        ("0.8", "8", 7, "8", "between 0 and 0.99", ""),
        ("0.9", "\"high\"", 4, "\"high\"", "must be a number", ""),
        (
            "\"licence-ended\"",
            "\"vm-down\"",
            3,
            "\"vm-down\"",
            "already",
            "id of its own",
        ),
        (
            "\"scout logs",
            "\"rm",
            11,
            "\"rm",
            "not a scout command",
            "begins with",
        ),
        (
            "weight = 0.8",
            "signs = [\"new-error\"]\nweight = 0.8",
            7,
            "\"new-error\"",
            "\"signs\" takes",
            "\"new-errors\"",
        ),
        (
            "confidence",
            "unless = [\"vm-dwon\"]\nconfidence",
            4,
            "\"vm-dwon\"",
            "\"unless\" takes",
            "\"vm-down\"",
        ),
    ] {
        let error = error_of(&format!("{HEAD}{}", OWN_RULE.replacen(from, to, 1)));
        let (found, _, drawn) = place(&error);
        assert_eq!(found, line, "{error}");
        assert!(drawn.starts_with(under), "{drawn}");
        assert!(error.to_string().contains(message), "{error}");
        assert!(
            error.hint(Lang::En).unwrap_or_default().contains(hint),
            "{error}"
        );
    }
}

#[test]
fn a_threshold_is_one_of_a_known_metric() {
    let error = error_of(&format!(
        "{HEAD}[[rules]]\nmetric = \"conections\"\nkind = \"postgres\"\nwarning = 0.5\n"
    ));
    assert_eq!(place(&error), (3, 10, "\"conections\"".to_owned()));
    assert_eq!(
        error.hint(Lang::En).as_deref(),
        Some("did you mean \"connections\"?")
    );
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_fine() {
    let text = "schema = 1\r\n[services.a]\r\nkind = \"redis\"\r\n";
    assert!(InfraMap::parse(text, "m").is_ok());
    assert!(InfraMap::parse(&format!("\u{feff}{text}"), "m").is_ok());
    let error = error_of("schema = 1\r\nx = 1\r\n");
    assert_eq!(place(&error), (2, 1, "x".to_owned()));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(schema = 1\n)?[\\[\\]a-z.={}\"\\\\\n \u{1b}é0-9]{0,80}") {
        if let Err(error) = InfraMap::parse(&text, "m") {
            for error in error.all() {
                assert!(!error.say(Lang::Fr).is_empty());
                let _ = (error.hint(Lang::En), error.excerpt());
            }
        }
    }
}
