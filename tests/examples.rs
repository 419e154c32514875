//! Every example of every file of `conversions/`: what is written there is what refit does, also with
//! other line endings, and only once.

use std::path::Path;

use rayon::prelude::*;
use refit::catalog::format::{Example, Expected};
use refit::catalog::source::Source;
use refit::catalog::{Catalog, Policy, Window};
use refit::convert::{
    self, Answers, Defaults, Fix, FixOutcome, Form, ObjectReport, Options, Outcome, Rewrite,
};
use similar::TextDiff;

#[test]
fn as_written() {
    run(|text| text.to_owned());
}

#[test]
fn with_crlf() {
    run(|text| text.replace('\n', "\r\n"));
}

#[test]
fn without_the_final_newline() {
    run(|text| text.strip_suffix('\n').unwrap_or(text).to_owned());
}

/// Runs all examples with their texts in another form, and shows all that fail.
fn run(form: fn(&str) -> String) {
    let source = Source::read(Path::new("conversions")).unwrap_or_else(|errors| panic!("{errors}"));
    let failed: String = examples(&source)
        .filter_map(|(file, example)| {
            let problem = check(example, form).err()?;
            Some(format!(
                "\nconversions/{file}: {}\n{problem}\n",
                example.name
            ))
        })
        .collect();
    assert!(failed.is_empty(), "{failed}");
    assert!(examples(&source).next().is_some(), "no examples found");
}

/// All examples, each with the name of its file.
fn examples(source: &Source) -> impl Iterator<Item = (&str, &Example)> {
    let kinds = source.files.iter().map(|file| (&file.name, &file.examples));
    let rules = source.rules.iter().map(|rule| (&rule.name, &rule.examples));
    kinds.chain(rules).flat_map(|(name, examples)| {
        let name = name.as_str();
        examples.iter().map(move |example| (name, example))
    })
}

fn check(example: &Example, form: fn(&str) -> String) -> Result<(), String> {
    let catalog = Catalog::builtin();
    let to = example.to.clone().unwrap_or_else(|| "latest".to_owned());
    let window =
        Window::parse(catalog, &[to], example.from.as_slice()).map_err(|e| e.to_string())?;
    let answers: Answers = example.answers.0.iter().cloned().collect();
    let options = Options {
        catalog,
        window: &window,
        policy: example
            .policy
            .as_deref()
            .map_or(Ok(Policy::Deprecated), str::parse)?,
        defaults: match example.defaults.as_deref() {
            None | Some("keep") => Defaults::Keep,
            Some("new") => Defaults::New,
            Some(other) => return Err(format!("`{other}` is not a way to treat defaults")),
        },
        safe_only: false,
        answers: &answers,
        form: if example.part {
            Form::Part
        } else {
            Form::Whole
        },
    };
    let before = form(&example.before);
    let done = convert::rewrite(&before, &options);
    if let Some(failure) = done.failures.first() {
        return Err(format!(
            "{}:{}: {}",
            failure.line, failure.column, failure.message
        ));
    }
    let after = done.text.as_deref().unwrap_or(&before);
    let expected = example
        .expected()
        .ok_or("needs one of `after`, `manual`, `waits`, `refused`, `note`")?;
    let wanted = match expected {
        Expected::After(text) => form(text),
        _ => before.clone(),
    };
    if after != wanted {
        return Err(format!("{}{}", diff(&wanted, after), outcomes(&done)));
    }
    let found = |object: &ObjectReport| {
        is_as_expected(object, expected)
            || object.fixes.iter().any(|fix| is_fixed_so(fix, expected))
    };
    if !is_after(expected) && !done.objects.iter().any(found) {
        return Err(format!("not {expected:?}{}", outcomes(&done)));
    }
    let says = |object: &ObjectReport| !object.fixes.is_empty();
    if wanted == before
        && is_after(expected)
        && example.report.0.is_empty()
        && done.objects.iter().any(says)
    {
        return Err(format!("something is said about it{}", outcomes(&done)));
    }
    report(example, &done)?;

    let again = convert::rewrite(after, &options);
    match (again.text, expected) {
        (Some(twice), Expected::After(_)) => Err(format!(
            "a second run changes it again\n{}",
            diff(after, &twice)
        )),
        _ => Ok(()),
    }
}

