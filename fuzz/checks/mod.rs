//! What must hold for any input: the bodies of the fuzz targets, which `tests/fuzz_seeds.rs` runs too.
//!
//! Each target has a `check`, which takes the bytes that the fuzzer made and says what is wrong. An
//! input is a text and, behind the first byte 0xFF (which no UTF-8 has), the choices: what is to be
//! done with it. So a seed is a readable file, and the fuzzer can change either half alone.

pub mod catalogue;
mod choices;
pub mod edit;
pub mod edit_bytes;
pub mod edit_yaml;
mod generate;
mod hold;
mod model;
pub mod mutate;
mod operations;
pub mod rewrite;
pub mod seeds;

/// What a check says: nothing, or what is wrong.
pub type Check = Result<(), String>;

/// The text and the choices of an input.
fn halves(data: &[u8]) -> (String, &[u8]) {
    let end = data.iter().position(|&b| b == 0xFF);
    let (text, choices) = data.split_at(end.unwrap_or(data.len()));
    let choices = choices.get(1..).unwrap_or_default();
    (String::from_utf8_lossy(text).into_owned(), choices)
}
