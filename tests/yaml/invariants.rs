//! What must hold for every text, one test for each property of an edit in place.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use refit::yaml::{At, Document, Node, WriteError, split};

use crate::operation::{Outcome, all, check_each};
use crate::{generate, judge};

const NEW_KEY: &str = "refit-new";

/// The same cases each time, so that a change is judged by what it changes; with REFIT_RANDOM set,
/// new ones.
fn few() -> ProptestConfig {
    let rng_seed = match std::env::var_os("REFIT_RANDOM") {
        Some(_) => RngSeed::Random,
        None => RngSeed::Fixed(20_260_823),
    };
    ProptestConfig {
        failure_persistence: None,
        rng_seed,
        ..ProptestConfig::with_cases(128)
    }
}

/// Runs some operations, each chosen on what the ones before it left. Done, refused or neither.
fn operate(text: &str, picks: &[Index]) -> Result<Outcome, TestCaseError> {
    let mut picks = picks.iter();
    let (operations, outcome) = check_each(text, |value| {
        let all = all(value);
        picks
            .next()
            .filter(|_| !all.is_empty())
            .map(|pick| all[pick.index(all.len())].clone())
    });
    outcome.map_err(|error| TestCaseError::fail(format!("{operations:?}: {error}")))
}

/// How many of the operations were done rather than refused; a writer that refuses everything
/// would pass all other tests.
fn mostly_done(strategy: impl Strategy<Value = String>, count: usize) {
    let (done, refused) = (Cell::new(0), Cell::new(0));
    let mut runner = proptest::test_runner::TestRunner::new(few());
    let picks = prop::collection::vec(any::<Index>(), count);
    let result = runner.run(&(strategy, picks), |(text, picks)| {
        match operate(&text, &picks)? {
            Outcome::Done(_) => done.set(done.get() + 1),
            Outcome::Refused(_) => refused.set(refused.get() + 1),
            Outcome::DoesNotApply => {}
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let (done, refused) = (done.get(), refused.get());
    assert!(done > 3 * refused, "{done} done, {refused} refused");
}

#[test]
fn any_operation_has_the_values_that_were_meant() {
    mostly_done(generate::document(), 1);
}

#[test]
fn several_operations_are_written_at_once() {
    mostly_done(generate::document(), 3);
}

#[test]
fn crlf_line_ends_stay() {
    let crlf =
        generate::document().prop_map(|text| text.replace("\r\n", "\n").replace('\n', "\r\n"));
    mostly_done(crlf, 1);
}

#[test]
fn a_missing_final_newline_stays_missing() {
    let cut = generate::document().prop_map(|text| text.trim_end_matches(['\r', '\n']).to_owned());
    mostly_done(cut, 1);
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn without_a_change_no_byte_changes(text in generate::document()) {
        if let Ok(document) = Document::parse(&text) {
            let written = document.write(&document.model()).expect("nothing to refuse");
            prop_assert_eq!(&written.text, &text);
            prop_assert!(written.edits.is_empty() && written.dropped.is_empty());
        }
    }

    #[test]
    fn it_reads_what_libyaml_reads(text in generate::document()) {
        if let (Ok(document), Some(value)) = (Document::parse(&text), judge::read(&text)) {
            judge::same_reading(&document.model(), &value, "").map_err(TestCaseError::fail)?;
        }
    }

    #[test]
    fn scalars_stand_where_granit_sees_them(text in generate::document()) {
        if let (Ok(document), Some(spans)) = (Document::parse(&text), judge::spans(&text)) {
            let mut places = Vec::new();
            scalars(&document, &document.model(), &mut places);
            // A block scalar begins with its header here, with its text there; an alias is no scalar there.
            let starts_block = |&(line, column): &(usize, usize)| {
                let line = text.lines().nth(line - 1).unwrap_or_default();
                matches!(line.chars().nth(column - 1), Some('|' | '>' | '*'))
            };
            places.retain(|place| !starts_block(place));
            let seen: Vec<(usize, usize)> =
                spans.scalars.iter().filter(|s| !s.empty && !s.block).map(|s| s.place).collect();
            for place in places {
                prop_assert!(seen.contains(&place), "no scalar at {:?} in\n{}", place, text);
            }
        }
    }

    #[test]
    fn a_second_write_changes_nothing(text in generate::document(), pick in any::<Index>()) {
        if let Outcome::Done(text) = operate(&text, &[pick])? {
            let document = Document::parse(&text).expect("it was verified");
            let again = document.write(&document.model()).expect("nothing to refuse");
            prop_assert_eq!(again.text, text);
        }
    }

    #[test]
    fn a_key_renamed_there_and_back_is_as_it_was(text in generate::document(), pick in any::<Index>()) {
        let Ok(document) = Document::parse(&text) else { return Ok(()) };
        let mut root = document.model();
        let keys = string_keys(&text);
        if keys.is_empty() {
            return Ok(());
        }
        let key = &keys[pick.index(keys.len())];
        if root.rename(key, NEW_KEY) != Ok(true) {
            return Ok(());
        }
        match document.write(&root) {
            Ok(there) => {
                let document = Document::parse(&there.text).expect("it was verified");
                let mut root = document.model();
                prop_assert_eq!(root.rename(NEW_KEY, key), Ok(true));
                let back = document.write(&root).expect("the way back");
                let value = |text: &str| judge::read(text);
                prop_assert_eq!(value(&back.text), value(&text));
                prop_assert_eq!(back.text.lines().count(), text.lines().count());
            }
            Err(WriteError::Refused(_)) => {}
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        }
    }

    #[test]
    fn what_was_wrapped_can_be_unwrapped(text in generate::document(), pick in any::<Index>()) {
        let Ok(document) = Document::parse(&text) else { return Ok(()) };
        let mut root = document.model();
        let keys = string_keys(&text);
        if keys.is_empty() || root.get(NEW_KEY).is_some() {
            return Ok(());
        }
        let key = &keys[pick.index(keys.len())];
        let Ok(Some(taken)) = root.take(key) else { return Ok(()) };
        let place = At::PlaceOf(taken.place());
        let inner = root.insert(NEW_KEY, Node::mapping(), place).expect("a free key");
        inner.insert(key, taken, At::End).expect("an empty mapping");
        match document.write(&root) {
            Ok(wrapped) => {
                let document = Document::parse(&wrapped.text).expect("it was verified");
                let mut root = document.model();
                let mut outer = root.take(NEW_KEY).expect("no alias").expect("it is there");
                let inner = outer.value_mut().take(key).expect("no alias").expect("it is there");
                root.insert(key, inner, At::PlaceOf(outer.place())).expect("a free key");
                match document.write(&root) {
                    Ok(back) => prop_assert_eq!(judge::read(&back.text), judge::read(&text)),
                    Err(WriteError::Refused(_)) => {}
                    Err(error) => return Err(TestCaseError::fail(error.to_string())),
                }
            }
            Err(WriteError::Refused(_)) => {}
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        }
    }

    #[test]
    fn every_byte_is_in_one_document(text in generate::file()) {
        let chunks = split(&text);
        let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        for chunk in &chunks {
            prop_assert_eq!(chunk.range.start, at);
            let lines = text[..at].matches('\n').count();
            prop_assert_eq!(chunk.first_line, lines + 1);
            at = chunk.range.end;
        }
        prop_assert_eq!(at, text.len());
        if let Some(values) = judge::read_all(&text) {
            let read = chunks.iter().filter_map(|c| Document::parse(&text[c.range.clone()]).ok());
            let documents = read.filter(|d| !d.model().is_null()).count();
            let values = values.iter().filter(|v| !v.is_null()).count();
            prop_assert!(documents <= values, "{} documents, libyaml has {}", documents, values);
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in prop_oneof![generate::broken(), any::<String>()]) {
        for chunk in split(&text) {
            if let Ok(document) = Document::parse(&text[chunk.range]) {
                let mut root = document.model();
                if let Some(key) = root.entries().first().and_then(|e| e.key()).map(str::to_owned) {
                    let _ = root.take(&key);
                }
                let _ = document.write(&root);
            }
        }
    }
}

/// The keys of the root that are strings for libyaml too.
fn string_keys(text: &str) -> Vec<String> {
    let value = judge::read(text);
    let keys = value
        .iter()
        .filter_map(|v| v.as_mapping())
        .flat_map(|m| m.keys());
    keys.filter_map(|k| Some(k.as_str()?.to_owned())).collect()
}

/// The places of all scalars of a model that stand in the text, but for block scalars and empty
/// ones, whose places parsers report differently.
fn scalars(document: &Document, node: &Node, places: &mut Vec<(usize, usize)>) {
    if let Some(scalar) = node.as_scalar() {
        let one_line = !scalar.text.contains('\n') && !scalar.text.is_empty();
        if let (true, Some(at)) = (one_line && !node.is_null(), document.location(node)) {
            places.push((at.line, at.column));
        }
    }
    let inner = node.entries().iter().map(|e| e.value());
    for value in inner.chain(node.items().iter().map(|i| i.value())) {
        scalars(document, value, places);
    }
}

#[test]
fn white_space_at_the_end_of_a_line_stays() {
    let text = "a: 1 \nb: 2  \nc: \n  d: 3 \n  e: 4\t\nf: [5] \n";
    let document = Document::parse(text).expect("it is YAML");
    let mut root = document.model();
    let change = |node: &mut Node, key: &str| {
        let value = node.get_mut(key).expect("no alias").expect("it is there");
        value.set_scalar(&Node::integer(9)).expect("no alias");
    };
    change(&mut root, "a");
    change(
        root.get_mut("c").expect("no alias").expect("it is there"),
        "d",
    );
    let written = document.write(&root).expect("nothing to refuse").text;
    assert_eq!(written, text.replace(['1', '3'], "9"));
}

#[test]
fn ten_thousand_levels_are_an_error() {
    for text in [
        "[".repeat(10_000),
        "- ".repeat(10_000),
        "{a: ".repeat(10_000),
    ] {
        assert!(Document::parse(&text).is_err());
    }
}
