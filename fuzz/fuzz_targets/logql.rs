//! Any text as a LogQL query.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| cockpit_scout::fuzzing::logql(text));
