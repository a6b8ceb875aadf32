//! How many entries does the server count in a window? The figure that a download is held against.
//!
//! In: a log query and a window. Out: one number, exact at both ends of the window: an instant query a nanosecond before its end,
//! since a range aggregation looks back over `(t − range, t]`.

use chrono::TimeDelta;

use super::data_source;
use super::error::SourceError;
use super::loki::Loki;
use crate::model::{UnixNanos, Window};
use crate::plan::count_query;

impl Loki<'_> {
    /// The entries of a log query inside a window.
    ///
    /// # Errors
    /// [`SourceError`]; a server may refuse a window that it serves page by page.
    pub(crate) async fn fetch_count(
        &self,
        query: &str,
        window: Window,
    ) -> Result<u64, SourceError> {
        let at = UnixNanos::from(window.to - TimeDelta::nanoseconds(1));
        let Some(query) = count_query(query, window) else {
            return Ok(0);
        };
        let parameters = vec![
            ("query".to_owned(), query),
            ("time".to_owned(), at.0.to_string()),
        ];
        let call = self.call("/loki/api/v1/query", parameters);
        let answer = data_source::fetch(self.http, "loki", &call).await?;
        let series = data_source::parse_matrix(&answer.body)
            .map_err(|why| data_source::bad_answer("loki", &call, &answer, &why))?;
        let sum: f64 = series
            .iter()
            .filter_map(|series| series.samples.last())
            .map(|sample| sample.value)
            .sum();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count; what is no number becomes zero"
        )]
        let count = sum.max(0.0) as u64;
        Ok(count)
    }
}
