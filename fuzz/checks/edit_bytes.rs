//! Any bytes, split into documents, each changed and written.

use super::choices::Choices;
use super::mutate::mutate;
use super::{Check, edit, halves, hold};

pub fn check(data: &[u8]) -> Check {
    outcomes(data).map(drop)
}

/// The same, and what became of each document.
pub fn outcomes(data: &[u8]) -> Result<Vec<edit::Outcome>, String> {
    let (text, choices) = halves(data);
    let mut choices = Choices::new(choices);
    let text = mutate(text, &mut choices);
    let documents = hold::cuts(&text)?.into_iter();
    documents
        .map(|chunk| edit::document(&text[chunk.range], &mut choices))
        .collect()
}
