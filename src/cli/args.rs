//! What was typed: flags and arguments, nothing looked up and nothing decided.

mod health;
mod query;
mod reading;

use std::path::PathBuf;

use clap::builder::Resettable;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::analysis::Level;

pub(crate) use health::HealthArgs;
pub(crate) use query::{LogqlArgs, LokiArgs, PromqlArgs, SeriesArgs, UnitChoice, VolumeArgs};
pub(crate) use reading::{
    DurationUnit, ErrorsArgs, PatternsArgs, SignatureArgs, SlowArgs, TraceArgs,
};

/// The headings of `--help`, each with its commands, in order.
pub(super) const HEADINGS: [(&str, &[&str]); 5] = [
    ("Investigate", &["investigate", "health"]),
    (
        "Logs",
        &[
            "logs", "errors", "patterns", "trace", "slow", "volume", "labels", "series", "logql",
        ],
    ),
    ("Metrics", &["metrics", "promql"]),
    ("State", &["state"]),
    ("Set-up", &["map", "token", "sandbox", "completions"]),
];

/// Exit codes, as `--help` shows them.
const EXIT_CODES: &str = "Exit codes:
  0   done; with --exit-code: healthy
  1   with --exit-code: something is degraded or down
  2   the command line is wrong
  3   configuration: map, credentials file, or a bundle that cannot be kept
  4   refused: not authenticated, or a permission is missing
  5   the answer is incomplete: a source failed, timed out or could not be reached
  6   a token could not be deleted: its id and the command that removes it are on stderr
  70  a bug in scout
  130, 143, 129, 131  stopped by SIGINT, SIGTERM, SIGHUP, SIGQUIT, after the token was deleted

Try it without an account:  scout --sandbox investigate \"atlas-api is returning 500s\"";

/// Investigate incidents on Scaleway Cockpit: logs, metrics and state, asked at once and read together.
#[derive(Debug, Parser)]
#[command(name = "scout", version, disable_help_subcommand = true, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Cli {
    /// Flags of every command.
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    /// The command.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "flags are typed or not; each stands for itself"
)]
pub(crate) struct GlobalArgs {
    /// Environment of the map [env: `SCOUT_ENV`] [default: the map's `default_env`]
    #[arg(short, long, global = true, value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user's config folder]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) map: Option<String>,
    /// Profile of the official CLI's config.yaml [env: `SCW_PROFILE`] [default: the map's, else the active one]
    #[arg(short, long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Form of the answer; each command says which it has
    #[arg(
        short,
        long,
        global = true,
        value_name = "FORM",
        value_enum,
        default_value = "human"
    )]
    pub(crate) output: Output,
    /// When to colour; auto: on a terminal, unless `NO_COLOR` is set
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        value_enum,
        default_value = "auto"
    )]
    pub(crate) color: Colour,
    /// Language of texts; auto: the question's, else the locale's
    #[arg(
        long,
        global = true,
        value_name = "LANG",
        value_enum,
        default_value = "auto"
    )]
    pub(crate) lang: LangChoice,
    /// Times in UTC instead of local time
    #[arg(long, global = true)]
    pub(crate) utc: bool,
    /// No notes and no progress on stderr
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// More on stderr: each request and how it went; never a secret
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Deadline of one request, its retries included: 500ms, 30s, 2m
    #[arg(long, global = true, value_name = "DURATION", default_value = "30s")]
    pub(crate) timeout: String,
    /// Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted
    #[arg(long, global = true, value_name = "DURATION", default_value = "15m")]
    pub(crate) max_run: String,
    /// Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none
    #[arg(long, global = true)]
    pub(crate) dry_run: bool,
    /// Mask IP addresses too, beside the secrets, emails and card numbers that always are
    #[arg(long, global = true, conflicts_with = "no_redact")]
    pub(crate) redact_ips: bool,
    /// Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle
    #[arg(long, global = true)]
    pub(crate) no_redact: bool,
    /// Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]
    #[arg(
        long,
        global = true,
        value_name = "SCENARIO",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = super::DEFAULT_SCENARIO
    )]
    pub(crate) sandbox: Option<String>,
    /// A Loki that is not Cockpit's.
    #[command(flatten)]
    pub(crate) loki: LokiArgs,
}

