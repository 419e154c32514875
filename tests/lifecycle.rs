//! `conversions/` says of Kubernetes' own kinds what the table `tests/data/lifecycle.tsv` says, and the
//! other way round.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use refit::catalog::graph::{Reached, Served};
use refit::catalog::source::Source;
use refit::catalog::{Catalog, Next, Policy, Status, Window};

const COMPONENT: &str = "kubernetes";

/// One line of the table.
struct Row<'a> {
    number: usize,
    api_version: &'a str,
    kind: &'a str,
    introduced: &'a str,
    deprecated: &'a str,
    removed: &'a str,
    /// The apiVersion, the kind, and the first release with it.
    replacement: Option<(&'a str, &'a str, &'a str)>,
    source: &'a str,
}

const COLUMNS: &str = "group_version\tkind\tintroduced_in\tdeprecated_in\tremoved_in\t\
    replacement_group_version\treplacement_kind\treplacement_available_in\tsource";

fn rows() -> Vec<Row<'static>> {
    let lines = include_str!("data/lifecycle.tsv").lines().enumerate();
    let mut lines = lines.filter(|(_, line)| !line.starts_with('#'));
    assert_eq!(lines.next().map(|(_, line)| line), Some(COLUMNS));
    let rows = lines.map(|(index, line)| {
        let cells: Vec<&str> = line.split('\t').collect();
        let &[
            api_version,
            kind,
            introduced,
            deprecated,
            removed,
            to,
            to_kind,
            since,
            source,
        ] = cells.as_slice()
        else {
            panic!("line {}: {} cells", index + 1, cells.len());
        };
        let to_kind = if to_kind.is_empty() { kind } else { to_kind };
        Row {
            number: index + 1,
            api_version,
            kind,
            introduced,
            deprecated,
            removed,
            replacement: (!to.is_empty()).then_some((to, to_kind, since)),
            source,
        }
    });
    rows.collect()
}

impl Row<'_> {
    fn is_off_by_default(&self) -> bool {
        let mut notes = self.source.split(';').map(str::trim);
        notes.any(|note| matches!(note, "alpha, off by default" | "beta, off by default"))
    }

    /// What the catalogue says otherwise.
    fn differences(&self, catalog: &Catalog) -> Vec<String> {
        let Some(served) = catalog.served(self.api_version, self.kind) else {
            return vec!["is not in the catalogue".to_owned()];
        };
        if &*served.resource.component != COMPONENT {
            return vec![format!("belongs to {}", served.resource.component)];
        }
        let version = served.version;
        let text = |release: Option<refit::catalog::Version>| {
            release.map_or_else(String::new, |release| release.to_string())
        };
        let mut found = Vec::new();
        for (what, table, catalogue) in [
            ("introduced", self.introduced, text(version.introduced)),
            ("deprecated", self.deprecated, text(version.deprecated)),
            ("removed", self.removed, text(version.removed)),
            (
                "off by default",
                if self.is_off_by_default() {
                    "yes"
                } else {
                    "no"
                },
                if version.off_by_default { "yes" } else { "no" }.to_owned(),
            ),
        ] {
            if table != catalogue {
                found.push(format!("{what}: `{table}`, in the catalogue `{catalogue}`"));
            }
        }
        found.extend(self.difference_of_replacement(catalog, served));
        found
    }

    /// Deprecated, but for good, and left alone.
    fn stays(&self, catalog: &Catalog) -> bool {
        let judged = catalog.judge(self.api_version, self.kind, &latest(), Policy::Deprecated);
        judged
            .is_some_and(|j| matches!((j.status, j.next), (Status::Deprecated { .. }, Next::Stay)))
    }

    /// A way leads to the replacement, or the advice names it; where there is none, nothing leads on.
    fn difference_of_replacement(&self, catalog: &Catalog, served: Served) -> Option<String> {
        let reached = catalog.index().reach(catalog.resources(), served);
        let advice = served.version.advice.as_deref().unwrap_or_default();
        let Some((api_version, kind, since)) = self.replacement else {
            let on: Vec<&str> = reached
                .iter()
                .filter(|r| !r.end.version.off_by_default)
                .map(|r| r.end.api_version())
                .collect();
            return (!on.is_empty())
                .then(|| format!("nothing replaces it, but ways lead to {on:?}"));
        };
        let Some(end) = catalog.served(api_version, kind) else {
            return Some(format!("{api_version} {kind} is not in the catalogue"));
        };
        let introduced = end.version.introduced.map(|release| release.to_string());
        if introduced.as_deref() != Some(since) {
            return Some(format!(
                "{api_version} {kind} is there since {introduced:?}, not {since}"
            ));
        }
        let leads = |r: &Reached| r.end.api_version() == api_version && r.end.kind == kind;
        let told = reached.iter().any(leads) || advice.contains(api_version) || self.stays(catalog);
        (!told).then(|| format!("neither a way nor the advice leads to {api_version} {kind}"))
    }
}

