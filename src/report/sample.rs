//! A report with one of everything, for the tests of the outputs.

use std::collections::BTreeMap;

use super::{FileReport, Report, Skip, Target};
use crate::catalog::rule::Effect;
use crate::catalog::{Status, Version};
use crate::convert::{
    Change, Failure, Fix, FixOutcome, Grade, Known, ObjectReport, Outcome, Question, Reason,
    Rewrite, Verb,
};
use crate::yaml::DroppedComment;

fn object(
    line: usize,
    api_version: &str,
    kind: &str,
    status: Status,
    outcome: Outcome,
) -> ObjectReport {
    ObjectReport {
        line,
        column: 1,
        document: 1,
        inside: None,
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        name: Some("web".to_owned()),
        namespace: Some("shop".to_owned()),
        known: Some(Known {
            component: "kubernetes".into(),
            status,
            docs: format!("https://kubernetes.io/docs/#{}", kind.to_lowercase()).into(),
            rule: format!("kubernetes/{}.yaml", kind.to_lowercase()).into(),
        }),
        outcome,
        fixes: Vec::new(),
        dropped: Vec::new(),
    }
}

fn change(grade: Grade, verb: Verb, path: &str, text: &str, why: Option<&str>) -> Change {
    Change {
        grade,
        verb,
        path: path.to_owned(),
        text: text.to_owned(),
        why: why.map(str::to_owned),
    }
}

fn converted(api_version: &str, kind: &str, grade: Grade, changes: Vec<Change>) -> Outcome {
    let (api_version, kind) = (api_version.to_owned(), kind.to_owned());
    Outcome::Converted {
        api_version,
        kind,
        grade,
        changes,
        applied: true,
    }
}

fn file(path: &str, changed: bool, objects: Vec<ObjectReport>) -> FileReport {
    let text = changed.then(String::new);
    FileReport::new(
        path.to_owned(),
        Rewrite {
            text,
            objects,
            others: 1,
            ..Rewrite::default()
        },
    )
}

fn fix(rule: &str, line: usize, status: Status, outcome: FixOutcome) -> Fix {
    Fix {
        rule: rule.into(),
        title: format!("The title of {rule}").into(),
        docs: format!("https://kubernetes.io/docs/#{rule}").into(),
        component: "kubernetes".into(),
        status,
        line,
        column: 9,
        path: "spec.x".to_owned(),
        effect: Some(Effect::Rolls),
        outcome,
    }
}

fn made(grade: Grade, verb: Verb, text: &str, applied: bool) -> FixOutcome {
    FixOutcome::Made {
        grade,
        changes: vec![change(grade, verb, "spec.x", text, None)],
        applied,
    }
}

/// Objects that are current, of a kind that the catalogue does not have, with one fix of everything.
fn fixed() -> Vec<ObjectReport> {
    let deprecated = Status::Deprecated {
        since: Version::new(1, 14),
    };
    let changed = Status::Changed {
        since: Version::new(1, 22),
    };
    let reasons = vec![Reason {
        path: "spec.x".to_owned(),
        text: "has no successor".to_owned(),
        question: None,
    }];
    let notes = vec![change(
        Grade::Review,
        Verb::Review,
        "spec.x",
        "takes effect",
        None,
    )];
    let until = Version::new(1, 30);
    let pod = ObjectReport {
        known: None,
        fixes: vec![
            fix(
                "labels",
                8,
                deprecated,
                made(Grade::Safe, Verb::Map, "a -> b", true),
            ),
            fix(
                "labels",
                9,
                deprecated,
                made(Grade::Safe, Verb::Map, "c -> d", true),
            ),
            fix(
                "labels",
                10,
                deprecated,
                made(Grade::Review, Verb::Map, "e -> f", true),
            ),
            fix(
                "images",
                11,
                Status::Current,
                made(Grade::Review, Verb::Set, "g -> h", false),
            ),
            fix("profile", 12, deprecated, FixOutcome::Waits { until }),
            fix("volume", 13, deprecated, FixOutcome::Manual { reasons }),
            fix(
                "volume",
                14,
                deprecated,
                FixOutcome::Refused {
                    reason: "the anchor &b is used elsewhere".to_owned(),
                },
            ),
            fix("effect", 15, changed, FixOutcome::Noted { notes }),
        ],
        ..object(
            1,
            "example.com/v1",
            "Runner",
            Status::Current,
            Outcome::Clean,
        )
    };
    vec![pod]
}

