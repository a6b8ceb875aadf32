//! Logs of many forms whose groups are known, since each line is made from one of a few events: are those found again, from the
//! messages and from the whole lines?

use super::*;

/// A small generator of numbers, the same on every machine.
pub(super) struct Dice(u64);

impl Dice {
    /// One that starts at a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(mix(SEED, seed))
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    /// One of these.
    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }

    /// A text with its places filled: `{n}` a number, `{ip}`, `{x}` an id, `{uuid}`, `{user}`, `{path}`, `{host}`, `{class}`.
    fn fill(&mut self, text: &str) -> String {
        let mut parts = text.split('{');
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').unwrap();
            out += &self.value(name);
            out += rest;
        }
        out
    }

    /// A value of a sort.
    fn value(&mut self, sort: &str) -> String {
        const USERS: [&str; 9] = [
            "ann", "bob", "cid", "dan", "eve", "fay", "gus", "hal", "ivy",
        ];
        match sort {
            "n" => self.below(100_000).to_string(),
            "ip" => format!(
                "10.{}.{}.{}",
                self.below(256),
                self.below(256),
                self.below(256)
            ),
            "x" => format!("{:08x}", 0x1000_0000 + self.below(0x7fff_ffff)),
            "uuid" => format!(
                "{:08x}-4a5b-6c7d-8e9f-{:012x}",
                self.below(1 << 31),
                self.below(1 << 31)
            ),
            "user" => self.pick(&USERS).to_owned(),
            "path" => format!(
                "/var/{}/{}",
                self.pick(&["log", "lib", "tmp"]),
                self.below(1000)
            ),
            "host" => format!(
                "{}.example.com",
                self.pick(&["web", "db", "cache", "queue"])
            ),
            "clock" => format!(
                "{:02}:{:02}:{:02}",
                self.below(24),
                self.below(60),
                self.below(60)
            ),
            "ms" => format!("{:03}", self.below(1000)),
            "level" => self.pick(&["INFO", "WARN", "ERROR", "DEBUG"]).to_owned(),
            "class" => self
                .pick(&[
                    "c.e.Orders",
                    "c.e.Carts",
                    "o.s.web.Server",
                    "c.e.stock.Stock",
                ])
                .to_owned(),
            "thread" => format!(
                "{}-{}",
                self.pick(&["http worker", "scheduling", "main"]),
                self.below(20)
            ),
            "unit" => self
                .pick(&["sched", "cron", "kernel", "my daemon", "postfix/smtpd"])
                .to_owned(),
            other => panic!("no sort {other}"),
        }
    }
}

/// Events of no system in particular: short and long, alike and not, with lists, names and words that vary.
const EVENTS: [&str; 24] = [
    "started",
    "stopped",
    "login granted to {user} from {ip} port {n}",
    "login denied to {user} from {ip} port {n}",
    "login denied to unknown user {user} from {ip} port {n}",
    "connection from {ip} closed after {n} ms",
    "connection from {ip} refused",
    "order {n} placed by {user} with {n} items",
    "order {n} cancelled by {user}: no stock for item {n}",
    "cache miss for key {x}",
    "cache full, evicting {n} entries",
    "resolved {host} to {ip}",
    "cannot resolve {host}",
    "deleting {path}",
    "job {uuid} done in {n} ms",
    "job {uuid} failed: time out after {n} s",
    "checkpoint complete: wrote {n} buffers, sync={n} s, total={n} s",
    "disk {n} is at {n}%",
    "lease renewed for session {x}, {n} seconds left",
    "retrying in {n} ms",
    "replica {ip} lags by {n} bytes",
    "leader elected: {host}",
    "listening on {ip}:{n}",
    "configuration reloaded",
];

/// Headers of many systems, `{m}` being the message.
const HEADERS: [(&str, &str); 12] = [
    ("plain", "2026-11-21 {clock} {m}"),
    ("iso with level", "2026-11-21T{clock}.{ms}Z {level} {m}"),
    ("syslog", "Nov 21 {clock} web {unit}[{n}]: {m}"),
    (
        "java",
        "2026-11-21 {clock},{ms} {level} [{thread}] {class}: {m}",
    ),
    (
        "spring",
        "2026-11-21 {clock}.{ms}  {level} {n} --- [{thread}] {class} : {m}",
    ),
    ("klog", "I1121 {clock}.{ms}   {n} main.go:{n}] {m}"),
    (
        "brackets",
        "[Sat Nov 21 {clock} 2026] [{level}] [pid {n}] {m}",
    ),
    ("bars", "20261121-{clock}|{unit}|{n}|{m}"),
    (
        "dash",
        "2026-11-21 {clock},{ms} - {level} [{thread}:{class}@{n}] - {m}",
    ),
    ("columns", "2026-11-21 {clock}, {level}        CORE    {m}"),
    ("level first", "{level} 2026/11/21 {clock} {m}"),
    ("epoch", "{n} node-{n} io.state 1795251600 1 {m}"),
];

