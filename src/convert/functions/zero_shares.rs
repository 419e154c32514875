//! A PriorityLevelConfiguration with 0 shares, on its way to v1.

use crate::catalog::Version;
use crate::yaml::Kind;

use super::super::engine::Stop;
use super::Scope;

const SHARES: [&str; 3] = ["spec", "limited", "nominalConcurrencyShares"];

/// With it, 0 is 0 in v1beta3 too, and not 30.
const ANNOTATION: &str = "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares";

/// The first release in which v1 takes 0.
const ZERO: Version = Version::new(1, 30);

pub(super) fn run(scope: &mut Scope) -> Result<(), Stop> {
    let shares = scope.node.at(SHARES).and_then(|shares| shares.as_scalar());
    if !shares.is_some_and(|s| s.kind == Kind::Int && s.text.parse() == Ok(0)) {
        return Ok(());
    }
    let annotation = scope.node.at(["metadata", "annotations", ANNOTATION]);
    let runs_now = scope.runs_now("kubernetes");
    if annotation.is_some() && runs_now.is_none_or(|version| version < ZERO) {
        let text = "Kubernetes 1.29 refuses 0 in v1, where it means what it says; 1.30 takes it";
        scope.manual(&SHARES, text);
    } else if annotation.is_none() && scope.here.part {
        let text = format!(
            "0 is 30 in v1beta3, and 0 where the patched object has the annotation {ANNOTATION}"
        );
        scope.manual(&SHARES, text);
    }
    Ok(())
}
