//! Random queries over the world: sound ones of every kind, and broken ones.
//!
//! What a real 2.42 answers by chance or by mistake is left out:
//! - over a range it adds up series in random order, so that exact values there (`count_values`, ties, bucket bounds) vary;
//! - a function with a range under `@` and another argument that changes with time loses steps of a range query;
//! - `timestamp` of a selector with both `@` and `offset` misses samples;
//! - a subquery as the whole query, over what does not change with time, gives a point outside its range.

use fastrand::Rng;

/// Metrics with their labels.
const METRICS: [(&str, &[&str]); 9] = [
    ("requests_total", &["job", "instance", "code"]),
    ("up", &["job", "instance"]),
    ("temperature", &["job", "instance"]),
    ("temperature_limit", &["job", "instance"]),
    ("queue", &["job", "zone"]),
    ("build_info", &["job", "version"]),
    ("rare", &["job"]),
    ("odd", &["job"]),
    ("nothing", &["job"]),
];
/// Every label of the world, and one that none has.
const LABELS: [&str; 8] = [
    "job", "instance", "code", "zone", "version", "le", "nope", "__name__",
];
/// Functions of one number.
const MATH: [&str; 30] = [
    "abs",
    "ceil",
    "floor",
    "exp",
    "ln",
    "log2",
    "log10",
    "sqrt",
    "sgn",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "acosh",
    "atanh",
    "deg",
    "rad",
    "round",
    "minute",
    "hour",
    "day_of_week",
    "day_of_year",
    "days_in_month",
    "month",
];
/// Functions of a range alone.
const RANGE: [&str; 18] = [
    "rate",
    "irate",
    "increase",
    "delta",
    "idelta",
    "deriv",
    "avg_over_time",
    "sum_over_time",
    "min_over_time",
    "max_over_time",
    "count_over_time",
    "stddev_over_time",
    "stdvar_over_time",
    "last_over_time",
    "present_over_time",
    "changes",
    "resets",
    "absent_over_time",
];
/// Lengths of ranges and offsets.
const LENGTHS: [&str; 10] = [
    "1s", "30s", "1m", "2m30s", "5m", "7m", "15m", "1h", "90m", "500ms",
];

/// Writes random queries.
pub(crate) struct Writer {
    /// Where choices come from.
    random: Rng,
    /// Whether the query will be evaluated over a range, where a real server's order of series is random.
    ranged: bool,
}

impl Writer {
    /// A writer of queries for one instant, or for a range.
    pub(crate) fn new(random: Rng, ranged: bool) -> Self {
        Self { random, ranged }
    }

