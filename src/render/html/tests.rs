//! The page as a tree: its order, its references, what hostile text cannot do. Nothing here looks at it; `tests/html.rs` does,
//! with a browser.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::model::messages::render::{self as shared, Section};
use crate::model::{Lang, TokenStatus};
use crate::render::sample::{hostile, look, report as sample, token};
use crate::render::{self, Format};
use crate::report::Verdict;

fn written(report: &Report, look: &Look) -> String {
    let mut out = Vec::new();
    render::report(report, Format::Html, look, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Elements that have no end.
const VOID: [&str; 2] = ["meta", "link"];

/// One start tag.
struct Element<'a> {
    tag: &'a str,
    attributes: BTreeMap<&'a str, &'a str>,
}

/// What a page consists of.
struct Tree<'a> {
    elements: Vec<Element<'a>>,
    /// Texts between tags as a reader sees them, the style sheet left out, joined by line feeds.
    text: String,
}

/// Reads a page strictly: every element closed in order, every attribute quoted, no stray angle bracket.
fn tree(html: &str) -> Tree<'_> {
    let mut rest = html.strip_prefix("<!doctype html>\n").expect("a doctype");
    let mut open: Vec<&str> = Vec::new();
    let mut elements = Vec::new();
    let mut text = String::new();
    while let Some((before, after)) = rest.split_once('<') {
        assert!(
            !before.contains('>') || open.last() == Some(&"style"),
            "{before}"
        );
        if open.last() != Some(&"style") {
            text.push_str(before);
            text.push('\n');
        }
        let (inside, after) = after.split_once('>').expect("an end of the tag");
        rest = after;
        if let Some(tag) = inside.strip_prefix('/') {
            assert_eq!(open.pop(), Some(tag), "closed in order");
            continue;
        }
        let (tag, list) = inside.split_once(' ').unwrap_or((inside, ""));
        assert!(tag.bytes().all(|b| b.is_ascii_alphanumeric()), "{inside}");
        let mut parts = list.split('"');
        let mut attributes = BTreeMap::new();
        while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
            let name = name.trim().strip_suffix('=').expect("name=\"value\"");
            assert_eq!(attributes.insert(name, value), None, "{inside}");
        }
        if !VOID.contains(&tag) {
            open.push(tag);
        }
        elements.push(Element { tag, attributes });
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest}");
    let entities = [
        ("&quot;", "\""),
        ("&gt;", ">"),
        ("&lt;", "<"),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    let text = entities
        .iter()
        .fold(text, |text, (entity, c)| text.replace(entity, c));
    Tree { elements, text }
}

impl Tree<'_> {
    /// Values of one attribute, over all elements.
    fn values(&self, name: &str) -> Vec<&str> {
        self.elements
            .iter()
            .filter_map(|element| element.attributes.get(name).copied())
            .collect()
    }

    /// Elements of one tag.
    fn all(&self, tag: &str) -> Vec<&Element<'_>> {
        self.elements
            .iter()
            .filter(|element| element.tag == tag)
            .collect()
    }
}

#[test]
fn the_page_needs_nothing_but_itself_and_runs_nothing() {
    let html = written(&sample(), &look());
    let page = tree(&html);
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:".replace('\'', "&#39;");
    assert!(
        page.values("content")
            .iter()
            .any(|value| value.starts_with(&policy))
    );
    for (tag, attribute) in page
        .elements
        .iter()
        .flat_map(|element| element.attributes.keys().map(|name| (element.tag, *name)))
    {
        assert!(
            !attribute.starts_with("on") && attribute != "src",
            "{tag} {attribute}"
        );
    }
    for link in page.values("href") {
        assert!(link == "data:," || link.starts_with('#'), "{link}");
    }
    for forbidden in ["url(", "@import", "expression", "http"] {
        assert!(!STYLE_SHEET.contains(forbidden), "{forbidden}");
    }
    for tag in [
        "script",
        "img",
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "foreignObject",
        "image",
        "use",
    ] {
        assert!(page.all(tag).is_empty(), "{tag}");
    }
}

