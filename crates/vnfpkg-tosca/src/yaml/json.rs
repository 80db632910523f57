//! Conversion to JSON values, scalars typed by the YAML 1.2 core schema.

use serde_json::{Map, Number, Value};

use super::{Node, NodeKind};

/// The node as a JSON value. A number that JSON cannot hold (more than 64 bits, infinite) stays a string, so no digit is
/// lost; a key that is not a scalar becomes its JSON text.
pub fn to_json(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Scalar { .. } => scalar(node),
        NodeKind::Seq(items) => Value::Array(items.iter().map(to_json).collect()),
        NodeKind::Map(entries) => {
            let pairs = entries.iter().map(|entry| (key(&entry.key), to_json(&entry.value)));
            Value::Object(pairs.collect::<Map<_, _>>())
        }
    }
}

fn key(node: &Node) -> String {
    node.text().map_or_else(|| to_json(node).to_string(), str::to_owned)
}

fn scalar(node: &Node) -> Value {
    let text = node.text().unwrap_or("");
    if node.is_null() {
        return Value::Null;
    }
    if let Some(value) = node.as_bool() {
        return Value::Bool(value);
    }
    if let Some(value) = node.as_int() {
        return Value::Number(value.into());
    }
    let digits_only = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+'));
    let float = node.as_float().filter(|_| !digits_only).and_then(Number::from_f64);
    float.map_or_else(|| Value::String(text.to_owned()), Value::Number)
}
