//! Findings that are known: a file that is written once, so that only new findings fail. Lines are not part of it, so that text above a
//! finding may change.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vnfpkg_diag::{Finding, Sources};

/// Version of the format.
const VERSION: u32 = 1;

/// Known findings by package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    packages: BTreeMap<String, BTreeMap<Key, usize>>,
}

/// Why a baseline cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is no such file.
    #[error("it is no baseline of vnfpkg: {0}")]
    Form(#[from] serde_json::Error),
    /// A newer program wrote it.
    #[error("it has version {0}, this program reads version {VERSION}")]
    Version(u32),
}

/// What a finding is recognised by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    code: String,
    file: String,
    message: String,
}

#[derive(Serialize, Deserialize)]
struct Document {
    baseline: u32,
    packages: BTreeMap<String, Vec<Record>>,
}

#[derive(Serialize, Deserialize)]
struct Record {
    code: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    file: String,
    message: String,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    count: usize,
}

fn one() -> usize {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_one(count: &usize) -> bool {
    *count == 1
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// When it is no baseline, or one of a newer version.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let document: Document = serde_json::from_str(text)?;
        if document.baseline != VERSION {
            return Err(BaselineError::Version(document.baseline));
        }
        let mut baseline = Self::default();
        for (package, records) in document.packages {
            let known = baseline.packages.entry(package).or_default();
            for Record { code, file, message, count } in records {
                *known.entry(Key { code, file, message }).or_default() += count;
            }
        }
        Ok(baseline)
    }

    /// Adds the findings of a package.
    pub fn add(&mut self, package: &str, findings: &[Finding], sources: &Sources) {
        let known = self.packages.entry(stem(package).to_owned()).or_default();
        for finding in findings {
            *known.entry(Key::of(finding, sources)).or_default() += 1;
        }
    }

    /// The text of the file: sorted, one finding a line or so, so that changes show in a diff.
    pub fn render(&self) -> String {
        let record = |(key, count): (&Key, &usize)| Record {
            code: key.code.clone(),
            file: key.file.clone(),
            message: key.message.clone(),
            count: *count,
        };
        let packages = self.packages.iter().map(|(package, known)| (package.clone(), known.iter().map(record).collect())).collect();
        let text = serde_json::to_string_pretty(&Document { baseline: VERSION, packages });
        // Maps of strings can always be written.
        text.unwrap_or_default() + "\n"
    }

    /// What is known of a package.
    pub(super) fn of(&self, package: &str) -> Known {
        Known { left: self.packages.get(stem(package)).cloned().unwrap_or_default() }
    }
}

/// What is known of one package and was not met yet.
pub(super) struct Known {
    left: BTreeMap<Key, usize>,
}

impl Known {
    /// Is the finding known? Each known finding accepts one.
    pub(super) fn accept(&mut self, finding: &Finding, sources: &Sources) -> bool {
        match self.left.get_mut(&Key::of(finding, sources)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }

    /// Known findings that are no more.
    pub(super) fn left(&self) -> usize {
        self.left.values().sum()
    }
}

impl Key {
    fn of(finding: &Finding, sources: &Sources) -> Self {
        Self { code: finding.code.to_owned(), file: finding.file(sources).unwrap_or("").to_owned(), message: finding.message.clone() }
    }
}

/// A folder and the archive made from it are one package.
fn stem(package: &str) -> &str {
    [".csar", ".zip"].iter().find_map(|extension| package.strip_suffix(extension)).unwrap_or(package)
}
