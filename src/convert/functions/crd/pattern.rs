//! Regular expressions that Go does not compile: v1 refuses them, v1beta1 let them pass.

/// What stands in a pattern that Go's syntax (RE2) does not have.
pub(super) fn problem(pattern: &str) -> Option<String> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut i = 0;
    let mut depth = 0_usize;
    let mut in_class = false;
    // Whether the last thing was `*`, `+`, `?` or a count, which nothing but `?` may follow.
    let mut repeated = false;
    while let Some(&c) = chars.get(i) {
        let next = chars.get(i + 1).copied();
        let was_repeated = std::mem::take(&mut repeated);
        match c {
            '\\' => {
                if let Some(escaped) = next.filter(|c| c.is_ascii_alphanumeric())
                    && !is_escape(escaped, in_class)
                {
                    return Some(format!("`\\{escaped}`"));
                }
                if next.is_none() {
                    return Some("a lone `\\` at its end".to_owned());
                }
                i += 1;
            }
            ']' if in_class => in_class = false,
            _ if in_class => {}
            '[' => {
                in_class = true;
                // A bracket right at the beginning of a class stands for itself.
                i += usize::from(next == Some('^'));
                i += usize::from(chars.get(i + 1) == Some(&']'));
            }
            '(' => {
                depth += 1;
                if next == Some('?') {
                    let kind: String = chars[i + 2..].iter().take(2).collect();
                    let named = kind.starts_with("P<")
                        || (kind.starts_with('<') && !kind.ends_with(['=', '!']));
                    if !named && !kind.starts_with(['i', 'm', 's', 'U', '-', ':']) {
                        return Some(format!(
                            "`(?{}`",
                            kind.trim_end_matches(|c: char| c.is_alphanumeric())
                        ));
                    }
                    i += 1;
                }
            }
            ')' => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some("a `)` too many".to_owned()),
            },
            '*' | '+' if was_repeated => return Some(format!("`{}{c}`", chars[i - 1])),
            '*' | '+' => repeated = true,
            _ => {}
        }
        i += 1;
    }
    if in_class {
        return Some("a `[` without its `]`".to_owned());
    }
    (depth > 0).then(|| "a `(` without its `)`".to_owned())
}

fn is_escape(c: char, in_class: bool) -> bool {
    match c {
        'A' | 'B' | 'C' | 'Q' | 'b' | 'z' => !in_class,
        'E' => true,
        '1'..='9' => false,
        _ => "0DPSWadfnprstvwx".contains(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_go_compiles() {
        for pattern in [
            "",
            r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z]+)*$",
            r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?[0-9]+))?$",
            r"^\d+\/\w+$",
            r"[]a]",
            r"[^]a]",
            r"[(*+]",
            r"(?i)abc(?:d)",
            r"(?P<name>a)",
            r"a+?b*?c??",
            r"a{2,3}",
            r"\x{10FFFF}\p{Greek}\pN",
        ] {
            assert_eq!(problem(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn what_go_refuses() {
        for (pattern, found) in [
            (r"^(?!kube-).*$", "`(?!`"),
            (r"a(?=b)", "`(?=`"),
            (r"(?<=a)b", "`(?<=`"),
            (r"(?<!a)b", "`(?<!`"),
            (r"(?>a)", "`(?>`"),
            (r"(a)\1", "`\\1`"),
            (r"a\Z", "`\\Z`"),
            (r"a*+", "`*+`"),
            (r"a)", "a `)` too many"),
            (r"(a", "a `(` without its `)`"),
            (r"[a", "a `[` without its `]`"),
        ] {
            assert_eq!(problem(pattern).as_deref(), Some(found), "{pattern}");
        }
    }
}
