//! What of a request may be kept and shown.

use serde_json::Value;

/// Stands in place of a secret.
pub const MASK: &str = "***";

/// The value without secrets: texts below keys that speak of passwords and the like, and the login in URLs.
pub fn masked(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.clone(), if speaks(key) { hidden(value) } else { masked(value) })).collect()
        }
        Value::Array(items) => items.iter().map(masked).collect(),
        Value::String(text) => Value::String(without_login(text)),
        other => other.clone(),
    }
}

fn speaks(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["passw", "secret", "token", "private_key", "credential"].iter().any(|word| key.contains(word))
}

fn hidden(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        _ => Value::from(MASK),
    }
}

/// `http://user:password@host` becomes `http://***@host`.
fn without_login(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.rfind('@') {
        Some(at) => format!("{scheme}://{MASK}{}", &rest[at..]),
        None => text.to_owned(),
    }
}
