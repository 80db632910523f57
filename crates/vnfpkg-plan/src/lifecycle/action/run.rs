//! `run: TEMPLATE`: a script that brings the host into the wanted state.

use std::sync::Arc;

use schemars::JsonSchema;
use vnfpkg_tosca::yaml::Node;

use super::{ActionSpec, StepKind};
use crate::compile::StepScope;
use crate::lifecycle::{At, Fields};
use crate::model::Action;
use crate::schema::Text;

pub(super) const KIND: StepKind =
    StepKind { key: "run", about: "a script that brings the host into the wanted state", read, schema: Keys::json_schema };

#[derive(Debug)]
struct Run {
    template: At<String>,
}

#[expect(dead_code, reason = "describes the keys, nobody builds it")]
#[derive(JsonSchema)]
struct Keys {
    /// A script that brings the host into the wanted state.
    run: Option<Text>,
}

fn read(node: &Node, fields: &Fields<'_>) -> Option<Arc<dyn ActionSpec>> {
    let Some(text) = node.text() else {
        fields.report(node.span, format!("`run` names a script, it cannot be {}", node.describe()));
        return None;
    };
    Some(Arc::new(Run { template: At::new(text.to_owned(), node.span) }))
}

impl ActionSpec for Run {
    fn templates(&self) -> Vec<&At<String>> {
        vec![&self.template]
    }

    fn compile(&self, scope: &StepScope<'_>) -> Option<Action> {
        Some(Action::Run { script: scope.script(&self.template)? })
    }
}
