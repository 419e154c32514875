//! When a rule without a kind has something to say.

use super::rule::{Life, Rule};
use super::target::Window;
use super::version::Version;
use super::way::{Policy, Status};

/// What is to be done with what a rule finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// Nothing, at these targets.
    Off,
    /// It may be replaced.
    Now,
    /// What replaces it does not work yet in what runs now, but from this release on.
    Wait { until: Version },
}

impl Rule {
    /// Whether the rule speaks in this window.
    pub fn timing(&self, window: &Window, policy: Policy) -> Timing {
        let Some(range) = window.range(&self.component) else {
            return Timing::Off;
        };
        let life = &self.life;
        let wanted = match life.changed {
            Some(changed) => range.from < changed && changed <= range.to,
            None => life.has_no_end() || policy.wants(life.status(range.to)),
        };
        match life.from {
            _ if !wanted => Timing::Off,
            Some(until) if until > range.from => Timing::Wait { until },
            _ => Timing::Now,
        }
    }

    /// How the target sees what the rule replaces.
    pub fn status(&self, window: &Window) -> Status {
        let range = window.range(&self.component);
        range.map_or(Status::Unjudged, |range| self.life.status(range.to))
    }
}

impl Life {
    /// Nobody said that it ends: there is only a better way to say it.
    fn has_no_end(&self) -> bool {
        self.deprecated.is_none() && self.removed.is_none()
    }

    fn status(&self, at: Version) -> Status {
        let reached = |date: Option<Version>| date.filter(|since| *since <= at);
        if let Some(since) = reached(self.changed) {
            Status::Changed { since }
        } else if let Some(since) = reached(self.removed) {
            Status::Removed { since }
        } else if let Some(since) = reached(self.deprecated) {
            Status::Deprecated { since }
        } else {
            Status::Current
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::component;
    use super::super::format::{PlacesFile, RuleFile};
    use super::super::load::Catalog;
    use super::super::source::Source;
    use super::*;

    fn timing(versions: &str, from: &str, to: &str, policy: Policy) -> String {
        let components = "[{id: k, title: K, docs: 'https://k8s.io', compare: minor, oldest: '1.0',
            newest: '1.37', released: 2026-08-26}]";
        let rule = format!(
            "component: k\nrule: old\ntitle: T\ndocs: https://k8s.io\nversions: {versions}\n\
             contains: x\nplaces: [{{kind: Pod, path: .}}]\nsteps: [{{remove: x}}]\n"
        );
        let source = Source {
            components: component::parse("components.yaml", components).unwrap(),
            places: PlacesFile::default(),
            files: Vec::new(),
            rules: vec![RuleFile::parse("old.yaml", &rule).unwrap()],
        };
        let catalog = Catalog::of(source, None).unwrap();
        let window = Window::parse(&catalog, &[format!("k={to}")], &[format!("k={from}")]).unwrap();
        let rule = &catalog.rules()[0];
        match rule.timing(&window, policy) {
            Timing::Off => "off".to_owned(),
            Timing::Now => match rule.status(&window) {
                Status::Deprecated { since } => format!("deprecated {since}"),
                Status::Removed { since } => format!("removed {since}"),
                Status::Changed { since } => format!("changed {since}"),
                _ => "current".to_owned(),
            },
            Timing::Wait { until } => format!("from {until}"),
        }
    }

    #[test]
    fn what_is_replaced() {
        const DATES: &str = "{deprecated: '1.19', removed: '1.27', from: '1.19'}";
        for (from, to, policy, expected) in [
            ("1.17", "1.18", Policy::Deprecated, "off"),
            ("1.18", "1.19", Policy::Deprecated, "from 1.19"),
            ("1.19", "1.20", Policy::Deprecated, "deprecated 1.19"),
            ("1.19", "1.26", Policy::Removed, "off"),
            ("1.19", "1.27", Policy::Removed, "removed 1.27"),
            ("1.18", "1.27", Policy::Removed, "from 1.19"),
            ("1.17", "1.18", Policy::Newest, "from 1.19"),
        ] {
            assert_eq!(timing(DATES, from, to, policy), expected, "{from} {to}");
        }
        assert_eq!(timing("{}", "1.0", "1.1", Policy::Removed), "current");
    }

    #[test]
    fn what_changes_is_said_where_the_window_crosses_it() {
        for (from, to, expected) in [
            ("1.35", "1.36", "off"),
            ("1.36", "1.37", "changed 1.37"),
            ("1.24", "1.37", "changed 1.37"),
            ("1.37", "1.37", "off"),
        ] {
            let found = timing("{changed: '1.37'}", from, to, Policy::Deprecated);
            assert_eq!(found, expected, "{from} {to}");
        }
    }
}
