//! What must hold between a text and what became of it.

use refit::yaml::{Chunk, Edit, split};

use super::Check;

/// The edits are in order, and make the one text of the other.
pub fn edits(before: &str, after: &str, edits: &[Edit]) -> Check {
    let (mut at, mut rest) = (0, after);
    for edit in edits {
        let kept = before.get(at..edit.range.start);
        let kept = kept.ok_or("the edits are not in order")?;
        rest = rest
            .strip_prefix(kept)
            .ok_or("bytes before an edit changed")?
            .strip_prefix(edit.text.as_str())
            .ok_or("an edit says something else")?;
        at = edit.range.end;
    }
    if before.get(at..) == Some(rest) {
        Ok(())
    } else {
        Err("bytes after the last edit changed".to_owned())
    }
}

/// Line ends stay those of the text, and the end of the last line stays.
pub fn line_ends(before: &str, after: &str) -> Check {
    let of = |text: &str| (text.matches("\r\n").count(), text.matches('\n').count());
    let ((crlf, all), (new_crlf, new_all)) = (of(before), of(after));
    if crlf == 0 && new_crlf > 0 {
        return Err(format!("a CR appeared:\n{after:?}"));
    }
    if crlf > 0 && crlf == all && new_crlf != new_all {
        return Err(format!("a line end is not CRLF:\n{after:?}"));
    }
    if before.ends_with('\n') != after.ends_with('\n') {
        return Err(format!(
            "the final line break came or went:\n{before:?}\n{after:?}"
        ));
    }
    Ok(())
}

/// Every byte but the byte order mark is in exactly one document.
pub fn cuts(text: &str) -> Result<Vec<Chunk>, String> {
    let chunks = split(text);
    let mut at = text.len() - text.trim_start_matches('\u{feff}').len();
    at = at.min('\u{feff}'.len_utf8());
    for chunk in &chunks {
        let before = text
            .get(..chunk.range.start)
            .ok_or("a document begins inside a character")?;
        let line = before.matches('\n').count() + 1;
        if chunk.range.start != at || chunk.range.is_empty() || line != chunk.first_line {
            return Err(format!("the documents are cut wrongly: {chunks:?}"));
        }
        at = chunk.range.end;
    }
    if at == text.len() {
        Ok(chunks)
    } else {
        Err(format!("the documents end too early: {chunks:?}"))
    }
}
