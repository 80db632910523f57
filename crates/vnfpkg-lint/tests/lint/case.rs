//! One fault at a time: it is found by its rule, at its file and line, and nothing else is.

use vnfpkg_lint::Options;

use crate::common::{Base, Found, findings_of};

/// A broken package and the one finding that it has.
pub(crate) struct Case {
    name: &'static str,
    pub(crate) code: &'static str,
    file: &'static str,
    /// A text of the line where it is; empty for a file without lines.
    line: &'static str,
    package: Base,
}

pub(crate) fn case(name: &'static str, code: &'static str, file: &'static str, line: &'static str, package: Base) -> Case {
    Case { name, code, file, line, package }
}

impl Case {
    fn line_number(&self, package: &Base) -> u32 {
        if self.line.is_empty() {
            return 0;
        }
        let text = String::from_utf8_lossy(&package.files[self.file]).into_owned();
        let at = text.find(self.line).unwrap_or_else(|| panic!("{}: {:?} is not in {}", self.name, self.line, self.file));
        u32::try_from(text[..at].matches('\n').count() + 1).unwrap()
    }

    /// What is wrong with what was found; `None` when it is as it should be.
    fn failure(self, hints: bool) -> Option<String> {
        let package = if self.package.is_sealed() { self.package.clone() } else { self.package.clone().sealed() };
        let expected: Found = (self.code.to_owned(), self.file.to_owned(), self.line_number(&package));
        let options = Options { pedantic: hints, ..Options::default() };
        let mut found = findings_of("base.csar", package.zip(), &options);
        if hints {
            found.retain(|found| *found == expected);
        }
        (found != [expected.clone()]).then(|| format!("{}: expected {expected:?}, found {found:?}", self.name))
    }
}

pub(crate) fn assert_cases(cases: Vec<Case>, hints: bool) {
    let failures: Vec<String> = cases.into_iter().filter_map(|case| case.failure(hints)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
