//! What tests of fields hold for.

use super::*;

fn holds(test: &str, value: Option<&str>) -> bool {
    FieldTest::parse(test).unwrap().holds(value)
}

#[test]
fn operators_compare_texts_numbers_and_durations() {
    for (test, value, expected) in [
        ("status>=500", "500", true),
        ("status>=500", "499", false),
        ("status>=500", "5e2", true),
        ("status >= 500", "503", true),
        ("status>500", "500", false),
        ("status<500", "404", true),
        ("status<=404", "404", true),
        ("status>=500", "many", false),
        ("status=500", "500", true),
        ("status==500", "500.0", true),
        ("status!=500", "500", false),
        ("status!=500", "200", true),
        ("route=/v1/orders", "/v1/orders", true),
        ("route=/v1/orders", "/v1/orders/1", false),
        ("route='/v1/orders'", "/v1/orders", true),
        ("msg=\"a b\"", "a b", true),
        ("route=~/v1/.*", "/v1/orders", true),
        ("route=~/v1", "/v1/orders", false),
        ("route!~/v1/.*", "/health", true),
        ("a=b=c", "b=c", true),
        ("duration_ms>1s", "1001", true),
        ("duration_ms>1s", "1000", false),
        ("took>=1s", "1.5s", true),
        ("took>=1s", "900ms", false),
        ("took>=1s", "1500", true),
        ("took_seconds>1500ms", "2", true),
        ("took_us>1ms", "900", false),
        ("took_ns<1us", "999", true),
        ("status>=500", "1.5s", false),
    ] {
        assert_eq!(holds(test, Some(value)), expected, "{test} of {value}");
    }
}

#[test]
fn a_field_that_is_not_there_counts_as_empty() {
    for (test, expected) in [
        ("route=/v1", false),
        ("route!=/v1", true),
        ("route=", true),
        ("route!=", false),
        ("route=~.*", true),
        ("route=~.+", false),
        ("route!~.+", true),
        ("status>=0", false),
        ("status<0", false),
    ] {
        assert_eq!(holds(test, None), expected, "{test}");
        let pushed = FieldTest::parse(test).unwrap().line_filter();
        assert_eq!(pushed.is_none(), expected, "{test}: {pushed:?}");
    }
}

#[test]
fn what_is_no_test_says_why() {
    let fault = |test: &str| FieldTest::parse(test).unwrap_err();
    for test in [
        "",
        "status",
        "=500",
        " >=1",
        "a b=1",
        "status!500",
        "status~x",
    ] {
        assert_eq!(fault(test), FieldTestFault::Form, "{test:?}");
    }
    for (test, value) in [("a>b", "b"), ("a>=", ""), ("a<5x", "5x"), ("a>inf", "inf")] {
        assert_eq!(
            fault(test),
            FieldTestFault::NoNumber(value.to_owned()),
            "{test}"
        );
    }
    assert!(matches!(fault("a=~["), FieldTestFault::Pattern(_)));
}
