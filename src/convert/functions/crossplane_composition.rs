//! A Composition that lists its resources, which Crossplane 2 no longer runs.

use crate::catalog::Version;
use crate::yaml::Node;

use super::super::engine::Stop;
use super::Scope;

/// The first release that knows pipelines only.
const PIPELINES_ONLY: Version = Version::new(2, 0);

pub(super) fn run(scope: &mut Scope) -> Result<(), Stop> {
    let spec = scope.node.get("spec");
    let has_pipeline = spec
        .and_then(|spec| spec.get("pipeline"))
        .is_some_and(|pipeline| !pipeline.is_null());
    let ends = scope
        .runs_then("crossplane")
        .is_some_and(|then| then >= PIPELINES_ONLY);
    if ends && !has_pipeline && spec.is_some_and(|spec| !Node::is_null(spec)) {
        let text = "Crossplane 2 runs pipelines only: `crossplane beta convert` of 1.20 writes one that does the same";
        scope.manual(&["spec"], text);
    }
    Ok(())
}
