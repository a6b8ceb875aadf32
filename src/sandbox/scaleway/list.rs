//! How does the Scaleway API filter, order and page a list?
//!
//! In: objects and a query. Out: one page, with the total where each family of APIs puts it. The page size is capped silently, as
//! the real servers do: a client must count, not look for a short page.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::call::{Answer, Call};
use super::collections::{Collection, Filter, How, Style};
use super::errors::{bad_argument, invalid};

/// Page size where the query names none (recorded), and the most that one page holds.
const STANDARD_PAGE: (usize, usize) = (20, 100);

/// The same of the Instance API.
const INSTANCE_PAGE: (usize, usize) = (50, 100);

/// Answers a list with one page of `objects`.
pub(super) fn answer(collection: &Collection, call: &Call<'_>, objects: Vec<Value>) -> Answer {
    let mut kept: Vec<Value> = objects
        .into_iter()
        .filter(|object| {
            collection
                .filters
                .iter()
                .all(|filter| passes(filter, call, object))
        })
        .collect();
    if let Err(refusal) = order(&mut kept, call) {
        return refusal;
    }
    let instance = collection.style == Style::Instance;
    let (size_param, (usual, most)) = if instance {
        ("per_page", INSTANCE_PAGE)
    } else {
        ("page_size", STANDARD_PAGE)
    };
    let page = match (positive(call, "page"), positive(call, size_param)) {
        (Ok(page), Ok(size)) => Page {
            number: page.unwrap_or(1),
            size: size.unwrap_or(usual).min(most),
            total: kept.len(),
        },
        (Err(refusal), _) | (_, Err(refusal)) => return refusal,
    };
    let shown: Vec<Value> = kept
        .into_iter()
        .skip((page.number - 1).saturating_mul(page.size))
        .take(page.size)
        .collect();
    if instance {
        let mut answer = Answer::ok(json!({collection.list_key: shown}));
        answer
            .headers
            .push(("X-Total-Count", page.total.to_string()));
        answer.headers.push(("Link", page.links(call)));
        return answer;
    }
    Answer::ok(json!({collection.list_key: shown, "total_count": page.total}))
}

/// Which page was asked for.
struct Page {
    /// Its number, from 1.
    number: usize,
    /// The most objects on it.
    size: usize,
    /// Objects on all pages.
    total: usize,
}

impl Page {
    /// The `Link` header of the Instance API.
    fn links(&self, call: &Call<'_>) -> String {
        let last = self.total.div_ceil(self.size).max(1);
        let rest = call.query_without(&["page", "per_page"]);
        let rest = if rest.is_empty() {
            rest
        } else {
            format!("&{rest}")
        };
        let name = call.path.rsplit('/').next().unwrap_or_default();
        let size = self.size;
        let link = |page: usize, rel: &str| {
            format!("</{name}?page={page}&per_page={size}{rest}>; rel=\"{rel}\"")
        };
        let mut links = Vec::new();
        if self.number > 1 {
            links.push(link(1, "first"));
            links.push(link(self.number - 1, "previous"));
        }
        if self.number < last {
            links.push(link(self.number + 1, "next"));
        }
        links.push(link(last, "last"));
        links.join(",")
    }
}

/// A parameter that must be a whole number from 1; `None` where it is not given.
fn positive(call: &Call<'_>, name: &str) -> Result<Option<usize>, Answer> {
    let Some(text) = call.param(name) else {
        return Ok(None);
    };
    match text.parse::<usize>() {
        Ok(number) if number > 0 => Ok(Some(number)),
        _ => Err(invalid(&[bad_argument(
            name,
            "constraint",
            "value must be greater than 0",
        )])),
    }
}

/// Whether an object passes a filter; a filter that is not asked for lets all pass.
fn passes(filter: &Filter, call: &Call<'_>, object: &Value) -> bool {
    let wanted: Vec<&str> = call
        .params(filter.param)
        .flat_map(|value| value.split(','))
        .collect();
    if wanted.is_empty() {
        return true;
    }
    let value = &object[filter.key];
    let holds = |text: &str| {
        let items = value.as_array().into_iter().flatten();
        items.into_iter().any(|item| item == text)
    };
    match filter.how {
        How::AnyOf => wanted.contains(&plain(value).as_str()),
        How::Contains => wanted.iter().any(|part| plain(value).contains(part)),
        How::HasAll => wanted.iter().all(|text| holds(text)),
        How::HasAny => wanted.iter().any(|text| holds(text)),
    }
}

/// A value as it would be written in a query.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Sorts by `order_by`, `<key>_asc` or `<key>_desc`; by creation where it is not given.
fn order(objects: &mut [Value], call: &Call<'_>) -> Result<(), Answer> {
    let wanted = call.param("order_by").unwrap_or("created_at_asc");
    let refuse = || {
        let help = "value must be a key with _asc or _desc";
        Err(invalid(&[bad_argument("order_by", "constraint", help)]))
    };
    let Some((key, way)) = wanted.rsplit_once('_') else {
        return refuse();
    };
    let descending = match way {
        "asc" => false,
        "desc" => true,
        _ => return refuse(),
    };
    if !is_sort_key(key) {
        return refuse();
    }
    objects.sort_by(|a, b| {
        let ascending = compare(&a[key], &b[key]);
        if descending {
            ascending.reverse()
        } else {
            ascending
        }
    });
    Ok(())
}

/// Keys that some list of the API can be ordered by.
fn is_sort_key(key: &str) -> bool {
    const KEYS: [&str; 10] = [
        "created_at",
        "updated_at",
        "name",
        "type",
        "status",
        "region",
        "engine",
        "origin",
        "recorded_at",
        "version",
    ];
    KEYS.contains(&key)
}

/// Compares two values of a key. Times are texts of one form, so their order is that of the texts.
fn compare(a: &Value, b: &Value) -> Ordering {
    plain(a).cmp(&plain(b))
}
