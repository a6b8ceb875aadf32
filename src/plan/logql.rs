//! Log questions as `LogQL`: selectors, line filters, counts. The one place where log queries are written and escaped.

use chrono::TimeDelta;

use super::{Budget, CountRequest, LogsRequest, Question, Request, Span};
use crate::config::Catalog;
use crate::model::{Matcher, Selector, Service, Window, quoted};

/// Entries of what a service depends on matter, but less than its own: they are asked for in one slice a window, those of
/// the service in this many. More slices sample a busy window more evenly and take more of the eight requests in flight.
const SLICES: u32 = 2;

/// Counts are asked in steps that the slices are whole multiples of.
const COUNT_STEPS: i32 = 30;

/// Plans the log requests of a question: slices of window and baseline for each service, and counts for all.
pub(super) fn plan_logs(question: &Question, catalog: &Catalog, budget: &Budget) -> Vec<Request> {
    let mut relevant = question.relevant();
    relevant.extend(question.witnesses());
    if relevant.is_empty() {
        return Vec::new();
    }
    let mut requests: Vec<Request> = relevant
        .iter()
        .flat_map(|service| plan_service(question, catalog, budget, service))
        .collect();
    requests.extend(
        counted_windows(question)
            .into_iter()
            .map(|window| Request::Count(plan_count(question, &relevant, window))),
    );
    requests
}

/// How many slices a window of a service in question is read in. What a limit cuts off is the oldest part of a slice: the
/// longer the window, the more of it nobody would see, the onset with it.
fn slices_of(window: Window) -> u32 {
    /// The longest slice, in minutes, until there are [`MOST_SLICES`].
    const LONGEST: i64 = 20;
    const MOST_SLICES: i64 = 8;
    let wanted = (window.length().num_minutes() / LONGEST).min(MOST_SLICES);
    u32::try_from(wanted).unwrap_or(SLICES).max(SLICES)
}

/// One service's slices, newest first.
fn plan_service(
    question: &Question,
    catalog: &Catalog,
    budget: &Budget,
    service: &Service,
) -> Vec<Request> {
    let asked = question.asked.contains(&service.name);
    let alone = asked && question.asked.len() == 1;
    let slices = match slices_of(question.window) {
        _ if !asked => 1,
        SLICES if !alone => 1,
        slices => slices,
    };
    // As many lines in all, however many slices.
    let limit = (budget.page_entries * SLICES).div_ceil(slices.max(SLICES));
    let query = stream_selector(service, &question.services, catalog).to_string();
    let request = |window: Window, span: Span| {
        Request::Logs(LogsRequest {
            service: service.name.clone(),
            query: query.clone(),
            window,
            span,
            limit: match span {
                Span::Window => limit,
                Span::Baseline => budget.page_entries,
            },
        })
    };
    let mut requests: Vec<Request> = question
        .window
        .split(slices as usize)
        .into_iter()
        .rev()
        .map(|slice| request(slice, Span::Window))
        .collect();
    requests.extend(
        question
            .baseline
            .map(|baseline| request(baseline, Span::Baseline)),
    );
    requests
}

/// What is counted: baseline and window in one where these touch, else each by itself.
pub(super) fn counted_windows(question: &Question) -> Vec<Window> {
    match question.baseline {
        Some(baseline) if baseline.to == question.window.from => vec![question.whole()],
        Some(baseline) => vec![question.window, baseline],
        None => vec![question.window],
    }
}

/// One count of every service's entries over a window.
pub(super) fn plan_count(
    question: &Question,
    relevant: &[&Service],
    window: Window,
) -> CountRequest {
    let step = (question.window.length() / COUNT_STEPS).max(TimeDelta::seconds(1));
    let names = relevant
        .iter()
        .map(|service| service.resource_name.as_str());
    let selector = Selector(vec![Matcher::any_of("resource_name", names)]);
    CountRequest {
        query: format!(
            "sum by (resource_name) (count_over_time({selector}[{}]))",
            duration_literal(step)
        ),
        services: relevant
            .iter()
            .map(|service| (service.resource_name.clone(), service.name.clone()))
            .collect(),
        window,
        step,
    }
}

/// The selector of a service's own log streams.
///
/// By `resource_name` alone, since the label `resource_type` is not confirmed for every product; with the kind's type as
/// well only where another service of the environment bears the same resource name.
pub(crate) fn stream_selector(service: &Service, all: &[Service], catalog: &Catalog) -> Selector {
    let mut matchers = vec![Matcher::equal("resource_name", &service.resource_name)];
    let shared = all
        .iter()
        .any(|other| other.name != service.name && other.resource_name == service.resource_name);
    if let (true, Some(resource_type)) = (shared, catalog.resource_type(service.kind)) {
        matchers.push(Matcher::equal("resource_type", resource_type));
    }
    Selector(matchers)
}

/// A line filter that keeps every line whose text, once out of its JSON envelopes, contains `text`.
///
/// A stored line holds the program's words inside one or two JSON strings, where quotes, backslashes and slashes carry
/// backslashes and other characters may be `\u` escapes. The filter allows for that, so it never drops a line that
/// contains the text; it may keep a few more, which the caller's own look at the opened line removes.
pub(crate) fn contains_filter(text: &str) -> String {
    format!(" |~ {}", quoted(&escaped_pattern(text)))
}

