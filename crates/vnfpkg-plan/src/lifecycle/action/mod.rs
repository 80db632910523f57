//! What a step does. A new kind of step is one file here and one line in [`step_kinds`].

mod check;
mod fetch;
mod run;
mod upload;
mod write;

use std::fmt::Debug;
use std::sync::Arc;

use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value};
use vnfpkg_tosca::yaml::Node;

use super::{At, Fields};
use crate::compile::StepScope;
use crate::model::Action;

/// A kind of step.
pub struct StepKind {
    /// The key that declares it.
    pub key: &'static str,
    /// One line for documentation.
    pub about: &'static str,
    /// Reads the value of that key.
    pub read: fn(&Node, &Fields<'_>) -> Option<Arc<dyn ActionSpec>>,
    /// JSON Schema of an object with that key, and with the other keys that `read` asks for.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
}

/// All kinds of steps.
pub fn step_kinds() -> &'static [StepKind] {
    &[run::KIND, check::KIND, write::KIND, upload::KIND, fetch::KIND]
}

/// What a step does, as declared.
pub trait ActionSpec: Debug + Send + Sync {
    /// Template files that it renders, relative to the document.
    fn templates(&self) -> Vec<&At<String>> {
        Vec::new()
    }

    /// Inline templates that it renders.
    fn texts(&self) -> Vec<&At<String>> {
        Vec::new()
    }

    /// Names of the values that other steps may use as `steps.NAME.…`.
    fn export_names(&self) -> &'static [&'static str] {
        &[]
    }

    /// Those values; faults go to the scope.
    fn exports(&self, _scope: &StepScope<'_>) -> Map<String, Value> {
        Map::new()
    }

    /// The action of one task; `None` after a fault, which went to the scope.
    fn compile(&self, scope: &StepScope<'_>) -> Option<Action>;
}