/// Lines from a header, and the event of each; some lines are continuations without one.
pub(super) fn log(header: &str, count: usize, seed: u64) -> (Vec<String>, Vec<usize>) {
    let mut dice = Dice::new(seed);
    let mut lines = Vec::new();
    let mut events = Vec::new();
    for _ in 0..count {
        let event = usize::try_from(dice.below(EVENTS.len() as u64)).unwrap();
        let (before, after) = header.split_once("{m}").unwrap();
        let head = dice.fill(before);
        lines.push(head + &dice.fill(EVENTS[event]) + after);
        events.push(event);
        if before.len() > 8 && dice.below(20) == 0 {
            lines.push(dice.fill("    at example.Main.run(Main.java:{n})"));
            events.push(EVENTS.len());
        }
    }
    (lines, events)
}

#[test]
fn events_are_found_again_from_their_messages() {
    for seed in 0..5 {
        let (lines, events) = log("{m}", 2000, seed);
        let (templates, places) = mine(Lines::Messages, &lines);
        let right = agreement(&events, &places);
        assert!(right >= 0.99, "{right} with seed {seed}: {templates:#?}");
    }
}

#[test]
fn events_are_found_again_whatever_stands_before_them() {
    for (name, header) in HEADERS {
        for seed in 0..3 {
            let (lines, events) = log(header, 2000, seed);
            let (templates, places) = mine(Lines::Whole, &lines);
            let right = agreement(&events, &places);
            assert!(
                right >= 0.97,
                "{right} for {name} with seed {seed}: {templates:#?}"
            );
        }
    }
}

#[test]
fn logs_of_several_systems_in_one_file_each_have_their_header() {
    let mut lines = Vec::new();
    let mut events = Vec::new();
    for name in ["syslog", "java", "klog", "brackets", "bars", "epoch"] {
        let found = HEADERS.iter().find(|(other, _)| *other == name);
        let (more, of) = log(found.unwrap().1, 500, 5);
        lines.extend(more);
        events.extend(of);
    }
    let (templates, places) = mine(Lines::Whole, &lines);
    let right = agreement(&events, &places);
    assert!(right >= 0.97, "{right}: {templates:#?}");
}

#[test]
fn messages_alone_lose_no_words_to_a_header() {
    let (lines, _) = log("{m}", 2000, 7);
    let (_, whole) = mine(Lines::Whole, &lines);
    let (_, messages) = mine(Lines::Messages, &lines);
    assert_eq!(whole, messages);
    // Without a level, a word before a colon is the message's own.
    let verbs = ["connected: {ip}", "disconnected: {ip}", "throttled: {ip}"];
    let mut dice = Dice::new(1);
    let lines: Vec<String> = (0..90)
        .map(|number| dice.fill(&format!("2026-11-21 {{clock}} {}", verbs[number % 3])))
        .collect();
    let (templates, _) = mine(Lines::Whole, &lines);
    assert_eq!(templates.len(), 3, "{templates:#?}");
}

#[test]
fn structured_lines_are_grouped_by_their_message() {
    let mut dice = Dice::new(3);
    for form in [
        r#"{"ts":"2026-11-21T09:00:00Z","level":"info","id":"%X","msg":"%M","ms":%N}"#,
        r#"ts=2026-11-21T09:00:00Z level=info id=%X msg="%M" ms=%N"#,
    ] {
        let mut lines = Vec::new();
        let mut events = Vec::new();
        for number in 0..600 {
            let message = [
                "request done",
                "cache is cold",
                "user {user} logged in",
                "listening",
            ][number % 4];
            let line = form
                .replace("%M", &dice.fill(message))
                .replace("%X", &dice.value("x"));
            lines.push(line.replace("%N", &dice.value("n")));
            events.push(number % 4);
        }
        let (templates, places) = mine(Lines::Whole, &lines);
        assert_eq!(agreement(&events, &places), 1.0, "{templates:#?}");
    }
}