    /// One of several.
    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.random.usize(..choices.len())]
    }

    /// True once in `times`.
    fn once_in(&mut self, times: u32) -> bool {
        self.random.u32(..times) == 0
    }

    /// A whole query.
    pub(crate) fn query(&mut self) -> String {
        let depth = self.random.usize(1..5);
        match self.random.u32(..20) {
            0 => self.scalar(depth),
            1 if !self.ranged => {
                let (inner, step) = (self.stepped(depth), self.one_of(&["", "30s", "13s"]));
                let selected = format!(
                    "{}[{}]{}",
                    self.selector(),
                    self.one_of(&LENGTHS),
                    self.modifiers()
                );
                if self.random.bool() {
                    selected
                } else {
                    format!("({inner})[7m:{step}]{}", self.modifiers())
                }
            }
            2 if !self.ranged => {
                let inner = self.vector(depth);
                let function = self.one_of(&["sort", "sort_desc"]);
                format!("{function}({inner})")
            }
            _ => self.vector(depth),
        }
    }

    /// A query with one or more characters or words out of place.
    pub(crate) fn broken(&mut self) -> String {
        let mut text: Vec<char> = self.query().chars().collect();
        for _ in 0..self.random.usize(1..4) {
            let at = self.random.usize(..=text.len());
            match self.random.u32(..6) {
                0 if at < text.len() => drop(text.remove(at)),
                1 => text.truncate(at),
                2 => {
                    let word = self.one_of(&[
                        " by ",
                        " sum ",
                        " on ",
                        " bool ",
                        " offset ",
                        " foo ",
                        " 5 ",
                        " 5m ",
                        " \"x\" ",
                        " and ",
                        " @ ",
                        " group_left ",
                        " rate",
                        " start",
                        " without ",
                        " nan ",
                        " a:b ",
                    ]);
                    text.splice(at..at, word.chars());
                }
                3 => {
                    let mark = self.one_of(&[
                        "(", ")", "{", "}", "[", "]", ",", "=", "\"", ":", "!", "~", "#", "$", "-",
                        "é",
                    ]);
                    text.splice(at..at, mark.chars());
                }
                4 if at < text.len() => text[at] = ' ',
                _ => {
                    let from = self.random.usize(..=at);
                    let piece: Vec<char> = text[from..at.min(from + 8).max(from)].to_vec();
                    text.splice(at..at, piece);
                }
            }
        }
        text.into_iter().collect()
    }

    /// A number as written.
    fn number(&mut self) -> String {
        let small = self.random.i32(-3..20);
        match self.random.u32(..8) {
            0 => self
                .one_of(&[
                    "0", "1", "Inf", "NaN", "-Inf", "1e3", "0x10", "017", ".5", "-0.0",
                ])
                .to_string(),
            1..=3 => format!("{:.2}", self.random.f64() * 10.0 - 2.0),
            _ => small.to_string(),
        }
    }

    /// A scalar expression.
    fn scalar(&mut self, depth: usize) -> String {
        if depth == 0 || self.random.bool() {
            return self.number();
        }
        match self.random.u32(..6) {
            0 => "time()".to_string(),
            1 => "pi()".to_string(),
            2 => format!("scalar({})", self.vector(depth - 1)),
            3 => format!("-({})", self.scalar(depth - 1)),
            4 => {
                let (a, b) = (self.scalar(depth - 1), self.scalar(depth - 1));
                let operator = self.one_of(&["==", "!=", "<", ">", "<=", ">="]);
                format!("({a} {operator} bool {b})")
            }
            _ => {
                let (a, b) = (self.scalar(depth - 1), self.scalar(depth - 1));
                let operator = self.one_of(&["+", "-", "*", "/", "%", "^", "atan2"]);
                format!("({a} {operator} {b})")
            }
        }
    }

    /// A selector without modifiers.
    fn selector(&mut self) -> String {
        if self.once_in(12) {
            return self
                .one_of(&[
                    "latency_bucket",
                    "{job=\"api\"}",
                    "{__name__=~\"temp.*\"}",
                    "{__name__=~\"temp.*\",job!=\"db\"}",
                    "{zone=~\".+\"}",
                    "latency_bucket{le=\"+Inf\"}",
                    "{job=~\"a.*|w.b\",__name__!~\"l.*\"}",
                ])
                .to_string();
        }
        let (name, labels) = METRICS[self.random.usize(..METRICS.len())];
        if self.random.bool() {
            return name.to_string();
        }
        let label = self.one_of(labels);
        let matcher = self.one_of(&[
            "=\"api\"",
            "!=\"api\"",
            "=~\"a.*|d.\"",
            "!~\"a|b|0\"",
            "=\"0\"",
            "!=\"\"",
            "=\"\"",
            "=~\".*0.*\"",
            "=~\"\", nope=\"\"",
        ]);
        format!("{name}{{{label}{matcher}}}")
    }

    /// `offset` and `@`, or nothing.
    fn modifiers(&mut self) -> String {
        let mut out = String::new();
        if self.once_in(8) {
            let at = match self.random.u32(..3) {
                0 => "start()".to_string(),
                1 => "end()".to_string(),
                _ => format!("{}", super::world::FROM + self.random.i64(0..14_400)),
            };
            out = format!(" @ {at}");
        }
        if self.once_in(6) {
            let sign = if self.once_in(3) { "-" } else { "" };
            out = format!("{out} offset {sign}{}", self.one_of(&LENGTHS));
        }
        out
    }

    /// An instant vector for a subquery, which is evaluated like a range query.
    fn stepped(&mut self, depth: usize) -> String {
        let ranged = std::mem::replace(&mut self.ranged, true);
        let inner = self.vector(depth);
        self.ranged = ranged;
        inner
    }

    /// A range vector.
    fn range(&mut self, depth: usize) -> String {
        let length = self.one_of(&LENGTHS);
        let inner = if depth > 0 && self.once_in(4) {
            self.stepped(depth - 1)
        } else {
            String::new()
        };
        if !inner.is_empty() && !grows(&inner) {
            let step = self.one_of(&["", "1m", "30s", "13s", "5m"]);
            let length = self.one_of(&["1m", "5m", "15m", "1h", "90s"]);
            return format!("({inner})[{length}:{step}]{}", self.modifiers());
        }
        format!("{}[{length}]{}", self.selector(), self.modifiers())
    }

    /// Some labels in parentheses.
    fn label_list(&mut self) -> String {
        let count = self.random.usize(..3);
        let labels: Vec<&str> = (0..count).map(|_| self.one_of(&LABELS)).collect();
        format!("({})", labels.join(", "))
    }

    /// An instant vector.
    fn vector(&mut self, depth: usize) -> String {
        if depth == 0 {
            return format!("{}{}", self.selector(), self.modifiers());
        }
        match self.random.u32(..22) {
            0..=3 => self.range_call(depth),
            4..=7 => self.aggregation(depth),
            8..=10 => self.arithmetic(depth),
            11..=12 => self.comparison(depth),
            13 => self.sets(depth),
            14 => self.grouped(depth),
            15 => {
                let inner = self.vector(depth - 1);
                let function = self.one_of(&MATH);
                let wild = grows(&inner) && matches!(function, "sin" | "cos" | "tan");
                let function = if wild { "sgn" } else { function };
                format!("{function}({inner})")
            }
            16 => self.parameterised(depth),
            17 => self.relabelled(depth),
            18 => self.quantile_of_histogram(depth),
            19 => format!("-{}", self.vector(depth - 1)),
            20 => format!("vector({})", self.scalar(depth - 1)),
            _ => format!("{}{}", self.selector(), self.modifiers()),
        }
    }

    /// A function of a range.
    fn range_call(&mut self, depth: usize) -> String {
        let range = self.range(depth - 1);
        let fixed = range.contains('@');
        match self.random.u32(..14) {
            0 if fixed => format!("quantile_over_time(0.3, {range})"),
            0 => format!("quantile_over_time({}, {range})", self.scalar(depth - 1)),
            1 if !fixed => format!("predict_linear({range}, {})", self.scalar(depth - 1)),
            2 => {
                let factor = self.one_of(&["0.1", "0.5", "0.9", "0", "1", "NaN"]);
                format!("holt_winters({range}, 0.3, {factor})")
            }
            _ => {
                let function = self.one_of(&RANGE);
                format!("{function}({range})")
            }
        }
    }

    /// An aggregation.
    fn aggregation(&mut self, depth: usize) -> String {
        let inner = self.vector(depth - 1);
        let grouping = match self.random.u32(..3) {
            0 => String::new(),
            1 => format!(" by {}", self.label_list()),
            _ => format!(" without {}", self.label_list()),
        };
        let scalar = self.scalar(depth - 1);
        match self.random.u32(..12) {
            0 => {
                let function = self.one_of(&["topk", "bottomk"]);
                // Over a range a real server keeps any of several equal values.
                let inner = if self.ranged {
                    self.one_of(&["requests_total * 1", "temperature", "rare"])
                        .to_string()
                } else {
                    inner
                };
                let count = self.one_of(&["1", "2", "3", "0", "-1", "2.7", "1e3"]);
                format!("{function}{grouping} ({count}, {inner})")
            }
            1 => format!("quantile{grouping} ({scalar}, {inner})"),
            2 => {
                let inner = if self.ranged { self.selector() } else { inner };
                format!(
                    "count_values{grouping} (\"{}\", {inner})",
                    self.one_of(&["value", "job", "zone"])
                )
            }
            _ => {
                let function = self.one_of(&[
                    "sum", "avg", "min", "max", "count", "group", "stddev", "stdvar",
                ]);
                // Among numbers as large as times, the variance hangs on the order.
                let large = self.ranged && inner.contains("time");
                let function = if large && function.starts_with("std") {
                    "max"
                } else {
                    function
                };
                format!("{function}{grouping} ({inner})")
            }
        }
    }

    /// How two vectors match.
    fn matching(&mut self) -> String {
        match self.random.u32(..4) {
            0 => String::new(),
            1 => format!("ignoring {}", self.label_list()),
            _ => format!("on {}", self.label_list()),
        }
    }

    /// An arithmetic operator.
    fn arithmetic(&mut self, depth: usize) -> String {
        let operator = self.one_of(&["+", "-", "*", "/", "%", "^", "atan2"]);
        let kind = self.random.u32(..3);
        let left = if kind == 1 {
            self.scalar(depth - 1)
        } else {
            self.vector(depth - 1)
        };
        let right = if kind == 0 {
            self.scalar(depth - 1)
        } else {
            self.vector(depth - 1)
        };
        let matching = if kind == 2 {
            self.matching()
        } else {
            String::new()
        };
        let wild = operator == "%" && (grows(&left) || grows(&right));
        let operator = if wild { "*" } else { operator };
        format!("({left} {operator} {matching} {right})")
    }

    /// A comparison.
    fn comparison(&mut self, depth: usize) -> String {
        let operator = self.one_of(&["==", "!=", "<", ">", "<=", ">="]);
        let as_bool = if self.once_in(3) { "bool" } else { "" };
        match self.random.u32(..3) {
            0 => format!(
                "({} {operator} {as_bool} {})",
                self.vector(depth - 1),
                self.scalar(depth - 1)
            ),
            1 => format!(
                "({} {operator} {as_bool} {})",
                self.scalar(depth - 1),
                self.vector(depth - 1)
            ),
            _ => format!(
                "({} {operator} {as_bool} {} {})",
                self.vector(depth - 1),
                self.matching(),
                self.vector(depth - 1)
            ),
        }
    }

    /// A set operator.
    fn sets(&mut self, depth: usize) -> String {
        let operator = self.one_of(&["and", "or", "unless"]);
        format!(
            "({} {operator} {} {})",
            self.vector(depth - 1),
            self.matching(),
            self.vector(depth - 1)
        )
    }

    /// Many to one, usually so that it succeeds.
    fn grouped(&mut self, depth: usize) -> String {
        let operator = self.one_of(&["*", "+", "==", "> bool", "/"]);
        let include = match self.random.u32(..3) {
            0 => String::new(),
            _ => format!(
                "({})",
                self.one_of(&["version", "zone", "nope", "instance", ""])
            ),
        };
        let many = if self.once_in(3) {
            self.vector(depth - 1)
        } else {
            self.selector()
        };
        let one = self
            .one_of(&[
                "build_info",
                "rare",
                "sum by (job) (up)",
                "max by (job) (queue)",
                "temperature",
            ])
            .to_string();
        if self.random.bool() {
            format!("({many} {operator} on (job) group_left {include} {one})")
        } else {
            format!("({one} {operator} on (job) group_right {include} {many})")
        }
    }

    /// A function of a vector and more.
    fn parameterised(&mut self, depth: usize) -> String {
        let inner = self.vector(depth - 1);
        match self.random.u32(..7) {
            0 => format!(
                "clamp({inner}, {}, {})",
                self.scalar(depth - 1),
                self.scalar(depth - 1)
            ),
            1 => format!("clamp_min({inner}, {})", self.scalar(depth - 1)),
            2 => format!("clamp_max({inner}, {})", self.scalar(depth - 1)),
            3 => format!("round({inner}, {})", self.scalar(depth - 1)),
            4 if !(inner.contains('@') && inner.contains("offset")) => {
                format!("timestamp({inner})")
            }
            5 => format!("absent({inner})"),
            _ => {
                let function = self.one_of(&[
                    "minute",
                    "hour",
                    "day_of_week",
                    "day_of_month",
                    "year",
                    "day_of_year",
                ]);
                format!("{function}()")
            }
        }
    }

    /// `label_replace` or `label_join`.
    fn relabelled(&mut self, depth: usize) -> String {
        let inner = self.vector(depth - 1);
        let (to, from, other) = (
            self.one_of(&LABELS),
            self.one_of(&LABELS),
            self.one_of(&LABELS),
        );
        if self.random.bool() {
            let text = self.one_of(&["x", "$1", "${1}-$2", "", "$name", "a$$b"]);
            let pattern = self.one_of(&["(.*)", "(.)(.*)", "a.*", "", "(?P<name>.+)", ".*0"]);
            format!("label_replace({inner}, \"{to}\", \"{text}\", \"{from}\", \"{pattern}\")")
        } else {
            format!("label_join({inner}, \"{to}\", \"-\", \"{from}\", \"{other}\")")
        }
    }

    /// The quantile of a histogram.
    fn quantile_of_histogram(&mut self, depth: usize) -> String {
        let phi = if self.random.bool() {
            "0.9".to_string()
        } else {
            self.scalar(depth - 1)
        };
        let inner = self.one_of(&[
            "latency_bucket",
            "rate(latency_bucket[5m])",
            "sum by (le, job) (increase(latency_bucket[7m]))",
            "{__name__=~\"latency.*|up\"}",
            if self.ranged {
                "latency_bucket"
            } else {
                "sum by (le) (rate(latency_bucket[10m]))"
            },
        ]);
        format!("histogram_quantile({phi}, {inner})")
    }
}

/// Whether an expression grows or comes near a pole so fast that the last digits, in which Go and Rust differ, decide about a
/// sine, a slope or a remainder of it.
fn grows(expression: &str) -> bool {
    ["exp(", "^", "cosh(", "sinh(", "tan"]
        .iter()
        .any(|growing| expression.contains(growing))
}
