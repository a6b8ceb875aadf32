//! Two answers of a Prometheus query API, compared as people would: numbers to a relative 1e-9, series as sets.

use serde_json::Value;

/// Where two bodies differ; `None` where they agree.
pub(crate) fn difference(expected: &Value, got: &Value) -> Option<String> {
    differ("", expected, got)
}

/// The same for the part at `path`.
fn differ(path: &str, expected: &Value, got: &Value) -> Option<String> {
    match (expected, got) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => a
            .iter()
            .find_map(|(key, value)| differ(&format!("{path}.{key}"), value, &b[key])),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let (a, b) = (in_order(a), in_order(b));
            a.iter()
                .zip(&b)
                .enumerate()
                .find_map(|(index, (a, b))| differ(&format!("{path}[{index}]"), a, b))
        }
        (Value::Number(a), Value::Number(b)) if close(a.as_f64()?, b.as_f64()?) => None,
        (Value::String(a), Value::String(b)) if a == b => None,
        (Value::String(a), Value::String(b)) => match (a.parse(), b.parse()) {
            (Ok(x), Ok(y)) if close(x, y) => None,
            _ => Some(format!("{path}: {a} against {b}")),
        },
        (a, b) if a == b => None,
        (a, b) => Some(format!("{path}: {a} against {b}")),
    }
}

/// Series ordered by labels; anything else as it is.
fn in_order(items: &[Value]) -> Vec<&Value> {
    let mut items: Vec<&Value> = items.iter().collect();
    if items.iter().all(|item| item.get("metric").is_some()) {
        items.sort_by_key(|item| item["metric"].to_string());
    }
    items
}

/// Whether two numbers agree.
#[expect(clippy::float_cmp, reason = "equal infinities have no difference")]
fn close(a: f64, b: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}
