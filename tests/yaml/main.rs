//! The editing core, judged by other parsers: libyaml (which kubectl's readers follow) and granit.

mod corpus;
mod generate;
mod invariants;
mod judge;
mod operation;
mod placement;
mod regressions;
mod table;
