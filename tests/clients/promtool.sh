#!/usr/bin/env bash
# promtool's four queries against a sandbox; $PROMTOOL_URL as `scout sandbox` prints it.
set -euo pipefail

# Runs promtool and fails unless its output has what it should.
expect() {
  local wanted=$1 got
  shift
  got=$(timeout 20 promtool query "$@" 2>&1) || true
  case $got in
    *"$wanted"*) printf 'ok promtool query %s\n' "$1" ;;
    *) printf 'promtool query %s: no %s in\n%s\n' "$1" "$wanted" "$got" >&2; exit 1 ;;
  esac
}

requests=serverless_container_requests_per_second
expect '=> 4 @[' instant "$PROMTOOL_URL" "sum by () ($requests)"
expect '4 @[' range --step=5m "$PROMTOOL_URL" "max_over_time($requests[5m])"
expect "__name__=\"$requests\"" series --match="{resource_name=\"api\"}" "$PROMTOOL_URL"
expect 'serverless_container' labels "$PROMTOOL_URL" resource_type
expect 'parse error' instant "$PROMTOOL_URL" '1 +'
expect '401' instant "${PROMTOOL_URL/scout:/scout:wrong}" "$requests"
