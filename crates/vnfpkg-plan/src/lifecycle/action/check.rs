//! `check: TEMPLATE`: a script that only looks; the step fails when it does.

use std::sync::Arc;

use schemars::JsonSchema;
use vnfpkg_tosca::yaml::Node;

use super::{ActionSpec, StepKind};
use crate::compile::StepScope;
use crate::lifecycle::{At, Fields};
use crate::model::{Action, Verify};
use crate::schema::{Span, Text};

pub(super) const KIND: StepKind =
    StepKind { key: "check", about: "a script that only looks; with `until` it waits", read, schema: Keys::json_schema };

#[derive(Debug)]
struct Check {
    template: At<String>,
    until_ms: u64,
    every_ms: u64,
}

#[expect(dead_code, reason = "describes the keys, nobody builds it")]
#[derive(JsonSchema)]
struct Keys {
    /// A script that only looks.
    check: Option<Text>,
    /// Ask again for so long.
    until: Option<Span>,
    /// Pause between two asks.
    every: Option<Span>,
}

fn read(node: &Node, fields: &Fields<'_>) -> Option<Arc<dyn ActionSpec>> {
    let until_ms = fields.duration("until").unwrap_or(0);
    let every_ms = fields.duration("every").unwrap_or(1_000);
    let Some(text) = node.text() else {
        fields.report(node.span, format!("`check` names a script, it cannot be {}", node.describe()));
        return None;
    };
    Some(Arc::new(Check { template: At::new(text.to_owned(), node.span), until_ms, every_ms }))
}

impl ActionSpec for Check {
    fn templates(&self) -> Vec<&At<String>> {
        vec![&self.template]
    }

    fn compile(&self, scope: &StepScope<'_>) -> Option<Action> {
        let script = scope.script(&self.template)?;
        Some(Action::Check { check: Verify { script, until_ms: self.until_ms, every_ms: self.every_ms } })
    }
}