#[test]
fn the_head_keeps_its_order_and_the_sections_follow_in_theirs() {
    for lang in [Lang::En, Lang::Fr] {
        let html = written(&sample(), &Look { lang, ..look() });
        let text = tree(&html).text;
        let head = shared::head_labels(lang);
        let sections = [
            Section::Diagnosis,
            Section::Findings,
            Section::Suspects,
            Section::Metrics,
            Section::Errors,
            Section::Timeline,
            Section::Checked,
            Section::Gaps,
        ];
        let headings = sections.map(|section| shared::heading(lang, section));
        let mut rest = text.as_str();
        let title = [shared::REPORT_TITLE];
        let labels = title
            .iter()
            .chain(&head)
            .map(|label| format!("\n{label}\n"));
        for label in labels.chain(headings.map(|heading| format!("\n{heading}\n"))) {
            let (_, after) = rest
                .split_once(&label)
                .unwrap_or_else(|| panic!("{label:?} in {rest}"));
            rest = after;
        }
        let token = lang.pick("Token: \ndeleted ✓", "Jeton : \nsupprimé ✓");
        assert!(text.trim_end().ends_with(token), "{rest}");
    }
}

#[test]
fn every_reference_leads_to_one_element() {
    let html = written(&sample(), &look());
    let page = tree(&html);
    let ids = page.values("id");
    let known: BTreeSet<_> = ids.iter().copied().collect();
    assert_eq!(known.len(), ids.len(), "{ids:?}");
    let links = page.values("href");
    let targets = links.iter().filter_map(|link| link.strip_prefix('#'));
    let labels = page.values("aria-labelledby");
    for id in targets.chain(labels.iter().flat_map(|ids| ids.split(' '))) {
        assert!(known.contains(id), "{id}");
    }
    assert!(links.len() > 10 && labels.len() > 8, "{links:?} {labels:?}");
}

#[test]
fn a_screen_reader_finds_headings_landmarks_captions_and_words_for_drawings() {
    let html = written(
        &sample(),
        &Look {
            lang: Lang::Fr,
            ..look()
        },
    );
    let page = tree(&html);
    assert_eq!(page.all("html")[0].attributes["lang"], "fr");
    for (tag, count) in [
        ("h1", 1),
        ("header", 1),
        ("main", 1),
        ("footer", 1),
        ("nav", 1),
        ("title", 5),
        ("caption", 4),
        ("table", 4),
    ] {
        assert_eq!(page.all(tag).len(), count, "{tag}");
    }
    for heading in page.all("th") {
        assert!(matches!(heading.attributes["scope"], "col" | "row"));
    }
    for drawing in page.all("svg") {
        assert_eq!(drawing.attributes["role"], "img");
        assert!(
            drawing.attributes.contains_key("aria-label")
                || drawing.attributes.contains_key("aria-labelledby")
        );
    }
    assert!(
        page.text
            .contains("44 d'habitude dans la référence ; 100 à la fin de la fenêtre"),
        "{}",
        page.text
    );
    assert!(
        page.text.contains("inhabituel depuis 10:12:00"),
        "{}",
        page.text
    );
}

#[test]
fn each_claim_is_on_the_page_with_what_it_rests_on() {
    let report = sample();
    let html = written(&report, &look());
    let page = tree(&html);
    let mut told: Vec<&str> = vec![&report.issue];
    for finding in &report.findings {
        told.extend([finding.title.as_str(), finding.service.as_str()]);
        told.extend(finding.evidence.iter().map(String::as_str));
    }
    for cause in &report.diagnosis {
        told.extend([cause.cause.as_str(), cause.statement.as_str()]);
        told.extend(
            cause
                .next
                .iter()
                .flat_map(|step| [step.why.as_str(), step.command.as_str()]),
        );
    }
    told.extend(report.timeline.iter().map(|event| event.what.as_str()));
    told.extend(report.checked.iter().map(|checked| checked.what.as_str()));
    told.extend(report.gaps.iter().map(|gap| gap.message.as_str()));
    told.extend(report.metrics.iter().map(|line| line.title.as_str()));
    told.extend(report.errors.iter().map(|group| group.signature.as_str()));
    for text in told {
        assert!(page.text.contains(text), "{text}");
    }
}

#[test]
fn a_chart_has_its_line_its_threshold_its_onset_and_its_figures() {
    let html = written(&sample(), &look());
    let page = tree(&html);
    let classes = page.values("class");
    let of = |class: &str| classes.iter().filter(|known| **known == class).count();
    // In the drawing and in the legend.
    assert_eq!((of("limit bad"), of("onset")), (2, 2));
    assert_eq!((of("chart"), of("before"), of("grid")), (1, 1, 3));
    assert!(page.values("style").contains(&"top:50.00%"));
    for text in [
        "\n0\n",
        "\n50\n",
        "\n100\n",
        "critical 90",
        "since 10:12:00",
        "postgres · Connections",
    ] {
        assert!(page.text.contains(text), "{text} in {}", page.text);
    }
}

