//! How is HTML written so that no text can become markup? In: tags and attributes of ours, texts of anybody's; out: HTML in
//! which every element is closed and every text escaped. Nothing else in this room writes an angle bracket.
//!
//! Texts are made visible first: a control character is shown, not sent. Attributes are always quoted, so that the five escapes
//! below are enough in both places.

use super::super::visible::visible;

/// An attribute: its name, which is ours, and its value, which may be anybody's.
pub(super) type Attribute<'a> = (&'static str, &'a str);

/// HTML under construction.
#[derive(Debug, Default)]
pub(super) struct Markup {
    /// What has been written.
    html: String,
}

impl Markup {
    /// Writes an element and what `inside` writes into it.
    pub(super) fn within(
        &mut self,
        tag: &'static str,
        attributes: &[Attribute<'_>],
        inside: impl FnOnce(&mut Self),
    ) {
        self.open(tag, attributes);
        inside(self);
        self.html.push_str("</");
        self.html.push_str(tag);
        self.html.push('>');
        if is_block(tag) {
            self.html.push('\n');
        }
    }

    /// Writes an element that holds one text.
    pub(super) fn leaf(&mut self, tag: &'static str, attributes: &[Attribute<'_>], text: &str) {
        self.within(tag, attributes, |page| page.text(text));
    }

    /// Writes an element that has no content and no end: `meta`, `link`.
    pub(super) fn void(&mut self, tag: &'static str, attributes: &[Attribute<'_>]) {
        self.open(tag, attributes);
        self.html.push('\n');
    }

    /// Writes a text of any origin.
    pub(super) fn text(&mut self, text: &str) {
        push_escaped(&mut self.html, text);
    }

    /// Writes the style sheet, which is part of this program.
    pub(super) fn style_sheet(&mut self, css: &'static str) {
        debug_assert!(!css.contains("</"), "nothing may end the element early");
        self.html.push_str("<style>\n");
        self.html.push_str(css);
        self.html.push_str("</style>\n");
    }

    /// What has been written, behind the line that every page starts with.
    pub(super) fn into_page(self) -> String {
        format!("<!doctype html>\n{}", self.html)
    }

    /// Writes the start of an element.
    fn open(&mut self, tag: &'static str, attributes: &[Attribute<'_>]) {
        self.html.push('<');
        self.html.push_str(tag);
        for (name, value) in attributes {
            self.html.push(' ');
            self.html.push_str(name);
            self.html.push_str("=\"");
            push_escaped(&mut self.html, value);
            self.html.push('"');
        }
        self.html.push('>');
    }
}

/// Whether white space behind an element is not seen: line feeds go there, so that a person can read the file.
fn is_block(tag: &str) -> bool {
    matches!(
        tag,
        "html"
            | "head"
            | "title"
            | "body"
            | "header"
            | "nav"
            | "main"
            | "footer"
            | "section"
            | "article"
            | "div"
            | "figure"
            | "figcaption"
            | "h1"
            | "h2"
            | "h3"
            | "p"
            | "pre"
            | "ul"
            | "ol"
            | "li"
            | "dl"
            | "dt"
            | "dd"
            | "details"
            | "summary"
            | "table"
            | "caption"
            | "thead"
            | "tbody"
            | "tr"
    )
}

/// Adds a text, made visible, with what HTML would act on escaped.
fn push_escaped(html: &mut String, text: &str) {
    for c in visible(text).chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        for (text, shown) in [
            (
                "<script>alert(1)</script>",
                "&lt;script&gt;alert(1)&lt;/script&gt;",
            ),
            ("\" onload=\"x", "&quot; onload=&quot;x"),
            ("it's & <b>", "it&#39;s &amp; &lt;b&gt;"),
            ("]]> --> </style>", "]]&gt; --&gt; &lt;/style&gt;"),
            ("a\0b\u{202e}c\r\n", "a␀b\\u{202e}c␍␊"),
        ] {
            let mut page = Markup::default();
            page.leaf("b", &[("title", text)], text);
            assert_eq!(page.html, format!("<b title=\"{shown}\">{shown}</b>"));
        }
    }

    #[test]
    fn elements_are_closed_in_order() {
        let mut page = Markup::default();
        page.within("p", &[("class", "x")], |page| {
            page.text("a");
            page.leaf("b", &[], "c");
        });
        page.void("meta", &[("name", "n")]);
        assert_eq!(
            page.html,
            "<p class=\"x\">a<b>c</b></p>\n<meta name=\"n\">\n"
        );
    }
}
