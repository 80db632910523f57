//! `fetch: {from, to}`: a file of the host, kept for later runs on the same VNF instance.

use std::sync::Arc;

use schemars::JsonSchema;
use vnfpkg_tosca::yaml::Node;

use super::{ActionSpec, StepKind};
use crate::compile::StepScope;
use crate::files::clean_path;
use crate::lifecycle::{At, Fields};
use crate::model::{Action, UPLOAD_FOLDER};
use crate::problem::ProblemKind;
use crate::schema::Text;

pub(super) const KIND: StepKind =
    StepKind { key: "fetch", about: "a file of the host, kept for later runs on the VNF instance", read, schema: Keys::json_schema };

#[derive(Debug)]
struct Fetch {
    from: At<String>,
    to: At<String>,
    optional: bool,
}

#[expect(dead_code, reason = "describes the keys, nobody builds it")]
#[derive(JsonSchema)]
struct Keys {
    /// A file of the host, kept for later runs on the VNF instance.
    fetch: Option<FetchKeys>,
}

#[expect(dead_code, reason = "describes the keys, nobody builds it")]
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FetchKeys {
    /// Path below `$VNFPKG_FILES` on the host.
    from: Text,
    /// Name under which it is kept.
    to: Text,
    /// A file that is not there is no failure; what is kept stays.
    optional: Option<bool>,
}

fn read(node: &Node, fields: &Fields<'_>) -> Option<Arc<dyn ActionSpec>> {
    let inner = Fields::of(node, "`fetch`", ProblemKind::LifecycleGrammar, fields.problems())?;
    let (from, to) = (inner.required_text("from"), inner.required_text("to"));
    let optional = inner.flag("optional").unwrap_or(false);
    inner.finish();
    for key in ["probe", "verify"] {
        if fields.has(key) {
            fields.report(node.span, format!("a step that fetches a file has no `{key}`: files are compared by their digests"));
        }
    }
    Some(Arc::new(Fetch { from: from?, to: to?, optional }))
}

impl ActionSpec for Fetch {
    fn texts(&self) -> Vec<&At<String>> {
        vec![&self.from, &self.to]
    }

    fn compile(&self, scope: &StepScope<'_>) -> Option<Action> {
        let (from, to) = (scope.text(&self.from)?, scope.text(&self.to)?);
        match clean_path(&from) {
            Some(from) => Some(Action::Fetch { from: format!("{UPLOAD_FOLDER}/{from}"), to, optional: self.optional }),
            None => {
                scope.report_at(ProblemKind::LifecycleGrammar, self.from.span, format!("`{from}` leaves the folder for uploads"));
                None
            }
        }
    }
}