fn is_after(expected: Expected) -> bool {
    matches!(expected, Expected::After(_))
}

/// Whether an object came to what is expected of something in the text.
fn is_as_expected(object: &ObjectReport, expected: Expected) -> bool {
    match (&object.outcome, expected) {
        (Outcome::Manual { reasons }, Expected::Manual(reason)) => {
            reasons.iter().any(|r| r.to_string().contains(reason))
        }
        (Outcome::Waits { until, .. }, Expected::Waits(version)) => until.to_string() == version,
        (Outcome::Refused { reason }, Expected::Refused(text)) => reason.contains(text),
        _ => false,
    }
}

/// The same of a fix.
fn is_fixed_so(fix: &Fix, expected: Expected) -> bool {
    match (&fix.outcome, expected) {
        (FixOutcome::Manual { reasons }, Expected::Manual(reason)) => {
            reasons.iter().any(|r| r.to_string().contains(reason))
        }
        (FixOutcome::Waits { until }, Expected::Waits(version)) => until.to_string() == version,
        (FixOutcome::Refused { reason }, Expected::Refused(text)) => reason.contains(text),
        (FixOutcome::Noted { notes }, Expected::Note(text)) => {
            notes.iter().any(|note| note.to_string().contains(text))
        }
        _ => false,
    }
}

/// The grade and the report that the example expects.
fn report(example: &Example, done: &Rewrite) -> Result<(), String> {
    let grades = done
        .objects
        .iter()
        .filter_map(|object| match &object.outcome {
            Outcome::Converted { grade, .. } => Some(*grade),
            _ => None,
        });
    let fixes = done.objects.iter().flat_map(|object| &object.fixes);
    let fixes = fixes.filter_map(|fix| match &fix.outcome {
        FixOutcome::Made { grade, .. } => Some(*grade),
        _ => None,
    });
    let grade = grades.chain(fixes).max().map(|grade| grade.to_string());
    if example.grade.is_some() && example.grade != grade {
        let grade = grade.as_deref().unwrap_or("not converted");
        return Err(format!(
            "the grade is {grade}, not {:?}{}",
            example.grade,
            outcomes(done)
        ));
    }
    let said = outcomes(done);
    match example
        .report
        .0
        .iter()
        .find(|text| !said.contains(text.as_str()))
    {
        Some(missing) => Err(format!("the report does not say `{missing}`{said}")),
        None => Ok(()),
    }
}

/// Everything that was said about the objects.
fn outcomes(done: &Rewrite) -> String {
    let mut out = String::from("\nreport:\n");
    for object in &done.objects {
        out += &format!("  {} {}: ", object.api_version, object.kind);
        match &object.outcome {
            Outcome::Converted { grade, changes, .. } => {
                out += &format!("{grade}\n");
                for change in changes {
                    out += &format!("    {} at {}: {change}\n", change.grade, change.path);
                }
            }
            Outcome::Manual { reasons } => {
                out += "manual\n";
                for reason in reasons {
                    out += &format!("    {reason}\n");
                }
            }
            other => out += &format!("{other:?}\n"),
        }
        for fix in &object.fixes {
            out += &format!(
                "    {} at {}:{} {}: ",
                fix.rule, fix.line, fix.column, fix.path
            );
            match &fix.outcome {
                FixOutcome::Made { grade, changes, .. } => {
                    out += &format!("{grade}\n");
                    for change in changes {
                        out += &format!("      {} at {}: {change}\n", change.grade, change.path);
                    }
                }
                FixOutcome::Manual { reasons } => {
                    out += "manual\n";
                    for reason in reasons {
                        out += &format!("      {reason}\n");
                    }
                }
                FixOutcome::Noted { notes } => {
                    out += "note\n";
                    for note in notes {
                        out += &format!("      {note}\n");
                    }
                }
                other => out += &format!("{other:?}\n"),
            }
        }
        for comment in &object.dropped {
            out += &format!("    dropped: {}\n", comment.text);
        }
    }
    out
}

