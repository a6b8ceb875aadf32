//! Any bytes as a scenario file or a bundle.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cockpit_scout::fuzzing::scenario(bytes));
