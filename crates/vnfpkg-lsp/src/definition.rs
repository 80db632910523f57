//! Where a name is defined.

use serde_json::{Value, json};
use vnfpkg_diag::Span;

use crate::place::range;
use crate::workspace::{Checked, uri};

/// The place that a word of a file leads to: a type, a step of the same document, an artifact, a file.
pub(crate) fn find(checked: &Checked, file: &str, word: &str) -> Option<Value> {
    type_of(checked, word)
        .or_else(|| step(checked, file, word))
        .map(|span| location(checked, span))
        .unwrap_or_else(|| artifact(checked, word).or_else(|| named_file(checked, file, word)))
}

fn location(checked: &Checked, span: Span) -> Option<Value> {
    let source = checked.sources.get(span.source);
    Some(json!({ "uri": uri(&checked.root.join(source.name()))?, "range": range(source, span) }))
}

/// A type that the package defines itself.
fn type_of(checked: &Checked, word: &str) -> Option<Span> {
    let types = &checked.report.vnfd.as_ref()?.model.types;
    types.own_types().find(|definition| &*definition.name.text == word).map(|definition| definition.name.span)
}

fn step(checked: &Checked, file: &str, word: &str) -> Option<Span> {
    let lifecycle = checked.report.lifecycle(file)?;
    let mut steps = lifecycle.bundle.document.operations.iter().flat_map(|operation| &operation.steps);
    steps.find(|step| step.name.value == word).map(|step| step.name.span)
}

/// The file of an artifact that a hook names.
fn artifact(checked: &Checked, word: &str) -> Option<Value> {
    let flavours = &checked.report.vnfd.as_ref()?.flavours;
    let uses = flavours.iter().flat_map(|flavour| &flavour.hooks).filter_map(|hook| hook.primary.as_ref());
    let found = uses.filter(|used| &*used.written.text == word).find_map(|used| used.found.as_ref())?;
    beginning(checked, &found.path)
}

/// A path as it counts from the file that names it, or from the root of the package.
fn named_file(checked: &Checked, file: &str, word: &str) -> Option<Value> {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let joined = format!("{folder}/{word}");
    let candidates = [normal(&joined), normal(word)];
    candidates.into_iter().flatten().find(|path| checked.root.join(path).is_file()).and_then(|path| beginning(checked, &path))
}

fn beginning(checked: &Checked, path: &str) -> Option<Value> {
    let start = json!({ "line": 0, "character": 0 });
    Some(json!({ "uri": uri(&checked.root.join(path))?, "range": { "start": start, "end": start } }))
}

/// Without `.` and `..`; `None` when it leads out of the package.
fn normal(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn a_path_stays_inside() {
        assert_eq!(normal("Definitions/../Scripts/./a.sh").as_deref(), Some("Scripts/a.sh"));
        assert_eq!(normal("Definitions/../../a.sh"), None);
        assert_eq!(normal("."), None);
    }
}