fn latest() -> Window {
    Window::parse(Catalog::builtin(), &["latest"], &[]).unwrap()
}

#[test]
fn the_catalogue_says_what_the_table_says() {
    let catalog = Catalog::builtin();
    let found: Vec<String> = rows()
        .iter()
        .flat_map(|row| {
            let differences = row.differences(catalog).into_iter();
            let (number, api_version, kind) = (row.number, row.api_version, row.kind);
            differences.map(move |text| format!("line {number}: {api_version} {kind}: {text}"))
        })
        .collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn the_table_says_what_the_catalogue_says() {
    let rows = rows();
    let mut known = BTreeSet::new();
    for row in &rows {
        assert!(
            known.insert((row.api_version, row.kind)),
            "line {}: {} {} stands twice",
            row.number,
            row.api_version,
            row.kind
        );
    }
    let replacements: BTreeSet<(&str, &str)> = rows
        .iter()
        .filter_map(|row| row.replacement)
        .map(|(api_version, kind, _)| (api_version, kind))
        .collect();
    let catalog = Catalog::builtin();
    let served = catalog.index().all(catalog.resources());
    let missing: Vec<String> = served
        .filter(|served| &*served.resource.component == COMPONENT)
        .filter(|served| !known.contains(&(served.api_version(), served.kind)))
        .filter(|served| {
            // What is current needs no line of its own.
            let version = served.version;
            version.deprecated.is_some()
                || version.removed.is_some()
                || version.off_by_default
                || !replacements.contains(&(served.api_version(), served.kind))
        })
        .map(|served| format!("{} {}", served.api_version(), served.kind))
        .collect();
    assert!(missing.is_empty(), "not in the table: {missing:#?}");
}

/// Whoever has an object that nothing replaces reads what to do about it.
#[test]
fn what_nothing_replaces_has_advice() {
    let catalog = Catalog::builtin();
    let window = latest();
    let without: Vec<String> = rows()
        .iter()
        .filter(|row| {
            let judged = catalog.judge(row.api_version, row.kind, &window, Policy::Deprecated);
            judged.is_none_or(|j| matches!(j.next, Next::NoReplacement { advice: None }))
        })
        .map(|row| format!("{} {}", row.api_version, row.kind))
        .collect();
    assert!(without.is_empty(), "{without:#?}");
}

#[test]
fn every_date_has_a_source() {
    let source = Source::read(Path::new("conversions")).unwrap_or_else(|errors| panic!("{errors}"));
    let files = source
        .files
        .iter()
        .filter(|file| file.component == COMPONENT);
    let mut without: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in files {
        for (api_version, version) in &file.versions.0 {
            if version
                .source
                .as_deref()
                .is_none_or(|source| source.trim().is_empty())
            {
                without.entry(&file.name).or_default().push(api_version);
            }
        }
    }
    assert!(without.is_empty(), "{without:#?}");
}
