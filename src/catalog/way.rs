//! What is to be done with an object: the way from its version to one that both ends of the window serve.

use std::cmp::Reverse;

use super::graph::{Reached, Served};
use super::load::Catalog;
use super::rule::{Conversion, Resource, ServedVersion};
use super::status::{Policy, Status};
use super::target::{Range, Window};
use super::version::Version;

/// What the catalogue says about one object.
#[derive(Clone, Debug)]
pub struct Judgement<'a> {
    pub resource: &'a Resource,
    pub version: &'a ServedVersion,
    pub status: Status,
    pub next: Next<'a>,
}

/// What to do.
#[derive(Clone, Debug)]
pub enum Next<'a> {
    /// Nothing.
    Stay,
    /// Convert it.
    Convert(Way<'a>),
    /// Nothing that replaces it is served at both ends yet: `to` is, from release `until` on.
    Wait { to: &'a str, until: Version },
    /// Nothing replaces it, or nothing that the target serves.
    NoReplacement { advice: Option<&'a str> },
}

/// A way through the graph, and where it ends.
#[derive(Clone, Debug)]
pub struct Way<'a> {
    /// One or more conversions, in order.
    pub hops: Vec<&'a Conversion>,
    pub api_version: &'a str,
    pub kind: &'a str,
}

impl Catalog {
    /// Judges an object by its apiVersion and kind; `None` where the catalogue does not know them.
    ///
    /// What the policy wants converted goes to the newest version that is served by default at both
    /// ends of the window; what is deprecated without an end and has no replacement stays. Where there is
    /// none yet, the object waits for the first release that serves one which the target still has.
    ///
    /// ```
    /// use refit::catalog::{Catalog, Next, Policy, Window};
    ///
    /// let catalog = Catalog::builtin();
    /// let window = Window::parse(catalog, &["1.33"], &[])?;
    /// assert!(catalog.judge("v1", "ConfigMap", &window, Policy::Deprecated).is_none());
    /// # Ok::<(), refit::catalog::TargetError>(())
    /// ```
    pub fn judge(
        &self,
        api_version: &str,
        kind: &str,
        window: &Window,
        policy: Policy,
    ) -> Option<Judgement<'_>> {
        let served = self.served(api_version, kind)?;
        let (resource, version) = (served.resource, served.version);
        let (status, next) = match window.range(&resource.component) {
            None => (Status::Unjudged, Next::Stay),
            Some(range) => {
                let status = version.status(range.to);
                let next = if policy.wants(status) {
                    self.next(served, status, range)
                } else {
                    Next::Stay
                };
                (status, next)
            }
        };
        Some(Judgement {
            resource,
            version,
            status,
            next,
        })
    }

    /// What to do with an object that is to be converted.
    fn next<'a>(&'a self, from: Served<'a>, status: Status, range: Range) -> Next<'a> {
        let reached = self.index().reach(self.resources(), from);
        let both_ends = reached.iter().filter(|r| r.end.version.is_served(range));
        if let Some(best) = both_ends.max_by_key(|r| age(r)) {
            return Next::Convert(Way {
                hops: best.hops.clone(),
                api_version: best.end.api_version(),
                kind: best.end.kind,
            });
        }
        // Deprecated for good, and nobody says what to do about it.
        let is_kept = from.version.removed.is_none() && from.version.advice.is_none();
        let endless = is_kept && reached.is_empty();
        if status == Status::Current || endless {
            // Nothing presses: the newest version it can have is the one it has.
            return Next::Stay;
        }
        let later = reached.iter().filter(|r| {
            let version = r.end.version;
            !version.off_by_default && !version.is_gone(range.to)
        });
        // Those that are there already are served at both ends, and have been chosen above.
        let later = later.filter_map(|r| Some((r.end.version.introduced?, r)));
        match later.min_by_key(|(introduced, r)| (*introduced, Reverse(age(r)))) {
            Some((until, r)) => Next::Wait {
                to: r.end.api_version(),
                until,
            },
            None => Next::NoReplacement {
                advice: advice(from, &reached),
            },
        }
    }
}

/// Greater is newer: a later position in its file, and any version of a kind that replaces the kind.
/// The rest only makes the choice the same every time.
fn age<'a>(reached: &Reached<'a>) -> (usize, usize, &'a str, &'a str) {
    (
        reached.kind_changes(),
        reached.end.position,
        reached.end.kind,
        reached.end.api_version(),
    )
}

/// What a person can do: the advice of the version itself, else of the newest one it would become.
fn advice<'a>(from: Served<'a>, reached: &[Reached<'a>]) -> Option<&'a str> {
    let own = from.version.advice.as_deref();
    own.or_else(|| {
        let advised = reached.iter().filter(|r| r.end.version.advice.is_some());
        advised
            .max_by_key(|r| age(r))
            .and_then(|r| r.end.version.advice.as_deref())
    })
}

#[cfg(test)]
mod tests;
