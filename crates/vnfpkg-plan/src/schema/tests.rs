//! Do the schemas know the keys that the readers know?

use std::collections::{BTreeMap, BTreeSet};

use schemars::Schema;
use serde_json::Value;
use vnfpkg_diag::Sources;

use super::{inventory_schema, lifecycle_schema};
use crate::inventory::parse_inventory;
use crate::lifecycle::parse_document;
use crate::problem::Problem;

/// Every mapping of a document, each with a key that nobody knows.
const LIFECYCLE: &str = "
lifecycle: 1
zzzzzzzz: 1
parameters: { zzzzzzzz: 1, types: x, type: y }
operations:
  instantiate:
    zzzzzzzz: 1
    connect: { zzzzzzzz: 1 }
    defaults: { zzzzzzzz: 1 }
    steps:
      a:
        zzzzzzzz: 1
        check: x
        on: { zzzzzzzz: 1 }
        verify: { zzzzzzzz: 1, run: x }
        retry: { zzzzzzzz: 1 }
        lock: { zzzzzzzz: 1, name: x }
        outputs: [{ zzzzzzzz: 1, name: x }]
      b: { write: { zzzzzzzz: 1, template: x, to: /x } }
      c: { upload: { zzzzzzzz: 1, from: x, to: x } }
      d: { fetch: { zzzzzzzz: 1, from: x, to: x } }
";

const INVENTORY: &str = "
vnfpkg_inventory: 1
zzzzzzzz: 1
ssh: { zzzzzzzz: 1 }
vnfcs: [{ zzzzzzzz: 1, vdu: x, cps: { CP: { zzzzzzzz: 1 } } }]
";

/// What the reader calls each mapping, and the keys that it knows there.
fn of_reader(problems: &[Problem]) -> BTreeMap<String, BTreeSet<String>> {
    let asked = problems.iter().filter_map(|problem| {
        let what = problem.message.strip_suffix(" has no key `zzzzzzzz`")?;
        let keys = problem.help.iter().find_map(|help| help.strip_prefix("known keys: "))?;
        Some((what.to_owned(), keys.split(", ").map(str::to_owned).collect()))
    });
    asked.collect()
}

fn of_schema(schema: &Schema, pointer: &str) -> BTreeSet<String> {
    let properties = schema.pointer(&format!("{pointer}/properties")).and_then(Value::as_object);
    properties.unwrap_or_else(|| panic!("no mapping at {pointer}")).keys().cloned().collect()
}

fn compare(problems: &[Problem], schema: &Schema, places: &[(&str, &str)]) {
    let mut reader = of_reader(problems);
    for (what, pointer) in places {
        let keys = reader.remove(*what).unwrap_or_else(|| panic!("the reader does not speak of {what}"));
        assert_eq!(of_schema(schema, pointer), keys, "{what}");
        assert_eq!(schema.pointer(&format!("{pointer}/additionalProperties")), Some(&Value::Bool(false)), "{what}");
    }
    assert!(reader.is_empty(), "mappings that the schema lacks: {reader:?}");
}

#[test]
fn schema_and_reader_of_the_lifecycle_document_know_the_same_keys() {
    let (_, problems) = parse_document(Sources::new().add("d", LIFECYCLE), LIFECYCLE);
    let places = [
        ("the lifecycle document", ""),
        ("`parameters`", "/$defs/ParameterTypes"),
        ("operation `instantiate`", "/$defs/Operation"),
        ("`connect`", "/$defs/Connect"),
        ("defaults", "/$defs/Defaults"),
        ("step `a`", "/$defs/Step"),
        ("`on`", "/$defs/Selected"),
        ("`verify`", "/$defs/Polled"),
        ("`retry`", "/$defs/Retry"),
        ("`lock`", "/$defs/Scoped"),
        ("an output", "/$defs/Declared"),
        ("`write`", "/$defs/WriteKeys"),
        ("`upload`", "/$defs/UploadKeys"),
        ("`fetch`", "/$defs/FetchKeys"),
    ];
    compare(&problems, &lifecycle_schema(), &places);
}

#[test]
fn schema_and_reader_of_the_inventory_know_the_same_keys() {
    let (_, problems) = parse_inventory(Sources::new().add("i", INVENTORY), INVENTORY);
    let places = [("the inventory", ""), ("`ssh`", "/$defs/Ssh"), ("a VNFC", "/$defs/Vnfc"), ("a connection point", "/$defs/Addresses")];
    compare(&problems, &inventory_schema(), &places);
}
