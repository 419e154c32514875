//! What can be wrong with a file of the catalogue.

use std::fmt;

/// One thing that is wrong with one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogError {
    /// The file, as it was named to the reader.
    pub file: String,
    /// The place inside, `conversions[1].steps[3]`; empty for the file as a whole.
    pub place: String,
    pub reason: String,
    /// What to do about it.
    pub help: String,
}

impl CatalogError {
    /// An error of the file as a whole.
    pub fn whole(file: &str, reason: impl Into<String>, help: impl Into<String>) -> CatalogError {
        CatalogError::at(file, "", reason, help)
    }

    /// An error of one place.
    pub fn at(
        file: &str,
        place: impl Into<String>,
        reason: impl Into<String>,
        help: impl Into<String>,
    ) -> CatalogError {
        CatalogError {
            file: file.into(),
            place: place.into(),
            reason: reason.into(),
            help: help.into(),
        }
    }
}

impl std::error::Error for CatalogError {}

/// One line: `file: place: reason; what to do`.
impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file)?;
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.reason)?;
        if !self.help.is_empty() {
            write!(f, "; {}", self.help)?;
        }
        Ok(())
    }
}

/// Everything that is wrong, so that one run shows all of it. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogErrors(pub Vec<CatalogError>);

impl std::error::Error for CatalogErrors {}

/// One line for each.
impl fmt::Display for CatalogErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl From<CatalogError> for CatalogErrors {
    fn from(error: CatalogError) -> CatalogErrors {
        CatalogErrors(vec![error])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_what_and_what_to_do() {
        let error = CatalogError::at(
            "kubernetes/ingress.yaml",
            "docs",
            "is empty",
            "give the URL",
        );
        assert_eq!(
            error.to_string(),
            "kubernetes/ingress.yaml: docs: is empty; give the URL"
        );
        let error = CatalogError::whole("a.yaml", "cannot be read", "");
        assert_eq!(error.to_string(), "a.yaml: cannot be read");
    }
}
