//! `scout investigate -o html`, looked at by a real headless Chromium: it fetches nothing, complains of nothing, never scrolls
//! sideways, and can be read, in light and in dark. The tree of the page is tested beside its code.
//!
//! The reports are shown in frames of a page of ours, whose script measures them: they have none themselves.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::support::{Pages, Ran, SandboxProcess, scout, scratch};

/// Widths of the frames: a phone that is small, a phone, a desk.
const WIDTHS: [u32; 3] = [320, 360, 1200];

/// The least contrast of text against what is behind it: WCAG 2.2, level AA.
const LEAST_CONTRAST: f64 = 4.5;

/// What one frame measures.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "page and faint are for whoever reads a failure")]
struct Measured {
    page: String,
    width: u32,
    client_width: u32,
    scroll_width: u32,
    height: u32,
    dark: bool,
    background: String,
    contrast: f64,
    faint: String,
    scripts: u32,
}

/// The page around the reports: frames, and a script that measures what is in them when all have been laid out.
const HARNESS: &str = r#"<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>harness</title>
<body>FRAMES<pre id="result"></pre><script>
const channel = (c) => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const colour = (text) => text.match(/[\d.]+/g).map(Number);
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const of = colour(getComputedStyle(at).backgroundColor);
    if (of.length === 3 || of[3] === 1) return of.slice(0, 3);
  }
  return [255, 255, 255];
};
const contrast = (element, style) => {
  const [a, b] = [light(colour(style.webkitTextFillColor)), light(behind(element))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
};
const measure = (frame) => {
  const page = frame.contentDocument;
  let [worst, faint] = [21, ""];
  for (const element of page.body.querySelectorAll("*")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || element.closest("svg")) continue;
    const found = contrast(element, frame.contentWindow.getComputedStyle(element));
    if (found < worst) [worst, faint] = [found, element.outerHTML.slice(0, 200)];
  }
  return {
    page: frame.dataset.page, width: Number(frame.width), client_width: page.documentElement.clientWidth,
    scroll_width: page.documentElement.scrollWidth, height: page.documentElement.scrollHeight,
    dark: frame.contentWindow.matchMedia("(prefers-color-scheme: dark)").matches,
    background: frame.contentWindow.getComputedStyle(page.body).backgroundColor,
    contrast: worst, faint, scripts: page.scripts.length,
  };
};
addEventListener("load", () => {
  document.getElementById("result").textContent = JSON.stringify([...document.querySelectorAll("iframe")].map(measure));
});
</script>"#;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// What a visit left behind.
struct Visit {
    /// The document after its scripts ran.
    dom: String,
    /// What the browser logged, its console among it.
    log: String,
    /// Addresses that pages asked for; what the browser asks for on its own account is left out.
    fetched: Vec<String>,
}

/// Opens an address in a browser that has never run before and can resolve no name.
fn visit(url: &str, scheme: Scheme) -> Visit {
    let profile = scratch();
    let net_log = profile.path().join("net.json");
    let output = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--enable-logging=stderr",
            "--v=0",
        ])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--log-net-log={}", net_log.display()))
        // Blink's own numbers of the schemes.
        .arg(format!(
            "--blink-settings=preferredColorScheme={}",
            u8::from(scheme == Scheme::Light)
        ))
        .args(["--dump-dom", url])
        .env("HOME", profile.path())
        .stdin(Stdio::null())
        .output()
        .expect("chromium runs: `bash tests/run` installs it where it is missing");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Visit {
        dom: text(&output.stdout),
        log: text(&output.stderr),
        fetched: fetched_by_pages(&net_log),
    }
}

