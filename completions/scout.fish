# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_scout_global_optspecs
    string join \n e/env= map= p/profile= o/output= color= lang= utc q/quiet v/verbose timeout= max-run= dry-run redact-ips no-redact sandbox= loki-url= loki-token-file= loki-org-id= h/help V/version
end

function __fish_scout_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_scout_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_scout_using_subcommand
    set -l cmd (__fish_scout_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c scout -n "__fish_scout_needs_command" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_needs_command" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_needs_command" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_needs_command" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_needs_command" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_needs_command" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_needs_command" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_needs_command" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_needs_command" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_needs_command" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_needs_command" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_needs_command" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_needs_command" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_needs_command" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_needs_command" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_needs_command" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_needs_command" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_needs_command" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_needs_command" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_needs_command" -s V -l version -d 'Print version'
complete -c scout -n "__fish_scout_needs_command" -f -a "investigate" -d 'What is wrong, since when, why, and what next: the report'
complete -c scout -n "__fish_scout_needs_command" -f -a "health" -d 'One line a service: verdict, state, key metrics, error count, probe; worst first'
complete -c scout -n "__fish_scout_needs_command" -f -a "logs" -d 'The lines of services, newest last'
complete -c scout -n "__fish_scout_needs_command" -f -a "errors" -d 'Error lines grouped by signature: how often, since when, new or known'
complete -c scout -n "__fish_scout_needs_command" -f -a "patterns" -d 'The lines of services, or of a file, grouped by template: the same line with other values in it'
complete -c scout -n "__fish_scout_needs_command" -f -a "trace" -d 'One request through every service: its lines in order, its spans where the project keeps traces'
complete -c scout -n "__fish_scout_needs_command" -f -a "slow" -d 'Requests over a duration, and percentiles by route'
complete -c scout -n "__fish_scout_needs_command" -f -a "volume" -d 'Lines, bytes and error share by service and level, over time'
complete -c scout -n "__fish_scout_needs_command" -f -a "labels" -d 'The labels that logs bear, or the values of one'
complete -c scout -n "__fish_scout_needs_command" -f -a "series" -d 'The label sets of log streams'
complete -c scout -n "__fish_scout_needs_command" -f -a "logql" -d 'Any LogQL, log or metric query, instant or range'
complete -c scout -n "__fish_scout_needs_command" -f -a "metrics" -d 'The key metrics of services against their thresholds, with trend'
complete -c scout -n "__fish_scout_needs_command" -f -a "promql" -d 'Any PromQL, instant or range, as table, chart, CSV or JSON'
complete -c scout -n "__fish_scout_needs_command" -f -a "state" -d 'Resources as the Scaleway API lists them: name, status, last change'
complete -c scout -n "__fish_scout_needs_command" -f -a "map" -d 'Check the map, or show what its names stand for'
complete -c scout -n "__fish_scout_needs_command" -f -a "token" -d 'scout\'s own Cockpit tokens that exist now'
complete -c scout -n "__fish_scout_needs_command" -f -a "sandbox" -d 'Run a Cockpit look-alike on loopback, for trying and testing'
complete -c scout -n "__fish_scout_needs_command" -f -a "completions" -d 'Print a completion script: bash, zsh, fish, powershell, elvish'
complete -c scout -n "__fish_scout_using_subcommand investigate" -l baseline -d 'Compare with the window this long ago: 24h, 7d [default: the time just before the window, as long]' -r
complete -c scout -n "__fish_scout_using_subcommand investigate" -l bundle -d 'Keep the evidence in this file: one JSON record a line, gzip where the name ends in .gz; secrets masked, mode 0600' -r -F
complete -c scout -n "__fish_scout_using_subcommand investigate" -l since -d 'Length, back from its end: 90s, 15m, 2h, 3d, 1w [default: 30m]' -r
complete -c scout -n "__fish_scout_using_subcommand investigate" -l to -d 'End, exclusive; same forms [default: now]' -r
complete -c scout -n "__fish_scout_using_subcommand investigate" -l from -d 'Start, inclusive: RFC 3339, "2026-11-21 09:00" (local, UTC with --utc), Unix seconds, or how long ago (2h). Or an evidence bundle to investigate offline, with its own window: a file (one JSON record a line, gzip or not), - for stdin. What reads as a time is one: write ./2h for a file of that name' -r -F
complete -c scout -n "__fish_scout_using_subcommand investigate" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand investigate" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand investigate" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand investigate" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand investigate" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand investigate" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand investigate" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand investigate" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand investigate" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand investigate" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand investigate" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand investigate" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand investigate" -l exit-code -d 'End with 1 where the verdict is degraded or down'
complete -c scout -n "__fish_scout_using_subcommand investigate" -l brief -d 'The head alone: issue, sources, findings, verdict with the likeliest cause, token. JSON is always whole'
complete -c scout -n "__fish_scout_using_subcommand investigate" -l force -d 'Replace FILE where it exists'
complete -c scout -n "__fish_scout_using_subcommand investigate" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand investigate" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand investigate" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand investigate" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand investigate" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand investigate" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand investigate" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand health" -l watch -d 'Ask again every so often until interrupted; each round makes its own token and deletes it [least: 2s]' -r
complete -c scout -n "__fish_scout_using_subcommand health" -l since -d 'Length, back from its end: 90s, 15m, 2h, 3d, 1w [default: 30m]' -r
complete -c scout -n "__fish_scout_using_subcommand health" -l from -d 'Start, inclusive: RFC 3339, "2026-11-21 09:00" (local, UTC with --utc), Unix seconds, or how long ago (2h)' -r
complete -c scout -n "__fish_scout_using_subcommand health" -l to -d 'End, exclusive; same forms [default: now]' -r
complete -c scout -n "__fish_scout_using_subcommand health" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand health" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand health" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand health" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand health" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand health" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand health" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand health" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand health" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand health" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand health" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand health" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand health" -l exit-code -d 'End with 1 where a service is degraded or down'
complete -c scout -n "__fish_scout_using_subcommand health" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand health" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand health" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand health" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand health" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand health" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand health" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand logs" -s n -l limit -d 'At most so many lines, the newest; with context, so many matches; 0: all' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -l grep -d 'Only lines that match this regular expression; each of several must' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -l exclude -d 'Leave out lines that match this regular expression, or any of several' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -l contains -d 'Only lines that contain this text; each of several must stand in them' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -l not-contains -d 'Leave out lines that contain this text, or any of several' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -l level -d 'Only lines of this level and worse' -r -f -a "debug\t''
info\t''
warn\t''
error\t''
fatal\t''"
complete -c scout -n "__fish_scout_using_subcommand logs" -l where -d 'Only lines whose field is so: \'status>=500\', route=/v1/orders, \'took>1s\'; each of several must hold' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -l query -d 'The lines of this LogQL log query, instead of those of services' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -s C -l context -d 'Lines around each match, of the same service' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -s A -l after-context -d 'Lines after each match' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -s B -l before-context -d 'Lines before each match' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -l fields -d 'Show these fields only, in this order; in csv each is a column' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -l labels -d 'Show these labels with each line, for people' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -l parallel -d 'Most requests at once [default: 8]' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -l batch -d 'Most entries of one request; less where the server allows less [default: 5000]' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -l since -d 'Length, back from its end: 90s, 15m, 2h, 3d, 1w [default: 30m]' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -l from -d 'Start, inclusive: RFC 3339, "2026-11-21 09:00" (local, UTC with --utc), Unix seconds, or how long ago (2h)' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -l to -d 'End, exclusive; same forms [default: now]' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand logs" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand logs" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand logs" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand logs" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand logs" -s f -l follow -l tail -d 'Then show each line as it comes in, until Ctrl-C; nothing is lost or repeated when the connection breaks'
complete -c scout -n "__fish_scout_using_subcommand logs" -l reverse -d 'Newest first'
complete -c scout -n "__fish_scout_using_subcommand logs" -l forward -d 'Oldest first, which is the default'
complete -c scout -n "__fish_scout_using_subcommand logs" -l no-pager -d 'No pager'
complete -c scout -n "__fish_scout_using_subcommand logs" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand logs" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand logs" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand logs" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand logs" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand logs" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand logs" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand errors" -s n -l limit -d 'At most so many signatures, the most notable; with --show: lines, the newest; 0: all [default: 20, all in JSON and CSV; 50 lines]' -r
complete -c scout -n "__fish_scout_using_subcommand errors" -l level -d 'Lines of this level and worse' -r -f -a "debug\t''
info\t''
warn\t''
error\t''
fatal\t''"
complete -c scout -n "__fish_scout_using_subcommand errors" -l show -d 'Print the lines of one signature instead: its id, or its number in the table' -r
complete -c scout -n "__fish_scout_using_subcommand errors" -l baseline -d 'Compare with the window this long ago: 24h, 7d [default: the time just before the window, as long]' -r
complete -c scout -n "__fish_scout_using_subcommand errors" -l sample -d 'Look at no more lines than this, spread evenly over the window where there are more; 0: at all' -r
complete -c scout -n "__fish_scout_using_subcommand errors" -l since -d 'Length, back from its end: 90s, 15m, 2h, 3d, 1w [default: 30m]' -r
complete -c scout -n "__fish_scout_using_subcommand errors" -l from -d 'Start, inclusive: RFC 3339, "2026-11-21 09:00" (local, UTC with --utc), Unix seconds, or how long ago (2h)' -r
complete -c scout -n "__fish_scout_using_subcommand errors" -l to -d 'End, exclusive; same forms [default: now]' -r
complete -c scout -n "__fish_scout_using_subcommand errors" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand errors" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand errors" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand errors" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand errors" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand errors" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand errors" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand errors" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand errors" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand errors" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand errors" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand errors" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand errors" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand errors" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand errors" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand errors" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand errors" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand errors" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand errors" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand patterns" -l file -d 'Read this file instead; -: standard input' -r -F
complete -c scout -n "__fish_scout_using_subcommand patterns" -s n -l limit -d 'At most so many templates, the most frequent; with --show: lines, the newest; 0: all [default: 50, all in JSON and CSV]' -r
complete -c scout -n "__fish_scout_using_subcommand patterns" -l show -d 'Print the lines of one signature instead: its id, or its number in the table' -r
complete -c scout -n "__fish_scout_using_subcommand patterns" -l baseline -d 'Compare with the window this long ago: 24h, 7d [default: the time just before the window, as long]' -r
complete -c scout -n "__fish_scout_using_subcommand patterns" -l sample -d 'Look at no more lines than this, spread evenly over the window where there are more; 0: at all' -r
complete -c scout -n "__fish_scout_using_subcommand patterns" -l since -d 'Length, back from its end: 90s, 15m, 2h, 3d, 1w [default: 30m]' -r
complete -c scout -n "__fish_scout_using_subcommand patterns" -l from -d 'Start, inclusive: RFC 3339, "2026-11-21 09:00" (local, UTC with --utc), Unix seconds, or how long ago (2h)' -r
complete -c scout -n "__fish_scout_using_subcommand patterns" -l to -d 'End, exclusive; same forms [default: now]' -r
complete -c scout -n "__fish_scout_using_subcommand patterns" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand patterns" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand patterns" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand patterns" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand patterns" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand patterns" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand patterns" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand patterns" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand patterns" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand patterns" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand patterns" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand patterns" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand patterns" -l assign -d 'Print the number of each line of the file, a tab and the id of its template instead; in JSON, the line numbers of each template'
complete -c scout -n "__fish_scout_using_subcommand patterns" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand patterns" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand patterns" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand patterns" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand patterns" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand patterns" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand patterns" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand trace" -s n -l limit -d 'At most so many lines, the oldest; 0: all' -r
complete -c scout -n "__fish_scout_using_subcommand trace" -l since -d 'Length, back from its end: 90s, 15m, 2h, 3d, 1w [default: 30m]' -r
complete -c scout -n "__fish_scout_using_subcommand trace" -l from -d 'Start, inclusive: RFC 3339, "2026-11-21 09:00" (local, UTC with --utc), Unix seconds, or how long ago (2h)' -r
complete -c scout -n "__fish_scout_using_subcommand trace" -l to -d 'End, exclusive; same forms [default: now]' -r
complete -c scout -n "__fish_scout_using_subcommand trace" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand trace" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand trace" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand trace" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand trace" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand trace" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand trace" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand trace" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand trace" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand trace" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand trace" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand trace" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand trace" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand trace" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand trace" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand trace" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand trace" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand trace" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand trace" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand slow" -l over -d 'Slow is what takes longer than this: 250ms, 1s, 1m' -r
complete -c scout -n "__fish_scout_using_subcommand slow" -l unit -d 'Unit of fields that name none' -r -f -a "s\t''
ms\t''
us\t''
ns\t''"
complete -c scout -n "__fish_scout_using_subcommand slow" -s n -l limit -d 'At most so many routes; 0: all [default: 20, all in JSON and CSV]' -r
complete -c scout -n "__fish_scout_using_subcommand slow" -l sample -d 'Look at no more lines than this, spread evenly over the window where there are more; 0: at all' -r
complete -c scout -n "__fish_scout_using_subcommand slow" -l since -d 'Length, back from its end: 90s, 15m, 2h, 3d, 1w [default: 30m]' -r
complete -c scout -n "__fish_scout_using_subcommand slow" -l from -d 'Start, inclusive: RFC 3339, "2026-11-21 09:00" (local, UTC with --utc), Unix seconds, or how long ago (2h)' -r
complete -c scout -n "__fish_scout_using_subcommand slow" -l to -d 'End, exclusive; same forms [default: now]' -r
complete -c scout -n "__fish_scout_using_subcommand slow" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand slow" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand slow" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand slow" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand slow" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand slow" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand slow" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand slow" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand slow" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand slow" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand slow" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand slow" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand slow" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand slow" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand slow" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand slow" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand slow" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand slow" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand slow" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand volume" -l by -d 'What a row is: service, level, or the name of a label' -r
complete -c scout -n "__fish_scout_using_subcommand volume" -l query -d 'The streams in question, as a stream selector, instead of services: \'{app="api"}\'' -r
complete -c scout -n "__fish_scout_using_subcommand volume" -l step -d 'Distance between the points of chart and trend: 30s, 5m [default: from the window]' -r
complete -c scout -n "__fish_scout_using_subcommand volume" -l since -d 'Length, back from its end: 90s, 15m, 2h, 3d, 1w [default: 30m]' -r
complete -c scout -n "__fish_scout_using_subcommand volume" -l from -d 'Start, inclusive: RFC 3339, "2026-11-21 09:00" (local, UTC with --utc), Unix seconds, or how long ago (2h)' -r
complete -c scout -n "__fish_scout_using_subcommand volume" -l to -d 'End, exclusive; same forms [default: now]' -r
complete -c scout -n "__fish_scout_using_subcommand volume" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand volume" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand volume" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand volume" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand volume" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand volume" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand volume" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand volume" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand volume" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand volume" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand volume" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand volume" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand volume" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand volume" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand volume" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand volume" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand volume" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand volume" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand volume" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand labels" -l since -d 'Length, back from its end: 90s, 15m, 2h, 3d, 1w [default: 30m]' -r
complete -c scout -n "__fish_scout_using_subcommand labels" -l from -d 'Start, inclusive: RFC 3339, "2026-11-21 09:00" (local, UTC with --utc), Unix seconds, or how long ago (2h)' -r
complete -c scout -n "__fish_scout_using_subcommand labels" -l to -d 'End, exclusive; same forms [default: now]' -r
complete -c scout -n "__fish_scout_using_subcommand labels" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand labels" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand labels" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand labels" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand labels" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand labels" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand labels" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand labels" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand labels" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand labels" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand labels" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand labels" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand labels" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand labels" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand labels" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand labels" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand labels" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand labels" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand labels" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand series" -l since -d 'Length, back from its end: 90s, 15m, 2h, 3d, 1w [default: 30m]' -r
complete -c scout -n "__fish_scout_using_subcommand series" -l from -d 'Start, inclusive: RFC 3339, "2026-11-21 09:00" (local, UTC with --utc), Unix seconds, or how long ago (2h)' -r
complete -c scout -n "__fish_scout_using_subcommand series" -l to -d 'End, exclusive; same forms [default: now]' -r
complete -c scout -n "__fish_scout_using_subcommand series" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand series" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand series" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand series" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand series" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand series" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand series" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand series" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand series" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand series" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand series" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand series" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand series" -l count -d 'Count the lines of each stream too: one more query for each selector'
complete -c scout -n "__fish_scout_using_subcommand series" -l analyze-labels -d 'Instead of the streams: their labels, how many values each has and how many streams bear it'
complete -c scout -n "__fish_scout_using_subcommand series" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand series" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand series" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand series" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand series" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand series" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand series" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand logql" -l at -d 'Evaluate a metric query once, at this time' -r
complete -c scout -n "__fish_scout_using_subcommand logql" -l step -d 'Distance between the points of a metric query: 30s, 5m [default: from window and width]' -r
complete -c scout -n "__fish_scout_using_subcommand logql" -s n -l limit -d 'At most so many lines, the newest; 0: all [default: 50]' -r
complete -c scout -n "__fish_scout_using_subcommand logql" -l unit -d 'What the numbers count' -r -f -a "count\t''
bytes\t''
seconds\t''
ratio\t''
percent\t''
per-second\t''"
complete -c scout -n "__fish_scout_using_subcommand logql" -l since -d 'Length, back from its end: 90s, 15m, 2h, 3d, 1w [default: 30m]' -r
complete -c scout -n "__fish_scout_using_subcommand logql" -l from -d 'Start, inclusive: RFC 3339, "2026-11-21 09:00" (local, UTC with --utc), Unix seconds, or how long ago (2h)' -r
complete -c scout -n "__fish_scout_using_subcommand logql" -l to -d 'End, exclusive; same forms [default: now]' -r
complete -c scout -n "__fish_scout_using_subcommand logql" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand logql" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand logql" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand logql" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand logql" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand logql" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand logql" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand logql" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand logql" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand logql" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand logql" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand logql" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand logql" -l instant -d 'Evaluate a metric query once, at the end of the window'
complete -c scout -n "__fish_scout_using_subcommand logql" -l forward -d 'The oldest lines of the window instead of the newest'
complete -c scout -n "__fish_scout_using_subcommand logql" -l chart -d 'Draw a metric query over time'
complete -c scout -n "__fish_scout_using_subcommand logql" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand logql" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand logql" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand logql" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand logql" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand logql" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand logql" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand metrics" -l names -d 'List the names of the metrics that exist instead, those that begin with PREFIX' -r
complete -c scout -n "__fish_scout_using_subcommand metrics" -l since -d 'Length, back from its end: 90s, 15m, 2h, 3d, 1w [default: 30m]' -r
complete -c scout -n "__fish_scout_using_subcommand metrics" -l from -d 'Start, inclusive: RFC 3339, "2026-11-21 09:00" (local, UTC with --utc), Unix seconds, or how long ago (2h)' -r
complete -c scout -n "__fish_scout_using_subcommand metrics" -l to -d 'End, exclusive; same forms [default: now]' -r
complete -c scout -n "__fish_scout_using_subcommand metrics" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand metrics" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand metrics" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand metrics" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand metrics" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand metrics" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand metrics" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand metrics" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand metrics" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand metrics" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand metrics" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand metrics" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand metrics" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand metrics" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand metrics" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand metrics" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand metrics" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand metrics" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand metrics" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand promql" -l at -d 'Evaluate it once, at this time [default: now]' -r
complete -c scout -n "__fish_scout_using_subcommand promql" -l step -d 'Distance between the points: 30s, 5m [default: from window and width]' -r
complete -c scout -n "__fish_scout_using_subcommand promql" -l unit -d 'What the numbers count' -r -f -a "count\t''
bytes\t''
seconds\t''
ratio\t''
percent\t''
per-second\t''"
complete -c scout -n "__fish_scout_using_subcommand promql" -l since -d 'Length, back from its end: 90s, 15m, 2h, 3d, 1w [default: 30m]' -r
complete -c scout -n "__fish_scout_using_subcommand promql" -l from -d 'Start, inclusive: RFC 3339, "2026-11-21 09:00" (local, UTC with --utc), Unix seconds, or how long ago (2h)' -r
complete -c scout -n "__fish_scout_using_subcommand promql" -l to -d 'End, exclusive; same forms [default: now]' -r
complete -c scout -n "__fish_scout_using_subcommand promql" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand promql" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand promql" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand promql" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand promql" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand promql" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand promql" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand promql" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand promql" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand promql" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand promql" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand promql" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand promql" -l range -d 'Evaluate it over the window, in steps'
complete -c scout -n "__fish_scout_using_subcommand promql" -l chart -d 'Draw it over time'
complete -c scout -n "__fish_scout_using_subcommand promql" -l explain -d 'Print what would be asked, where and when, and ask nothing'
complete -c scout -n "__fish_scout_using_subcommand promql" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand promql" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand promql" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand promql" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand promql" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand promql" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand promql" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand state" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand state" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand state" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand state" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand state" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand state" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand state" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand state" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand state" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand state" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand state" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand state" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand state" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand state" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand state" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand state" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand state" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand state" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand state" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -f -a "check" -d 'Read the map and say whether it holds; an error shows file, line and column'
complete -c scout -n "__fish_scout_using_subcommand map; and not __fish_seen_subcommand_from check show" -f -a "show" -d 'Show what the names of the map stand for in one environment'
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand map; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -f -a "list" -d 'List scout\'s tokens that exist in the project and region'
complete -c scout -n "__fish_scout_using_subcommand token; and not __fish_seen_subcommand_from list sweep" -f -a "sweep" -d 'Delete scout\'s tokens whose runs must have ended, by the expiry in their names'
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -l all -d 'Also tokens that have not expired, after a question; never one that a run on this machine holds'
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -l yes -d 'Do not ask before that'
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand token; and __fish_seen_subcommand_from sweep" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand sandbox" -l listen -d 'Address to listen on: loopback only; port 0 takes a free one' -r
complete -c scout -n "__fish_scout_using_subcommand sandbox" -l write-map -d 'Write the scenario\'s map here' -r -F
complete -c scout -n "__fish_scout_using_subcommand sandbox" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand sandbox" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand sandbox" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand sandbox" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand sandbox" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand sandbox" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand sandbox" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand sandbox" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand sandbox" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand sandbox" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand sandbox" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand sandbox" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand sandbox" -l list -d 'List the built-in scenarios'
complete -c scout -n "__fish_scout_using_subcommand sandbox" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand sandbox" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand sandbox" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand sandbox" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand sandbox" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand sandbox" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand sandbox" -s h -l help -d 'Print help'
complete -c scout -n "__fish_scout_using_subcommand completions" -s e -l env -d 'Environment of the map [env: `SCOUT_ENV`] [default: the map\'s `default_env`]' -r
complete -c scout -n "__fish_scout_using_subcommand completions" -l map -d 'The map [env: `SCOUT_INFRA_MAP`] [default: infra-map.toml here, in a parent folder, or in scout/ of the user\'s config folder]' -r
complete -c scout -n "__fish_scout_using_subcommand completions" -s p -l profile -d 'Profile of the official CLI\'s config.yaml [env: `SCW_PROFILE`] [default: the map\'s, else the active one]' -r
complete -c scout -n "__fish_scout_using_subcommand completions" -s o -l output -d 'Form of the answer; each command says which it has' -r -f -a "human\t''
json\t''
ndjson\t''
csv\t''
raw\t''
markdown\t''
html\t''"
complete -c scout -n "__fish_scout_using_subcommand completions" -l color -d 'When to colour; auto: on a terminal, unless `NO_COLOR` is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c scout -n "__fish_scout_using_subcommand completions" -l lang -d 'Language of texts; auto: the question\'s, else the locale\'s' -r -f -a "auto\t''
en\t''
fr\t''"
complete -c scout -n "__fish_scout_using_subcommand completions" -l timeout -d 'Deadline of one request, its retries included: 500ms, 30s, 2m' -r
complete -c scout -n "__fish_scout_using_subcommand completions" -l max-run -d 'Longest that a run may last: 90s, 15m, 1h; then it is stopped and its token deleted' -r
complete -c scout -n "__fish_scout_using_subcommand completions" -l sandbox -d 'Ask an in-process sandbox instead of Scaleway: a built-in scenario (see `sandbox --list`) or a file [default scenario: postgres-connections]' -r
complete -c scout -n "__fish_scout_using_subcommand completions" -l loki-url -d 'Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]' -r
complete -c scout -n "__fish_scout_using_subcommand completions" -l loki-token-file -d 'The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]' -r -F
complete -c scout -n "__fish_scout_using_subcommand completions" -l loki-org-id -d 'Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]' -r
complete -c scout -n "__fish_scout_using_subcommand completions" -l utc -d 'Times in UTC instead of local time'
complete -c scout -n "__fish_scout_using_subcommand completions" -s q -l quiet -d 'No notes and no progress on stderr'
complete -c scout -n "__fish_scout_using_subcommand completions" -s v -l verbose -d 'More on stderr: each request and how it went; never a secret'
complete -c scout -n "__fish_scout_using_subcommand completions" -l dry-run -d 'Print the requests, limits and token scopes; send nothing, make no token. `token sweep` lists the tokens, and deletes none'
complete -c scout -n "__fish_scout_using_subcommand completions" -l redact-ips -d 'Mask IP addresses too, beside the secrets, emails and card numbers that always are'
complete -c scout -n "__fish_scout_using_subcommand completions" -l no-redact -d 'Show secrets and personal data as they are: on the screen only, not with another form than human, not in a bundle'
complete -c scout -n "__fish_scout_using_subcommand completions" -s h -l help -d 'Print help'
