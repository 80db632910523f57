//! What a system that takes packages would say to this one. The systems differ from the standard and from each other, so their verdict
//! stands beside the findings: a package may be sound and refused, or faulty and taken.

mod onap;
mod tacker;

use vnfpkg_diag::{Finding, Severity, Sources};

use crate::context::Context;
use crate::findings::Findings;
use crate::rules::{ONAP, TACKER};

/// A system whose verdict can be predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// OpenStack Tacker 16 with tosca-parser 2.15.
    Tacker,
    /// The onboarding of ONAP SDC.
    Onap,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Tacker, Self::Onap];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tacker => "tacker",
            Self::Onap => "onap",
        }
    }

    /// Its name in a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Tacker => "Tacker",
            Self::Onap => "ONAP",
        }
    }
}

/// The targets that are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Targets {
    tacker: bool,
    onap: bool,
}

impl Targets {
    /// All of a list.
    pub fn of(targets: &[Target]) -> Self {
        Self { tacker: targets.contains(&Target::Tacker), onap: targets.contains(&Target::Onap) }
    }

    fn has(self, target: Target) -> bool {
        match target {
            Target::Tacker => self.tacker,
            Target::Onap => self.onap,
        }
    }
}

/// The verdict of a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prediction {
    /// Whose.
    pub target: Target,
    /// Why it would refuse the package (errors), or what its verdict hangs on (warnings), sorted by place.
    pub reasons: Vec<Finding>,
}

impl Prediction {
    /// Would it refuse the package?
    pub fn refuses(&self) -> bool {
        self.reasons.iter().any(|reason| reason.severity == Severity::Error)
    }

    /// The verdict as a sentence without a full stop.
    pub fn verdict(&self) -> String {
        let system = self.target.label();
        match (self.refuses(), self.reasons.is_empty()) {
            (true, _) => format!("{system} would refuse this package"),
            (false, true) => format!("{system} would take this package"),
            (false, false) => format!("{system} would take this package, depending on what follows"),
        }
    }
}

/// The verdicts of the targets.
pub(crate) fn predict(targets: Targets, context: &Context<'_>, sources: &Sources) -> Vec<Prediction> {
    let asked = Target::ALL.into_iter().filter(|target| targets.has(*target));
    let prediction = |target| {
        let reasons = match target {
            Target::Tacker => tacker::reasons(context, sources),
            Target::Onap => onap::reasons(context, sources),
        };
        Prediction { target, reasons: reasons.sorted(sources) }
    };
    asked.map(prediction).collect()
}

/// The verdicts over a package that cannot even be listed.
pub(crate) fn unreadable(targets: Targets, found: &Findings) -> Vec<Prediction> {
    let asked = Target::ALL.into_iter().filter(|target| targets.has(*target));
    let prediction = |target| {
        let rule = if target == Target::Tacker { TACKER } else { ONAP };
        let reasons = found.iter().map(|finding| rule.finding(finding.primary.place.clone(), finding.message.as_str())).collect();
        Prediction { target, reasons }
    };
    asked.map(prediction).collect()
}
