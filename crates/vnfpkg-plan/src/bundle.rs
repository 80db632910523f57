//! A lifecycle document together with its templates, ready to be checked and compiled.

use vnfpkg_diag::Sources;

use crate::lifecycle::{LifecycleDocument, parse_document};
use crate::problem::Problem;
use crate::template::{Engine, Loader, load_templates};

/// A document and its templates.
pub struct Bundle {
    /// Where the document is, for people.
    pub path: String,
    /// The document.
    pub document: LifecycleDocument,
    /// Its templates.
    pub engine: Engine,
}

impl Bundle {
    /// Parses a document, loads what it names, parses the templates.
    pub fn load(path: &str, text: &str, load: &Loader<'_>, sources: &mut Sources) -> (Self, Vec<Problem>) {
        let source = sources.add(path, text);
        let (document, mut problems) = parse_document(source, text);
        let (set, missing) = load_templates(&document, load, sources);
        problems.extend(missing);
        let (engine, syntax) = Engine::new(&set);
        problems.extend(syntax);
        (Self { path: path.to_owned(), document, engine }, problems)
    }
}
