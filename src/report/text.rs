//! The report for people.
//!
//! ```text
//! apps/web/ingress.yaml:1:1 Ingress shop/web
//!   review  extensions/v1beta1 -> networking.k8s.io/v1, removed in Kubernetes 1.22
//!           ! spec.rules[0].http.paths[0]: pathType added (v1 requires it)
//!           - spec.backend moved to spec.defaultBackend
//!           https://kubernetes.io/docs/...
//! ```
//!
//! Every writer gets styles; a stream that is no terminal takes them out (`anstream`).

use std::collections::BTreeSet;
use std::fmt::{self, Display, Write as _};
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{FileReport, FixCounts, Report, State, Target};
use crate::catalog::Status;
use crate::convert::{Change, Fix, FixOutcome, Grade, ObjectReport, Outcome, Reason, Verb};

/// Whether the summary tells what would be done or what has been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tense {
    Plan,
    Done,
}

/// How much of the list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detail {
    /// Conversions that need nobody's look too.
    pub safe: bool,
    /// Why each file was skipped, and what nobody asked to be judged.
    pub verbose: bool,
}

/// A reason of more bytes than this is given once.
const LONG: usize = 100;

const PLACE: Style = Style::new().bold();
const GOOD: Style = AnsiColor::Green.on_default();
const LOOK: Style = AnsiColor::Yellow.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const FAINT: Style = Style::new().dimmed();

/// Lists what was found, file by file.
///
/// # Errors
/// Those of the writer.
pub fn list(out: &mut dyn Write, report: &Report, detail: Detail) -> io::Result<()> {
    let mut list = List {
        out,
        report,
        detail,
        linked: BTreeSet::new(),
        said: BTreeSet::new(),
    };
    for file in &report.files {
        list.file(file)?;
    }
    if detail.verbose {
        for (path, why) in &report.passed {
            list.entry(path, FAINT, "skipped", &why.to_string())?;
        }
    }
    Ok(())
}

/// Text from the files, with whatever a terminal would take for a command made visible.
struct Visible<T>(T);

impl<T: Display> Display for Visible<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct Escape<'a, 'b>(&'a mut fmt::Formatter<'b>);
        impl fmt::Write for Escape<'_, '_> {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                text.chars().try_for_each(|c| match c.is_control() {
                    true => write!(self.0, "{}", c.escape_default()),
                    false => self.0.write_char(c),
                })
            }
        }
        write!(Escape(f), "{}", self.0)
    }
}

/// Lists only what failed.
///
/// # Errors
/// Those of the writer.
pub fn failures(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let detail = Detail {
        safe: false,
        verbose: false,
    };
    let mut list = List {
        out,
        report,
        detail,
        linked: BTreeSet::new(),
        said: BTreeSet::new(),
    };
    report.files.iter().try_for_each(|file| list.failures(file))
}

struct List<'a> {
    out: &'a mut dyn Write,
    report: &'a Report,
    detail: Detail,
    /// The pages linked to already: once for each kind is enough.
    linked: BTreeSet<String>,
    /// The long reasons given already.
    said: BTreeSet<String>,
}

