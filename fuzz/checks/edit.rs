//! A document, changed by operations that the input chooses, and written.

use refit::yaml::{Document, WriteError};

use super::choices::Choices;
use super::hold;
use super::model::{Reader, Tree};
use super::operations::{Edited, Stop};

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// refit does not read it.
    Unread,
    /// Nothing was to be done.
    Same,
    Written,
    Refused,
}

/// Writes a document unchanged, then changed.
pub fn document(text: &str, choices: &mut Choices) -> Result<Outcome, String> {
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let line = text.split('\n').nth(error.line.wrapping_sub(1));
            return match line {
                Some(line) if (1..=line.chars().count() + 2).contains(&error.column) => {
                    Ok(Outcome::Unread)
                }
                _ => Err(format!(
                    "an error outside of the text: {error}\non\n{text:?}"
                )),
            };
        }
    };
    let model = document.model();
    let same = document
        .write(&model)
        .map_err(|e| format!("unchanged, but: {e}\non\n{text:?}"))?;
    if !same.edits.is_empty() || same.text != text || !same.dropped.is_empty() {
        return Err(format!(
            "unchanged, but written as\n{:?}\non\n{text:?}",
            same.text
        ));
    }
    if choices.is_empty() {
        return Ok(Outcome::Same);
    }

    let mut wanted = Vec::new();
    if let Some(ours) = Tree::of_node(&model) {
        let theirs = Tree::of_text(text).filter(|theirs| theirs.same_shape(&ours));
        wanted.push((Reader::Refit, ours));
        wanted.extend(theirs.map(|theirs| (Reader::Libyaml, theirs)));
    }
    let mut edited = Edited::new(model, wanted);
    for _ in 0..=choices.below(4) {
        match edited.operate(choices) {
            Ok(()) => {}
            Err(Stop::Refused(_)) => return Ok(Outcome::Refused),
            Err(Stop::NotHere) => return Ok(Outcome::Same),
        }
    }
    written(&document, text, &edited)
        .map_err(|problem| format!("{problem}\nafter {:#?}\non\n{text}\n{text:?}", edited.log))
}

fn written(document: &Document, text: &str, edited: &Edited) -> Result<Outcome, String> {
    let written = match document.write(&edited.model) {
        Ok(written) => written,
        Err(WriteError::Refused(_)) => return Ok(Outcome::Refused),
        Err(error) => return Err(error.to_string()),
    };
    let shown = |problem: &str| format!("{problem}\nresult\n{}\n{:?}", written.text, written.text);
    hold::edits(text, &written.text, &written.edits).map_err(|e| shown(&e))?;
    hold::line_ends(text, &written.text).map_err(|e| shown(&e))?;
    let again =
        Document::parse(&written.text).map_err(|e| shown(&format!("it does not parse: {e}")))?;
    for (reader, wanted) in &edited.wanted {
        let found = match reader {
            Reader::Refit => Tree::of_node(&again.model()),
            Reader::Libyaml => Tree::of_text(&written.text),
        };
        if found.as_ref() != Some(wanted) {
            return Err(shown(&format!(
                "{reader:?} reads other values\nwanted {wanted:?}\nfound  {found:?}"
            )));
        }
    }
    Ok(Outcome::Written)
}