fn diff(wanted: &str, found: &str) -> String {
    let diff = TextDiff::from_lines(wanted, found);
    let text = diff
        .unified_diff()
        .context_radius(3)
        .header("wanted", "found")
        .to_string();
    text.replace('\r', "\\r")
}

/// Every example with every line damaged in turn: nothing panics, what is written verifies, a second
/// run finds nothing more to do, and the bytes between the edits are those of before.
#[test]
fn damaged() {
    let source = Source::read(Path::new("conversions")).unwrap_or_else(|errors| panic!("{errors}"));
    let catalog = Catalog::builtin();
    let window = Window::parse(catalog, &["latest"], &[]).unwrap();
    let answers = Answers::new();
    let examples: Vec<&Example> = examples(&source).map(|(_, example)| example).collect();
    let failed: String = examples
        .par_iter()
        .flat_map_iter(|example| {
            damages(&example.before)
                .into_iter()
                .enumerate()
                .map(move |it| (example, it))
        })
        .filter_map(|(example, (index, text))| {
            let options = Options {
                catalog,
                window: &window,
                policy: Policy::Newest,
                defaults: Defaults::Keep,
                safe_only: false,
                answers: &answers,
                form: if index % 2 == 1 {
                    Form::Part
                } else {
                    Form::Whole
                },
            };
            let problem = holds(&text, &options).err()?;
            Some(format!("\n{}: {problem}\n{text}", example.name))
        })
        .collect();
    assert!(failed.is_empty(), "{failed}");
}

/// The text without each line, and with each value exchanged for something odd.
fn damages(text: &str) -> Vec<String> {
    const ODD: [&str; 6] = [
        "",
        " {}",
        " []",
        " 1",
        " [null, {}]",
        " {a: null, b: {c: x}}",
    ];
    let lines: Vec<&str> = text.lines().collect();
    let with = |index: usize, line: Option<String>| {
        let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        match line {
            Some(line) => lines[index] = line,
            None => drop(lines.remove(index)),
        }
        lines.join("\n") + "\n"
    };
    let mut all = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        all.push(with(index, None));
        if let Some((key, _)) = line.split_once(':') {
            all.extend(ODD.map(|odd| with(index, Some(format!("{key}:{odd}")))));
        }
    }
    all
}

fn holds(text: &str, options: &Options) -> Result<(), String> {
    let done = convert::rewrite(text, options);
    if let Some(failure) = done
        .failures
        .iter()
        .find(|failure| failure.message.contains("defect"))
    {
        return Err(failure.message.clone());
    }
    let Some(after) = done.text else {
        return Ok(());
    };
    let (mut old, mut new) = (0, after.as_str());
    for edit in &done.edits {
        let kept = text
            .get(old..edit.range.start)
            .ok_or("an edit out of order")?;
        new = new
            .strip_prefix(kept)
            .and_then(|n| n.strip_prefix(&edit.text))
            .ok_or("the edits say something else")?;
        old = edit.range.end;
    }
    if new != &text[old..] {
        return Err("the end is another one".to_owned());
    }
    let again = convert::rewrite(&after, options);
    if let Some(failure) = again.failures.first().filter(|_| done.failures.is_empty()) {
        return Err(format!(
            "the result does not parse: {}\n{after}",
            failure.message
        ));
    }
    match again.text {
        Some(twice) => Err(format!(
            "a second run changes it again\n{}",
            diff(&after, &twice)
        )),
        None => Ok(()),
    }
}