impl List<'_> {
    fn failures(&mut self, file: &FileReport) -> io::Result<()> {
        for failure in &file.failures {
            let place = match failure.place {
                Some((line, column)) => format!("{}:{line}:{column}", file.path),
                None => file.path.clone(),
            };
            self.entry(&place, BAD, "failed", &failure.message)?;
        }
        Ok(())
    }

    fn file(&mut self, file: &FileReport) -> io::Result<()> {
        self.failures(file)?;
        match file.state {
            State::Skipped {
                why,
                names_old: true,
            } => {
                let text = format!("{why}, but it names an old API version: {}", why.advice());
                self.entry(&file.path, LOOK, "skipped", &text)?;
            }
            State::Skipped { why, .. } if self.detail.verbose => {
                self.entry(&file.path, FAINT, "skipped", &why.to_string())?;
            }
            _ => {}
        }
        file.objects
            .iter()
            .try_for_each(|object| self.object(file, object))?;
        for reference in &file.references {
            let place = format!("{}:{}:{}", file.path, reference.line, reference.column);
            let (style, tag) = match reference.grade {
                Grade::Safe => (GOOD, "follows"),
                Grade::Review | Grade::Manual => (LOOK, "look"),
            };
            self.entry(&place, style, tag, &reference.text)?;
        }
        Ok(())
    }

    /// A file as a whole, on one line.
    fn entry(&mut self, place: &str, style: Style, tag: &str, text: &str) -> io::Result<()> {
        let (place, text) = (Visible(place), Visible(text));
        writeln!(
            self.out,
            "{PLACE}{place}{PLACE:#} {style}{tag}{style:#}: {text}"
        )
    }

    fn object(&mut self, file: &FileReport, object: &ObjectReport) -> io::Result<()> {
        let fixes: Vec<&Fix> = object.fixes.iter().filter(|fix| self.shows(fix)).collect();
        let shows = self.shows_object(object);
        if !shows && fixes.is_empty() {
            return Ok(());
        }
        let (path, line, column) = (&file.path, object.line, object.column);
        writeln!(
            self.out,
            "{PLACE}{}:{line}:{column}{PLACE:#} {}",
            Visible(path),
            Visible(title_of(object))
        )?;
        if shows {
            self.fate(object)?;
        }
        self.details(object, shows)?;
        if let Some(known) = object.known.as_ref().filter(|_| shows && is_judged(object)) {
            self.link(&object.kind, &known.docs)?;
        }
        // Those of one rule that came to the same stand together.
        let mut rest = fixes.as_slice();
        while let Some((first, _)) = rest.split_first() {
            let same = rest.iter().take_while(|fix| is_alike(first, fix)).count();
            let (these, after) = rest.split_at(same);
            self.fixes(these)?;
            rest = after;
        }
        Ok(())
    }

    /// Whether what became of an object's version is of interest.
    fn shows_object(&self, object: &ObjectReport) -> bool {
        match &object.outcome {
            Outcome::Clean => false,
            Outcome::NotJudged { .. } => self.detail.verbose,
            Outcome::Converted {
                grade: Grade::Safe,
                applied: true,
                ..
            } => self.detail.safe || !object.dropped.is_empty(),
            _ => true,
        }
    }

    /// Whether a fix is of interest.
    fn shows(&self, fix: &Fix) -> bool {
        match &fix.outcome {
            FixOutcome::Made {
                grade: Grade::Safe,
                applied: true,
                ..
            }
            | FixOutcome::Noted { .. } => self.detail.safe,
            _ => true,
        }
    }

    /// What became of an object, on one line.
    fn fate(&mut self, object: &ObjectReport) -> io::Result<()> {
        let was = &object.api_version;
        let known = object.known.as_ref();
        let component = known.map_or("", |known| self.report.title(&known.component));
        let fate = known.map_or_else(String::new, |known| fate(&known.status, component));
        let (style, tag, text) = match &object.outcome {
            Outcome::Clean => return Ok(()),
            Outcome::NotJudged { .. } => (
                FAINT,
                "unknown",
                format!("{was}: no target is given for {component}"),
            ),
            Outcome::Converted {
                api_version,
                kind,
                grade,
                applied,
                ..
            } => {
                let kind = if *kind == object.kind {
                    String::new()
                } else {
                    format!(" {kind}")
                };
                let held = if *applied { "" } else { "; not done" };
                let style = if *grade == Grade::Safe { GOOD } else { LOOK };
                (
                    style,
                    grade.as_str(),
                    format!("{was} -> {api_version}{kind}{fate}{held}"),
                )
            }
            Outcome::Waits { to, until } => {
                let when = format!("it can move to {to} once {component} {until} runs");
                (LOOK, "waits", format!("{was}{fate}; {when}"))
            }
            Outcome::Manual { .. } => (
                BAD,
                "manual",
                format!("{was}{fate}; left as it is, a person has to decide"),
            ),
            Outcome::Refused { reason } => (
                BAD,
                "refused",
                format!("{was}{fate}; left as it is: {reason}"),
            ),
        };
        self.tagged(style, tag, &text)
    }

    fn tagged(&mut self, style: Style, tag: &str, text: &str) -> io::Result<()> {
        writeln!(self.out, "  {style}{tag:<7}{style:#} {}", Visible(text))
    }

    /// A page, the first time that it is the one for something.
    fn link(&mut self, about: &str, docs: &str) -> io::Result<()> {
        if self.linked.insert(format!("{about} {docs}")) {
            writeln!(self.out, "          {FAINT}{docs}{FAINT:#}")?;
        }
        Ok(())
    }

    /// Fixes of one rule in one object that came to the same.
    fn fixes(&mut self, fixes: &[&Fix]) -> io::Result<()> {
        let Some(fix) = fixes.first() else {
            return Ok(());
        };
        let component = self.report.title(&fix.component);
        let what = format!(
            "{}: {}{}",
            fix.rule,
            fix.title,
            fate(&fix.status, component)
        );
        let (style, tag, text) = match &fix.outcome {
            FixOutcome::Made { grade, applied, .. } => {
                let style = if *grade == Grade::Safe { GOOD } else { LOOK };
                let held = if *applied { "" } else { "; not done" };
                (style, grade.as_str(), format!("{what}{held}"))
            }
            FixOutcome::Waits { until } => {
                let text = format!("{what}; it can move once {component} {until} runs");
                (LOOK, "waits", text)
            }
            FixOutcome::Manual { .. } => (BAD, "manual", what),
            FixOutcome::Refused { reason } => {
                (BAD, "refused", format!("{what}; left as it is: {reason}"))
            }
            FixOutcome::Noted { .. } => (FAINT, "note", what),
        };
        self.tagged(style, tag, &text)?;
        for fix in fixes {
            let place = format!("line {}: ", fix.line);
            match &fix.outcome {
                FixOutcome::Made { changes, .. } => self.changes(changes, &place)?,
                FixOutcome::Noted { notes } => {
                    for note in notes {
                        let note = Visible(self.once(note));
                        writeln!(self.out, "          - {place}{note}")?;
                    }
                }
                FixOutcome::Manual { reasons } => self.reasons(reasons, &place)?,
                FixOutcome::Waits { .. } | FixOutcome::Refused { .. } => {
                    writeln!(self.out, "          {place}{}", Visible(&fix.path))?;
                }
            }
        }
        self.link(&fix.rule, &fix.docs)
    }

    /// Changes, each on a line that begins with a place.
    fn changes(&mut self, changes: &[Change], place: &str) -> io::Result<()> {
        for change in changes {
            let safe = change.grade == Grade::Safe;
            let change = Visible(self.once(change));
            if safe {
                writeln!(self.out, "          - {place}{change}")?;
            } else {
                writeln!(self.out, "          {LOOK}!{LOOK:#} {place}{change}")?;
            }
        }
        Ok(())
    }

    /// What a person has to decide, each on a line that begins with a place.
    fn reasons(&mut self, reasons: &[Reason], place: &str) -> io::Result<()> {
        for reason in reasons {
            writeln!(
                self.out,
                "          {BAD}!{BAD:#} {place}{}",
                Visible(reason)
            )?;
            if let Some(question) = &reason.question {
                let answers: Vec<String> = question
                    .answers
                    .iter()
                    .map(|a| format!("--answer {}={a}", question.id))
                    .collect();
                writeln!(
                    self.out,
                    "            answer it with {}",
                    answers.join(" or ")
                )?;
            }
        }
        Ok(())
    }

    /// A change, with its reason in full only the first time where it is a long one.
    fn once(&mut self, change: &Change) -> String {
        match &change.why {
            Some(why) if why.len() > LONG && !self.said.insert(why.clone()) => {
                format!("{} (why: see above)", change.text)
            }
            _ => change.to_string(),
        }
    }

    fn details(&mut self, object: &ObjectReport, shows: bool) -> io::Result<()> {
        match &object.outcome {
            Outcome::Converted { changes, .. } if shows => {
                // The heading says already that the version changes.
                let heading =
                    |change: &Change| change.verb == Verb::Version && change.grade == Grade::Safe;
                let changes = changes.iter().filter(|change| !heading(change));
                self.changes(&changes.cloned().collect::<Vec<_>>(), "")?;
            }
            Outcome::Manual { reasons } => self.reasons(reasons, "")?,
            _ => {}
        }
        for comment in &object.dropped {
            let key = comment
                .key
                .as_ref()
                .map_or(String::new(), |key| format!(" with `{key}`"));
            let (line, text) = (comment.line, Visible(comment.text.trim()));
            writeln!(
                self.out,
                "          {LOOK}!{LOOK:#} line {line}: comment gone{key}: {text}"
            )?;
        }
        Ok(())
    }
}

