//! The step library that is compiled in: lifecycle documents that stand in for management drivers.

use vnfpkg_diag::Sources;
use vnfpkg_tosca::load::{FileError, Files};

use crate::bundle::Bundle;
use crate::lifecycle::parse_document;
use crate::problem::Problem;

/// One step set: a lifecycle document with its templates and types.
#[derive(Debug, Clone, Copy)]
pub struct StepSet {
    /// Its name.
    pub name: &'static str,
    /// Its files: name and content.
    pub files: &'static [(&'static str, &'static str)],
}

/// Name of the document in a step set.
pub const DOCUMENT: &str = "lifecycle.yaml";

static STEP_SETS: &[StepSet] = include!(concat!(env!("OUT_DIR"), "/step_sets.rs"));

/// All step sets.
pub fn step_sets() -> &'static [StepSet] {
    STEP_SETS
}

impl StepSet {
    /// The content of one of its files.
    pub fn file(&self, name: &str) -> Option<&'static str> {
        self.files.iter().find(|(file, _)| *file == name).map(|(_, text)| *text)
    }

    /// The path under which people see one of its files.
    pub fn shown(&self, name: &str) -> String {
        format!("built-in/{}/{name}", self.name)
    }

    /// Loads the document and its templates.
    pub fn load(&self, sources: &mut Sources) -> (Bundle, Vec<Problem>) {
        let text = self.file(DOCUMENT).unwrap_or_default();
        Bundle::load(&self.shown(DOCUMENT), text, &|name| self.template(name), sources)
    }

    fn template(&self, name: &str) -> Result<(String, String), String> {
        let text = self.file(name).ok_or_else(|| "it is not in the step set".to_owned())?;
        Ok((self.shown(name), text.to_owned()))
    }

    /// Management drivers that it stands in for.
    pub fn answers(&self) -> Vec<String> {
        let mut sources = Sources::new();
        let text = self.file(DOCUMENT).unwrap_or_default();
        let source = sources.add(self.name, text);
        parse_document(source, text).0.answers
    }
}

/// Its files, for whoever reads the types in them.
impl Files for StepSet {
    fn read_text(&self, path: &str) -> Result<String, FileError> {
        self.file(path).map(str::to_owned).ok_or(FileError::Missing)
    }

    fn exists(&self, path: &str) -> bool {
        self.file(path).is_some()
    }

    fn near(&self, _path: &str) -> Option<String> {
        None
    }
}

/// The step set that stands in for a management driver.
pub fn for_driver(driver: &str) -> Option<&'static StepSet> {
    STEP_SETS.iter().find(|set| set.answers().iter().any(|name| name == driver))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_set_is_sound() {
        for set in step_sets() {
            let mut sources = Sources::new();
            let (bundle, problems) = set.load(&mut sources);
            assert_eq!(problems, [], "{}", set.name);
            assert!(!bundle.document.operations.is_empty());
        }
    }

    #[test]
    fn a_driver_finds_its_step_set() {
        assert_eq!(for_driver("mgmt-drivers-private-registry").map(|set| set.name), Some("private_registry"));
        assert_eq!(for_driver("mgmt-drivers-kubernetes").map(|set| set.name), Some("kubernetes_cluster"));
        assert!(for_driver("mgmt-drivers-unknown").is_none());
    }
}
