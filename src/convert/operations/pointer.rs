//! JSON pointers (RFC 6901).

/// The tokens of a pointer; `None` where it is none.
pub(super) fn tokens(pointer: &str) -> Option<Vec<String>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    let tokens = pointer.strip_prefix('/')?.split('/');
    Some(
        tokens
            .map(|token| token.replace("~1", "/").replace("~0", "~"))
            .collect(),
    )
}

/// A pointer of these tokens.
pub(super) fn pointer<'t>(tokens: impl IntoIterator<Item = &'t str>) -> String {
    let escaped = |token: &str| format!("/{}", token.replace('~', "~0").replace('/', "~1"));
    tokens.into_iter().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_escaped() {
        let text = "/metadata/annotations/a.io~1b~0c/0";
        let parts = tokens(text).unwrap();
        assert_eq!(parts, ["metadata", "annotations", "a.io/b~c", "0"]);
        assert_eq!(pointer(parts.iter().map(String::as_str)), text);
        assert_eq!(tokens("").unwrap(), Vec::<String>::new());
        assert_eq!(tokens("a"), None);
    }
}
