//! The templates that a lifecycle document names, and those that they include.

use std::collections::{BTreeMap, BTreeSet};

use vnfpkg_diag::{SourceId, Sources};

use super::paths::includes;
use crate::lifecycle::{At, LifecycleDocument};
use crate::problem::{Problem, ProblemKind};

/// Gets the name of a template as the document writes it; gives the path for people and the text, or why not.
pub type Loader<'a> = dyn Fn(&str) -> Result<(String, String), String> + 'a;

/// One template file.
#[derive(Debug, Clone)]
pub struct TemplateFile {
    /// Its text for spans.
    pub source: SourceId,
    /// Its text.
    pub text: String,
}

/// All templates of a document by the name that the document uses.
#[derive(Debug, Clone, Default)]
pub struct TemplateSet {
    files: BTreeMap<String, TemplateFile>,
}

impl TemplateSet {
    /// A set of the given files.
    pub fn from_files(files: impl IntoIterator<Item = (String, TemplateFile)>) -> Self {
        Self { files: files.into_iter().collect() }
    }

    /// The template of a name.
    pub fn get(&self, name: &str) -> Option<&TemplateFile> {
        self.files.get(name)
    }

    /// All templates, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &TemplateFile)> {
        self.files.iter().map(|(name, file)| (name.as_str(), file))
    }

    /// The same set without some templates.
    #[must_use]
    pub fn without(mut self, names: &BTreeSet<String>) -> Self {
        self.files.retain(|name, _| !names.contains(name));
        self
    }
}

/// Loads what the document names. `load` gets a name and gives the shown name and the text.
pub fn load_templates(document: &LifecycleDocument, load: &Loader<'_>, sources: &mut Sources) -> (TemplateSet, Vec<Problem>) {
    let mut set = TemplateSet::default();
    let mut problems = Vec::new();
    let mut wanted: Vec<At<String>> = named_templates(document);
    let mut seen = BTreeSet::new();
    while let Some(name) = wanted.pop() {
        if !seen.insert(name.value.clone()) {
            continue;
        }
        match load(&name.value) {
            Ok((shown, text)) => {
                let source = sources.add(shown, text.as_str());
                wanted.extend(includes(source, &text));
                set.files.insert(name.value, TemplateFile { source, text });
            }
            Err(reason) => {
                let message = format!("template `{}` cannot be read: {reason}", name.value);
                problems.push(
                    Problem::at(ProblemKind::LifecycleFile, name.span, message)
                        .help("template files are looked for beside the lifecycle document"),
                );
            }
        }
    }
    (set, problems)
}

fn named_templates(document: &LifecycleDocument) -> Vec<At<String>> {
    let mut names = Vec::new();
    for step in document.operations.iter().flat_map(|operation| &operation.steps) {
        names.extend(step.action.templates().into_iter().cloned());
        names.extend(step.probe.clone());
        names.extend(step.verify.as_ref().map(|verify| verify.template.clone()));
    }
    names.reverse();
    names
}
