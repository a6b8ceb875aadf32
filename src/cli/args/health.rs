//! What was typed for `health`.

use clap::Args;

use super::WindowArgs;

/// `health`
#[derive(Debug, Args)]
#[command(
    after_help = "Asks in a number of requests that grows with the kinds of services, not with the services. Lines are read of those alone that have
something like errors; where the map has a url, it is asked once as a user would ask it, with no credential.
Forms: human, json (with --watch one document a line), markdown.
Example:  scout health atlas-api postgres --exit-code
          scout health --watch 10s"
)]
pub(crate) struct HealthArgs {
    /// Services by name or alias; all of the environment where left out
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    /// Ask again every so often until interrupted; each round makes its own token and deletes it [least: 2s]
    #[arg(long, value_name = "DURATION")]
    pub(crate) watch: Option<String>,
    /// End with 1 where a service is degraded or down
    #[arg(long, conflicts_with = "watch")]
    pub(crate) exit_code: bool,
    /// The window in question.
    #[command(flatten)]
    pub(crate) window: WindowArgs,
}
