//! What must not leave, and what stands in its place?
//!
//! In: one text after another, from anywhere. Out: the same texts with secrets and personal data replaced by pseudonyms such as
//! `<email:1>`. One [`Redactor`] serves a whole run: the same value gets the same pseudonym wherever and however it is written
//! (JSON in JSON, percent-encoded, `\u0040`), numbered by class in order of first appearance, so that lines still correlate.
//! A text that was redacted stays as it is when it is redacted again.
//!
//! ```text
//! text ─┬─► scan ─────────────────────────────► spans ─┐
//!       └─► view (escapes undone, if any) ─► scan ─────┴─► merged ─► pseudonyms
//! ```
//!
//! A text without any `sign` of a secret is done at once. `scan` walks once over the bytes. What a value is told by: its own form (`forms`, `people`), the name before it (`names`,
//! `value`), what announces it (`announced`), its place in an address (`address`). Nothing here knows a vendor beyond the published forms of their keys.
//! Must not: read anything, remember more than the values that it masked, break a JSON document that a line holds.

mod address;
mod announced;
mod forms;
mod names;
mod people;
mod scan;
mod sign;
mod span;
mod value;
mod view;

use std::collections::HashMap;

use span::{Class, Span, merge};

/// Masks texts of one run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Redactor {
    /// What is masked beyond what always is.
    options: RedactOptions,
    /// The pseudonym of each value seen so far, by the value with its escapes undone.
    known: HashMap<Vec<u8>, (Class, u32)>,
    /// Values seen so far, by class.
    counts: [u32; Class::COUNT],
    /// Room for spans, kept between texts.
    spans: Vec<Span>,
}

/// What is masked beyond what always is, and how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct RedactOptions {
    /// IP addresses too, but for loopback and unspecified ones.
    pub(crate) ips: bool,
    /// `<email:?>` instead of `<email:1>`: for texts that appear in no fixed order.
    pub(crate) unnumbered: bool,
}

impl Redactor {
    /// Nothing masked yet.
    pub(crate) fn new(options: RedactOptions) -> Self {
        Self {
            options,
            ..Self::default()
        }
    }

    /// Masks a text in place. What it gives says whether a private key begins in the text whose end is not there: the lines that
    /// follow it may hold the rest.
    pub(crate) fn mask(&mut self, text: &mut String) -> OpenKey {
        if self.may_hold(text) {
            self.mask_found(text)
        } else {
            OpenKey::No
        }
    }

    /// Whether there may be anything to mask in a text.
    fn may_hold(&self, text: &str) -> bool {
        self.options.ips || sign::may_hold(text.as_bytes())
    }

    /// Masks what the exact walk finds.
    fn mask_found(&mut self, text: &mut String) -> OpenKey {
        let mut spans = std::mem::take(&mut self.spans);
        spans.clear();
        let scanned = scan::scan(text.as_bytes(), self.options.ips, &mut spans);
        let views = if scanned.escapes {
            view::views(text.as_bytes())
        } else {
            Vec::new()
        };
        for view in views {
            let first = spans.len();
            scan::scan(&view.bytes, self.options.ips, &mut spans);
            for span in &mut spans[first..] {
                view.locate(span);
            }
        }
        self.replace(text, &mut spans);
        self.spans = spans;
        scanned.open
    }

    /// Masks what may be part of a private key, in a text that follows the beginning of one.
    pub(crate) fn mask_key_body(&mut self, text: &mut String) {
        let mut spans = std::mem::take(&mut self.spans);
        spans.clear();
        forms::key_body(text.as_bytes(), &mut spans);
        self.replace(text, &mut spans);
        self.spans = spans;
    }

    /// The text, masked.
    pub(crate) fn masked(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        self.mask(&mut text);
        text
    }

    /// Masks a value that stands under a name: all of it where the name says that it is a secret.
    pub(crate) fn mask_named(&mut self, name: &str, text: &mut String) -> OpenKey {
        match names::class_of_whole(name) {
            Some(sensitive) if value::is_secret(text.as_bytes(), sensitive) => {
                let range = value::named(text.as_bytes(), sensitive);
                let mut spans = vec![Span::new(range, sensitive.class)];
                self.replace(text, &mut spans);
                OpenKey::No
            }
            _ => self.mask(text),
        }
    }

    /// Whether nothing is to be masked in a name and in what stands under it.
    pub(crate) fn leaves_named(&self, name: &str, text: &str) -> bool {
        !Self::is_secret_name(name) && !self.may_hold(name) && !self.may_hold(text)
    }

    /// Whether a name says that what stands under it is a secret.
    pub(crate) fn is_secret_name(name: &str) -> bool {
        names::class_of_whole(name).is_some()
    }

    /// Puts pseudonyms in the place of spans.
    fn replace(&mut self, text: &mut String, spans: &mut Vec<Span>) {
        if spans.is_empty() {
            return;
        }
        merge(spans);
        let mut masked = String::with_capacity(text.len());
        let mut done = 0;
        for span in spans.iter() {
            let value = &text[span.start..span.end];
            if span::is_pseudonym(value.as_bytes()) {
                continue;
            }
            masked.push_str(&text[done..span.start]);
            let quote = &text[span.quote.clone()];
            masked.push_str(quote);
            let pseudonym = self.pseudonym(value.as_bytes(), span.class);
            masked.push_str(&pseudonym);
            masked.push_str(quote);
            done = span.end;
        }
        masked.push_str(&text[done..]);
        *text = masked;
    }

    /// The pseudonym of a value: the one that it has, else the next of its class.
    fn pseudonym(&mut self, value: &[u8], class: Class) -> String {
        if self.options.unnumbered {
            return format!("<{}:?>", class.as_str());
        }
        let value = view::plain(value, class);
        let (class, number) = *self.known.entry(value).or_insert_with(|| {
            let count = &mut self.counts[class as usize];
            *count += 1;
            (class, *count)
        });
        format!("<{}:{number}>", class.as_str())
    }
}

/// Whether a private key begins in a text and does not end there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenKey {
    /// No.
    No,
    /// Yes.
    Yes,
}

#[cfg(test)]
mod tests;
