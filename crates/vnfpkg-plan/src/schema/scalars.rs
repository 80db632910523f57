//! Scalars as the readers take them: a text may be written without quotes, whatever YAML makes of it then.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// One scalar, taken as it is written.
pub(crate) struct Text;

/// One text or a list of texts.
pub(crate) struct Texts;

/// A time span.
pub(crate) struct Span;

/// Permission bits.
pub(crate) struct Mode;

/// The version of a format, 1.
pub(crate) struct One;

macro_rules! described {
    ($type:ty, $name:literal, $schema:tt) => {
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

described!(Text, "Text", { "type": ["string", "number", "boolean"] });
described!(Texts, "Texts", { "type": ["string", "number", "boolean", "array"], "items": { "type": ["string", "number", "boolean"] } });
described!(Span, "Span", { "type": "string", "pattern": "^[0-9]+(ms|s|m|h)$" });
described!(Mode, "Mode", { "type": ["string", "integer"], "pattern": "^[0-7]{3,4}$" });
described!(One, "One", { "const": 1 });
