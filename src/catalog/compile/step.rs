//! One step: exactly one verb, and the attributes that verb takes.

use super::super::format::{self, Texts};
use super::super::rule::{Action, Step};
use super::Compiler;
use super::transfer::Transfer;

/// Which verbs take an attribute; `when`, `from` and `why` go with all of them.
const TAKEN_BY: &[(&str, &[&str])] = &[
    ("to", &["move", "copy"]),
    ("as", &["move", "copy"]),
    ("with", &["move", "copy"]),
    ("pin", &["copy"]),
    ("values", &["map"]),
    ("steps", &["in"]),
    ("question", &["ask"]),
    ("answers", &["ask"]),
    ("default", &["ask"]),
    ("before", &["move", "copy", "add", "pin", "set"]),
    ("after", &["move", "copy", "add", "pin", "set"]),
];

impl Compiler<'_> {
    /// A list of steps.
    pub(super) fn steps(&mut self, written: &[format::Step], place: &str) -> Vec<Step> {
        let steps = written.iter().enumerate();
        steps
            .filter_map(|(i, step)| self.step(step, &format!("{place}[{i}]")))
            .collect()
    }

    fn step(&mut self, written: &format::Step, place: &str) -> Option<Step> {
        let verb = match written.verbs().as_slice() {
            [verb] => *verb,
            [] => {
                self.error(place, "a step has no verb", "write one: move, copy, add, pin, set, map, remove, in, manual, review, ask or function");
                return None;
            }
            several => {
                let reason = format!(
                    "a step has one verb, this one has `{}`",
                    several.join("` and `")
                );
                self.error(place, reason, "write a step for each");
                return None;
            }
        };
        for attribute in written.attributes() {
            let verbs = TAKEN_BY
                .iter()
                .find(|(name, _)| *name == attribute)
                .map_or(&[][..], |(_, verbs)| verbs);
            if !verbs.contains(&verb) {
                let reason = format!("`{attribute}` does not go with `{verb}`");
                self.error(place, reason, format!("it goes with {}", verbs.join(", ")));
            }
        }
        let action = self.action(verb, written, place);
        if written.from.as_ref().is_some_and(|from| from.0.is_empty()) {
            self.error(
                place,
                "`from` names no version",
                "name the versions, or leave it away",
            );
        }
        let texts = |texts: &Option<_>| {
            texts
                .as_ref()
                .map_or_else(Vec::new, |t: &Texts| t.0.clone())
        };
        Some(Step {
            action: action?,
            when: self.conditions(written.when.as_ref(), place),
            from: texts(&written.from),
            why: self.some_text(&written.why, &format!("{place}.why")),
            before: texts(&written.before),
            after: texts(&written.after),
        })
    }

    fn action(&mut self, verb: &str, written: &format::Step, place: &str) -> Option<Action> {
        let text = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
        Some(match verb {
            "move" => {
                let Transfer {
                    from,
                    to,
                    convert,
                    with,
                } = self.transfer(&text(&written.r#move), written, place, "move")?;
                Action::Move {
                    from,
                    to,
                    convert,
                    with,
                }
            }
            "copy" => {
                let Transfer {
                    from,
                    to,
                    convert,
                    with,
                } = self.transfer(&text(&written.copy), written, place, "copy")?;
                let pin = written.pin == Some(format::Pin::Flag(true));
                Action::Copy {
                    from,
                    to,
                    convert,
                    with,
                    pin,
                }
            }
            "add" => Action::Add(self.values(written.add.as_ref(), &format!("{place}.add"))),
            "set" => Action::Set(self.values(written.set.as_ref(), &format!("{place}.set"))),
            "pin" => {
                let Some(format::Pin::Values(values)) = &written.pin else {
                    return None;
                };
                Action::Pin(self.values(Some(values), &format!("{place}.pin")))
            }
            "map" => Action::Map {
                path: self.path_or_scope(&text(&written.map), &format!("{place}.map"))?,
                values: self.exchanges(written.values.as_ref(), place),
            },
            "remove" => {
                Action::Remove(self.path(&text(&written.remove), &format!("{place}.remove"))?)
            }
            "in" => Action::In {
                paths: {
                    let paths = written.r#in.as_ref().map_or(&[][..], |paths| &paths.0);
                    if paths.is_empty() {
                        self.error(place, "`in` names no path", "name the scopes");
                    }
                    paths
                        .iter()
                        .filter_map(|path| self.path(path, &format!("{place}.in")))
                        .collect()
                },
                steps: {
                    let steps = written.steps.as_deref().unwrap_or_default();
                    if steps.is_empty() {
                        self.error(place, "`in` has no steps", "write the steps for this scope");
                    }
                    self.steps(steps, &format!("{place}.steps"))
                },
            },
            "manual" => {
                Action::Manual(self.text(text(&written.manual), &format!("{place}.manual")))
            }
            "review" => {
                Action::Review(self.text(text(&written.review), &format!("{place}.review")))
            }
            "ask" => self.ask(text(&written.ask), written, place),
            _ => Action::Function(self.text(text(&written.function), &format!("{place}.function"))),
        })
    }

    fn text(&mut self, text: String, place: &str) -> String {
        if text.is_empty() {
            self.error(place, "is empty", "write a text");
        }
        text
    }

    fn ask(&mut self, id: String, written: &format::Step, place: &str) -> Action {
        if id.is_empty()
            || !id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        {
            let place = format!("{place}.ask");
            self.error(
                &place,
                format!("`{id}` is not the name of a question"),
                "write `topic.detail`",
            );
        }
        let question = self.text(
            written
                .question
                .as_deref()
                .unwrap_or_default()
                .trim()
                .to_owned(),
            &format!("{place}.question"),
        );
        let answers = written
            .answers
            .as_ref()
            .map_or(&[][..], |answers| &answers.0);
        if answers.is_empty() {
            self.error(
                place,
                "`ask` has no answers",
                "write `answers: {word: [steps]}`",
            );
        }
        if let Some(default) = &written.default
            && !answers.iter().any(|(answer, _)| answer == default)
        {
            let words: Vec<&str> = answers.iter().map(|(answer, _)| answer.as_str()).collect();
            let place = format!("{place}.default");
            self.error(
                &place,
                format!("`{default}` is not an answer"),
                format!("write one of {}", words.join(", ")),
            );
        }
        let answers = answers
            .iter()
            .map(|(answer, steps)| {
                (
                    answer.clone(),
                    self.steps(steps, &format!("{place}.answers.{answer}")),
                )
            })
            .collect();
        Action::Ask {
            id,
            question,
            answers,
            default: written.default.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
