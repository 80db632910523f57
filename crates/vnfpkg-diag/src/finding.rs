//! One fault of a package, as data.

use serde::Serialize;

use crate::source::{Sources, Span};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing breaks.
    Info,
    /// Breaks somewhere, or is likely a mistake.
    Warning,
    /// Breaks the standard, or the run.
    Error,
}

impl Severity {
    /// The lower-case word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a rule is: the text of `explain`, of the SARIF help and of the docs page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RuleInfo {
    /// Stable code, such as `MET07`.
    pub code: &'static str,
    /// Stable name in kebab-case, such as `entry-definitions`.
    pub name: &'static str,
    /// One line that says what the rule demands.
    pub title: &'static str,
    /// Severity unless a profile changes it.
    pub severity: Severity,
    /// The clause it stems from, such as `SOL004 §4.1.2.3`; empty for a rule of ours.
    pub clause: &'static str,
    /// The page of the rule in Markdown: what, why, a bad and a good example.
    pub doc: &'static str,
}

/// Where a finding is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A range of a text.
    Span(Span),
    /// A file that has no lines, or that is missing: its path inside the package.
    File(String),
    /// The package as a whole.
    Package,
}

/// A place and what it has to do with the finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Location {
    /// Where.
    pub place: Place,
    /// A short label beside the marked text; may be empty.
    pub label: String,
}

/// May a fix be applied without a person looking at it?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FixSafety {
    /// The meaning of the package stays.
    Safe,
    /// The meaning may change; `--fix=unsafe` only.
    Unsafe,
}

/// Replaces the text of a span.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// A change that removes a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// What the change does, imperative: `quote the version`.
    pub title: String,
    /// Whether it may be applied unseen.
    pub safety: FixSafety,
    /// Edits of one or more texts; they do not overlap.
    pub edits: Vec<Edit>,
}

/// One fault: which rule, where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Code of the rule.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// Where it is wrong.
    pub primary: Location,
    /// Other places that explain it, such as the definition it contradicts.
    pub related: Vec<Location>,
    /// What to do, one sentence.
    pub help: Option<String>,
    /// A change that mends it.
    pub fix: Option<Fix>,
    /// The clause that demands it, when it differs from the rule's.
    pub clause: Option<&'static str>,
    /// How many findings it stands for: 1, or more when it only tells the number of those that are not listed.
    pub stands_for: usize,
    /// The one file of the package that is in doubt; who does not take that file may go on.
    #[serde(skip)]
    pub doubts: Option<String>,
}

impl Finding {
    /// A finding of a rule at a place.
    pub fn new(rule: &RuleInfo, place: Place, message: impl Into<String>) -> Self {
        Self {
            code: rule.code,
            severity: rule.severity,
            message: message.into(),
            primary: Location { place, label: String::new() },
            related: Vec::new(),
            help: None,
            fix: None,
            clause: None,
            stands_for: 1,
            doubts: None,
        }
    }

    /// A finding of a rule at a range of text.
    pub fn at(rule: &RuleInfo, span: Span, message: impl Into<String>) -> Self {
        Self::new(rule, Place::Span(span), message)
    }

    /// Puts a label beside the marked text.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.primary.label = label.into();
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a place that explains the fault.
    #[must_use]
    pub fn related(mut self, place: Place, label: impl Into<String>) -> Self {
        self.related.push(Location { place, label: label.into() });
        self
    }

    /// Changes the severity from the rule's own.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Adds a change that mends it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Says that one file of the package is in doubt, and nothing else.
    #[must_use]
    pub fn doubts(mut self, path: impl Into<String>) -> Self {
        self.doubts = Some(path.into());
        self
    }

    /// The name of the file it is in; `None` for the package as a whole.
    pub fn file<'a>(&'a self, sources: &'a Sources) -> Option<&'a str> {
        match &self.primary.place {
            Place::Span(span) => Some(sources.get(span.source).name()),
            Place::File(path) => Some(path),
            Place::Package => None,
        }
    }
}

/// Puts findings in the order in which people read them: by file name, place, code, message. Equal findings are kept once.
pub fn sort_findings(findings: &mut Vec<Finding>, sources: &Sources) {
    let key = |finding: &Finding| {
        let start = match finding.primary.place {
            Place::Span(span) => span.start,
            Place::File(_) | Place::Package => 0,
        };
        (finding.file(sources).map(str::to_owned), start, finding.code, finding.message.clone())
    };
    findings.sort_by_cached_key(key);
    findings.dedup();
}
