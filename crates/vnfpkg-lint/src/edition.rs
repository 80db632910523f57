//! Editions of the standards that a package can be held to.

use vnfpkg_diag::Severity;
use vnfpkg_tosca::profile::Edition;

/// An edition of SOL004. Editions in which nothing that is checked differs count as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sol004 {
    /// V2.3.1 to V2.5.1: keys of TOSCA.meta without `ETSI-`, four metadata in the manifest.
    V2_5_1,
    /// V2.6.1: keys with `ETSI-`, non-MANO artifact sets.
    V2_6_1,
    /// V2.7.1 to V3.x: eight metadata in the manifest.
    V2_7_1,
    /// V4.x and V5.x: the older keys are deprecated rather than unknown.
    V5_1_1,
}

impl Sol004 {
    /// Version numbers and what they mean.
    pub const NAMES: [(&'static str, Self); 14] = [
        ("2.3.1", Self::V2_5_1),
        ("2.4.1", Self::V2_5_1),
        ("2.5.1", Self::V2_5_1),
        ("2.6.1", Self::V2_6_1),
        ("2.7.1", Self::V2_7_1),
        ("2.8.1", Self::V2_7_1),
        ("3.3.1", Self::V2_7_1),
        ("3.5.1", Self::V2_7_1),
        ("3.6.1", Self::V2_7_1),
        ("4.2.1", Self::V5_1_1),
        ("4.3.1", Self::V5_1_1),
        ("4.4.1", Self::V5_1_1),
        ("5.1.1", Self::V5_1_1),
        ("5.2.1", Self::V5_1_1),
    ];

    /// The severity of a finding of a rule under this edition; `None` when the edition does not ask for it.
    fn judge(self, code: &str, severity: Severity) -> Option<Severity> {
        match (code, self) {
            // The older keys are the keys of that edition, and so is `vnf_release_data_time`.
            ("MET11", Self::V2_5_1) => None,
            ("MAN02", Self::V2_5_1) if severity == Severity::Warning => None,
            ("MET11", Self::V2_6_1 | Self::V2_7_1) => Some(Severity::Error),
            ("MET11", Self::V5_1_1) => Some(Severity::Warning),
            ("MAN03", Self::V2_5_1 | Self::V2_6_1) => None,
            ("MAN03", Self::V2_7_1 | Self::V5_1_1) => Some(Severity::Error),
            ("MET08", Self::V2_6_1 | Self::V2_7_1 | Self::V5_1_1) => Some(Severity::Error),
            _ => Some(severity),
        }
    }
}

/// An edition of SOL001, as far as its types are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sol001 {
    /// V2.5.1
    V2_5_1,
    /// V2.6.1
    V2_6_1,
    /// V2.7.1
    V2_7_1,
    /// V3.3.1
    V3_3_1,
    /// V4.4.1
    V4_4_1,
}

impl Sol001 {
    /// Version numbers and what they mean.
    pub const NAMES: [(&'static str, Self); 5] =
        [("2.5.1", Self::V2_5_1), ("2.6.1", Self::V2_6_1), ("2.7.1", Self::V2_7_1), ("3.3.1", Self::V3_3_1), ("4.4.1", Self::V4_4_1)];

    /// Its version number.
    pub fn version(self) -> &'static str {
        Self::NAMES.iter().find(|(_, edition)| *edition == self).map_or("", |(name, _)| name)
    }

    /// The built-in types that stand for it; V2.5.1 is read with those of V2.6.1.
    pub(crate) fn types(self) -> Edition {
        match self {
            Self::V2_5_1 | Self::V2_6_1 => Edition::V2_6_1,
            Self::V2_7_1 => Edition::V2_7_1,
            Self::V3_3_1 => Edition::V3_3_1,
            Self::V4_4_1 => Edition::V4_4_1,
        }
    }

    fn judge(self, code: &str, severity: Severity) -> Option<Severity> {
        match (code, self) {
            // The pattern of `vnfm_info` is that of V2.6.1.
            ("NFV03", Self::V2_5_1) => None,
            ("NFV03", _) => Some(Severity::Error),
            _ => Some(severity),
        }
    }
}

/// What the standards say `shall` about, and real systems do without.
const LETTER: [&str; 11] = ["MAN02", "MAN05", "MAN12", "MET06", "MET08", "MET11", "NFV02", "NFV03", "TOS09", "TOS13", "TOS20"];

/// What a package is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Editions {
    /// The edition of SOL004; `None` accepts each.
    pub sol004: Option<Sol004>,
    /// The edition of SOL001; `None` accepts each.
    pub sol001: Option<Sol001>,
    /// What the standards demand is an error even where every system does without.
    pub strict: bool,
}

impl Editions {
    /// The severity of a finding of a rule; `None` when it is none under these editions.
    pub fn judge(&self, code: &str, found: Severity) -> Option<Severity> {
        let mut severity = match self.sol004 {
            Some(edition) => edition.judge(code, found)?,
            None => found,
        };
        if let Some(edition) = self.sol001 {
            severity = severity.max(edition.judge(code, found)?);
        }
        let letter = self.strict && severity == Severity::Warning && LETTER.contains(&code);
        Some(if letter { Severity::Error } else { severity })
    }
}