#[test]
fn a_quantity_behind_two_findings_is_drawn_once() {
    let mut report = sample();
    report.courses[0].findings.push("f2".to_owned());
    let html = written(&report, &look());
    let page = tree(&html);
    assert_eq!(page.all("figure").len(), 1);
    assert!(page.text.contains("drawn at"));
}

#[test]
fn the_brief_page_is_the_head_alone() {
    let html = written(
        &sample(),
        &Look {
            brief: true,
            ..look()
        },
    );
    let page = tree(&html);
    assert_eq!(page.all("dt").len(), 5);
    assert!(page.all("main").is_empty() && page.all("nav").is_empty());
    assert!(page.text.contains("1 thing could not be checked"));
}

#[test]
fn hostile_text_stays_text_in_every_place() {
    let tags = |html: &str| -> BTreeSet<String> {
        let page = tree(html);
        let tags = page.elements.iter().map(|element| element.tag.to_owned());
        tags.collect()
    };
    let usual = tags(&written(&sample(), &look()));
    for text in [
        "<script>alert(1)</script>",
        "</title></style><script>alert(1)</script><!--",
        "\" onmouseover=\"alert(1)\" x='",
        "javascript:alert(1)",
        "]]> <![CDATA[ x ]]> <?php ?> &lt;b&gt; &#60;script&#62;",
        "\0nul \u{1b}[2J \u{9b}31m \u{202e}desrever\u{2066} \u{200b}\u{feff} \u{e0041} \x7f\r\n",
        "\u{fffd}\u{ffff}\u{fdd0} 日本語🦀 العربية",
        "",
        &"y".repeat(10_000),
    ] {
        for lang in [Lang::En, Lang::Fr] {
            let html = written(&hostile(text), &Look { lang, ..look() });
            assert!(tags(&html).is_subset(&usual), "{text:?}");
            let bad = |c: char| {
                (c.is_control() && c != '\n')
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{feff}')
            };
            assert!(!html.contains(bad), "{text:?}");
            for link in tree(&html).values("href") {
                assert!(link == "data:," || link.starts_with('#'), "{link}");
            }
        }
    }
}

#[test]
fn an_empty_report_and_each_end_of_the_token_are_pages_too() {
    let mut report = Report {
        sources: Vec::new(),
        findings: Vec::new(),
        diagnosis: Vec::new(),
        suspects: Vec::new(),
        timeline: Vec::new(),
        gaps: Vec::new(),
        checked: Vec::new(),
        courses: Vec::new(),
        metrics: Vec::new(),
        errors: Vec::new(),
        onset: None,
        verdict: Verdict::Unknown,
        ..sample()
    };
    for status in [
        TokenStatus::NotNeeded,
        TokenStatus::NotCreated,
        TokenStatus::LeftBehind,
    ] {
        report.token = token(status);
        let html = written(&report, &look());
        let page = tree(&html);
        assert!(page.all("h2").is_empty(), "no section without content");
        let remedy = page.text.contains("scout token sweep --all --env staging");
        assert_eq!(remedy, status == TokenStatus::LeftBehind);
    }
}

#[test]
fn colours_have_their_dark_and_their_printed_form() {
    for scheme in [
        "@media (prefers-color-scheme: dark)",
        "@media print",
        "@media (max-width: 34rem)",
    ] {
        assert_eq!(STYLE_SHEET.matches(scheme).count(), 1, "{scheme}");
    }
    let variables = |part: &str| -> BTreeSet<String> {
        let names = part
            .split("--")
            .skip(1)
            .filter_map(|rest| rest.split_once(':'));
        names
            .map(|(name, _)| name.to_owned())
            .filter(|name| !name.contains(')'))
            .collect()
    };
    let (light, rest) = STYLE_SHEET
        .split_once("@media (prefers-color-scheme: dark)")
        .unwrap();
    let (dark, _) = rest.split_once("\n}\n").unwrap();
    let mut light = variables(light);
    light.remove("mono");
    assert_eq!(light, variables(dark));
}
