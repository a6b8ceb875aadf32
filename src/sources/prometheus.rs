//! Prometheus's query API, as Mimir serves it under `/prometheus`.
//!
//! A window is `[from, to)` in scout; Prometheus also evaluates at `end`, so the last step asked for is the last before `to`.

use chrono::TimeDelta;
use reqwest::Url;

use super::address;
use super::data_source::{self, Access};
use super::error::SourceError;
use super::http::{Call, Http};
use crate::model::{Instant, Series, Window};

/// A client of one metrics data source.
#[derive(Debug)]
pub(crate) struct Prometheus<'a> {
    /// Connection pool.
    pub(crate) http: &'a Http,
    /// Base address, without `/prometheus`.
    pub(crate) base: Url,
    /// Who asks.
    pub(crate) access: Access,
}

impl Prometheus<'_> {
    /// A range query: a sample for each step from `window.from`, none at or after `window.to`.
    ///
    /// # Errors
    /// [`SourceError`]; an expression that Prometheus does not accept carries its own words.
    pub(crate) async fn fetch_range(
        &self,
        expr: &str,
        window: Window,
        step: TimeDelta,
    ) -> Result<Vec<Series>, SourceError> {
        let last = window.to - TimeDelta::milliseconds(1);
        let call = self.call(
            "/prometheus/api/v1/query_range",
            vec![
                ("query".to_owned(), expr.to_owned()),
                ("start".to_owned(), seconds(window.from)),
                ("end".to_owned(), seconds(last)),
                ("step".to_owned(), format!("{}", step.as_seconds_f64())),
            ],
        );
        self.fetch_series(&call).await
    }

    /// Values of a label in use inside a window; of `__name__`, the metrics that exist.
    ///
    /// # Errors
    /// As [`Prometheus::fetch_range`].
    pub(crate) async fn fetch_label_values(
        &self,
        label: &str,
        window: Window,
    ) -> Result<Vec<String>, SourceError> {
        let call = self.call(
            &format!("/prometheus/api/v1/label/{label}/values"),
            vec![
                ("start".to_owned(), seconds(window.from)),
                ("end".to_owned(), seconds(window.to)),
            ],
        );
        let answer = data_source::fetch(self.http, "prometheus", &call).await?;
        data_source::parse_names(&answer.body)
            .map_err(|why| data_source::bad_answer("prometheus", &call, &answer, &why))
    }

    /// Series of any result type.
    async fn fetch_series(&self, call: &Call) -> Result<Vec<Series>, SourceError> {
        let answer = data_source::fetch(self.http, "prometheus", call).await?;
        data_source::parse_matrix(&answer.body)
            .map_err(|why| data_source::bad_answer("prometheus", call, &answer, &why))
    }

    /// A request that says who asks.
    pub(super) fn call(&self, path: &str, parameters: Vec<(String, String)>) -> Call {
        self.access.get(address::join(&self.base, path), parameters)
    }
}

/// Unix seconds with milliseconds.
pub(super) fn seconds(at: Instant) -> String {
    format!("{}.{:03}", at.timestamp(), at.timestamp_subsec_millis())
}