/// The component whose present version is assumed where nobody says it.
const ASSUMED: &str = "kubernetes";

/// More targets than these are named only where something of theirs was met.
const FEW: usize = 4;

/// From where to where: `to kubernetes 1.37 (from 1.36, assumed), flux 2.9`.
fn window(report: &Report) -> String {
    let objects = report.files.iter().flat_map(|file| &file.objects);
    let known = objects.filter_map(|object| object.known.as_ref());
    let met: BTreeSet<&str> = known.map(|known| &*known.component).collect();
    let is_named = |target: &&Target| {
        report.targets.len() <= FEW
            || target.component == ASSUMED
            || met.contains(target.component.as_str())
    };
    let named: Vec<&Target> = report.targets.iter().filter(is_named).collect();
    let mut words: Vec<String> = named.iter().map(|target| range(report, target)).collect();
    match report.targets.len() - named.len() {
        0 => {}
        others => words.push(format!("{others} other components")),
    }
    match words.is_empty() {
        true => "no target".to_owned(),
        false => format!("to {}", words.join(", ")),
    }
}

fn range(report: &Report, target: &Target) -> String {
    let Target {
        component,
        from,
        to,
    } = target;
    if from == to {
        return format!("{component} {to}");
    }
    let is_assumed = report.from_assumed && component == ASSUMED;
    let assumed = if is_assumed { ", assumed" } else { "" };
    format!("{component} {to} (from {from}{assumed})")
}

