//! Versions of the components that serve an API.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A release of a component: `1.33`, `2.8.1`. Missing numbers are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Version {
    major: u32,
    minor: u32,
    patch: u32,
}

/// How much of a version counts when two of them are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compare {
    /// Major and minor: APIs come and go with minor releases only.
    Minor,
    /// The patch number too.
    Patch,
}

/// A text that is no version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a version such as `1.33`")]
pub struct VersionError {
    pub text: String,
}

impl Version {
    /// The version `major.minor`.
    pub const fn new(major: u32, minor: u32) -> Version {
        Version {
            major,
            minor,
            patch: 0,
        }
    }

    /// The version `major.minor.patch`.
    pub const fn with_patch(major: u32, minor: u32, patch: u32) -> Version {
        Version {
            major,
            minor,
            patch,
        }
    }

    /// The first number.
    pub const fn major(self) -> u32 {
        self.major
    }

    /// Only what counts.
    pub fn counted(self, compare: Compare) -> Version {
        match compare {
            Compare::Minor => Version { patch: 0, ..self },
            Compare::Patch => self,
        }
    }

    /// The minor before this one; `None` at `x.0`, as nobody knows the last minor of the major before.
    pub fn previous_minor(self) -> Option<Version> {
        Some(Version {
            minor: self.minor.checked_sub(1)?,
            patch: 0,
            ..self
        })
    }
}

impl FromStr for Version {
    type Err = VersionError;

    /// Reads `1.33`, `v1.33`, `1.33.4`, `1.33+` and `1.33.4-eks-1a2b`; what follows the numbers after a
    /// `-` or `+` does not count.
    fn from_str(text: &str) -> Result<Version, VersionError> {
        let error = || VersionError {
            text: text.to_owned(),
        };
        let numbers = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let numbers = numbers
            .split_once(['-', '+'])
            .map_or(numbers, |(numbers, _)| numbers);
        let mut parts = [0; 3];
        let mut count = 0;
        for part in numbers.split('.') {
            // `parse` alone would take a sign.
            if count == parts.len() || !part.bytes().all(|b| b.is_ascii_digit()) {
                return Err(error());
            }
            parts[count] = part.parse().map_err(|_| error())?;
            count += 1;
        }
        if count < 2 {
            return Err(error());
        }
        let [major, minor, patch] = parts;
        Ok(Version {
            major,
            minor,
            patch,
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if self.patch > 0 {
            write!(f, ".{}", self.patch)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_clusters_and_people_write() {
        for (text, version) in [
            ("1.33", Version::new(1, 33)),
            ("v1.33", Version::new(1, 33)),
            ("1.33+", Version::new(1, 33)),
            ("1.33.0", Version::new(1, 33)),
            ("1.33.4", Version::with_patch(1, 33, 4)),
            ("v1.33.4-eks-1a2b", Version::with_patch(1, 33, 4)),
            ("1.33.4-gke.100+x", Version::with_patch(1, 33, 4)),
            ("0.32", Version::new(0, 32)),
        ] {
            assert_eq!(text.parse(), Ok(version), "{text}");
        }
    }

    #[test]
    fn refuses_anything_else() {
        for text in [
            "",
            "v",
            "1",
            "1.",
            ".33",
            "1..3",
            "1.33.4.5",
            "1.x",
            "1.+3",
            "+1.33",
            "one",
            "1.99999999999",
        ] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }

    #[test]
    fn orders_by_number_not_by_text() {
        assert!(Version::new(1, 9) < Version::new(1, 10));
        assert!(Version::new(0, 37) < Version::new(1, 0));
        assert!(Version::new(1, 0) < Version::with_patch(1, 0, 8));
    }

    #[test]
    fn counts_patches_only_where_they_matter() {
        let version = Version::with_patch(1, 33, 4);
        assert_eq!(version.counted(Compare::Minor), Version::new(1, 33));
        assert_eq!(version.counted(Compare::Patch), version);
    }

    #[test]
    fn the_minor_before() {
        assert_eq!(
            Version::with_patch(1, 33, 4).previous_minor(),
            Some(Version::new(1, 32))
        );
        assert_eq!(Version::new(2, 0).previous_minor(), None);
    }

    proptest! {
        #[test]
        fn reads_back_what_it_shows(major: u32, minor: u32, patch: u32) {
            let version = Version::with_patch(major, minor, patch);
            prop_assert_eq!(version.to_string().parse(), Ok(version));
        }

        #[test]
        fn never_panics(text in ".*") {
            let _ = text.parse::<Version>();
        }
    }
}
