//! `run: TEMPLATE`: a script that brings the host into the wanted state.

use std::sync::Arc;

use vnfpkg_tosca::yaml::Node;

use super::{ActionSpec, StepKind};
use crate::compile::StepScope;
use crate::lifecycle::{At, Fields};
use crate::model::Action;

pub(super) const KIND: StepKind = StepKind { key: "run", about: "a script that brings the host into the wanted state", read };

#[derive(Debug)]
struct Run {
    template: At<String>,
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
