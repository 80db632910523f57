//! The form of a CSAR without TOSCA.meta (SOL004 §4.1.3, TOSCA Simple Profile 1.3 §6.3).

use crate::package::Package;

/// YAML files in the root of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RootYaml<'a> {
    /// There is none.
    None,
    /// Exactly one: the entry definitions.
    One(&'a str),
    /// Several, so none of them is the entry.
    Several(Vec<&'a str>),
}

impl<'a> RootYaml<'a> {
    /// The path of the only one.
    pub fn path(&self) -> Option<&'a str> {
        match self {
            Self::One(path) => Some(path),
            _ => None,
        }
    }
}

pub(crate) fn find(package: &Package) -> RootYaml<'_> {
    let is_root_yaml = |path: &str| !path.contains('/') && (path.ends_with(".yaml") || path.ends_with(".yml"));
    let mut found: Vec<&str> = package.files().map(|entry| entry.path.as_str()).filter(|path| is_root_yaml(path)).collect();
    match found.len() {
        0 => RootYaml::None,
        1 => found.pop().map_or(RootYaml::None, RootYaml::One),
        _ => RootYaml::Several(found),
    }
}
