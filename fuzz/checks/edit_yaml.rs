//! YAML in every style, made by the choices of the input, then changed and written.

use super::choices::Choices;
use super::{Check, edit, generate, hold};

pub fn check(data: &[u8]) -> Check {
    outcome(data).map(drop)
}

/// The same, and what became of the document.
pub fn outcome(data: &[u8]) -> Result<edit::Outcome, String> {
    let mut choices = Choices::new(data);
    let text = generate::document(&mut choices);
    hold::cuts(&text)?;
    edit::document(&text, &mut choices)
}
