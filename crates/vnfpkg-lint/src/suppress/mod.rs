//! Which findings are accepted: by a comment beside them, by the settings, by a baseline. What accepts nothing is a finding itself.

mod baseline;
mod comment;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use vnfpkg_diag::{Finding, Severity, Sources};

use crate::rules::UNUSED;
use crate::settings::{Level, Settings};

pub use baseline::{Baseline, BaselineError};
use comment::Comments;

/// What is known about the findings of one package before they are shown.
#[derive(Debug, Clone, Copy)]
pub struct Acceptance<'a> {
    /// The settings that hold for the package.
    pub settings: &'a Settings,
    /// Findings that are known.
    pub baseline: Option<&'a Baseline>,
    /// File name of the package.
    pub package: &'a str,
    /// Report hints too.
    pub pedantic: bool,
    /// Were digests compared? If not, what accepts findings about content cannot be told to be unused.
    pub digests: bool,
    /// Take notice of comments.
    pub comments: bool,
}

/// The findings of a package after that.
#[derive(Debug, Default)]
pub struct Accepted {
    /// Findings that stay. Those about comments that accept nothing are among them.
    pub findings: Vec<Finding>,
    /// Findings that were accepted.
    pub suppressed: Vec<Finding>,
    /// Which of [`Settings::allows`] accepted something, by index.
    pub used: BTreeSet<usize>,
    /// Entries of the baseline that this package no longer has.
    pub fixed: usize,
}

impl Acceptance<'_> {
    /// Sorts findings into those that stay and those that are accepted. They have to be all that were found, hints included.
    pub fn sort(&self, findings: Vec<Finding>, sources: &Sources) -> Accepted {
        let (mut comments, mut faults) = if self.comments { Comments::of(sources) } else { <(Comments, Vec<Finding>)>::default() };
        let mut known = self.baseline.map(|baseline| baseline.of(self.package));
        let mut accepted = Accepted::default();
        for finding in findings {
            let Some(finding) = self.level(finding) else { continue };
            let is_accepted = comments.accept(&finding, sources)
                || self.allow(&finding, sources, &mut accepted.used)
                || known.as_mut().is_some_and(|known| known.accept(&finding, sources));
            if is_accepted {
                accepted.suppressed.push(finding);
            } else {
                accepted.findings.push(finding);
            }
        }
        faults.extend(comments.unused(|code| self.can_tell(code)));
        accepted.findings.extend(faults.into_iter().filter_map(|finding| self.level(finding)));
        accepted.findings.retain(|finding| self.pedantic || finding.severity > Severity::Info);
        vnfpkg_diag::sort_findings(&mut accepted.findings, sources);
        accepted.fixed = known.map_or(0, |known| known.left());
        accepted
    }

    /// The finding with the severity that the settings give its rule.
    fn level(&self, finding: Finding) -> Option<Finding> {
        match self.settings.level(finding.code) {
            None => Some(finding),
            Some(Level::Off) => None,
            Some(Level::As(severity)) => Some(finding.severity(severity)),
        }
    }

    fn allow(&self, finding: &Finding, sources: &Sources, used: &mut BTreeSet<usize>) -> bool {
        let accepts = |(at, allow): (usize, &crate::settings::Allow)| {
            (allow.is_for(self.package) && allow.accepts(finding.code, finding.file(sources))).then_some(at)
        };
        let found = self.settings.allows.iter().enumerate().find_map(accepts);
        used.extend(found);
        found.is_some()
    }

    fn can_tell(&self, code: &str) -> bool {
        self.digests || !OF_CONTENT.contains(&code)
    }
}

/// Rules that find nothing when no digests are compared.
const OF_CONTENT: [&str; 4] = ["MAN10", "MET14", "NFV11", "ZIP02"];

/// Findings about `allow` entries that accepted nothing in any of these packages; those meant for other packages are left alone.
pub fn unused_allows(settings: &Settings, used: &BTreeSet<usize>, packages: &[&str], digests: bool) -> Vec<Finding> {
    let idle = settings.allows.iter().enumerate().filter(|(at, allow)| {
        !used.contains(at) && packages.iter().any(|package| allow.is_for(package)) && (digests || !OF_CONTENT.contains(&allow.code))
    });
    let findings = idle.map(|(_, allow)| unused(allow.span, allow.code));
    findings.filter(|_| settings.level(UNUSED.code) != Some(Level::Off)).collect()
}

fn unused(span: vnfpkg_diag::Span, code: &str) -> Finding {
    UNUSED.at(span, format!("nothing here breaks {code}")).help("remove it")
}

/// Help for a name that no rule has.
pub(crate) fn similar(name: &str) -> String {
    let upper = name.to_uppercase();
    let near = vnfpkg_tosca::nearest(&upper, crate::rules().map(|rule| rule.code));
    near.map_or_else(|| "`vnfpkg rules` lists them".to_owned(), |near| format!("did you mean `{near}`?"))
}
