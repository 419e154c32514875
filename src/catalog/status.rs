//! How a release sees a version, and which versions are to go.

use std::str::FromStr;

use super::rule::ServedVersion;
use super::target::Range;
use super::version::Version;

/// Which objects are converted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Those that the target no longer serves.
    Removed,
    /// And those that it serves as deprecated.
    #[default]
    Deprecated,
    /// All that have a newer version.
    Newest,
}

/// How the target sees an apiVersion, or what a rule replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Current,
    Deprecated {
        since: Version,
    },
    Removed {
        since: Version,
    },
    /// Served as ever, but it means something else, or is refused at times. Only of rules without a
    /// kind.
    Changed {
        since: Version,
    },
    /// Newer than the target.
    NotYetServed {
        until: Version,
    },
    /// Its component has no target.
    Unjudged,
}

impl FromStr for Policy {
    type Err = String;

    fn from_str(name: &str) -> Result<Policy, String> {
        match name {
            "removed" => Ok(Policy::Removed),
            "deprecated" => Ok(Policy::Deprecated),
            "newest" => Ok(Policy::Newest),
            _ => Err(format!(
                "`{name}` is not a policy; write removed, deprecated or newest"
            )),
        }
    }
}

impl Policy {
    /// Whether an object of this status is to be converted, if it can be.
    pub fn wants(self, status: Status) -> bool {
        match status {
            Status::Removed { .. } => true,
            Status::Deprecated { .. } => self != Policy::Removed,
            Status::Current => self == Policy::Newest,
            Status::Changed { .. } | Status::NotYetServed { .. } | Status::Unjudged => false,
        }
    }
}

impl ServedVersion {
    /// How a release sees this version.
    pub fn status(&self, at: Version) -> Status {
        match (self.introduced, self.deprecated, self.removed) {
            (_, _, Some(since)) if since <= at => Status::Removed { since },
            (_, Some(since), _) if since <= at => Status::Deprecated { since },
            (Some(until), _, _) if until > at => Status::NotYetServed { until },
            _ => Status::Current,
        }
    }

    /// Whether a cluster serves this version all the way from one end to the other, unless somebody
    /// changed what is on.
    pub fn is_served(&self, range: Range) -> bool {
        !self.off_by_default && self.is_there(range.from) && !self.is_gone(range.to)
    }

    fn is_there(&self, at: Version) -> bool {
        self.introduced.is_none_or(|introduced| introduced <= at)
    }

    pub(super) fn is_gone(&self, at: Version) -> bool {
        self.removed.is_some_and(|removed| removed <= at)
    }
}
