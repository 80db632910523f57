//! The `[validate]` table of `vnfpkg.toml`: what its owner wants of `validate`, as data. Where the file lies, and what stands in its other
//! tables, is the business of the caller.

mod read;
mod table;
#[cfg(test)]
mod tests;

use globset::GlobMatcher;
use vnfpkg_diag::{Severity, Span};

use crate::edition::{Sol001, Sol004};
use crate::target::Target;

pub use read::read;

/// Settings of `validate`. What is not given is `None` or empty, so that the command line and the defaults decide.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// `strict`: hints too, and the letter of the standard.
    pub strict: Option<bool>,
    /// `fail-on`: the severity that fails the command; `Some(None)` for `never`.
    pub fail_on: Option<Option<Severity>>,
    /// `sol004`: the edition to hold the package to.
    pub sol004: Option<Sol004>,
    /// `sol001`: the edition to hold the VNFD to.
    pub sol001: Option<Sol001>,
    /// `targets`: the systems whose verdict is predicted.
    pub targets: Vec<Target>,
    /// `trust`: files with certificates; relative paths count from the file of the settings.
    pub trust: Vec<String>,
    /// `baseline`: the file of findings that are known; a relative path counts from the file of the settings.
    pub baseline: Option<String>,
    /// `[validate.severity]`: severities by code.
    pub severities: Vec<(&'static str, Level)>,
    /// `[[validate.allow]]`: findings that are accepted.
    pub allows: Vec<Allow>,
}

/// The severity that the settings give a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Its findings are dropped.
    Off,
    /// Its findings have this severity.
    As(Severity),
}

/// One `[[validate.allow]]`: findings of a rule that are accepted, and why.
#[derive(Debug, Clone)]
pub struct Allow {
    /// Code of the rule.
    pub code: &'static str,
    /// Which files inside the package; `None` for all of it.
    pub path: Option<GlobMatcher>,
    /// Which packages, by file name; `None` for all.
    pub package: Option<GlobMatcher>,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub span: Span,
}

impl Settings {
    /// The severity that a rule is given.
    pub fn level(&self, code: &str) -> Option<Level> {
        self.severities.iter().find(|(known, _)| *known == code).map(|(_, level)| *level)
    }
}

impl Allow {
    /// Is it meant for a package of this file name?
    pub fn is_for(&self, package: &str) -> bool {
        self.package.as_ref().is_none_or(|glob| glob.is_match(package))
    }

    /// Does it accept a finding of `code` in a file of the package? `None` stands for the package as a whole.
    pub fn accepts(&self, code: &str, file: Option<&str>) -> bool {
        let at_path = match (&self.path, file) {
            (None, _) => true,
            (Some(glob), Some(file)) => glob.is_match(file),
            (Some(_), None) => false,
        };
        self.code == code && at_path
    }
}
