//! Speed in memory, on one thread: rewriting against a bare pass of the parser's events, and how time
//! grows with the text. It measures and prints; it never fails because a machine is slow.
//!
//! ```sh
//! cargo bench --bench speed                        # over manifests made of benches/manifests/old
//! REFIT_CORPUS=folder cargo bench --bench speed    # over those YAML files of a folder that change
//! ```

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs};

use refit::catalog::{Catalog, Policy, Window};
use refit::convert::{Answers, Defaults, Form, Options, rewrite};
use refit::yaml::{self, Document};
use yaml_rust2::parser::{Event, Parser};

// The allocator of the command, for both sides of the ratio.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 15;

fn main() {
    let catalog = Catalog::builtin();
    let window = Window::parse(catalog, &["latest"], &[]).expect("a target");
    let answers = Answers::new();
    let options = Options {
        catalog,
        window: &window,
        policy: Policy::Deprecated,
        defaults: Defaults::Keep,
        safe_only: false,
        answers: &answers,
        form: Form::Whole,
        embedded: false,
    };
    against_events(&options);
    growth(&options);
}

/// Every text in every round is parsed bare, parsed by refit, and rewritten: the ratio of a round is
/// free of what the machine does from minute to minute.
fn against_events(options: &Options) {
    let (from, texts) = match env::var_os("REFIT_CORPUS") {
        Some(folder) => (folder.display().to_string(), read(Path::new(&folder))),
        None => ("generated".to_owned(), generated("old", 1000)),
    };
    let all = texts.len();
    let texts: Vec<String> = texts
        .into_iter()
        .filter(|text| rewrite(text, options).text.is_some())
        .collect();
    let bytes: usize = texts.iter().map(String::len).sum();
    println!(
        "{} of {all} texts change ({from}), {:.1} MB",
        texts.len(),
        bytes as f64 / 1e6
    );
    let mut rounds: [Vec<f64>; 3] = Default::default();
    let mut pass = Vec::new();
    for _ in 0..ROUNDS {
        let bare = time(&texts, |text| {
            black_box(events(text));
        });
        let parsed = time(&texts, |text| {
            for chunk in yaml::split(text) {
                black_box(Document::parse(&text[chunk.range]).is_ok_and(|d| d.model().is_null()));
            }
        });
        let rewritten = time(&texts, |text| {
            black_box(rewrite(text, options));
        });
        pass.push(bytes as f64 / 1e6 / bare.as_secs_f64());
        for (ratios, time) in rounds.iter_mut().zip([bare, parsed, rewritten]) {
            ratios.push(time.as_secs_f64() / bare.as_secs_f64());
        }
    }
    println!("  events alone     1.00   ({:.0} MB/s)", median(&mut pass));
    for (name, ratios) in ["parse and model", "rewrite"].iter().zip(&mut rounds[1..]) {
        let middle = median(ratios);
        println!(
            "  {name:15} {middle:5.2}   ({:.2} to {:.2} in {ROUNDS} rounds)",
            ratios[0],
            ratios[ROUNDS - 1]
        );
    }
}

/// The same shape at growing sizes: where time is linear, the speed stays the same.
fn growth(options: &Options) {
    println!("speed of rewrite as the text grows:");
    let documents = generated("old", 20_000).join("---\n");
    let shapes: [(&str, [String; 3]); 4] = [
        (
            "one line of flow",
            [1, 2, 4].map(|mb| {
                let items = "{name: A, value: \"b\"}, ".repeat((mb << 20) / 23);
                cron_job(&format!("env: [{items}]"))
            }),
        ),
        (
            "20,000 documents",
            [1, 2, 4].map(|quarters| cut(&documents, documents.len() * quarters / 4)),
        ),
        (
            "one large object",
            [4, 8, 16].map(|mb| {
                let items = "\n            - {name: A, value: \"b\"} # c\n            - name: D\n              value: e";
                cron_job(&format!("env:{}", items.repeat((mb << 20) / items.len())))
            }),
        ),
        (
            "one large List",
            [4, 8, 16].map(|mb| {
                let item = generated("old", 5).remove(4);
                let item = item.split("---\n").next().unwrap_or_default().trim_end();
                let item = format!("- {}\n", item.replace('\n', "\n  "));
                let items = item.repeat((mb << 20) / item.len());
                format!("apiVersion: v1\nkind: List\nitems:\n{items}")
            }),
        ),
    ];
    for (name, texts) in shapes {
        print!("  {name}:");
        for text in &texts {
            let started = Instant::now();
            let done = rewrite(text, options);
            let speed = text.len() as f64 / 1e6 / started.elapsed().as_secs_f64();
            let what = if done.text.is_some() {
                ""
            } else {
                " (no change!)"
            };
            print!(
                "  {:.0} MB at {speed:.1} MB/s{what}",
                text.len() as f64 / 1e6
            );
        }
        println!();
    }
}

fn time(texts: &[String], mut job: impl FnMut(&str)) -> Duration {
    let started = Instant::now();
    texts.iter().for_each(|text| job(text));
    started.elapsed()
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// What any tool that reads YAML with this parser has to do at least.
fn events(text: &str) -> usize {
    let mut parser = Parser::new_from_str(text);
    let mut count = 0;
    while let Ok((event, _)) = parser.next_token() {
        count += 1;
        if event == Event::StreamEnd {
            break;
        }
    }
    count
}

/// The YAML files of a folder and those below it, in the order of their paths.
fn read(folder: &Path) -> Vec<String> {
    walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| {
            entry
                .path()
                .extension()
                .is_some_and(|e| e == "yaml" || e == "yml")
        })
        .filter_map(|entry| fs::read_to_string(entry.path()).ok())
        .collect()
}

/// Manifests made of the templates in a folder of `benches/manifests`, in turn.
fn generated(folder: &str, count: usize) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("benches/manifests")
        .join(folder);
    let templates = read(&folder);
    (0..count)
        .map(|i| templates[i % templates.len()].replace("NAME", &format!("app-{i}")))
        .collect()
}

/// A CronJob that moves, with this line in its container.
fn cron_job(line: &str) -> String {
    format!(
        "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: large\nspec:\n  schedule: \"0 * * * *\"\n  \
         jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n          - name: a\n            {line}\n"
    )
}

/// The beginning of a text, up to the end of a document.
fn cut(text: &str, at: usize) -> String {
    let end = text[..at].rfind("---\n").unwrap_or(at);
    text[..if at == text.len() { at } else { end }].to_owned()
}
