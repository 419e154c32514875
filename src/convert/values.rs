//! Values of the catalogue and values of a document.

use crate::catalog::rule::{As, Literal, Type};
use crate::yaml::{At, Document, Kind, Node, Value, WriteError};

use super::engine::Render;

/// A value of the catalogue as a new node.
pub(super) fn node(literal: &Literal) -> Node {
    match literal {
        Literal::Null => Node::null(),
        Literal::Boolean(value) => Node::boolean(*value),
        Literal::Integer(value) => Node::integer(*value),
        Literal::Number(text) => Node::float(text),
        Literal::String(text) => Node::string(text),
        Literal::List(items) => Node::sequence(items.iter().map(node)),
        Literal::Map(entries) => {
            let mut mapping = Node::mapping();
            for (key, value) in entries {
                // The catalogue refuses duplicate keys, the only thing that can fail here.
                let _ = mapping.insert(key, node(value), At::End);
            }
            mapping
        }
    }
}

/// Whether a node of a document says the same as a value of the catalogue.
pub(super) fn equals(node: &Node, literal: &Literal) -> bool {
    match literal {
        Literal::List(list) => {
            let items = node.items();
            node.is_sequence()
                && items.len() == list.len()
                && items
                    .iter()
                    .zip(list)
                    .all(|(item, literal)| equals(item.value(), literal))
        }
        Literal::Map(map) => {
            node.is_mapping()
                && node.entries().len() == map.len()
                && map
                    .iter()
                    .all(|(key, literal)| node.get(key).is_some_and(|value| equals(value, literal)))
        }
        scalar => node.as_scalar().is_some_and(|s| match scalar {
            Literal::Null => s.kind == Kind::Null,
            Literal::Boolean(value) => s.kind == Kind::Bool && truth(&s.text) == *value,
            Literal::Integer(value) => s.kind == Kind::Int && s.text.parse() == Ok(*value),
            Literal::Number(text) => {
                s.kind == Kind::Float
                    && (s.text == *text || s.text.parse::<f64>() == text.parse::<f64>())
            }
            Literal::String(text) => s.kind == Kind::Str && s.text == *text,
            Literal::List(_) | Literal::Map(_) => false,
        }),
    }
}

/// A boolean as YAML 1.1 writes it: `yes`, `On`, `true`, `y`.
fn truth(text: &str) -> bool {
    matches!(
        text.to_ascii_lowercase().as_str(),
        "true" | "yes" | "on" | "y"
    )
}

pub(super) fn is_of_type(node: &Node, wanted: Type) -> bool {
    match (type_of(node), wanted) {
        (Type::Integer, Type::Number) => true,
        (found, wanted) => found == wanted,
    }
}

pub(super) fn type_of(node: &Node) -> Type {
    match &node.resolved().value {
        Value::Mapping(_) => Type::Object,
        Value::Sequence(_) => Type::Array,
        Value::Scalar(s) => match s.kind {
            Kind::Null => Type::Null,
            Kind::Bool => Type::Boolean,
            Kind::Int => Type::Integer,
            Kind::Float => Type::Number,
            Kind::Str => Type::String,
        },
        Value::Alias { .. } => Type::Null,
    }
}

/// A value on one line for a message, cut where it gets long.
pub(super) fn quote(node: &Node) -> String {
    let mut out = String::new();
    brief(node, &mut out);
    match out.char_indices().nth(QUOTE_LIMIT) {
        Some((end, _)) => format!("{}...", &out[..end]),
        None => out,
    }
}

const QUOTE_LIMIT: usize = 160;

fn brief(node: &Node, out: &mut String) {
    if out.len() > 4 * QUOTE_LIMIT {
        return;
    }
    match &node.resolved().value {
        Value::Scalar(s) if s.kind == Kind::Null => out.push_str("null"),
        Value::Scalar(s) if s.text.is_empty() => out.push_str("\"\""),
        Value::Scalar(s) if s.kind == Kind::Str && needs_quotes(&s.text) => {
            out.push('"');
            out.push_str(&s.text);
            out.push('"');
        }
        Value::Scalar(s) => {
            out.extend(s.text.chars().map(|c| if c.is_control() { ' ' } else { c }))
        }
        Value::Sequence(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                brief(item.value(), out);
            }
            out.push(']');
        }
        Value::Mapping(entries) => {
            out.push('{');
            for (i, entry) in entries.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                out.push_str(entry.key().unwrap_or("?"));
                out.push_str(": ");
                brief(entry.value(), out);
            }
            out.push('}');
        }
        Value::Alias { .. } => {}
    }
}

