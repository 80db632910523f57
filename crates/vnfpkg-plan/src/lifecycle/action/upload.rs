//! `upload: {from, to}`: a file of the package, or with `store` one that a `fetch` step kept; sent only when the host has
//! another or none.

use std::sync::Arc;

use schemars::JsonSchema;
use serde_json::{Map, Value};
use vnfpkg_tosca::yaml::Node;

use super::{ActionSpec, StepKind};
use crate::compile::StepScope;
use crate::files::clean_path;
use crate::image;
use crate::lifecycle::{At, Fields};
use crate::model::{Action, UPLOAD_FOLDER};
use crate::problem::{Problem, ProblemKind};
use crate::schema::{Mode, Text};

pub(super) const KIND: StepKind =
    StepKind { key: "upload", about: "a file of the package, sent only when the host lacks it", read, schema: Keys::json_schema };

#[derive(Debug)]
struct Upload {
    /// Path in the package, or name in the store.
    from: At<String>,
    store: bool,
    to: At<String>,
    mode: u32,
    docker_archive: Option<At<String>>,
}

#[expect(dead_code, reason = "describes the keys, nobody builds it")]
#[derive(JsonSchema)]
struct Keys {
    /// A file of the package, sent only when the host lacks it.
    upload: Option<UploadKeys>,
}

#[expect(dead_code, reason = "describes the keys, nobody builds it")]
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct UploadKeys {
    /// Path inside the package.
    from: Option<Text>,
    /// In place of `from`: the name under which a `fetch` step kept a file. None of that name is no failure.
    store: Option<Text>,
    /// Path below `$VNFPKG_FILES` on the host.
    to: Text,
    /// Permission bits in octal; default is 0600.
    mode: Option<Mode>,
    /// Name of the image that it has to hold as a `docker save` archive.
    docker_archive: Option<Text>,
}

fn read(node: &Node, fields: &Fields<'_>) -> Option<Arc<dyn ActionSpec>> {
    let inner = Fields::of(node, "`upload`", ProblemKind::LifecycleGrammar, fields.problems())?;
    let (store, from) = match inner.text("store") {
        Some(name) => (true, Some(name)),
        None => (false, inner.required_text("from")),
    };
    let to = inner.required_text("to");
    let mode = inner.text("mode").map_or(Some(0o600), |text| super::write::read_mode(&text, &inner));
    let docker_archive = inner.text("docker_archive");
    if store && (inner.has("from") || docker_archive.is_some()) {
        inner.report(inner.span().head(), "an upload from the store has no `from` and no `docker_archive`");
    }
    inner.finish();
    Some(Arc::new(Upload { from: from?, store, to: to?, mode: mode?, docker_archive }))
}

impl ActionSpec for Upload {
    fn texts(&self) -> Vec<&At<String>> {
        [&self.from, &self.to].into_iter().chain(&self.docker_archive).collect()
    }

    fn export_names(&self) -> &'static [&'static str] {
        &["to", "image_id"]
    }

    fn exports(&self, scope: &StepScope<'_>) -> Map<String, Value> {
        let mut exports = Map::new();
        if let Some(to) = scope.text(&self.to) {
            exports.insert("to".into(), to.into());
        }
        if self.store {
            exports.insert("image_id".into(), "".into());
            return exports;
        }
        exports.insert("image_id".into(), self.image_id(scope).unwrap_or_default().into());
        exports
    }

    fn compile(&self, scope: &StepScope<'_>) -> Option<Action> {
        let from = scope.text(&self.from)?;
        let to = scope.text(&self.to)?;
        let Some(to) = clean_path(&to) else {
            scope.report_at(ProblemKind::LifecycleGrammar, self.to.span, format!("`{to}` leaves the folder for uploads"));
            return None;
        };
        let to = format!("{UPLOAD_FOLDER}/{to}");
        if self.store {
            return Some(Action::Upload { from, store: true, to, mode: self.mode, size: 0 });
        }
        let size = scope.files().size(&clean_path(&from)?)?;
        Some(Action::Upload { from: clean_path(&from)?, store: false, to, mode: self.mode, size })
    }
}

impl Upload {
    /// Looks at the file, once per plan: it must be in the package and, when asked, hold a Docker image under its name.
    fn image_id(&self, scope: &StepScope<'_>) -> Option<String> {
        let from = scope.text(&self.from)?;
        let place = scope.place_of_parameter(&self.from);
        let kind = ProblemKind::RequestFile;
        let Some(path) = clean_path(&from) else {
            let problem = Problem::new(kind, place, format!("`{from}` is outside the package"));
            scope.report(problem.help("give a path inside the package, without a leading `/` and without `..`"));
            return None;
        };
        if scope.files().size(&path).is_none() {
            let near = scope.files().near(&path).map(|near| format!("did you mean `{near}`?"));
            let problem = Problem::new(kind, place, format!("`{path}` is not in the package"));
            scope.report(problem.help("put the file into the package, or correct the path").maybe_help(near));
            return None;
        }
        let tag = scope.text(self.docker_archive.as_ref()?)?;
        let found = scope.files().open(&path).map_err(|error| error.to_string()).and_then(|reader| image::image_id(reader, &tag));
        match found {
            Ok(id) => Some(id),
            Err(reason) => {
                let problem = Problem::new(kind, place, format!("`{path}` holds no image `{tag}`: {reason}"));
                scope.report(problem.help(format!("make it with `docker save {tag} -o FILE`")));
                None
            }
        }
    }
}