impl GlobalArgs {
    /// The defaults, with one form: for what must be said before the arguments are understood.
    pub(crate) fn with_output(output: Output) -> Self {
        Self {
            env: None,
            map: None,
            profile: None,
            output,
            color: Colour::Auto,
            lang: LangChoice::Auto,
            utc: false,
            quiet: false,
            verbose: 0,
            timeout: String::new(),
            max_run: String::new(),
            dry_run: false,
            redact_ips: false,
            no_redact: false,
            sandbox: None,
            loki: LokiArgs::default(),
        }
    }
}

/// Forms of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people.
    #[value(help = Resettable::Reset)]
    Human,
    /// One JSON document.
    #[value(help = Resettable::Reset)]
    Json,
    /// One JSON object a line.
    #[value(help = Resettable::Reset, alias = "jsonl")]
    Ndjson,
    /// Comma-separated values.
    #[value(help = Resettable::Reset)]
    Csv,
    /// Lines as stored.
    #[value(help = Resettable::Reset)]
    Raw,
    /// For tickets and chat.
    #[value(help = Resettable::Reset)]
    Markdown,
    /// For a browser: one file that needs no other.
    #[value(help = Resettable::Reset)]
    Html,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal.
    #[value(help = Resettable::Reset)]
    Auto,
    /// Always.
    #[value(help = Resettable::Reset)]
    Always,
    /// Never.
    #[value(help = Resettable::Reset)]
    Never,
}

/// Which language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LangChoice {
    /// The question's, else the locale's.
    #[value(help = Resettable::Reset)]
    Auto,
    /// English
    #[value(help = Resettable::Reset)]
    En,
    /// French
    #[value(help = Resettable::Reset)]
    Fr,
}

/// The window in question, `[from, to)`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Window")]
pub(crate) struct WindowArgs {
    /// Length, back from its end: 90s, 15m, 2h, 3d, 1w [default: 30m]
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true)]
    pub(crate) since: Option<String>,
    /// Start, inclusive: RFC 3339, "2026-11-21 09:00" (local, UTC with --utc), Unix seconds, or how long ago (2h)
    #[arg(
        long,
        value_name = "TIME",
        conflicts_with = "since",
        allow_hyphen_values = true
    )]
    pub(crate) from: Option<String>,
    /// End, exclusive; same forms [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(crate) to: Option<String>,
}

