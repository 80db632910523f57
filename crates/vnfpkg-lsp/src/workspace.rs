//! The open files, and the packages that they belong to.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};
use url::Url;
use vnfpkg_csar::{Package, TOSCA_META};
use vnfpkg_diag::{Finding, Location, Place, Severity, Sources};
use vnfpkg_lint::{Options, Report, validate};

use crate::place::range;

/// A package as it is with what is typed.
pub(crate) struct Checked {
    pub(crate) root: Utf8PathBuf,
    pub(crate) sources: Sources,
    pub(crate) report: Report,
}

/// What the editor told.
#[derive(Default)]
pub(crate) struct Workspace {
    /// Texts of open files, by path.
    open: BTreeMap<Utf8PathBuf, String>,
    /// Files with findings, by package: those whose findings went have to hear of it.
    marked: BTreeMap<Utf8PathBuf, BTreeSet<String>>,
}

impl Workspace {
    pub(crate) fn set(&mut self, path: Utf8PathBuf, text: String) {
        self.open.insert(path, text);
    }

    pub(crate) fn close(&mut self, path: &Utf8Path) {
        self.open.remove(path);
    }

    pub(crate) fn text(&self, path: &Utf8Path) -> Option<&str> {
        self.open.get(path).map(String::as_str)
    }

    /// The package that a file belongs to, checked; `None` for a file of no package. Digests are left to `vnfpkg pack`.
    pub(crate) fn check(&self, path: &Utf8Path) -> Option<Checked> {
        let root = path.ancestors().skip(1).find(|folder| folder.join(TOSCA_META).is_file())?.to_owned();
        let mut package = Package::open(&root).ok()?;
        for (open, text) in &self.open {
            if let Ok(inside) = open.strip_prefix(&root) {
                package.overlay(inside.as_str(), text.clone().into_bytes());
            }
        }
        let mut sources = Sources::new();
        let report = validate(&package, &mut sources, &Options { digests: false, ..Options::default() });
        Some(Checked { root, sources, report })
    }

    /// What the editor shows: each file that has findings, and each that had some.
    pub(crate) fn diagnostics(&mut self, checked: &Checked) -> Vec<Value> {
        let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for finding in &checked.report.findings {
            let (file, diagnostic) = diagnostic(finding, checked);
            files.entry(file).or_default().push(diagnostic);
        }
        let now: BTreeSet<String> = files.keys().cloned().collect();
        let before = self.marked.insert(checked.root.clone(), now).unwrap_or_default();
        for file in before {
            files.entry(file).or_default();
        }
        let message = |(file, list): (String, Vec<Value>)| Some(json!({ "uri": uri(&checked.root.join(file))?, "diagnostics": list }));
        files.into_iter().filter_map(message).collect()
    }
}

/// The file that a finding is shown in, and the finding. One without a place is shown at the beginning of TOSCA.meta.
fn diagnostic(finding: &Finding, checked: &Checked) -> (String, Value) {
    let nowhere = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    let (file, range) = match &finding.primary.place {
        Place::Span(span) => {
            let source = checked.sources.get(span.source);
            (source.name().to_owned(), range(source, *span))
        }
        Place::File(path) if checked.root.join(path).is_file() => (path.clone(), nowhere),
        Place::File(_) | Place::Package => (TOSCA_META.to_owned(), nowhere),
    };
    let severity = match finding.severity {
        Severity::Error => 1,
        Severity::Warning => 2,
        Severity::Info => 3,
    };
    let help = finding.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let related: Vec<Value> = finding.related.iter().filter_map(|location| related(location, checked)).collect();
    let value = json!({
        "range": range, "severity": severity, "code": finding.code, "source": "vnfpkg",
        "message": format!("{}{help}", finding.message), "relatedInformation": related,
    });
    (file, value)
}

fn related(location: &Location, checked: &Checked) -> Option<Value> {
    let Place::Span(span) = &location.place else { return None };
    let source = checked.sources.get(span.source);
    let message = if location.label.is_empty() { "see here" } else { location.label.as_str() };
    let uri = uri(&checked.root.join(source.name()))?;
    Some(json!({ "location": { "uri": uri, "range": range(source, *span) }, "message": message }))
}

/// The path of a file URI.
pub(crate) fn path(uri: &str) -> Option<Utf8PathBuf> {
    Utf8PathBuf::from_path_buf(Url::parse(uri).ok()?.to_file_path().ok()?).ok()
}

pub(crate) fn uri(path: &Utf8Path) -> Option<String> {
    Url::from_file_path(path).ok().map(String::from)
}
