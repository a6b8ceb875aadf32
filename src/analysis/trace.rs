//! Which lines belong to the entry before them, and what does a stack trace say beside its frames?
//!
//! Logs are read line by line, programs write in paragraphs: a trace below an exception, the text of a panic below its place. A
//! line that goes on with another is no entry of its own, but what it says may be the cause.

/// How long after an error line, in nanoseconds, the same copy may go on with it: lines of one write get times microseconds apart.
pub(super) const SAME_WRITE: i64 = 50_000;

/// How long after an error line, in nanoseconds, the same copy may still begin the trace of it: a second call, but the same moment.
pub(super) const SAME_MOMENT: i64 = 5_000_000;

/// Whether a line begins a trace that names its exception last: with no error just before it, the exception is the entry.
pub(super) fn begins_trace(message: &str) -> bool {
    message.starts_with("Traceback (most recent call last)")
}

/// Whether a line goes on with the entry before it: a stack frame, a nested cause, an indented part.
pub(crate) fn is_continuation(message: &str) -> bool {
    const STARTS: [&str; 7] = [
        "Caused by:",
        "Suppressed:",
        "goroutine ",
        "Traceback (most recent call last)",
        "During handling of the above exception",
        "The above exception was the direct cause",
        "stack backtrace:",
    ];
    let indented =
        message.starts_with("  ") || message.starts_with('\t') || message.starts_with(" at ");
    let rest = message.trim_start();
    indented
        || STARTS.iter().any(|start| message.starts_with(start))
        || (rest.starts_with("at ")
            && (rest.ends_with(')') || rest.contains(".js:") || rest.contains(".rs:")))
        || (rest.starts_with("... ") && rest.ends_with(" more"))
        || is_go_frame(rest)
}

/// `main.handler(0xc000…)`, `created by net/http.(*Server).Serve`: a frame of a Go trace.
fn is_go_frame(text: &str) -> bool {
    if text.starts_with("created by ") {
        return true;
    }
    let call = text.ends_with(')') && !text.contains(' ');
    call && text
        .split('(')
        .next()
        .is_some_and(|name| name.contains('.') && name.len() > 3)
}

/// What a trace says beside frames, in short: its first line, and each further cause; the last of them is the root.
pub(super) fn causes_of(trace: &str) -> impl Iterator<Item = &str> {
    let lines = trace.lines().map(str::trim);
    lines.enumerate().filter_map(|(index, line)| {
        let cause = line.starts_with("Caused by:") || line.starts_with("[cause]:");
        // A trace of Python names its exception last.
        let last = index > 0 && is_exception(line);
        ((index == 0 || cause || last) && !line.is_empty()).then_some(line)
    })
}

/// Adds a line of a trace to the few that are kept: a cause takes the place of a frame where there is no room left.
pub(super) fn keep_frame(kept: &mut Vec<String>, frame: &str, most: usize) {
    let frame = frame.trim();
    let telling = |line: &str| line.starts_with("Caused by:") || is_exception(line);
    if kept.len() < most {
        kept.push(frame.to_owned());
    } else if telling(frame)
        && let Some(place) = kept.iter().rposition(|line| !telling(line))
    {
        kept.remove(place);
        kept.push(frame.to_owned());
    }
}

/// `psycopg2.OperationalError: could not connect`: a name with dots or capitals, a colon, a text.
pub(super) fn is_exception(line: &str) -> bool {
    let Some((name, _)) = line.split_once(": ") else {
        return false;
    };
    let named = name.ends_with("Error") || name.ends_with("Exception");
    named
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'$'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stack_frames_go_on_with_the_line_before() {
        for text in [
            "    at OrderTotals.compute (/app/dist/orders/totals.js:88:41)",
            "\tat com.example.Main.run(Main.java:10)",
            "  File \"/app/main.py\", line 3, in <module>",
            "Caused by: java.net.ConnectException: refused",
            "\t... 12 more",
            "goroutine 1 [running]:",
            "main.(*Server).handle(0xc000012345)",
            "Traceback (most recent call last):",
        ] {
            assert!(is_continuation(text), "{text}");
        }
        for text in [
            "TypeError: x",
            "listening on 0.0.0.0:8080",
            "> node dist/main.js",
            "retry (2)",
        ] {
            assert!(!is_continuation(text), "{text}");
        }
    }

    #[test]
    fn of_a_trace_the_causes_are_kept_and_the_frames_are_not() {
        let java = "a.QueryTimeout: late\n\tat a.B.c(B.java:1)\nCaused by: b.Redis: refused\n\tat x\nCaused by: c.Io: /10.0.0.1:6379";
        let kept: Vec<&str> = causes_of(java).collect();
        assert_eq!(
            kept,
            [
                "a.QueryTimeout: late",
                "Caused by: b.Redis: refused",
                "Caused by: c.Io: /10.0.0.1:6379"
            ]
        );
        let python = "Traceback (most recent call last):\n  File \"a.py\", line 3, in f\n    g(url: str)\nredis.exceptions.ConnectionError: refused";
        let kept: Vec<&str> = causes_of(python).collect();
        assert_eq!(
            kept,
            [
                "Traceback (most recent call last):",
                "redis.exceptions.ConnectionError: refused"
            ]
        );
    }
}