impl WindowArgs {
    /// Whether any of them was typed.
    pub(crate) fn is_set(&self) -> bool {
        self.since.is_some() || self.from.is_some() || self.to.is_some()
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What is wrong, since when, why, and what next: the report
    Investigate(InvestigateArgs),
    /// One line a service: verdict, state, key metrics, error count, probe; worst first
    Health(HealthArgs),
    /// The lines of services, newest last
    Logs(LogsArgs),
    /// Error lines grouped by signature: how often, since when, new or known
    Errors(ErrorsArgs),
    /// The lines of services, or of a file, grouped by template: the same line with other values in it
    Patterns(PatternsArgs),
    /// One request through every service: its lines in order, its spans where the project keeps traces
    Trace(TraceArgs),
    /// Requests over a duration, and percentiles by route
    Slow(SlowArgs),
    /// Lines, bytes and error share by service and level, over time
    Volume(VolumeArgs),
    /// The labels that logs bear, or the values of one
    Labels(LabelsArgs),
    /// The label sets of log streams
    Series(SeriesArgs),
    /// Any LogQL, log or metric query, instant or range
    Logql(LogqlArgs),
    /// The key metrics of services against their thresholds, with trend
    Metrics(MetricsArgs),
    /// Any PromQL, instant or range, as table, chart, CSV or JSON
    Promql(PromqlArgs),
    /// Resources as the Scaleway API lists them: name, status, last change
    State(StateArgs),
    /// Check the map, or show what its names stand for
    Map(MapArgs),
    /// scout's own Cockpit tokens that exist now
    Token(TokenArgs),
    /// Run a Cockpit look-alike on loopback, for trying and testing
    Sandbox(SandboxArgs),
    /// Print a completion script: bash, zsh, fish, powershell, elvish
    Completions(CompletionsArgs),
}

impl Command {
    /// Whether Loki alone can answer it, so that any Loki can.
    pub(crate) fn is_of_logs(&self) -> bool {
        matches!(
            self,
            Self::Logs(_)
                | Self::Errors(_)
                | Self::Patterns(_)
                | Self::Trace(_)
                | Self::Slow(_)
                | Self::Volume(_)
                | Self::Labels(_)
                | Self::Series(_)
                | Self::Logql(_)
        )
    }
}

/// What `--from` is to `investigate`.
const FROM_TIME_OR_FILE: &str = "Start, inclusive: RFC 3339, \"2026-11-21 09:00\" (local, UTC with --utc), Unix seconds, or how long ago (2h). Or an \
evidence bundle to investigate offline, with its own window: a file (one JSON record a line, gzip or not), - for stdin. What reads as a time is one: \
write ./2h for a file of that name";

/// `investigate`
#[derive(Debug, Args)]
#[command(
    after_help = "Forms: human, json, markdown, html (one file for a browser, with charts: -o html > report.html).
Offline:  scout investigate --from incident.ndjson.gz
Example:  scout investigate \"atlas-api is returning 500s\" --since 1h --bundle incident.ndjson.gz"
)]
#[command(mut_arg("from", |arg| arg
    .value_name("TIME|FILE")
    .value_hint(clap::ValueHint::FilePath)
    .help(FROM_TIME_OR_FILE)))]
pub(crate) struct InvestigateArgs {
    /// What seems wrong, in English or French: names of services narrow the question, words such as "since 9" or "hier soir" set the window where no flag does
    #[arg(value_name = "ISSUE")]
    pub(crate) issue: Vec<String>,
    /// Compare with the window this long ago: 24h, 7d [default: the time just before the window, as long]
    #[arg(long, value_name = "DURATION")]
    pub(crate) baseline: Option<String>,
    /// End with 1 where the verdict is degraded or down
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// The head alone: issue, sources, findings, verdict with the likeliest cause, token. JSON is always whole
    #[arg(long)]
    pub(crate) brief: bool,
    /// Keep the evidence in this file: one JSON record a line, gzip where the name ends in .gz; secrets masked, mode 0600
    #[arg(long, value_name = "FILE")]
    pub(crate) bundle: Option<PathBuf>,
    /// Replace FILE where it exists
    #[arg(long, requires = "bundle")]
    pub(crate) force: bool,
    /// The window in question.
    #[command(flatten)]
    pub(crate) window: WindowArgs,
}

/// What `logs` says below its flags.
const LOGS_HELP: &str = "LEVEL is this and worse: warn is the same as warn+.
TEST is FIELD OP VALUE, with = != > >= < <= or, for a regular expression over the whole value, =~ !~. FIELD is a field of a JSON or
logfmt line, in a container's envelope or not; a dot leads into an object. VALUE may be a duration: a number in the line is then
taken in the unit that the field's name ends in (_ms, _s, _us, _ns), else in milliseconds. A field that a line does not have
counts as empty.
Several filters must all hold. What the server can filter without losing a line is filtered there.
Forms: human, raw (lines as stored), ndjson (jsonl), json (one document), csv.
Pager: on a terminal an answer that is longer than the screen goes to $SCOUT_PAGER, else $PAGER, else less, up to 32 MiB of it.
Examples:
Example:  scout logs atlas-api postgres --since 15m --level warn --grep 'timeout|refused'
          scout logs atlas-api --where 'status>=500' --where route=/v1/orders --fields status,route -C 2
          scout logs --since 1d --limit 0 -o raw > day.log";