/// One of everything.
pub(super) fn report() -> Report {
    let removed = Status::Removed {
        since: Version::new(1, 22),
    };
    let deprecated = Status::Deprecated {
        since: Version::new(1, 21),
    };

    let ingress = ObjectReport {
        dropped: vec![DroppedComment {
            line: 14,
            text: "# written by hand\u{1b}[2J".to_owned(),
            key: Some("status".to_owned()),
        }],
        ..object(
            1,
            "extensions/v1beta1",
            "Ingress",
            removed,
            converted(
                "networking.k8s.io/v1",
                "Ingress",
                Grade::Review,
                vec![
                    change(
                        Grade::Safe,
                        Verb::Move,
                        "spec.backend",
                        "spec.backend moved to spec.defaultBackend",
                        None,
                    ),
                    change(
                        Grade::Review,
                        Verb::Version,
                        "apiVersion",
                        "the API group changes",
                        Some("Flux prunes the old inventory entry"),
                    ),
                ],
            ),
        )
    };
    let second = object(
        31,
        "networking.k8s.io/v1beta1",
        "Ingress",
        removed,
        converted("networking.k8s.io/v1", "Ingress", Grade::Safe, Vec::new()),
    );
    let psp = Outcome::Manual {
        reasons: vec![Reason {
            path: "webhooks[0]".to_owned(),
            text: "has it side effects?".to_owned(),
            question: Some(Question {
                id: "webhook.sideEffects".to_owned(),
                answers: vec!["None".to_owned(), "NoneOnDryRun".to_owned()],
            }),
        }],
    };
    let held = Outcome::Converted {
        api_version: "batch/v1".to_owned(),
        kind: "CronJob".to_owned(),
        grade: Grade::Review,
        changes: Vec::new(),
        applied: false,
    };
    let refused = Outcome::Refused {
        reason: "the anchor &a is used elsewhere".to_owned(),
    };
    let waits = Outcome::Waits {
        to: "autoscaling/v2".to_owned(),
        until: Version::new(1, 23),
    };
    let mut flux = ObjectReport {
        namespace: None,
        ..object(
            1,
            "source.toolkit.fluxcd.io/v1beta1",
            "GitRepository",
            Status::Unjudged,
            Outcome::NotJudged {
                component: "flux".to_owned(),
            },
        )
    };
    if let Some(known) = &mut flux.known {
        known.component = "flux".into();
    }
    let broken = FileReport::new(
        "apps/broken.yaml".to_owned(),
        Rewrite {
            text: Some(String::new()),
            failures: vec![Failure {
                line: 3,
                column: 7,
                message: "a mapping value is not allowed here".to_owned(),
            }],
            ..Rewrite::default()
        },
    );
    let mut unwritten = file("apps/read-only.yaml", true, vec![]);
    unwritten.fail("cannot be written: Permission denied".to_owned());

    let mut report = Report {
        targets: vec![Target {
            component: "kubernetes".into(),
            from: "1.21".into(),
            to: "1.22".into(),
        }],
        titles: BTreeMap::from([
            ("flux".to_owned(), "Flux".to_owned()),
            ("kubernetes".to_owned(), "Kubernetes".to_owned()),
        ]),
        from_assumed: true,
        ..Report::default()
    };
    report.pass("out".to_owned(), Skip::Ignored);
    for file in [
        broken,
        file("apps/clean.yaml", false, vec![]),
        file("apps/ingress.yaml", true, vec![ingress, second]),
        file(
            "apps/left.yaml",
            false,
            vec![
                object(
                    1,
                    "autoscaling/v2beta2",
                    "HorizontalPodAutoscaler",
                    deprecated,
                    waits,
                ),
                object(
                    9,
                    "admissionregistration.k8s.io/v1beta1",
                    "MutatingWebhookConfiguration",
                    removed,
                    psp,
                ),
                object(20, "batch/v1beta1", "CronJob", deprecated, held),
                object(
                    40,
                    "policy/v1beta1",
                    "PodDisruptionBudget",
                    deprecated,
                    refused,
                ),
                object(
                    60,
                    "networking.k8s.io/v1",
                    "Ingress",
                    Status::Current,
                    Outcome::Clean,
                ),
            ],
        ),
        file("apps/pod.yaml", true, fixed()),
        unwritten,
        FileReport::skipped(
            "charts/web/templates/ingress.yaml".to_owned(),
            Skip::Template,
            true,
        ),
        FileReport::skipped("logo.yaml".to_owned(), Skip::Binary, false),
        file("sources/git.yaml", false, vec![flux]),
    ] {
        report.add(file);
    }
    report
}
