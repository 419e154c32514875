//! `spec.conversion`

use crate::yaml::{At, Node};

use super::super::super::engine::Stop;
use super::super::super::outcome::Grade;
use super::Scope;
use super::put;

/// The versions of ConversionReview that a webhook takes: v1beta1 where nothing is said, which v1 no
/// longer fills in.
///
/// A patch that brings a webhook is taken to bring all of the conversion: v1beta1 refuses review
/// versions without one, so the patched object has none.
pub(in super::super) fn review_versions(scope: &mut Scope) -> Result<(), Stop> {
    if scope.node.get("strategy").and_then(Node::as_str) != Some("Webhook") {
        return Ok(());
    }
    let webhook = scope
        .node
        .get("webhook")
        .filter(|webhook| !webhook.is_null());
    let given = webhook
        .and_then(|webhook| webhook.get("conversionReviewVersions"))
        .filter(|given| !given.is_empty());
    if let Some(given) = given {
        let known = |version: &Node| matches!(version.as_str(), Some("v1" | "v1beta1"));
        if !given.items().iter().any(|version| known(version.value())) {
            let text = "v1 takes only webhooks that answer ConversionReview v1 or v1beta1, and this one names neither";
            scope.manual(&["webhook", "conversionReviewVersions"], text);
        }
        return Ok(());
    }
    let part = scope.here.part;
    if part
        && webhook
            .and_then(|webhook| webhook.get("clientConfig"))
            .is_none()
    {
        return Ok(());
    }
    if webhook.is_none() {
        scope.manual(
            &["webhookClientConfig"],
            "a conversion webhook needs to be named",
        );
        return Ok(());
    }
    if let Some(webhook) = super::present(scope.node, "webhook")? {
        webhook.take("conversionReviewVersions")?;
        let versions = Node::sequence([Node::string("v1beta1")]);
        put(
            webhook,
            "conversionReviewVersions",
            versions,
            At::Before(&["clientConfig"]),
        )?;
    }
    let grade = if part { Grade::Review } else { Grade::Safe };
    let text = "wrote conversionReviewVersions: [v1beta1], the old default";
    let why = "v1 has no default; add v1 in front once the webhook answers ConversionReview of apiextensions.k8s.io/v1";
    scope.changed(grade, &["webhook", "conversionReviewVersions"], text, why);
    Ok(())
}
