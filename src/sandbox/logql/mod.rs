//! `LogQL`: reads a query and answers it from a [`LogStore`](super::log_store::LogStore).
//!
//! ```text
//! text ─ lexer ─► tokens ─ parser, metric_parser ─► tree ─┬─ log_query ─► streams
//!                                       printer ◄─────────┴─ metric_query ─► scalar, vector, matrix
//! ```
//!
//! It answers as Loki 3 does or refuses with status 400 in Loki's words; it never guesses. HTTP is none of its business.

mod address;
mod binary;
mod cursor;
mod error;
mod extract;
mod filter;
mod go_regex;
mod hints;
pub(crate) mod json;
mod lexer;
mod line_labels;
mod log_query;
pub(crate) mod logfmt;
mod metric_parser;
mod metric_query;
mod parser;
mod pattern;
pub(crate) mod percent;
mod pipeline;
mod places;
mod printer;
pub(crate) mod quantity;
mod range;
mod template;
mod tree;
mod vector;

#[cfg(test)]
mod tests;

pub(crate) use error::QueryError;
pub(crate) use filter::StreamTest;
pub(crate) use log_query::{FoundStream, LogWindow, Order, run_log_query};
pub(crate) use metric_query::{Answer, Steps, run_metric_query};
pub(crate) use parser::parse_query;
pub(crate) use tree::{Expr, LogExpr};
