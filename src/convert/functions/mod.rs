//! The few things that steps of the catalogue cannot say. A function changes the same model as the
//! steps do and is verified as they are.

use crate::catalog::Version;
use crate::catalog::rule::Step;
use crate::yaml::Node;

use super::engine::{Engine, Here, Stop};
use super::outcome::{Grade, Verb};
use super::path::Link;

mod cluster_api;
mod crd;
mod cron_job_time_zone;
mod crossplane_composition;
mod csr_signer;
mod distinct;
mod flux_timeout;
mod hpa_annotations;
mod ip_form;
mod karpenter;
mod kubeadm_arguments;
mod kyverno;
mod named_list;
mod old_registry;
mod pdb_helper_key;
mod profiles;
mod references;
mod resource_slice_basic;
mod single_rule;
mod strimzi;
mod sysctls;
mod tolerations;
mod traefik_rule_syntax;
mod volume_annotations;
mod webhook_rules;
mod zero_shares;

/// What `function: NAME` runs.
pub(super) type Function = fn(&mut Scope) -> Result<(), Stop>;

/// By name.
const FUNCTIONS: &[(&str, Function)] = &[
    ("apparmor_annotations", profiles::apparmor),
    ("cluster_api_arguments", cluster_api::arguments),
    ("cluster_api_empties", cluster_api::empties),
    ("cluster_api_seconds", cluster_api::seconds),
    ("control_plane_tolerations", tolerations::run),
    ("crd_review_versions", crd::review_versions),
    ("crd_schemas", crd::schemas),
    ("crd_versions", crd::versions),
    ("cron_job_time_zone", cron_job_time_zone::run),
    ("crossplane_composition", crossplane_composition::run),
    ("csr_signer", csr_signer::run),
    ("distinct", distinct::run),
    ("flux_timeout", flux_timeout::run),
    ("hpa_annotations", hpa_annotations::run),
    ("ip_form", ip_form::run),
    ("karpenter_al2", karpenter::al2),
    ("karpenter_duration", karpenter::duration),
    ("karpenter_kubelet", karpenter::kubelet),
    ("karpenter_requirements", karpenter::requirements),
    ("karpenter_selectors", karpenter::selectors),
    ("kubeadm_arguments", kubeadm_arguments::run),
    ("kyverno_settings", kyverno::settings),
    ("mount_options", volume_annotations::mount_options),
    ("old_registry", old_registry::run),
    ("old_registry_names", old_registry::names),
    ("pdb_helper_key", pdb_helper_key::run),
    ("reference_api_group", references::api_group),
    ("reference_group", references::group),
    ("resource_slice_basic", resource_slice_basic::run),
    ("seccomp_annotations", profiles::seccomp),
    ("single_rule", single_rule::run),
    ("storage_class", volume_annotations::storage_class),
    ("strimzi_interval", strimzi::interval),
    ("strimzi_mirrors", strimzi::mirrors),
    ("sysctls", sysctls::run),
    ("traefik_rule_syntax", traefik_rule_syntax::run),
    ("webhook_rules", webhook_rules::run),
    ("zero_shares", zero_shares::run),
];

/// The function of that name.
pub(super) fn lookup(name: &str) -> Option<Function> {
    FUNCTIONS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, function)| *function)
}

/// The names that `function:` may have in the catalogue.
pub fn function_names() -> Vec<&'static str> {
    FUNCTIONS.iter().map(|(name, _)| *name).collect()
}

/// What a function works on, and how it says what it did.
pub(super) struct Scope<'s, 'e> {
    pub(super) engine: &'s mut Engine<'e>,
    pub(super) here: &'s Here,
    pub(super) step: &'s Step,
    /// The scope of the step.
    pub node: &'s mut Node,
}

impl Scope<'_, '_> {
    /// What runs now of a component; `None` where nobody said.
    fn runs_now(&self, component: &str) -> Option<Version> {
        let range = self.engine.options.window.range(component);
        range.map(|range| range.from)
    }

    /// What is to run of a component; `None` where nobody said.
    fn runs_then(&self, component: &str) -> Option<Version> {
        let range = self.engine.options.window.range(component);
        range.map(|range| range.to)
    }

    /// Reports a change of the value at a path of keys.
    fn changed(&mut self, grade: Grade, keys: &[&str], text: impl Into<String>, why: &str) {
        self.changed_below(grade, &links(keys), text, why);
    }

    /// The same at a path that leads through lists too.
    fn changed_below(&mut self, grade: Grade, links: &[Link], text: impl Into<String>, why: &str) {
        let path = self.engine.place_of(self.node, self.here, links);
        let why = Some(why)
            .filter(|why| !why.is_empty())
            .or(self.step.why.as_deref());
        self.engine
            .change(grade, Verb::Function, path, text.into(), why);
    }

    /// Leaves the object to a person because of the value at a path of keys.
    fn manual(&mut self, keys: &[&str], text: impl Into<String>) {
        let path = self.path(keys);
        self.engine.manual(path, text.into());
    }

    /// Reports a change at a path.
    fn changed_at(&mut self, grade: Grade, path: String, text: String) {
        let why = self.step.why.as_deref();
        self.engine.change(grade, Verb::Function, path, text, why);
    }

    /// Where an item of the scope stands, which is a list.
    fn item_path(&mut self, index: usize) -> String {
        self.engine
            .place_of(self.node, self.here, &[Link::Item(index)])
    }

    fn path(&mut self, keys: &[&str]) -> String {
        self.engine.place_of(self.node, self.here, &links(keys))
    }
}

fn links(keys: &[&str]) -> Vec<Link> {
    let link = |key: &&str| Link::Key((*key).to_owned());
    keys.iter().map(link).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn the_catalogue_names_every_function_and_no_other() {
        let named: BTreeSet<&str> = Catalog::builtin()
            .functions()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(named, function_names().into_iter().collect());
    }
}
