//! The bodies of the fuzz targets (`fuzz/`) over the project's own examples and some thousands of changes
//! of them, always the same ones. So the checks run where `cargo fuzz` does not.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

#[allow(dead_code)]
#[path = "../fuzz/checks/mod.rs"]
mod checks;

use checks::edit::Outcome;
use checks::{catalogue, edit_bytes, edit_yaml, rewrite, seeds};

/// Far more than any input takes, also where tests are not optimized.
const TOO_LONG: Duration = Duration::from_secs(20);

/// Marsaglia's xorshift: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| (self.next() >> 32) as u8).collect()
    }
}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a check on every text alone, then on `count` of them in turn with choices behind them. Returns
/// what was counted.
fn run<T>(
    texts: &[String],
    count: usize,
    check: impl Fn(&[u8]) -> Result<T, String>,
    counts: impl Fn(&T) -> bool,
) -> usize {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let alone = texts.iter().map(|text| text.clone().into_bytes());
    let chosen = texts.iter().cycle().take(count).map(|text| {
        let choices = random.bytes(64);
        [text.as_bytes(), &[0xFF], &choices].concat()
    });
    let (mut failed, mut counted) = (String::new(), 0);
    for input in alone.chain(chosen) {
        let began = Instant::now();
        let done = catch_unwind(AssertUnwindSafe(|| check(&input)));
        let problem = match done {
            Ok(Ok(_)) if began.elapsed() > TOO_LONG => format!("it took {:?}", began.elapsed()),
            Ok(Ok(done)) => {
                counted += usize::from(counts(&done));
                continue;
            }
            Ok(Err(problem)) => problem,
            Err(_) => "a panic, see above".to_owned(),
        };
        failed += &format!("\n{problem}\nthe input is b\"{}\"\n", input.escape_ascii());
        if failed.len() > 20_000 {
            break;
        }
    }
    assert!(failed.is_empty(), "{failed}");
    counted
}

#[test]
fn any_bytes_are_edited() {
    let texts = [seeds::hard(), seeds::manifests(project())].concat();
    let written = run(&texts, 3_000, edit_bytes::outcomes, |outcomes| {
        outcomes.contains(&Outcome::Written)
    });
    assert!(written > 300, "only {written} were written");
}

#[test]
fn any_yaml_is_edited() {
    let written = run(&[String::new()], 1, edit_yaml::outcome, |_| true);
    assert_eq!(written, 2);
    // These make the document too, so they are all there is.
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let inputs: Vec<Vec<u8>> = (0..4_000).map(|_| random.bytes(400)).collect();
    let mut written = 0;
    for input in &inputs {
        match edit_yaml::outcome(input) {
            Ok(outcome) => written += usize::from(outcome == Outcome::Written),
            Err(problem) => panic!("{problem}\nthe input is b\"{}\"", input.escape_ascii()),
        }
    }
    assert!(written > 300, "only {written} were written");
}

#[test]
fn manifests_are_rewritten() {
    let rewritten = run(
        &seeds::manifests(project()),
        4_000,
        rewrite::outcome,
        |changed| *changed,
    );
    assert!(rewritten > 500, "only {rewritten} were rewritten");
}

#[test]
fn files_of_the_catalogue_are_read() {
    // Each compiles a whole catalogue; the fuzzer begins with all of them.
    let some: Vec<String> = seeds::catalogue(project()).into_iter().step_by(8).collect();
    let read = run(&some, 200, catalogue::outcome, |compiles| *compiles);
    assert!(read > 20, "only {read} compiled");
}

/// The first inputs of the fuzzer, each with a few choices behind it.
#[test]
#[ignore = "writes fuzz/corpus/, for cargo fuzz"]
fn corpus_is_written() {
    let manifests = seeds::manifests(project());
    let texts = [manifests.clone(), seeds::hard()].concat();
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    for (target, texts) in [
        ("edit_bytes", &texts),
        ("edit_yaml", &vec![String::new(); 200]),
        ("rewrite", &manifests),
        ("catalogue", &seeds::catalogue(project())),
    ] {
        let folder = project().join("fuzz/corpus").join(target);
        fs::create_dir_all(&folder).expect("a folder");
        for (index, text) in texts.iter().enumerate() {
            let choices = random.bytes(if text.is_empty() { 300 } else { 24 });
            let input = [text.as_bytes(), &[0xFF], &choices].concat();
            fs::write(folder.join(format!("seed-{index:03}")), input).expect("a file");
        }
    }
}
