//! The names of types, and values as text.

use std::fmt;

use super::rule::{As, Literal, Type};

impl Type {
    /// All types, under the names of JSON Schema.
    pub const NAMES: [(&str, Type); 7] = [
        ("null", Type::Null),
        ("boolean", Type::Boolean),
        ("integer", Type::Integer),
        ("number", Type::Number),
        ("string", Type::String),
        ("array", Type::Array),
        ("object", Type::Object),
    ];

    /// The type of that name.
    pub fn named(name: &str) -> Option<Type> {
        named(&Type::NAMES, name)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            Type::NAMES
                .iter()
                .find(|(_, t)| t == self)
                .map_or("", |(name, _)| name),
        )
    }
}

impl As {
    /// All forms, under the names of the catalogue.
    pub const NAMES: [(&str, As); 7] = [
        ("text", As::Text),
        ("string", As::String),
        ("integer", As::Integer),
        ("seconds", As::Seconds),
        ("list", As::List),
        ("items", As::Items),
        ("value", As::Value),
    ];

    /// The form of that name.
    pub fn named(name: &str) -> Option<As> {
        named(&As::NAMES, name)
    }
}

fn named<T: Copy>(names: &[(&str, T)], name: &str) -> Option<T> {
    names
        .iter()
        .find(|(n, _)| *n == name)
        .map(|(_, value)| *value)
}

impl Literal {
    /// Neither a list nor a mapping.
    pub fn is_scalar(&self) -> bool {
        !matches!(self, Literal::List(_) | Literal::Map(_))
    }
}

/// For messages: on one line, strings without quotes.
impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Null => f.write_str("null"),
            Literal::Boolean(value) => write!(f, "{value}"),
            Literal::Integer(value) => write!(f, "{value}"),
            Literal::String(text) if text.is_empty() => f.write_str("\"\""),
            Literal::Number(text) | Literal::String(text) => f.write_str(text),
            Literal::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
            Literal::Map(entries) => {
                f.write_str("{")?;
                for (i, (key, value)) in entries.iter().enumerate() {
                    write!(f, "{}{key}: {value}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str("}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for (name, value) in Type::NAMES {
            assert_eq!(Type::named(name), Some(value));
            assert_eq!(value.to_string(), name);
        }
        assert_eq!(Type::named("text"), None);
        assert_eq!(As::named("seconds"), Some(As::Seconds));
        assert_eq!(As::named("integers"), None);
    }

    #[test]
    fn values_are_shown_on_one_line() {
        let value = Literal::Map(vec![
            ("type".into(), Literal::String("Utilization".into())),
            (
                "of".into(),
                Literal::List(vec![Literal::Integer(1), Literal::Null]),
            ),
            ("none".into(), Literal::String(String::new())),
        ]);
        assert_eq!(
            value.to_string(),
            "{type: Utilization, of: [1, null], none: \"\"}"
        );
    }
}