/// `logs`
#[derive(Debug, Args)]
#[command(after_help = LOGS_HELP)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "flags are typed or not; each stands for itself"
)]
pub(crate) struct LogsArgs {
    /// Services by name or alias; all of the environment where left out
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    /// At most so many lines, the newest; with context, so many matches; 0: all
    #[arg(short = 'n', long, value_name = "LINES", default_value_t = 50)]
    pub(crate) limit: u64,
    /// Then show each line as it comes in, until Ctrl-C; nothing is lost or repeated when the connection breaks
    #[arg(short = 'f', long, visible_alias = "tail", conflicts_with_all = ["reverse", "to"])]
    pub(crate) follow: bool,
    /// Newest first
    #[arg(long)]
    pub(crate) reverse: bool,
    /// Oldest first, which is the default
    #[arg(long, conflicts_with = "reverse")]
    pub(crate) forward: bool,
    /// Only lines that match this regular expression; each of several must
    #[arg(long, value_name = "REGEX")]
    pub(crate) grep: Vec<String>,
    /// Leave out lines that match this regular expression, or any of several
    #[arg(long, value_name = "REGEX")]
    pub(crate) exclude: Vec<String>,
    /// Only lines that contain this text; each of several must stand in them
    #[arg(long, value_name = "TEXT")]
    pub(crate) contains: Vec<String>,
    /// Leave out lines that contain this text, or any of several
    #[arg(long, value_name = "TEXT")]
    pub(crate) not_contains: Vec<String>,
    /// Only lines of this level and worse
    #[arg(long, value_name = "LEVEL", value_enum, ignore_case = true)]
    pub(crate) level: Option<LevelChoice>,
    /// Only lines whose field is so: 'status>=500', route=/v1/orders, 'took>1s'; each of several must hold
    #[arg(long = "where", value_name = "TEST")]
    pub(crate) tests: Vec<String>,
    /// The lines of this LogQL log query, instead of those of services
    #[arg(long, value_name = "LOGQL", conflicts_with = "services")]
    pub(crate) query: Option<String>,
    /// Lines around each match, of the same service
    #[arg(short = 'C', long, value_name = "LINES")]
    pub(crate) context: Option<u32>,
    /// Lines after each match
    #[arg(short = 'A', long, value_name = "LINES")]
    pub(crate) after_context: Option<u32>,
    /// Lines before each match
    #[arg(short = 'B', long, value_name = "LINES")]
    pub(crate) before_context: Option<u32>,
    /// Show these fields only, in this order; in csv each is a column
    #[arg(long, value_name = "FIELD,...", value_delimiter = ',')]
    pub(crate) fields: Vec<String>,
    /// Show these labels with each line, for people
    #[arg(long, value_name = "LABEL,...", value_delimiter = ',')]
    pub(crate) labels: Vec<String>,
    /// Most requests at once [default: 8]
    #[arg(long, value_name = "REQUESTS", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) parallel: Option<u16>,
    /// Most entries of one request; less where the server allows less [default: 5000]
    #[arg(long, value_name = "LINES", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) batch: Option<u32>,
    /// No pager
    #[arg(long)]
    pub(crate) no_pager: bool,
    /// The window in question.
    #[command(flatten)]
    pub(crate) window: WindowArgs,
}

/// Levels to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LevelChoice {
    /// Debugging and worse.
    #[value(help = Resettable::Reset, alias = "debug+", alias = "trace", alias = "trace+")]
    Debug,
    /// Information and worse.
    #[value(help = Resettable::Reset, alias = "info+")]
    Info,
    /// Warnings and worse.
    #[value(help = Resettable::Reset, alias = "warning", alias = "warn+", alias = "warning+")]
    Warn,
    /// Errors and worse.
    #[value(help = Resettable::Reset, alias = "error+", alias = "err", alias = "err+")]
    Error,
    /// What ends a program.
    #[value(help = Resettable::Reset, alias = "fatal+", alias = "critical", alias = "critical+")]
    Fatal,
}

impl LevelChoice {
    /// The level.
    pub(crate) fn level(self) -> Level {
        match self {
            Self::Debug => Level::Debug,
            Self::Info => Level::Info,
            Self::Warn => Level::Warn,
            Self::Error => Level::Error,
            Self::Fatal => Level::Fatal,
        }
    }
}