/// The pattern of a text as it may stand in a stored line, for [`contains_filter`].
pub(super) fn escaped_pattern(text: &str) -> String {
    let mut pattern = String::new();
    for c in text.chars() {
        match c {
            '/' => pattern.push_str("\\\\*/"),
            '"' => pattern.push_str("(?:\\\\*\"|\\\\+u0022)"),
            '\\' => pattern.push_str("\\\\+(?:u(?i:005c))?"),
            '<' | '>' | '&' | '\'' | '+' | '=' => pattern.push_str(&either(c, c as u32)),
            c if c.is_ascii() && !c.is_ascii_control() => {
                pattern.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
            }
            // Anything else may be a literal, a short escape or one or two \uXXXX escapes: leave it open.
            _ => pattern.push_str("(?s:.{1,24})"),
        }
    }
    pattern
}

/// A line filter that keeps every line whose text has the fixed parts of a template, `<*>` for what varies, in their order; `None` where
/// these say too little to tell lines apart.
pub(crate) fn template_filter(template: &str) -> Option<String> {
    /// Letters that the fixed parts must have.
    const LEAST: usize = 6;
    let parts: Vec<&str> = template.split("<*>").map(str::trim).collect();
    let letters = parts.concat().chars().filter(|c| c.is_alphabetic()).count();
    let patterns: Vec<String> = parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(escaped_pattern)
        .collect();
    (letters >= LEAST).then(|| format!(" |~ {}", quoted(&patterns.join(".*"))))
}

/// Whether a text has the form of a template, from its start to its end.
pub(crate) fn has_template(text: &str, template: &str) -> bool {
    let parts: Vec<String> = template.split("<*>").map(regex::escape).collect();
    regex::Regex::new(&format!("(?s)^{}$", parts.join(".*"))).is_ok_and(|form| form.is_match(text))
}

/// A character or its `\u` escape, however many backslashes deep.
fn either(c: char, code: u32) -> String {
    format!(
        "({}|\\\\+u(?i:{code:04x}))",
        regex::escape(c.encode_utf8(&mut [0; 4]))
    )
}

/// A duration as both query languages read it: whole seconds where it is, else milliseconds.
pub(crate) fn duration_literal(length: TimeDelta) -> String {
    let millis = length.num_milliseconds().max(1);
    if millis % 1000 == 0 {
        format!("{}s", millis / 1000)
    } else {
        format!("{millis}ms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pattern inside a filter, read back as the server would.
    fn pattern(text: &str) -> regex::Regex {
        let filter = contains_filter(text);
        let literal = filter.strip_prefix(" |~ ").unwrap();
        regex::Regex::new(&serde_json::from_str::<String>(literal).unwrap()).unwrap()
    }

    #[test]
    fn a_contains_filter_never_drops_a_line_that_contains_the_text() {
        let texts = [
            "GET /v1/orders",
            "say \"hi\"",
            r"C:\temp",
            "a+b <c> & 'd'",
            "café",
            "tab\there",
            "😀 ok",
            "[x] (y) {z} $5.00",
        ];
        for text in texts {
            let once = serde_json::json!({ "message": format!("x {text} y") }).to_string();
            let twice = serde_json::json!({ "message": once }).to_string();
            for line in [
                format!("x {text} y"),
                once.clone(),
                twice,
                once.replace('/', "\\/"),
            ] {
                assert!(pattern(text).is_match(&line), "{text:?} in {line}");
            }
        }
        assert!(!pattern("GET /v1/orders").is_match("GET /v1/users"));
    }

    #[test]
    fn a_templates_filter_keeps_its_lines_in_any_envelope() {
        let filter = template_filter("cannot \"reach\" <*> in <*>").unwrap();
        let pattern = serde_json::from_str::<String>(filter.strip_prefix(" |~ ").unwrap()).unwrap();
        let pattern = regex::Regex::new(&pattern).unwrap();
        let text = "cannot \"reach\" 10.0.0.1 in 3s";
        let line = serde_json::json!({ "message": text }).to_string();
        let twice = serde_json::json!({ "message": line }).to_string();
        assert!(
            [text, &line, &twice]
                .iter()
                .all(|line| pattern.is_match(line))
        );
        assert!(!pattern.is_match("cannot reach 10.0.0.1"));
        assert_eq!(template_filter("<*> a <*>"), None);
        assert!(has_template(text, "cannot \"reach\" <*> in <*>"));
        assert!(!has_template(text, "cannot \"reach\" <*> in <*> again"));
    }

    #[test]
    fn a_baseline_that_does_not_touch_the_window_is_counted_by_itself() {
        use crate::model::Instant;
        let at = |hours: i64| Instant::from_timestamp(1_795_255_200 + hours * 3600, 0).unwrap();
        let window = Window::new(at(24), at(25)).unwrap();
        let apart = Window::new(at(0), at(1)).unwrap();
        let question = |baseline| Question {
            ask: Vec::new(),
            asked: Vec::new(),
            services: Vec::new(),
            window,
            baseline,
            region: None,
            organization: None,
            zones: Vec::new(),
        };
        assert_eq!(counted_windows(&question(None)), [window]);
        assert_eq!(counted_windows(&question(Some(apart))), [window, apart]);
        assert_eq!(
            counted_windows(&question(Some(window.just_before()))),
            [Window::new(at(23), at(25)).unwrap()]
        );
    }

    #[test]
    fn durations_are_written_without_fractions() {
        assert_eq!(duration_literal(TimeDelta::minutes(5)), "300s");
        assert_eq!(duration_literal(TimeDelta::milliseconds(1500)), "1500ms");
    }
}