/// The requests in a net log that a page, and not the browser itself, began.
fn fetched_by_pages(net_log: &Path) -> Vec<String> {
    #[derive(Deserialize)]
    struct NetLog {
        constants: Constants,
        events: Vec<Event>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Constants {
        log_event_types: BTreeMap<String, u32>,
    }
    #[derive(Deserialize)]
    struct Event {
        #[serde(rename = "type")]
        sort: u32,
        #[serde(default)]
        params: serde_json::Value,
    }
    let text = std::fs::read_to_string(net_log).expect("a net log");
    let log: NetLog = serde_json::from_str(&text).expect("a whole net log");
    let start = log.constants.log_event_types["URL_REQUEST_START_JOB"];
    let text = |event: &Event, key: &str| event.params[key].as_str().unwrap_or_default().to_owned();
    // An event ends without an address.
    let by_page = |event: &&Event| {
        event.sort == start
            && event.params["url"].is_string()
            && text(event, "initiator") != "not an origin"
    };
    log.events
        .iter()
        .filter(by_page)
        .map(|event| text(event, "url"))
        .collect()
}

/// A report as a page.
#[track_caller]
fn page(ran: Ran) -> String {
    let ran = ran.exits(0);
    assert!(ran.stdout.starts_with("<!doctype html>\n"), "{ran}");
    assert!(ran.stdout.ends_with("</html>\n"), "{ran}");
    ran.stdout
}

/// A world whose lines and names would be markup, or wider than any page, if they could.
fn hostile_world() -> SandboxProcess {
    let lines = [
        r#"<script>document.title='owned'</script><img src=x onerror=alert(1)> ]]> --> </style> \" onload=\"x"#,
        r"\u0000nul \u202ereversed \u2066isolated \u001b[2J \u200b end",
        &"unbreakable".repeat(40),
    ];
    let logs = lines.map(|line| {
        format!(
            "[[log]]\nlabels = {{ resource_name = \"api-1\" }}\nfrom = \"-9m\"\nto = \"0s\"\nper_minute = 20\nformat = \"plain\"\nlevel = \"error\"\nmessage = \"ERROR {line}\"\n"
        )
    });
    // Half of a surrogate pair, as JSON can write it and no text can hold it.
    let half = "[[log]]\nlabels = { resource_name = \"api-1\" }\nfrom = \"-9m\"\nto = \"0s\"\nper_minute = 20\nformat = \"plain\"\nmessage = '{\"level\":\"error\",\"msg\":\"half \\ud800 of a pair\"}'\n";
    let wide = "W".repeat(120);
    SandboxProcess::of(&format!(
        "schema = 1\nname = \"hostile\"\n[map.services.api]\nkind = \"container\"\nresource_name = \"api-1\"\n\
         [[resource]]\nkind = \"container\"\nname = \"api-1\"\nstatus = \"error\"\nfields = {{ error_message = \"<b>{wide}</b>\" }}\n{}{half}",
        logs.concat()
    ))
}

/// The pages that are looked at, by path.
fn pages() -> BTreeMap<String, String> {
    let investigate = |sandbox: &str, issue: &str, more: &[&str]| {
        let run = scout([sandbox, "investigate", issue, "-o", "html"]).args(more);
        page(run.run())
    };
    let incident = investigate("--sandbox", "atlas-api is returning 500s", &[]);
    let french = investigate("--sandbox=healthy", "atlas-api est-elle en panne ?", &[]);
    let brief = investigate("--sandbox", "atlas-api is returning 500s", &["--brief"]);
    let yesterday = investigate("--sandbox", "why is postgres slow?", &["--baseline", "24h"]);
    let hostile = page(
        hostile_world()
            .scout(["investigate", "api <b>is</b> \"broken\"", "-o", "html"])
            .run(),
    );
    assert!(french.contains("<html lang=\"fr\">") && incident.contains("<html lang=\"en\">"));
    assert!(
        hostile.contains("&lt;script&gt;") && hostile.contains("\\u{202e}"),
        "{hostile}"
    );
    [
        ("/incident", incident),
        ("/french", french),
        ("/brief", brief),
        ("/yesterday", yesterday),
        ("/hostile", hostile),
    ]
    .map(|(path, page)| (path.to_owned(), page))
    .into()
}

#[test]
fn a_browser_finds_nothing_to_fetch_to_complain_of_or_to_scroll_sideways() {
    let reports = pages();
    let mut frames = String::new();
    for path in reports.keys() {
        for width in WIDTHS {
            frames.push_str(&format!(
                "<iframe data-page=\"{path}\" src=\"{path}?{width}\" width=\"{width}\" height=\"800\" style=\"border:0\"></iframe>"
            ));
        }
    }
    let mut served: BTreeMap<String, String> = reports
        .iter()
        .flat_map(|(path, page)| WIDTHS.map(|width| (format!("{path}?{width}"), page.clone())))
        .collect();
    let framed: Vec<String> = served.keys().cloned().collect();
    served.insert("/harness".to_owned(), HARNESS.replace("FRAMES", &frames));
    let mut backgrounds = Vec::new();
    for scheme in [Scheme::Light, Scheme::Dark] {
        let server = Pages::serving(served.clone());
        let visit = visit(&format!("{}/harness", server.url()), scheme);
        let complaints: Vec<&str> = visit
            .log
            .lines()
            .filter(|line| line.contains("CONSOLE"))
            .collect();
        assert!(complaints.is_empty(), "{complaints:#?}");
        // Each page once, and nothing that is not a page: no icon, no font, no other host.
        let mut fetched = visit.fetched.clone();
        fetched.sort();
        let expected: Vec<String> = framed
            .iter()
            .map(|path| format!("{}{path}", server.url()))
            .collect();
        assert_eq!(fetched, expected);
        let all: Vec<String> = served.keys().cloned().collect();
        assert_eq!(server.asked(), all);
        for measured in measured(&visit) {
            assert_eq!(measured.client_width, measured.width, "{measured:?}");
            assert!(
                measured.scroll_width <= measured.width,
                "scrolls sideways: {measured:?}"
            );
            assert!(
                measured.height > 200 && measured.scripts == 0,
                "{measured:?}"
            );
            assert_eq!(measured.dark, scheme == Scheme::Dark, "{measured:?}");
            assert!(
                measured.contrast >= LEAST_CONTRAST,
                "too faint: {measured:?}"
            );
            backgrounds.push((scheme == Scheme::Dark, measured.background));
        }
    }
    backgrounds.sort();
    backgrounds.dedup();
    assert_eq!(backgrounds.len(), 2, "one background each: {backgrounds:?}");
}

/// What the harness wrote into its document.
fn measured(visit: &Visit) -> Vec<Measured> {
    let (_, rest) = visit
        .dom
        .split_once("<pre id=\"result\">")
        .unwrap_or_else(|| panic!("no harness in {}\n{}", visit.dom, visit.log));
    let (json, _) = rest.split_once("</pre>").expect("an end of the result");
    let json = json
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let measured: Vec<Measured> =
        serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error} in {json:?}"));
    assert_eq!(measured.len(), 5 * WIDTHS.len());
    measured
}

