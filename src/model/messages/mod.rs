//! The message catalogue: every text that people read, English and French side by side, one function a message.
//!
//! A missing translation or argument is a compile error. A file here belongs to the room whose words it holds; plurals,
//! durations and amounts are in [`words`].

/// Writes a message in one of the two languages: `say!(lang, "in {n} s", "dans {n} s")`. Both texts may capture names in scope.
macro_rules! say {
    ($lang:expr, $en:literal, $fr:literal $(,)?) => {
        match $lang {
            $crate::model::Lang::En => format!($en),
            $crate::model::Lang::Fr => format!($fr),
        }
    };
}

pub(crate) mod bundle;
pub(crate) mod cli;
pub(crate) mod config;
pub(crate) mod events;
pub(crate) mod evidence;
pub(crate) mod health;
pub(crate) mod html;
pub(crate) mod logs;
pub(crate) mod loki;
pub(crate) mod machines;
pub(crate) mod map;
pub(crate) mod patterns;
pub(crate) mod probes;
pub(crate) mod query;
pub(crate) mod reading;
pub(crate) mod render;
pub(crate) mod report;
pub(crate) mod sandbox;
pub(crate) mod sources;
pub(crate) mod tokens;
pub(crate) mod words;
