//! Reading the small forms of the catalogue's YAML: mappings that keep their order, one text or
//! several, values of any type.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::rule::Literal;

/// A mapping in the order of the file. A key that stands twice is an error.
#[derive(Clone, Debug, PartialEq)]
pub struct Ordered<K, V>(pub Vec<(K, V)>);

impl<K, V> Default for Ordered<K, V> {
    fn default() -> Self {
        Ordered(Vec::new())
    }
}

impl<'de, K, V> Deserialize<'de> for Ordered<K, V>
where
    K: Deserialize<'de> + PartialEq + fmt::Debug,
    V: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<K, V>(PhantomData<(K, V)>);

        impl<'de, K, V> Visitor<'de> for Entries<K, V>
        where
            K: Deserialize<'de> + PartialEq + fmt::Debug,
            V: Deserialize<'de>,
        {
            type Value = Vec<(K, V)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                entries(map)
            }
        }

        deserializer
            .deserialize_map(Entries(PhantomData))
            .map(Ordered)
    }
}

/// The entries of a mapping.
pub(super) fn entries<'de, K, V, A>(mut map: A) -> Result<Vec<(K, V)>, A::Error>
where
    K: Deserialize<'de> + PartialEq + fmt::Debug,
    V: Deserialize<'de>,
    A: MapAccess<'de>,
{
    let mut entries: Vec<(K, V)> = Vec::new();
    while let Some(key) = map.next_key()? {
        if entries.iter().any(|(k, _)| *k == key) {
            return Err(A::Error::custom(format_args!(
                "the key {key:?} stands twice"
            )));
        }
        entries.push((key, map.next_value()?));
    }
    Ok(entries)
}

/// One text or a list of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Texts(pub Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;

        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Vec<String>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(vec![text.to_owned()])
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = seq.next_element()? {
                    texts.push(text);
                }
                Ok(texts)
            }
        }

        deserializer.deserialize_any(OneOrMore).map(Texts)
    }
}

/// A value of any type.
#[derive(Clone, Debug, PartialEq)]
pub struct Any(pub Literal);

impl<'de> Deserialize<'de> for Any {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyVisitor).map(Any)
    }
}

struct AnyVisitor;

impl<'de> Visitor<'de> for AnyVisitor {
    type Value = Literal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Literal, E> {
        Ok(Literal::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Literal, E> {
        Ok(Literal::Boolean(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Literal, E> {
        Ok(Literal::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Literal, E> {
        Ok(i64::try_from(value)
            .map_or_else(|_| Literal::Number(value.to_string()), Literal::Integer))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Literal, E> {
        if value.is_finite() {
            // `{:?}` keeps the point of `1.0`, so that it stays a number with a fraction.
            Ok(Literal::Number(format!("{value:?}")))
        } else {
            Err(E::custom("infinity and NaN are no values of a manifest"))
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Literal, E> {
        Ok(Literal::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Literal, A::Error> {
        let mut items = Vec::new();
        while let Some(Any(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Literal::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Literal, A::Error> {
        let entries = entries::<String, Any, A>(map)?;
        Ok(Literal::Map(
            entries
                .into_iter()
                .map(|(key, Any(value))| (key, value))
                .collect(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
        serde_yaml::from_str(text).unwrap()
    }

    #[test]
    fn mappings_keep_their_order_and_their_keys_as_text() {
        let map: Ordered<String, u8> = read("{z: 1, None: 2, yes: 3, null: 4, 1.10: 5, True: 6}");
        let keys: Vec<_> = map.0.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["z", "None", "yes", "null", "1.10", "True"]);
    }

    #[test]
    fn a_key_twice_is_an_error() {
        let error = serde_yaml::from_str::<Ordered<String, u8>>("{a: 1, b: 2, a: 3}").unwrap_err();
        assert!(error.to_string().contains("\"a\" stands twice"), "{error}");
        assert!(serde_yaml::from_str::<Any>("{x: {a: 1, a: 2}}").is_err());
    }

    #[test]
    fn one_text_or_more() {
        assert_eq!(read::<Texts>("a b"), Texts(vec!["a b".into()]));
        assert_eq!(read::<Texts>("[a, b]"), Texts(vec!["a".into(), "b".into()]));
        assert!(serde_yaml::from_str::<Texts>("{a: b}").is_err());
    }

    #[test]
    fn values_keep_their_types() {
        for (text, value) in [
            ("null", Literal::Null),
            ("true", Literal::Boolean(true)),
            ("yes", Literal::String("yes".into())),
            ("None", Literal::String("None".into())),
            ("2147483647", Literal::Integer(2147483647)),
            ("-1", Literal::Integer(-1)),
            (
                "18446744073709551615",
                Literal::Number("18446744073709551615".into()),
            ),
            ("1.0", Literal::Number("1.0".into())),
            ("\"1\"", Literal::String("1".into())),
            ("[]", Literal::List(vec![])),
            (
                "{b: 1, a: x}",
                Literal::Map(vec![
                    ("b".into(), Literal::Integer(1)),
                    ("a".into(), Literal::String("x".into())),
                ]),
            ),
        ] {
            assert_eq!(read::<Any>(text).0, value, "{text}");
        }
        assert!(serde_yaml::from_str::<Any>(".inf").is_err());
    }
}
