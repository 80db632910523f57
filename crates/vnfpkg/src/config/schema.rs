//! The JSON Schema of `vnfpkg.toml`, for editors.

use schemars::Schema;
use serde_json::{Map, Value, json};
use vnfpkg_lint::edition::{Sol001, Sol004};
use vnfpkg_lint::target::Target;

use super::table::{Kind, SETTINGS};

/// The schema of the whole file.
pub(crate) fn config_schema() -> Schema {
    let mut tables = Map::new();
    for setting in SETTINGS {
        let table =
            tables.entry(setting.table).or_insert_with(|| json!({ "type": "object", "additionalProperties": false, "properties": {} }));
        let mut value = of(setting.kind);
        value["description"] = setting.about.into();
        table["properties"][setting.key] = value;
    }
    tables.insert("validate".to_owned(), validate());
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "vnfpkg.toml",
        "description": "Settings of vnfpkg",
        "type": "object",
        "additionalProperties": false,
        "properties": tables,
    });
    Schema::try_from(schema).unwrap_or_default()
}

fn of(kind: Kind) -> Value {
    match kind {
        Kind::Number(most) => json!({ "type": "integer", "minimum": 1, "maximum": most }),
        Kind::Time => json!({ "type": "string", "pattern": "^[0-9]+(ms|s|m|h)$" }),
        Kind::Word(words) => json!({ "enum": words }),
        Kind::Path => json!({ "type": "string", "minLength": 1 }),
        Kind::Paths => json!({ "anyOf": [of(Kind::Path), { "type": "array", "items": of(Kind::Path) }] }),
    }
}

fn validate() -> Value {
    let words = |names: &[&str]| json!({ "enum": names });
    let texts = |item: Value| json!({ "anyOf": [item.clone(), { "type": "array", "items": item }] });
    let text = || json!({ "type": "string" });
    let code = json!({ "type": "string", "pattern": "^[A-Z]{3}[0-9]{2}$" });
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "strict": { "type": "boolean" },
            "fail-on": words(&["error", "warning", "info", "never"]),
            "sol004": words(&Sol004::NAMES.map(|(name, _)| name)),
            "sol001": words(&Sol001::NAMES.map(|(name, _)| name)),
            "targets": texts(words(&Target::ALL.map(Target::name))),
            "trust": texts(text()),
            "baseline": text(),
            "severity": { "type": "object", "additionalProperties": words(&["off", "info", "warning", "error"]), "propertyNames": code.clone() },
            "allow": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["code", "reason"],
                    "properties": { "code": code, "path": text(), "package": text(), "reason": { "type": "string", "minLength": 1 } },
                },
            },
        },
    })
}