/// Accounts for everything that was read. The first line says from where to where.
///
/// # Errors
/// Those of the writer.
pub fn summary(out: &mut dyn Write, report: &Report, tense: Tense) -> io::Result<()> {
    writeln!(out, "{}", window(report))?;
    writeln!(out, "{}", files(report, tense))?;
    writeln!(out, "{}", objects(report, tense))?;
    if let Some(fixes) = fixes(report, tense) {
        writeln!(out, "{fixes}")?;
    }
    for line in effects(report) {
        writeln!(out, "{line}")?;
    }
    let counts = &report.counts;
    if !counts.not_judged.is_empty() {
        let found: Vec<String> = counts
            .not_judged
            .iter()
            .map(|(id, n)| format!("{n} of {}", report.title(id)))
            .collect();
        let ids: Vec<String> = counts
            .not_judged
            .keys()
            .map(|id| format!("{id}=latest"))
            .collect();
        let ids = ids.join(",");
        writeln!(
            out,
            "not judged: {}; give a target to judge them, for example --to {ids}",
            found.join(", ")
        )?;
    }
    Ok(())
}

fn files(report: &Report, tense: Tense) -> String {
    let counts = &report.counts;
    let done = if tense == Tense::Done {
        "changed"
    } else {
        "to change"
    };
    let mut parts = vec![
        format!("{} {done}", counts.changed),
        format!("{} clean", counts.clean),
    ];
    if counts.left_files > 0 {
        parts.push(format!("{} left as is", counts.left_files));
    }
    let skipped: usize = counts.skipped.values().sum();
    if skipped > 0 {
        let whys: Vec<String> = counts
            .skipped
            .iter()
            .map(|(why, n)| format!("{n} {why}"))
            .collect();
        let mut text = format!("{skipped} skipped ({})", whys.join(", "));
        if counts.skipped_old > 0 {
            text += &format!(", of which {} with old versions", counts.skipped_old);
        }
        parts.push(text);
    }
    if counts.failed > 0 {
        let mut text = format!("{} failed", counts.failed);
        if counts.failed_but_changed > 0 {
            text += &format!(", of which {} {done} in part", counts.failed_but_changed);
        }
        parts.push(text);
    }
    let passed: Vec<String> = counts
        .passed
        .iter()
        .map(|(why, n)| format!("{n} {why}"))
        .collect();
    let passed = if passed.is_empty() {
        String::new()
    } else {
        format!("; not read: {}", passed.join(", "))
    };
    format!(
        "{} read: {}{passed}",
        number(counts.read, "file"),
        parts.join(", ")
    )
}

