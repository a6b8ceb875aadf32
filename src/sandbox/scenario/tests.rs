//! What is read and what is refused.

use super::tables::Verdict;
use super::*;
use crate::model::Lang;

fn problem(tables: &str) -> ScenarioError {
    let text = format!("schema = 1\nname = \"x\"\n{tables}");
    Scenario::parse(&text, "bad.toml").unwrap_err()
}

#[test]
fn every_builtin_parses_and_is_called_by_its_name() {
    let names: Vec<String> = Scenario::builtins()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let files: Vec<&str> = BUILTINS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, files);
    assert!(files.is_sorted(), "{files:?}");
    assert!(names.contains(&DEFAULT_SCENARIO.to_owned()));
    for name in names {
        let scenario = Scenario::builtin(&name).unwrap();
        let truth = scenario.truth.expect("a built-in scenario tells the truth");
        assert!(
            !scenario.title.is_empty() && !truth.cause.is_empty(),
            "{name}"
        );
        let calm = matches!(truth.verdict, Verdict::Healthy | Verdict::Unknown);
        assert_eq!(truth.since.is_none(), calm, "{name}");
    }
    assert!(Scenario::builtin("nothing").is_none());
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_the_nearest() {
    let error = problem("[[log]]\nfrom = \"-3h\"\nper_minut = 3\nmessage = \"x\"\n");
    assert_eq!(error.line(), Some(5));
    assert_eq!(
        error.to_string(),
        "bad.toml, line 5: unknown name `per_minut`"
    );
    assert_eq!(error.hint(Lang::En).unwrap(), "did you mean `per_minute`?");
    assert_eq!(
        error.say(Lang::Fr),
        "bad.toml, ligne 5: nom inconnu `per_minut`"
    );
}

#[test]
fn an_unknown_kind_or_permission_is_named_with_the_nearest() {
    let error = problem("[[resource]]\nkind = \"postgress\"\nname = \"x\"\n");
    assert_eq!(
        (error.line(), error.hint(Lang::En)),
        (Some(4), Some("did you mean `postgres`?".to_owned()))
    );
    let error = problem("[permissions]\ndeny = [\"cockpit:write\",\n \"redys:read\"]\n");
    assert_eq!(
        (error.line(), error.hint(Lang::En)),
        (Some(5), Some("did you mean `redis:read`?".to_owned()))
    );
}

#[test]
fn each_mistake_is_found_at_its_line() {
    let table = [
        (
            "[[log]]\nfrom = \"-3x\"\nper_minute = 1\nmessage = \"m\"\n",
            4,
            "`-3x` is not a time relative to now",
        ),
        (
            "[[metric]]\nname = \"m\"\nstep = \"0s\"\nshape = []\n",
            5,
            "`0s` is not a length of time above zero",
        ),
        (
            "[[metric]]\nname = \"m\"\nshape = []\n",
            3,
            "the first part of the shape has neither",
        ),
        (
            "[[metric]]\nname = \"m\"\nshape = [{ from = \"-1h\", value = 1 }, { from = \"-2h\", value = 1 }]\n",
            3,
            "times go backwards here",
        ),
        (
            "[[log]]\nmessage = \"m\"\n",
            3,
            "a log table needs either `at`",
        ),
        (
            "[[log]]\nfrom = \"-1h\"\nmessage = \"m\"\n",
            3,
            "a log table needs either `at`",
        ),
        (
            "[[log]]\nat = [\"-1h\"]\n",
            3,
            "a log table needs either `message`",
        ),
        (
            "[[log]]\nat = [\"-1h\"]\nmessage = \"m\"\nvars = { a = { int = [2, 1] } }\n",
            6,
            "this variable has no form",
        ),
        (
            "[[log]]\nat = [\"-1h\"]\nmessage = \"m\"\nvars = { a = [] }\n",
            6,
            "this variable has no form",
        ),
        (
            "[[log]]\nfrom = \"-1h\"\nto = \"-2h\"\nper_minute = 1\nmessage = \"m\"\n",
            3,
            "times go backwards here",
        ),
        (
            "[[log]]\nfrom = \"-1h\"\nper_minute = -1\nmessage = \"m\"\n",
            3,
            "`per_minute` and `noise` must",
        ),
        (
            "[[log]]\nfrom = \"-1w\"\nper_minute = 1e9\nmessage = \"m\"\n",
            3,
            "up to here the scenario makes",
        ),
        (
            "[[fault]]\nsource = \"loki\"\n",
            3,
            "this fault does nothing",
        ),
        (
            "[[fault]]\nsource = \"loki\"\nstatus = 999\n",
            3,
            "status 999 is not between",
        ),
        ("seed = \"seven\"\n", 3, "invalid type"),
        ("[[log\n", 3, ""),
    ];
    for (text, line, expected) in table {
        let error = problem(text);
        assert_eq!(error.line(), Some(line), "{text}{error}");
        assert!(error.to_string().contains(expected), "{text}{error}");
    }
    let old = Scenario::parse("schema = 2\nname = \"x\"\n", "old").unwrap_err();
    assert!(old.to_string().contains("schema 2 is not known"), "{old}");
}

#[test]
fn fields_and_vars_keep_the_order_of_the_file() {
    let text = "schema = 1\nname = \"x\"\n[[log]]\nat = [\"0s\"]\nmessage = \"m\"\nfields = { z = \"1\", a = 2, m = true }\n[log.vars]\nq = [1, \"b\"]\nb = { uuid = true }\n";
    let scenario = Scenario::parse(text, "x").unwrap();
    let log = scenario.logs[0].get_ref();
    let names: Vec<&str> = log.fields.0.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["z", "a", "m"]);
    let expected = [
        (
            "q".to_owned(),
            VarSpec::List(vec!["1".to_owned(), "b".to_owned()]),
        ),
        ("b".to_owned(), VarSpec::Uuid),
    ];
    assert_eq!(log.vars.0, expected);
}