/// Whether a string would be taken for something else without quotes.
fn needs_quotes(text: &str) -> bool {
    text.parse::<f64>().is_ok()
        || matches!(
            text,
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        )
}

/// The value of a node of another document, as a new one.
fn fresh(node: &Node) -> Node {
    match &node.resolved().value {
        Value::Sequence(items) => Node::sequence(items.iter().map(|item| fresh(item.value()))),
        Value::Mapping(entries) => {
            let mut mapping = Node::mapping();
            for entry in entries {
                // Of a key that stands twice, the first counts.
                let _ = mapping.insert(
                    entry.key().unwrap_or_default(),
                    fresh(entry.value()),
                    At::End,
                );
            }
            mapping
        }
        Value::Scalar(scalar) => match scalar.kind {
            Kind::Null => Node::null(),
            Kind::Bool => Node::boolean(truth(&scalar.text)),
            Kind::Int | Kind::Float => Node::float(&scalar.text),
            Kind::Str => Node::string(&scalar.text),
        },
        Value::Alias { .. } => Node::null(),
    }
}

/// Why a value cannot take the wanted form.
#[derive(Debug)]
pub(super) enum FormError {
    /// A person has to look at it.
    Manual(String),
    Write(WriteError),
}

/// Writes a value in another form, in its place; false when it has that form already.
pub(super) fn convert(value: &mut Node, form: As, render: &dyn Render) -> Result<bool, FormError> {
    let new = match form {
        As::Text => {
            if value.as_str().is_some() {
                return Ok(false);
            }
            let text = render.render(value).map_err(FormError::Write)?;
            Node::text(text.trim_end_matches(['\n', '\r']))
        }
        As::List => {
            if value.is_sequence() {
                return Ok(false);
            }
            let inner = std::mem::replace(value, Node::null());
            *value = Node::sequence([inner]);
            return Ok(true);
        }
        As::Items => {
            let Some(text) = value.as_str() else {
                return if value.is_sequence() {
                    Ok(false)
                } else {
                    Err(FormError::Manual(format!("`{}` is no text", quote(value))))
                };
            };
            let items = text
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty());
            Node::sequence(items.map(Node::string).collect::<Vec<_>>())
        }
        As::Value => {
            let Some(text) = value.as_str() else {
                return Ok(false);
            };
            let parsed = Document::parse(text).map(|document| fresh(&document.model()));
            match parsed {
                Ok(parsed) if parsed.as_scalar().is_none() => parsed,
                _ => {
                    let text = quote(value);
                    return Err(FormError::Manual(format!(
                        "`{text}` is neither JSON nor YAML"
                    )));
                }
            }
        }
        As::String | As::Integer | As::Seconds => {
            let Some(scalar) = value.as_scalar() else {
                return Err(FormError::Manual(format!(
                    "`{}` is not a single value",
                    quote(value)
                )));
            };
            match (form, scalar.kind) {
                (_, Kind::Null) | (As::String, Kind::Str) | (As::Integer, Kind::Int) => {
                    return Ok(false);
                }
                (As::String, _) => Node::string(&scalar.text),
                (As::Integer, Kind::Str) => match scalar.text.parse() {
                    Ok(number) => Node::integer(number),
                    Err(_) => {
                        return Err(FormError::Manual(format!(
                            "`{}` is not a whole number",
                            scalar.text
                        )));
                    }
                },
                (As::Seconds, Kind::Int | Kind::Float) => Node::string(format!("{}s", scalar.text)),
                (As::Seconds, Kind::Str) => {
                    if !scalar.text.bytes().all(|b| b.is_ascii_digit()) || scalar.text.is_empty() {
                        return Ok(false);
                    }
                    Node::string(format!("{}s", scalar.text))
                }
                _ => {
                    return Err(FormError::Manual(format!(
                        "`{}` is not a number",
                        scalar.text
                    )));
                }
            }
        }
    };
    if new.as_scalar().is_some() && value.as_scalar().is_some() {
        // Also refused here: a value behind an alias.
        value
            .set_scalar(&new)
            .map_err(|refusal| FormError::Write(refusal.into()))?;
    } else {
        value.replace(new);
    }
    Ok(true)
}