#[test]
fn these_tests_would_notice_a_fetch_a_complaint_and_a_wide_page() {
    let wide = "<!doctype html><title>x</title><body><div style=\"width:2000px;color:#ccc\">wide</div><img src=\"/missing\"><script>console.error('no')</script>";
    let mut served = BTreeMap::from([("/incident".to_owned(), wide.to_owned())]);
    let frame = "<iframe data-page=\"x\" src=\"/incident\" width=\"360\" height=\"800\"></iframe>";
    served.insert(
        "/harness".to_owned(),
        HARNESS.replace("FRAMES", &frame.repeat(5 * WIDTHS.len())),
    );
    let server = Pages::serving(served);
    let visit = visit(&format!("{}/harness", server.url()), Scheme::Light);
    assert!(visit.log.contains("CONSOLE"), "{}", visit.log);
    assert!(visit.fetched.iter().any(|url| url.ends_with("/missing")));
    assert!(server.asked().contains(&"/missing".to_owned()));
    let first = measured(&visit).remove(0);
    assert!(
        first.scroll_width > 1900 && first.scripts == 1 && first.contrast < LEAST_CONTRAST,
        "{first:?}"
    );
}

#[test]
fn the_page_is_small_and_holds_no_secret() {
    let ran = scout([
        "--sandbox",
        "investigate",
        "atlas-api is returning 500s",
        "-o",
        "html",
    ])
    .run();
    let page = page(ran);
    assert!(page.len() < 200_000, "{} bytes", page.len());
    assert!(page.contains("deleted ✓"));
    assert!(page.matches("class=\"chart\"").count() >= 4);
}

#[test]
fn a_form_that_there_is_not_names_html_among_those_that_there_are() {
    scout(["--sandbox", "investigate", "x", "-o", "raw"])
        .run()
        .exits(2)
        .warns(["human, json, markdown, html"]);
    scout(["--sandbox", "state", "-o", "html"])
        .run()
        .exits(2)
        .warns(["human, json, markdown"]);
}
