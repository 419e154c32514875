//! The catalogue against the table of API versions beside this test, row by row and both ways.
//!
//! The table says by project release when a version was deprecated and when it was no longer served. Its
//! rows about fields, labels and annotations are no API versions, and not looked at here.

use std::collections::{BTreeMap, BTreeSet};

use refit::catalog::rule::ServedVersion;
use refit::catalog::{Catalog, Next, Policy, Version, Window};

const TABLE: &str = include_str!("data/lifecycle-ecosystem.tsv");

/// The component of each project of the table. Of the rest no version has a date.
const COMPONENTS: &[(&str, &str)] = &[
    (
        "AWS Load Balancer Controller",
        "aws-load-balancer-controller",
    ),
    ("Argo Events", "argo-events"),
    ("CSI external-snapshotter", "external-snapshotter"),
    ("Calico", "calico"),
    ("Cilium", "cilium"),
    ("Cluster API", "cluster-api"),
    ("Cluster Autoscaler", "cluster-autoscaler"),
    ("Contour", "contour"),
    ("Crossplane", "crossplane"),
    ("ECK", "eck"),
    ("Emissary", "emissary"),
    ("External Secrets", "external-secrets"),
    ("External Secrets (predecessor KES)", "external-secrets"),
    ("Flux", "flux"),
    ("Flux (v1, Helm Operator)", "flux"),
    ("Gatekeeper", "gatekeeper"),
    ("Gateway API", "gateway-api"),
    ("Gateway API (experimental channel)", "gateway-api"),
    ("Gateway API (standard channel)", "gateway-api"),
    ("Istio", "istio"),
    ("KEDA", "keda"),
    ("Karpenter", "karpenter"),
    ("Knative Eventing", "knative-eventing"),
    ("Knative Serving", "knative-serving"),
    ("Kong KIC", "kong"),
    ("Kyverno", "kyverno"),
    ("Linkerd", "linkerd"),
    ("Longhorn", "longhorn"),
    ("Prometheus Operator", "prometheus-operator"),
    ("Secrets Store CSI Driver", "secrets-store-csi-driver"),
    ("Strimzi", "strimzi"),
    ("Tekton Pipelines", "tekton-pipelines"),
    ("Tekton Triggers", "tekton-triggers"),
    ("Traefik", "traefik"),
    ("VPA", "vpa"),
    ("Velero", "velero"),
    ("cert-manager", "cert-manager"),
];

/// What the catalogue converts to something older than the table names, because the way to that needs
/// a person.
const SHORTER_WAYS: &[(&str, &str)] = &[("eventing.knative.dev/v1beta1", "EventType")];

/// What the table says of one version of one kind.
#[derive(Debug, Default)]
struct Row {
    components: BTreeSet<&'static str>,
    deprecated: Option<Version>,
    removed: Option<Version>,
    replacement: (String, String),
}

/// The rows about kinds. Where two channels of a project have a row each, the earlier dates count.
fn table() -> BTreeMap<(String, String), Row> {
    let mut rows = BTreeMap::<_, Row>::new();
    for line in TABLE.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [
            project,
            api_version,
            kind,
            deprecated,
            removed,
            to,
            to_kind,
            ..,
        ] = cells[..]
        else {
            panic!("too few columns: {line}");
        };
        let is_kind = kind.chars().all(|c| c.is_ascii_alphanumeric());
        if !is_kind || !api_version.contains('/') || api_version.starts_with('*') {
            continue;
        }
        let component = COMPONENTS.iter().find(|(name, _)| *name == project);
        let row = rows
            .entry((api_version.to_owned(), kind.to_owned()))
            .or_default();
        row.components.extend(component.map(|(_, id)| *id));
        row.deprecated = earlier(row.deprecated, release(deprecated));
        row.removed = earlier(row.removed, release(removed));
        row.replacement = (to.to_owned(), to_kind.to_owned());
    }
    rows
}

fn earlier(a: Option<Version>, b: Option<Version>) -> Option<Version> {
    a.into_iter().chain(b).min()
}

/// The first `1.22` of a text such as `knative-v1.22.0` or `Flux v2.7.0 (...)`.
fn release(text: &str) -> Option<Version> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let number = text[start..]
        .split(|c: char| !c.is_ascii_digit() && c != '.')
        .next()?;
    let mut parts = number.split('.').map(|part| part.parse().ok());
    Some(Version::new(parts.next()??, parts.next()??))
}

#[test]
fn the_catalogue_has_every_row_of_the_table() {
    let catalog = Catalog::builtin();
    let window = Window::parse(catalog, &["latest"], &[]).unwrap();
    let mut wrong = Vec::new();
    for ((api_version, kind), row) in table() {
        let judged = catalog.judge(&api_version, &kind, &window, Policy::Newest);
        let Some(judged) = judged else {
            if row.deprecated.is_some() || row.removed.is_some() {
                wrong.push(format!("{api_version} {kind} is missing"));
            }
            continue;
        };
        let component = &*judged.resource.component;
        if !row.components.contains(component) {
            wrong.push(format!("{api_version} {kind} is of {component}"));
        }
        let ServedVersion {
            deprecated,
            removed,
            ..
        } = judged.version;
        if (*deprecated, *removed) != (row.deprecated, row.removed) {
            wrong.push(format!(
                "{api_version} {kind} has {deprecated:?} and {removed:?}, the table {:?} and {:?}",
                row.deprecated, row.removed
            ));
        }
        if let Next::Convert(way) = judged.next
            && !(row.replacement.0 == way.api_version && row.replacement.1.starts_with(way.kind))
            && !SHORTER_WAYS.contains(&(&api_version, &kind))
        {
            wrong.push(format!(
                "{api_version} {kind} becomes {} {}, in the table {:?}",
                way.api_version, way.kind, row.replacement
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_every_old_version_of_the_catalogue() {
    let table = table();
    let mut wrong = Vec::new();
    let mut count = 0;
    for resource in Catalog::builtin().resources() {
        if &*resource.component == "kubernetes" {
            continue;
        }
        for version in &resource.versions {
            if version.deprecated.is_none() && version.removed.is_none() {
                continue;
            }
            for kind in &resource.kinds {
                count += 1;
                if !table.contains_key(&(version.api_version.clone(), kind.clone())) {
                    wrong.push(format!("{}: {} {kind}", resource.file, version.api_version));
                }
            }
        }
    }
    assert!(count > 300, "only {count} old versions found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
