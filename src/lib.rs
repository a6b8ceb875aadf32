//! The library behind the `scout` binary: it exists for `main.rs` and for the tests, and promises nothing to anyone else.
//!
//! Data flows one way, and each stage hands a value to the next:
//!
//! ```text
//! cli ─► plan ─► sources ─► evidence ─► analysis ─► report ─► render
//!         ▲                                                     │
//!  config ┘   (what the operator wrote down)      cli ◄─────────┘
//!
//! model: the nouns that all of them share      sandbox: a small Cockpit on loopback
//! ```
//!
//! | room | answers | may use |
//! |---|---|---|
//! | `model` | what are the nouns? | nothing |
//! | `config` | what did the operator write down? | model |
//! | `plan` | what must be asked? | model, config |
//! | `evidence` | what was asked and what came back? | model, plan |
//! | `sources` | how is it asked? the only room with a network | model, config, plan, evidence |
//! | `analysis` | what do the facts show? | model, evidence |
//! | `report` | what can be claimed? | model, evidence, analysis |
//! | `render` | how does it look? | report, model |
//! | `sandbox` | what would the servers answer? | model |
//! | `cli` | who is asking, where and when? | all |
//!
//! `tests/layering.rs` holds the code to this table.

mod analysis;
#[doc(hidden)]
pub mod bench;
mod cli;
mod config;
mod evidence;
mod model;
mod plan;
mod render;
mod report;
mod sandbox;
mod sources;

pub use cli::run;
#[doc(hidden)]
pub use sandbox::fuzzing;
