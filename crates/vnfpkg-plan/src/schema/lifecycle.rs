//! The lifecycle document.

#![expect(dead_code, reason = "these types describe a document, nobody builds them")]

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema, schema_for};
use serde_json::{Map, Value, json};

use super::scalars::{One, Span, Text, Texts};
use crate::lifecycle::{LCM_OPERATIONS, step_kinds};

/// JSON Schema of the lifecycle document, with every registered kind of step.
pub fn lifecycle_schema() -> Schema {
    let mut schema = schema_for!(LifecycleFile);
    let pattern = format!("^({})((_rollback)?_(start|end))?$", LCM_OPERATIONS.join("|"));
    if let Some(operations) = schema.pointer_mut("/properties/operations").and_then(Value::as_object_mut) {
        operations.insert("propertyNames".into(), json!({ "pattern": pattern }));
    }
    schema
}

/// The steps of a package's LCM operations.
#[derive(JsonSchema)]
#[schemars(title = "vnfpkg lifecycle document", deny_unknown_fields)]
struct LifecycleFile {
    /// Version of the format.
    lifecycle: One,
    /// Operations and hooks by name, such as `instantiate_end`.
    operations: BTreeMap<String, Operation>,
    /// Management drivers that it stands in for.
    answers: Option<Texts>,
    /// What `additionalParams` holds where the VNFD does not say.
    parameters: Option<ParameterTypes>,
}

/// A data type in a file beside the document.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ParameterTypes {
    /// The file with the types.
    types: Text,
    /// Name of the type of `additionalParams`.
    r#type: Text,
}

/// One LCM operation or hook: steps of its own, or those of another one.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("if" = { "required": ["like"] }, "then" = { "maxProperties": 1 }))]
struct Operation {
    /// The same steps as this operation of the document; nothing else may be said then.
    like: Option<Text>,
    /// The key of `additionalParams` that templates see as `input`; without it all of them.
    input: Option<Text>,
    /// How its hosts are reached.
    connect: Option<Connect>,
    /// What steps take that do not say otherwise.
    defaults: Option<Defaults>,
    /// Steps by name; they run as soon as what they need is done.
    steps: Option<BTreeMap<StepName, Step>>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct StepName;

impl JsonSchema for StepName {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("StepName")
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]{0,63}$" })
    }
}

/// How hosts are reached; templates over the parameters.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Connect {
    /// Connection point whose address is used.
    cp: Option<Text>,
    /// Login name.
    user: Option<Text>,
    /// Login password.
    password: Option<Text>,
    /// TCP port.
    port: Option<Text>,
    /// A host that does not answer is passed over.
    may_be_gone: Option<bool>,
    /// Longest wait for a host to answer.
    wait: Option<Span>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Defaults {
    /// The VNFCs.
    on: Option<On>,
    /// Run as root.
    root: Option<bool>,
    /// Limit of one attempt.
    timeout: Option<Span>,
    /// After a failed attempt.
    retry: Option<Retry>,
}

/// One step: an action, and what goes with any action.
struct Step;

impl JsonSchema for Step {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Step")
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = StepKeys::json_schema(generator);
        let mut actions = Vec::new();
        let mut only_with = Map::new();
        for kind in step_kinds() {
            let mut keys = (kind.schema)(generator);
            let keys = properties(&mut keys).cloned().unwrap_or_default();
            only_with.extend(keys.keys().filter(|key| *key != kind.key).map(|key| (key.clone(), json!([kind.key]))));
            if let Some(properties) = properties(&mut schema) {
                properties.extend(keys);
            }
            actions.push(json!({ "required": [kind.key] }));
        }
        schema.insert("oneOf".into(), actions.into());
        schema.insert("dependentRequired".into(), only_with.into());
        schema.insert("description".into(), "One step: an action, and what goes with any action.".into());
        schema
    }
}

fn properties(schema: &mut Schema) -> Option<&mut Map<String, Value>> {
    schema.get_mut("properties").and_then(Value::as_object_mut)
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct StepKeys {
    /// For people.
    title: Option<Text>,
    /// The VNFCs that it runs on; default is all VDUs.
    on: Option<On>,
    /// Steps that must have ended well before.
    needs: Option<Texts>,
    /// An expression; the step is left out where it does not hold.
    when: Option<Text>,
    /// A list parameter; the step runs once per item.
    for_each: Option<Text>,
    /// Run as root.
    root: Option<bool>,
    /// A script; exit status 0 says that nothing is to be done.
    probe: Option<Text>,
    /// A check after the action.
    verify: Option<Verify>,
    /// Limit of one attempt.
    timeout: Option<Span>,
    /// After a failed attempt.
    retry: Option<Retry>,
    /// A mutex that it holds while it runs.
    lock: Option<Lock>,
    /// One VNFC after the other.
    serial: Option<bool>,
    /// At most so many VNFCs at once.
    #[schemars(range(min = 1, max = 10000))]
    max_parallel: Option<u32>,
    /// Values that it hands on.
    outputs: Option<Vec<Output>>,
    /// Runs only after another step failed.
    on_failure: Option<bool>,
}

/// Which VNFCs.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum On {
    /// VDUs.
    Vdus(Texts),
    /// Some instances of VDUs.
    Some(Selected),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Selected {
    /// VDUs.
    vdu: Option<Texts>,
    /// Which instances of them.
    select: Option<Select>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
enum Select {
    All,
    First,
    Rest,
    New,
    Old,
    Removed,
    About,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Verify {
    /// A script.
    Script(Text),
    /// A script that is asked again.
    Polled(Polled),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Polled {
    /// The script.
    run: Text,
    /// Ask again for so long.
    until: Option<Span>,
    /// Pause between two asks.
    every: Option<Span>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Retry {
    /// Attempts after the first one.
    #[schemars(range(min = 0, max = 100))]
    times: Option<u32>,
    /// Pause before the first of them.
    delay: Option<Span>,
    /// Each further pause is so many times longer.
    #[schemars(range(min = 1, max = 10))]
    backoff: Option<u32>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Lock {
    /// Its name; it excludes all tasks of the run.
    Name(Text),
    /// With a scope.
    Scoped(Scoped),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Scoped {
    /// Its name.
    name: Text,
    /// Whether it excludes tasks of the whole run or of one VNFC.
    scope: Option<Scope>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
enum Scope {
    Run,
    Host,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Output {
    /// Its name.
    Name(Text),
    /// Name and secrecy.
    Declared(Declared),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Declared {
    /// Its name.
    name: Text,
    /// Never shown or stored.
    secret: Option<bool>,
}
