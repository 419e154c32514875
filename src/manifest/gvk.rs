//! Group, version and kind.

use std::fmt;

/// What an object is: its `apiVersion` and its `kind`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Gvk {
    pub api_version: String,
    pub kind: String,
}

impl Gvk {
    pub fn new(api_version: impl Into<String>, kind: impl Into<String>) -> Gvk {
        Gvk {
            api_version: api_version.into(),
            kind: kind.into(),
        }
    }

    /// The API group; empty for the core group.
    pub fn group(&self) -> &str {
        group(&self.api_version)
    }

    /// The version within the group.
    pub fn version(&self) -> &str {
        self.api_version
            .rsplit_once('/')
            .map_or(&self.api_version, |(_, version)| version)
    }
}

/// The group of an `apiVersion`; empty for the core group.
pub(crate) fn group(api_version: &str) -> &str {
    api_version.rsplit_once('/').map_or("", |(group, _)| group)
}

/// `apps/v1 Deployment`
impl fmt::Display for Gvk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.api_version, self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn group_and_version() {
        let gvk = Gvk::new("networking.k8s.io/v1beta1", "Ingress");
        assert_eq!(
            (gvk.group(), gvk.version()),
            ("networking.k8s.io", "v1beta1")
        );
        let core = Gvk::new("v1", "Service");
        assert_eq!((core.group(), core.version()), ("", "v1"));
        assert_eq!(core.to_string(), "v1 Service");
    }
}
