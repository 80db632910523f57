//! `write: {template, to, mode}`: a rendered file; written only when it differs.

use std::sync::Arc;

use schemars::JsonSchema;
use vnfpkg_tosca::yaml::Node;

use super::{ActionSpec, StepKind};
use crate::compile::StepScope;
use crate::lifecycle::{At, Fields};
use crate::model::Action;
use crate::problem::ProblemKind;
use crate::schema::{Mode, Text};

pub(super) const KIND: StepKind =
    StepKind { key: "write", about: "a rendered file, written only when it differs", read, schema: Keys::json_schema };

#[derive(Debug)]
struct Write {
    template: At<String>,
    to: At<String>,
    mode: u32,
}

#[expect(dead_code, reason = "describes the keys, nobody builds it")]
#[derive(JsonSchema)]
struct Keys {
    /// A rendered file, written only when it differs.
    write: Option<WriteKeys>,
}

#[expect(dead_code, reason = "describes the keys, nobody builds it")]
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct WriteKeys {
    /// The template.
    template: Text,
    /// Absolute path on the host.
    to: Text,
    /// Permission bits in octal; default is 0644.
    mode: Option<Mode>,
}

fn read(node: &Node, fields: &Fields<'_>) -> Option<Arc<dyn ActionSpec>> {
    let inner = Fields::of(node, "`write`", ProblemKind::LifecycleGrammar, fields.problems())?;
    let template = inner.required_text("template");
    let to = inner.required_text("to");
    let mode = inner.text("mode").map_or(Some(0o644), |text| read_mode(&text, &inner));
    inner.finish();
    Some(Arc::new(Write { template: template?, to: to?, mode: mode? }))
}

/// Permission bits as an octal number of three or four digits.
pub(super) fn read_mode(text: &At<String>, fields: &Fields<'_>) -> Option<u32> {
    let octal = matches!(text.value.len(), 3 | 4).then(|| u32::from_str_radix(&text.value, 8).ok()).flatten();
    if octal.is_none() {
        fields.report(text.span, format!("`{}` is no file mode: write three or four octal digits in quotes, such as \"0644\"", text.value));
    }
    octal
}

impl ActionSpec for Write {
    fn templates(&self) -> Vec<&At<String>> {
        vec![&self.template]
    }

    fn texts(&self) -> Vec<&At<String>> {
        vec![&self.to]
    }

    fn compile(&self, scope: &StepScope<'_>) -> Option<Action> {
        let content = scope.file(&self.template);
        let to = scope.text(&self.to)?;
        if !to.starts_with('/') {
            scope.report_at(ProblemKind::LifecycleGrammar, self.to.span, format!("`{to}` is no absolute path"));
            return None;
        }
        Some(Action::Write { content: content?, to, mode: self.mode })
    }
}