fn objects(report: &Report, tense: Tense) -> String {
    let counts = &report.counts;
    if counts.objects() == 0 {
        return "no objects with old versions".to_owned();
    }
    let done = if tense == Tense::Done {
        "converted"
    } else {
        "to convert"
    };
    let mut parts = vec![match (counts.safe, counts.review) {
        (0, 0) => format!("0 {done}"),
        (safe, review) => format!("{} {done} ({safe} safe, {review} review)", safe + review),
    }];
    for (count, word) in [
        (counts.held, "not done"),
        (counts.waits, "waiting"),
        (counts.manual, "manual"),
        (counts.refused, "refused"),
        (counts.clean_objects, "clean"),
        (counts.not_judged.values().sum(), "not judged"),
        (counts.others, "of other kinds"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    format!(
        "{} looked at: {}",
        number(counts.objects(), "object"),
        parts.join(", ")
    )
}

/// What rules without a kind came to; nothing where they found nothing.
fn fixes(report: &Report, tense: Tense) -> Option<String> {
    let counts = &report.counts.fixes;
    let done = if tense == Tense::Done {
        "made"
    } else {
        "to make"
    };
    let made = match counts.made() {
        0 => format!("0 {done}"),
        all => format!(
            "{all} {done} ({} safe, {} review)",
            counts.safe, counts.review
        ),
    };
    let mut parts = vec![made];
    for (count, word) in [
        (counts.held, "not done"),
        (counts.waits, "waiting"),
        (counts.manual, "manual"),
        (counts.refused, "refused"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    let all = counts.made() + counts.left();
    if all + counts.notes == 0 {
        return None;
    }
    let notes = match counts.notes {
        0 => String::new(),
        notes => format!("; {}", number(notes, "note")),
    };
    let all = number(all, "fix").replace("fixs", "fixes");
    Some(format!("{all}: {}{notes}", parts.join(", ")))
}

/// What the fixes come to in a cluster.
fn effects(report: &Report) -> Vec<String> {
    let FixCounts {
        rolling, renewed, ..
    } = report.counts.fixes;
    let mut lines = Vec::new();
    if rolling > 0 {
        let objects = number(rolling, "object");
        lines.push(format!(
            "the pods of {objects} are made anew, as fixes change the template"
        ));
    }
    if renewed > 0 {
        let objects = number(renewed, "object");
        lines.push(format!(
            "{objects} (a Pod or a Job) may have to be deleted and made anew where a cluster has it: most of it cannot be changed"
        ));
    }
    lines
}

fn number(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// `Kind namespace/name`
fn title_of(object: &ObjectReport) -> String {
    let name = object.name.as_deref().unwrap_or("(no name)");
    match &object.namespace {
        Some(namespace) => format!("{} {namespace}/{name}", object.kind),
        None => format!("{} {name}", object.kind),
    }
}

/// What the target does with the old version, or with what a rule replaces.
fn fate(status: &Status, component: &str) -> String {
    match status {
        Status::Deprecated { since } => format!(", deprecated since {component} {since}"),
        Status::Removed { since } => format!(", removed in {component} {since}"),
        Status::Changed { since } => format!(", changed in {component} {since}"),
        Status::Current | Status::NotYetServed { .. } | Status::Unjudged => String::new(),
    }
}

fn is_judged(object: &ObjectReport) -> bool {
    !matches!(object.outcome, Outcome::NotJudged { .. })
}

/// Whether two fixes can stand under one heading.
fn is_alike(a: &Fix, b: &Fix) -> bool {
    let heading = |fix: &Fix| match &fix.outcome {
        FixOutcome::Made { grade, applied, .. } => (Some((*grade, *applied)), None),
        FixOutcome::Refused { reason } => (None, Some(reason.clone())),
        _ => (None, None),
    };
    a.rule == b.rule
        && std::mem::discriminant(&a.outcome) == std::mem::discriminant(&b.outcome)
        && heading(a) == heading(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    /// Without styles, as a stream that is no terminal shows it.
    fn plain(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
        let mut out = anstream::StripStream::new(Vec::new());
        write(&mut out).expect("a vector takes everything");
        String::from_utf8(out.into_inner()).expect("it is text")
    }

    fn listed(detail: Detail) -> String {
        plain(|out| list(out, &sample::report(), detail))
    }

    const ALL: Detail = Detail {
        safe: true,
        verbose: true,
    };

    #[test]
    fn lists_what_was_found() {
        insta::assert_snapshot!(listed(ALL), @r"
        apps/broken.yaml:3:7 failed: a mapping value is not allowed here
        apps/ingress.yaml:1:1 Ingress shop/web
          review  extensions/v1beta1 -> networking.k8s.io/v1, removed in Kubernetes 1.22
                  - spec.backend moved to spec.defaultBackend
                  ! the API group changes (Flux prunes the old inventory entry)
                  ! line 14: comment gone with `status`: # written by hand\u{1b}[2J
                  https://kubernetes.io/docs/#ingress
        apps/ingress.yaml:31:1 Ingress shop/web
          safe    networking.k8s.io/v1beta1 -> networking.k8s.io/v1, removed in Kubernetes 1.22
        apps/left.yaml:1:1 HorizontalPodAutoscaler shop/web
          waits   autoscaling/v2beta2, deprecated since Kubernetes 1.21; it can move to autoscaling/v2 once Kubernetes 1.23 runs
                  https://kubernetes.io/docs/#horizontalpodautoscaler
        apps/left.yaml:9:1 MutatingWebhookConfiguration shop/web
          manual  admissionregistration.k8s.io/v1beta1, removed in Kubernetes 1.22; left as it is, a person has to decide
                  ! webhooks[0]: has it side effects?
                    answer it with --answer webhook.sideEffects=None or --answer webhook.sideEffects=NoneOnDryRun
                  https://kubernetes.io/docs/#mutatingwebhookconfiguration
        apps/left.yaml:20:1 CronJob shop/web
          review  batch/v1beta1 -> batch/v1, deprecated since Kubernetes 1.21; not done
                  https://kubernetes.io/docs/#cronjob
        apps/left.yaml:40:1 PodDisruptionBudget shop/web
          refused policy/v1beta1, deprecated since Kubernetes 1.21; left as it is: the anchor &a is used elsewhere
                  https://kubernetes.io/docs/#poddisruptionbudget
        apps/pod.yaml:1:1 Runner shop/web
          safe    labels: The title of labels, deprecated since Kubernetes 1.14
                  - line 8: a -> b
                  - line 9: c -> d
                  https://kubernetes.io/docs/#labels
          review  labels: The title of labels, deprecated since Kubernetes 1.14
                  ! line 10: e -> f
          review  images: The title of images; not done
                  ! line 11: g -> h
                  https://kubernetes.io/docs/#images
          waits   profile: The title of profile, deprecated since Kubernetes 1.14; it can move once Kubernetes 1.30 runs
                  line 12: spec.x
                  https://kubernetes.io/docs/#profile
          manual  volume: The title of volume, deprecated since Kubernetes 1.14
                  ! line 13: spec.x: has no successor
                  https://kubernetes.io/docs/#volume
          refused volume: The title of volume, deprecated since Kubernetes 1.14; left as it is: the anchor &b is used elsewhere
                  line 14: spec.x
          note    effect: The title of effect, changed in Kubernetes 1.22
                  - line 15: takes effect
                  https://kubernetes.io/docs/#effect
        apps/read-only.yaml failed: cannot be written: Permission denied
        charts/web/templates/ingress.yaml skipped: template, but it names an old API version: edit the template by hand
        logo.yaml skipped: binary
        sources/git.yaml:1:1 GitRepository web
          unknown source.toolkit.fluxcd.io/v1beta1: no target is given for Flux
        out skipped: ignored by .gitignore
        ");
    }

    #[test]
    fn can_leave_out_what_needs_no_look() {
        let short = listed(Detail {
            safe: false,
            verbose: false,
        });
        for gone in ["ingress.yaml:31:1", "git.yaml", "logo.yaml", "out skipped"] {
            assert!(
                listed(ALL).contains(gone) && !short.contains(gone),
                "{gone}"
            );
        }
    }

    #[test]
    fn accounts_for_everything() {
        let report = sample::report();
        insta::assert_snapshot!(plain(|out| summary(out, &report, Tense::Plan)), @r"
        to kubernetes 1.22 (from 1.21, assumed)
        9 files read: 2 to change, 2 clean, 1 left as is, 2 skipped (1 binary, 1 template), of which 1 with old versions, 2 failed, of which 1 to change in part; not read: 1 ignored by .gitignore
        15 objects looked at: 2 to convert (1 safe, 1 review), 1 not done, 1 waiting, 1 manual, 1 refused, 2 clean, 1 not judged, 6 of other kinds
        7 fixes: 3 to make (2 safe, 1 review), 1 not done, 1 waiting, 1 manual, 1 refused; 1 note
        the pods of 1 object are made anew, as fixes change the template
        not judged: 1 of Flux; give a target to judge them, for example --to flux=latest
        ");
        insta::assert_snapshot!(plain(|out| summary(out, &report, Tense::Done)), @r"
        to kubernetes 1.22 (from 1.21, assumed)
        9 files read: 2 changed, 2 clean, 1 left as is, 2 skipped (1 binary, 1 template), of which 1 with old versions, 2 failed, of which 1 changed in part; not read: 1 ignored by .gitignore
        15 objects looked at: 2 converted (1 safe, 1 review), 1 not done, 1 waiting, 1 manual, 1 refused, 2 clean, 1 not judged, 6 of other kinds
        7 fixes: 3 made (2 safe, 1 review), 1 not done, 1 waiting, 1 manual, 1 refused; 1 note
        the pods of 1 object are made anew, as fixes change the template
        not judged: 1 of Flux; give a target to judge them, for example --to flux=latest
        ");
        let empty = Report {
            targets: vec![Target {
                component: "flux".into(),
                from: "2.8".into(),
                to: "2.8".into(),
            }],
            ..Report::default()
        };
        insta::assert_snapshot!(plain(|out| summary(out, &empty, Tense::Done)), @r"
        to flux 2.8
        0 files read: 0 changed, 0 clean
        no objects with old versions
        ");
        // Of many targets only those that were met are named.
        let all = ["kubernetes", "flux", "istio", "keda", "traefik"].map(|component| Target {
            component: component.into(),
            from: "1.1".into(),
            to: "1.2".into(),
        });
        let many = Report {
            targets: all.into(),
            ..report.clone()
        };
        assert_eq!(
            window(&many),
            "to kubernetes 1.2 (from 1.1, assumed), flux 1.2 (from 1.1), 3 other components"
        );
        let counts = report.counts;
        let skipped: usize = counts.skipped.values().sum();
        assert_eq!(
            counts.read,
            counts.changed + counts.clean + counts.left_files + skipped + counts.failed
        );
    }

    #[test]
    fn failures_alone() {
        insta::assert_snapshot!(plain(|out| failures(out, &sample::report())), @r"
        apps/broken.yaml:3:7 failed: a mapping value is not allowed here
        apps/read-only.yaml failed: cannot be written: Permission denied
        ");
    }

    #[test]
    fn styles_go_to_those_who_take_them() {
        let mut out = Vec::new();
        list(&mut out, &sample::report(), ALL).expect("a vector takes everything");
        let text = String::from_utf8(out).expect("it is text");
        assert!(text.contains("\u{1b}[1mapps/ingress.yaml:1:1\u{1b}[0m Ingress shop/web"));
        assert!(
            text.contains(r"written by hand\u{1b}[2J"),
            "what is in the files gives no commands"
        );
    }
}
