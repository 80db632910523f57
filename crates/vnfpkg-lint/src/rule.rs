//! What a rule is made of.

use vnfpkg_diag::{Finding, Place, RuleInfo, Severity, Span};

use crate::context::Context;
use crate::findings::Findings;

/// A rule: what it is called, which typed problems of lower crates it answers for, and what it looks at itself.
pub(crate) struct Rule {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) severity: Severity,
    pub(crate) clause: &'static str,
    pub(crate) answers: &'static [Answer],
    pub(crate) check: Option<fn(&Context<'_>) -> Findings>,
}

impl Rule {
    /// What most rules leave as it is.
    pub(crate) const BASE: Self = Self { code: "", name: "", title: "", severity: Severity::Error, clause: "", answers: &[], check: None };

    pub(crate) const fn info(&self, doc: &'static str) -> RuleInfo {
        RuleInfo { code: self.code, name: self.name, title: self.title, severity: self.severity, clause: self.clause, doc }
    }

    /// A finding at a place.
    pub(crate) fn finding(&self, place: Place, message: impl Into<String>) -> Finding {
        Finding::new(&self.info(""), place, message)
    }

    /// A finding at a range of text.
    pub(crate) fn at(&self, span: Span, message: impl Into<String>) -> Finding {
        self.finding(Place::Span(span), message)
    }

    /// A finding about a file as a whole.
    pub(crate) fn file(&self, path: &str, message: impl Into<String>) -> Finding {
        self.finding(Place::File(path.to_owned()), message)
    }
}

/// The sort of a typed problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Csar(vnfpkg_csar::ProblemKind),
    Tosca(vnfpkg_tosca::ProblemKind),
    Plan(vnfpkg_plan::problem::ProblemKind),
}

/// A sort of problem that a rule answers for, with a severity of its own where it has one.
pub(crate) struct Answer {
    pub(crate) kind: Kind,
    pub(crate) severity: Option<Severity>,
}

impl Answer {
    pub(crate) const fn csar(kind: vnfpkg_csar::ProblemKind) -> Self {
        Self { kind: Kind::Csar(kind), severity: None }
    }

    pub(crate) const fn tosca(kind: vnfpkg_tosca::ProblemKind) -> Self {
        Self { kind: Kind::Tosca(kind), severity: None }
    }

    pub(crate) const fn plan(kind: vnfpkg_plan::problem::ProblemKind) -> Self {
        Self { kind: Kind::Plan(kind), severity: None }
    }

    pub(crate) const fn severity(self, severity: Severity) -> Self {
        Self { severity: Some(severity), ..self }
    }
}

/// A rule with its page.
pub(crate) struct Registered {
    pub(crate) rule: &'static Rule,
    pub(crate) info: RuleInfo,
}

impl Registered {
    pub(crate) const fn new(rule: &'static Rule, doc: &'static str) -> Self {
        Self { rule, info: rule.info(doc) }
    }
}

/// Length of the page that a rule's file begins with.
pub(crate) const fn page_len(source: &str) -> usize {
    walk(source.as_bytes(), &mut [])
}

/// The page that a rule's file begins with: its `//!` lines without that mark.
pub(crate) const fn page<const N: usize>(source: &str) -> [u8; N] {
    let mut page = [0; N];
    walk(source.as_bytes(), &mut page);
    page
}

/// Copies the page as far as there is room, and gives its length.
const fn walk(source: &[u8], page: &mut [u8]) -> usize {
    let mut at = 0;
    let mut length = 0;
    while at + 3 <= source.len() && source[at] == b'/' && source[at + 1] == b'/' && source[at + 2] == b'!' {
        at += 3;
        if at < source.len() && source[at] == b' ' {
            at += 1;
        }
        let mut ended = false;
        while at < source.len() && !ended {
            ended = source[at] == b'\n';
            if length < page.len() {
                page[length] = source[at];
            }
            length += 1;
            at += 1;
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::{page, page_len};

    #[test]
    fn a_page_is_the_comment_at_the_top() {
        const SOURCE: &str = "//! One.\n//!\n//!  two\nuse x;\n//! no\n";
        const PAGE: [u8; page_len(SOURCE)] = page(SOURCE);
        assert_eq!(std::str::from_utf8(&PAGE).unwrap(), "One.\n\n two\n");
    }
}
