//! A lifecycle document together with its templates, ready to be checked and compiled.

use vnfpkg_diag::Sources;

use crate::lifecycle::{FORMAT, LifecycleDocument, parse_document};
use crate::problem::Problem;
use crate::template::{Engine, Loader, load_templates};

/// Limit of a script that says nothing of itself.
const SCRIPT_LIMIT: &str = "45m";

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

    /// A document of one operation with one step: a script of the package, which runs as it is, as root, on the VNFCs that the
    /// operation is about.
    pub fn of_script(path: &str, text: &str, operation: &str, sources: &mut Sources) -> (Self, Vec<Problem>) {
        let name = path.rsplit('/').next().unwrap_or(path);
        let quoted = serde_json::Value::from(name).to_string();
        let document = format!(
            "lifecycle: {FORMAT}\noperations:\n  {operation}:\n    steps:\n      script: {{ run: {quoted}, root: true, on: {{ select: new }}, timeout: {SCRIPT_LIMIT} }}\n"
        );
        let load = |_: &str| Ok((path.to_owned(), verbatim(text)));
        let (mut bundle, problems) = Self::load(&format!("{path} as a lifecycle document"), &document, &load, sources);
        path.clone_into(&mut bundle.path);
        (bundle, problems)
    }
}

/// A text as a template that renders to itself.
fn verbatim(text: &str) -> String {
    format!("{{% raw %}}{}{{% endraw %}}", text.replace("{%", "{% endraw %}{{ \"{%\" | raw }}{% raw %}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_script_of_the_package_is_not_a_template() {
        let text = "#!/bin/bash\necho {{ not_ours }} ${#x} {% raw %} '{% endraw %}' <# no comment #> \"{%-\"\n";
        let (bundle, problems) = Bundle::of_script("Scripts/a \"b.sh", text, "instantiate_end", &mut Sources::new());
        assert_eq!(problems, []);
        let operation = bundle.document.operation("instantiate_end").unwrap();
        assert_eq!(operation.steps[0].name.value, "script");
        let rendered = bundle.engine.script("a \"b.sh", &json!({})).unwrap();
        assert_eq!(rendered.display(), text);
    }
}
