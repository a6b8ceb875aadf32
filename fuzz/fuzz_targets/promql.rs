//! Any text as a PromQL query.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| cockpit_scout::fuzzing::promql(text));