/// `labels`
#[derive(Debug, Args)]
#[command(after_help = "Forms: human, json, csv.
Example:  scout labels resource_name --since 1h")]
pub(crate) struct LabelsArgs {
    /// The label whose values are wanted; the names of all labels where left out
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The window in question.
    #[command(flatten)]
    pub(crate) window: WindowArgs,
}

/// `metrics`
#[derive(Debug, Args)]
#[command(after_help = "Forms: human, json, markdown.
Example:  scout metrics postgres redis --since 2h")]
pub(crate) struct MetricsArgs {
    /// Services by name or alias; all of the environment where left out
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    /// List the names of the metrics that exist instead, those that begin with PREFIX
    #[arg(long, value_name = "PREFIX", num_args = 0..=1, default_missing_value = "", conflicts_with = "services")]
    pub(crate) names: Option<String>,
    /// The window in question.
    #[command(flatten)]
    pub(crate) window: WindowArgs,
}

/// `state`
#[derive(Debug, Args)]
#[command(after_help = "Forms: human, json, markdown.
Example:  scout state container postgres")]
pub(crate) struct StateArgs {
    /// Kinds: container, function, postgres, mysql, redis, instance, edge, private-network, kubernetes, load-balancer;
    /// all where left out
    #[arg(value_name = "KIND")]
    pub(crate) kinds: Vec<String>,
}

/// `map`
#[derive(Debug, Args)]
#[command(after_help = "Examples:  scout map check\n           scout map show atlas-api -e prod")]
pub(crate) struct MapArgs {
    /// What to do with the map.
    #[command(subcommand)]
    pub(crate) command: MapCommand,
}

/// `map …`
#[derive(Debug, Subcommand)]
pub(crate) enum MapCommand {
    /// Read the map and say whether it holds; an error shows file, line and column
    #[command(after_help = "Example:  scout map check --map infra-map.toml")]
    Check,
    /// Show what the names of the map stand for in one environment
    #[command(
        after_help = "Forms: human, json, markdown.\nExample:  scout map show atlas-api -e prod"
    )]
    Show {
        /// Services by name or alias; all where left out
        #[arg(value_name = "SERVICE")]
        services: Vec<String>,
    },
}

/// `token`
#[derive(Debug, Args)]
#[command(after_help = "Example:  scout token list")]
pub(crate) struct TokenArgs {
    /// What to do with tokens.
    #[command(subcommand)]
    pub(crate) command: TokenCommand,
}

/// `token …`
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// List scout's tokens that exist in the project and region
    #[command(after_help = "Forms: human, json, markdown.\nExample:  scout token list -e prod")]
    List,
    /// Delete scout's tokens whose runs must have ended, by the expiry in their names
    Sweep(SweepArgs),
}

/// `token sweep`
#[derive(Debug, Args)]
#[command(after_help = "Forms: human, json, markdown.
Example:  scout token sweep --dry-run")]
pub(crate) struct SweepArgs {
    /// Also tokens that have not expired, after a question; never one that a run on this machine holds
    #[arg(long)]
    pub(crate) all: bool,
    /// Do not ask before that
    #[arg(long)]
    pub(crate) yes: bool,
}

/// `sandbox`
#[derive(Debug, Args)]
#[command(
    after_help = "Prints `export` lines for scout and other tools, and runs until it is interrupted.
Example:  scout sandbox healthy --listen 127.0.0.1:7700 --write-map infra-map.toml"
)]
pub(crate) struct SandboxArgs {
    /// A built-in scenario or a file; `--list` names the built-in ones
    #[arg(value_name = "SCENARIO", default_value = super::DEFAULT_SCENARIO)]
    pub(crate) scenario: String,
    /// Address to listen on: loopback only; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: std::net::SocketAddr,
    /// Write the scenario's map here
    #[arg(long, value_name = "FILE")]
    pub(crate) write_map: Option<PathBuf>,
    /// List the built-in scenarios
    #[arg(long)]
    pub(crate) list: bool,
}

/// `completions`
#[derive(Debug, Args)]
#[command(
    after_help = "Example:  scout completions bash > ~/.local/share/bash-completion/completions/scout"
)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}
