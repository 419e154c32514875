//! The same over real files, when a folder of them is named:
//! `REFIT_CORPUS=DIR cargo test --release --test yaml -- --ignored --nocapture`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use refit::yaml::{Document, split};

use crate::judge::read;
use crate::operation::{Outcome, all, check};

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path
            .extension()
            .is_some_and(|e| e == "yaml" || e == "yml" || e == "json")
        {
            found.push(path);
        }
    }
    found.sort();
}

fn corpus() -> Option<Vec<(PathBuf, String)>> {
    let dir = std::env::var_os("REFIT_CORPUS")?;
    let mut paths = Vec::new();
    files(Path::new(&dir), &mut paths);
    Some(
        paths
            .into_iter()
            .filter_map(|p| Some((p.clone(), String::from_utf8(std::fs::read(&p).ok()?).ok()?)))
            .collect(),
    )
}

#[test]
#[ignore = "needs REFIT_CORPUS"]
fn every_document_round_trips_unchanged() {
    let Some(corpus) = corpus() else {
        panic!("set REFIT_CORPUS to a folder of YAML files")
    };
    let (mut documents, mut unread) = (0, Vec::new());
    for (path, text) in &corpus {
        for chunk in split(text) {
            let text = &text[chunk.range];
            match Document::parse(text) {
                Ok(document) => {
                    let written = document.write(&document.model()).expect("unchanged");
                    assert!(
                        written.edits.is_empty() && written.text == text,
                        "{}",
                        path.display()
                    );
                    documents += 1;
                }
                Err(error) if read(text).is_some() => {
                    unread.push(format!("{}:{}: {error}", path.display(), chunk.first_line))
                }
                Err(_) => {}
            }
        }
    }
    for line in &unread {
        println!("{line}");
    }
    println!(
        "{documents} documents unchanged, {} that libyaml reads and refit does not",
        unread.len()
    );
}

#[test]
#[ignore = "needs REFIT_CORPUS"]
fn every_sampled_edit_has_the_values_that_were_meant() {
    let Some(corpus) = corpus() else {
        panic!("set REFIT_CORPUS to a folder of YAML files")
    };
    let per_document: usize = std::env::var("REFIT_EDITS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(40);
    let crlf = std::env::var_os("REFIT_CRLF").is_some();
    let (mut done, mut failures) = (0, Vec::new());
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for (path, text) in &corpus {
        for chunk in split(text) {
            let text = if crlf {
                text[chunk.range]
                    .replace("\r\n", "\n")
                    .replace('\n', "\r\n")
            } else {
                text[chunk.range].to_owned()
            };
            if text.len() > 300_000 {
                continue;
            }
            let (Some(value), Ok(_)) = (read(&text), Document::parse(&text)) else {
                continue;
            };
            let operations = all(&value);
            let step = (operations.len() / per_document).max(1);
            for operation in operations.iter().step_by(step) {
                match check(&text, std::slice::from_ref(operation)) {
                    Ok(Outcome::Done(_)) => done += 1,
                    Ok(Outcome::Refused(reason)) => *refused.entry(reason).or_default() += 1,
                    Ok(Outcome::DoesNotApply) => {}
                    Err(error) => failures.push(format!(
                        "{}:{} {operation:?}: {error}",
                        path.display(),
                        chunk.first_line
                    )),
                }
            }
        }
    }
    for line in failures.iter().take(30) {
        println!("{}", line.chars().take(1500).collect::<String>());
    }
    println!(
        "{done} edits, refused {refused:?}, {} failures",
        failures.len()
    );
    assert!(failures.is_empty());
}
