//! Reading service templates with all they import, each file once.

mod files;

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use vnfpkg_diag::{Place, SourceId, Sources, Span};

pub use files::{Base, FileError, Files, FoundFile, find, folder, is_url, join, near};

use crate::grammar::{self, Import, ServiceTemplate};
use crate::problem::{Problem, ProblemKind};
use crate::profile::{self, Builtin, Edition};
use crate::types::{Added, TypeStore};
use crate::yaml::{self, Node};

/// Most files that one VNFD may consist of.
const MAX_FILES: usize = 1000;

/// A file of the VNFD.
#[derive(Debug, Clone)]
pub struct LoadedFile {
    /// Its path in the package.
    pub path: Arc<str>,
    /// Its text.
    pub source: SourceId,
    /// Its YAML tree.
    pub root: Node,
    /// What the grammar made of it.
    pub template: ServiceTemplate,
}

/// The files of a VNFD and the types they define or import.
#[derive(Debug, Default)]
pub struct Model {
    /// The files that could be read, the entry first.
    pub files: Vec<LoadedFile>,
    /// All types.
    pub types: TypeStore,
    /// Files that an import named and that could not be read, or not as a service template.
    pub unread: Vec<String>,
}

impl Model {
    /// The path of the file that a text came from.
    pub fn path(&self, source: SourceId) -> Option<&str> {
        self.files.iter().find(|file| file.source == source).map(|file| &*file.path)
    }

    /// The file of a path.
    pub fn file(&self, path: &str) -> Option<&LoadedFile> {
        self.files.iter().find(|file| &*file.path == path)
    }
}

/// Reads a service template, and further ones beside it, with everything they import.
/// Built-in types are those of `edition`; without one, of the edition that the import seems to mean.
pub fn load(files: &dyn Files, sources: &mut Sources, entries: &[&str], edition: Option<Edition>, problems: &mut Vec<Problem>) -> Model {
    let mut loader = Loader {
        files,
        sources,
        problems,
        model: Model { types: TypeStore::new(), ..Model::default() },
        seen: HashSet::new(),
        queue: Vec::new(),
        builtins: BTreeSet::new(),
        edition,
    };
    for entry in entries {
        loader.enqueue(entry, Place::File((*entry).to_owned()));
        loader.drain();
    }
    loader.finish()
}

struct Loader<'a> {
    files: &'a dyn Files,
    sources: &'a mut Sources,
    problems: &'a mut Vec<Problem>,
    model: Model,
    seen: HashSet<String>,
    /// Paths to read, each with the place that named it; taken from the end.
    queue: Vec<(String, Place)>,
    builtins: BTreeSet<Builtin>,
    edition: Option<Edition>,
}

impl Loader<'_> {
    fn enqueue(&mut self, path: &str, named_at: Place) {
        if self.seen.len() < MAX_FILES && self.seen.insert(path.to_owned()) {
            self.queue.push((path.to_owned(), named_at));
        }
    }

    fn drain(&mut self) {
        while let Some((path, named_at)) = self.queue.pop() {
            let text = match self.files.read_text(&path) {
                Ok(text) => text,
                Err(error) => {
                    self.unreadable(path, named_at, &error);
                    continue;
                }
            };
            self.read(&path, text);
        }
    }

    fn unreadable(&mut self, path: String, named_at: Place, error: &FileError) {
        if let FileError::NotUtf8 { text, offset } = error {
            let source = self.sources.add(path.as_str(), text.as_str());
            let span = Span::new(source, *offset, offset + char::REPLACEMENT_CHARACTER.len_utf8());
            self.problems.push(Problem::at(ProblemKind::YamlEncoding, span, "these bytes are not UTF-8").help("save the file as UTF-8"));
            self.model.unread.push(path);
            return;
        }
        let kind = match error {
            FileError::TooLarge { .. } => ProblemKind::YamlBudget,
            FileError::Missing | FileError::NotUtf8 { .. } | FileError::Unreadable(_) => ProblemKind::UnreadableFile,
        };
        let place = if *error == FileError::Missing { named_at } else { Place::File(path.clone()) };
        self.problems.push(Problem::new(kind, place, format!("`{path}` cannot be read: {error}")));
        self.model.unread.push(path);
    }

    fn read(&mut self, path: &str, text: String) {
        let known = self.sources.find(path).filter(|id| self.sources.get(*id).text() == text);
        let source = known.unwrap_or_else(|| self.sources.add(path, text));
        let text = self.sources.get(source).text();
        let (root, faults) = yaml::parse_one(source, text);
        self.problems.extend(faults.into_iter().map(Problem::from));
        let Some(root) = root.filter(|root| !root.is_null()) else {
            self.model.unread.push(path.to_owned());
            return;
        };
        let Some(template) = grammar::read(&root, self.problems) else {
            self.model.unread.push(path.to_owned());
            return;
        };
        // The queue is taken from its end: reversed, the first import is read first.
        for import in template.imports.iter().rev() {
            self.import(path, import, template.version.as_ref().map(grammar::Name::as_str));
        }
        if let Some(edition) = profile::declared(&template) {
            self.model.types.import_edition(edition);
        }
        for definition in &template.types {
            if let Added::Conflict(first) = self.model.types.add(definition.clone()) {
                let message =
                    format!("the {} `{}` is defined a second time with other content", definition.kind.label(), definition.name.as_str());
                let problem = Problem::at(ProblemKind::TypeRedefined, definition.name.span, message);
                self.problems.push(problem.related(first, "the first definition").help("keep one of the two, or rename one"));
            }
        }
        self.model.files.push(LoadedFile { path: path.into(), source, root, template });
    }

    fn import(&mut self, importing: &str, import: &Import, version: Option<&str>) {
        let wanted = import.file.as_str();
        let place = Place::Span(import.file.span);
        if let Some(found) = self.carried(importing, wanted) {
            self.enqueue(&found, place);
            return;
        }
        if let Some(builtin) = profile::for_import(wanted, version) {
            let forced = self.edition.map_or(builtin, |edition| builtin.of_edition(edition));
            self.builtin(forced, import);
            return;
        }
        let problem = |message: String| Problem::at(ProblemKind::Import, import.file.span, message);
        if is_url(wanted) || import.repository.is_some() {
            let help = "put the file into the package and import it by its path; nothing is fetched from a network";
            self.problems.push(problem(format!("the package does not carry `{wanted}`")).help(help));
        } else {
            let near = near(self.files, importing, wanted).map(|near| format!("did you mean `{near}`?"));
            self.problems.push(problem(format!("the package has no file `{wanted}`")).maybe_help(near));
        }
        self.model.unread.push(wanted.to_owned());
    }

    /// The file of the package that an import means; for a URL the file of that name beside the importing one.
    fn carried(&self, importing: &str, wanted: &str) -> Option<String> {
        if is_url(wanted) {
            let name = wanted.rsplit('/').next()?;
            return join(folder(importing), name).filter(|path| self.files.exists(path));
        }
        find(self.files, importing, wanted).map(|found| found.path)
    }

    fn builtin(&mut self, builtin: Builtin, import: &Import) {
        let first = self.builtins.insert(builtin);
        if first && builtin != Builtin::Vnfpkg {
            let message = format!("the package does not carry `{}`; {} built into vnfpkg are used", import.file.as_str(), builtin.label());
            self.problems.push(Problem::at(ProblemKind::BuiltinImport, import.file.span, message));
        }
    }

    fn finish(mut self) -> Model {
        for builtin in std::mem::take(&mut self.builtins) {
            self.model.types.add_builtin(builtin);
        }
        self.model
    }
}
