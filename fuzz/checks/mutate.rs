//! Changes of whole lines: a text that was YAML mostly stays YAML, which flipped bytes seldom do.

use super::choices::Choices;

/// What a value may become.
const ODD: &[&str] = &[
    "",
    " null",
    " ~",
    " {}",
    " []",
    " \"\"",
    " 1",
    " true",
    " -1",
    " 1.5",
    " x",
    " [null, {}]",
    " {a: null, b: {c: x}}",
    " [a, b]",
    " &a [*a]",
    " &b x",
    " *b",
    " !!str 1",
    " !foo x",
    " |-\n          text\n          more",
    " >\n   folded\n",
    " 'quoted'",
    " \"a\\nb\"",
    " 0777",
    " yes",
    " v1",
    " apps/v1beta1",
    " ${VAR}",
    " {{ .x }}",
    " é😀",
    " 99999999999999999999",
    " # only a comment",
    " ? x",
    " {",
    " ]",
];

/// What may stand on a line of its own.
const LINES: &[&str] = &[
    "",
    "# a comment",
    "    # deep",
    "---",
    "...",
    "a: b",
    "- a",
    "  a: b",
    "  - a",
    "apiVersion: v1",
    "kind: List",
    "items:",
    "metadata: {}",
    "spec:",
    "status: {}",
    "\t",
    "  <<: *a",
    "? x",
    "%YAML 1.1",
    "  name: null",
    "x: &a {b: c}",
    "annotations: {a: b}",
    "{}",
    "[]",
];

/// The text after some changes; the same text when there are no choices.
pub fn mutate(text: String, choices: &mut Choices) -> String {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    for _ in 0..choices.below(6) {
        line(&mut lines, choices);
    }
    let text = lines.join("\n");
    match choices.below(16) {
        1 => text.replace("\r\n", "\n").replace('\n', "\r\n"),
        2 => text.trim_end().to_owned(),
        3 => text.replacen('\n', "\r\n", 4),
        4 => in_a_list(&text),
        5 => format!("\u{feff}{text}"),
        6 => format!("{text}---\n{text}"),
        7 => text.replace("  ", "    "),
        8 => text.replace(": ", ":   "),
        _ => text,
    }
}

fn line(lines: &mut Vec<String>, choices: &mut Choices) {
    if lines.len() > 5_000 {
        return;
    }
    let at = choices.below(lines.len());
    let other = choices.below(lines.len());
    let Some(line) = lines.get(at).cloned() else {
        return;
    };
    let column = line.len() - line.trim_start().len();
    let pad = &line[..column];
    match choices.below(18) {
        0 | 1 => drop(lines.remove(at)),
        2 => lines.insert(at, line),
        3 => lines.swap(at, other),
        4..=6 => {
            if let Some((key, _)) = line.split_once(':') {
                let odd = choices.one(ODD);
                lines[at] = format!("{key}:{odd}");
            }
        }
        7 => {
            // Without the lines below it.
            if let Some((key, _)) = line.split_once(':') {
                lines[at] = format!("{key}:{}", choices.one(ODD));
                while lines.get(at + 1).is_some_and(|next| deeper(next, column)) {
                    lines.remove(at + 1);
                }
            }
        }
        8 => lines[at] = format!("{line} # a comment"),
        9 => {
            let new = choices.one(LINES);
            lines.insert(at, format!("{pad}{new}"));
        }
        10 => lines.insert(at, choices.one(LINES).to_owned()),
        11 => {
            // A key of another line.
            let key = lines[other].split(':').next().unwrap_or_default();
            if let Some((_, value)) = line.split_once(':') {
                lines[at] = format!("{pad}{}:{value}", key.trim_start());
            }
        }
        12 => lines[at] = format!("{pad}  {}", line.trim_start()),
        13 => lines[at] = format!("{pad}- {}", line.trim_start()),
        14 => {
            if let Some((key, value)) = line.trim_start().split_once(':') {
                let quote = choices.one(&["\"", "'"]);
                lines[at] = format!("{pad}{quote}{key}{quote}:{value}");
            }
        }
        15 => {
            if let Some((key, value)) = line.split_once(": ") {
                let quote = choices.one(&["\"", "'"]);
                lines[at] = format!("{key}: {quote}{}{quote}", value.trim());
            }
        }
        16 => {
            // The block from here on goes somewhere else.
            let mut end = at + 1;
            while lines.get(end).is_some_and(|next| deeper(next, column)) {
                end += 1;
            }
            let block: Vec<String> = lines.drain(at..end).collect();
            let to = other.min(lines.len());
            lines.splice(to..to, block);
        }
        _ => {
            let cut = choices.below(line.chars().count() + 1);
            lines[at] = line.chars().take(cut).collect();
        }
    }
}

fn deeper(line: &str, column: usize) -> bool {
    line.trim().is_empty() || line.len() - line.trim_start().len() > column
}

/// The documents as the items of a list.
fn in_a_list(text: &str) -> String {
    let mut out = "apiVersion: v1\nkind: List\nitems:\n".to_owned();
    for document in text.split("---\n") {
        for (n, line) in document.lines().enumerate() {
            let dash = if n == 0 { "- " } else { "  " };
            out.push_str(&format!("{dash}{line}\n"));
        }
    }
    out
}
