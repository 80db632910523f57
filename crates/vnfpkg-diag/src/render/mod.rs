//! Findings as text: one file per format, one line in [`formats!`] that registers it. Every function here is total: whatever a hostile
//! package puts into names and texts, the result is a text without control characters of its making.

mod concise;
mod github;
mod gitlab;
mod human;
mod json;
mod jsonl;
mod junit;
mod place;
mod record;
mod sarif;
mod snippet;
mod text;

use std::fmt;
use std::str::FromStr;

use crate::{Finding, RuleInfo, Severity, Sources};

/// How the names of sources become paths for people and machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin<'a> {
    /// They are paths already: a request, an inventory.
    Files,
    /// They lie in a package that is a folder: `packages/x/Definitions/a.yaml`.
    Folder(&'a str),
    /// They lie in an archive: `x.csar!/Definitions/a.yaml`.
    Archive(&'a str),
}

/// The findings of one package.
#[derive(Debug, Clone, Copy)]
pub struct Group<'a> {
    /// What the names of the sources mean.
    pub origin: Origin<'a>,
    /// The texts that the findings point into.
    pub sources: &'a Sources,
    /// The findings in the order in which they are shown.
    pub findings: &'a [Finding],
}

/// All that a format may use.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The packages.
    pub groups: &'a [Group<'a>],
    /// All rules that could have found something.
    pub rules: &'a [&'static RuleInfo],
    /// Version of the program.
    pub tool_version: &'a str,
}

impl<'a> Input<'a> {
    /// The rule of a code.
    fn rule(&self, code: &str) -> Option<&'static RuleInfo> {
        self.rules.iter().find(|rule| rule.code == code).copied()
    }

    /// All findings with the package each belongs to.
    fn findings(&self) -> impl Iterator<Item = (&'a Group<'a>, &'a Finding)> {
        self.groups.iter().flat_map(|group| group.findings.iter().map(move |finding| (group, finding)))
    }
}

/// How a terminal wants it; formats for machines take no notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Columns of the terminal.
    pub width: usize,
    /// ANSI colours.
    pub color: bool,
    /// Characters beyond ASCII for drawing.
    pub unicode: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { width: 100, color: false, unicode: true }
    }
}

/// Renders findings. The text ends with a line end unless it is empty.
pub fn render(format: Format, input: &Input<'_>, style: Style) -> String {
    format.renderer()(input, style)
}

/// Findings for people under a heading, without the line that counts them.
pub fn block(heading: &str, input: &Input<'_>, style: Style) -> String {
    let mut text = format!("{}\n\n", text::plain(heading));
    for group in input.groups {
        text.push_str(&human::findings(input, group, style));
    }
    text
}

macro_rules! formats {
    ($($variant:ident $name:literal $about:literal $module:ident),* $(,)?) => {
        /// A format of findings.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Format {
            $(#[doc = $about] $variant,)*
        }

        impl Format {
            /// All formats.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it is for, one line.
            pub fn about(self) -> &'static str {
                match self { $(Self::$variant => $about,)* }
            }

            fn renderer(self) -> fn(&Input<'_>, Style) -> String {
                match self { $(Self::$variant => $module::render,)* }
            }
        }
    };
}

formats! {
    Human "human" "Text with the marked source, for people" human,
    Concise "concise" "One line per finding: file:line:column: severity[CODE] message" concise,
    Json "json" "One JSON document" json,
    Jsonl "jsonl" "One JSON object per line and finding" jsonl,
    Sarif "sarif" "SARIF 2.1.0, for code scanning" sarif,
    Junit "junit" "JUnit XML, one test case per rule" junit,
    Github "github" "Workflow commands of GitHub Actions" github,
    Gitlab "gitlab" "Code Quality report of GitLab" gitlab,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no format has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFormat(String);

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        write!(f, "there is no format `{}`; there are {}", text::plain(&self.0), names.join(", "))
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let found = Self::ALL.iter().find(|format| format.name() == name).copied();
        found.ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

/// How many findings there are of each severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counts {
    errors: usize,
    warnings: usize,
    infos: usize,
}

impl Counts {
    fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        findings.into_iter().fold(Self::default(), |mut counts, finding| {
            match finding.severity {
                Severity::Error => counts.errors += finding.stands_for,
                Severity::Warning => counts.warnings += finding.stands_for,
                Severity::Info => counts.infos += finding.stands_for,
            }
            counts
        })
    }
}

impl fmt::Display for Counts {
    /// `2 errors, 1 warning`; `no findings`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |count: usize, word: &str| match count {
            0 => None,
            1 => Some(format!("1 {word}")),
            _ => Some(format!("{count} {word}s")),
        };
        let parts = [part(self.errors, "error"), part(self.warnings, "warning"), part(self.infos, "hint")];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        f.write_str(if parts.is_empty() { "no findings" } else { "" })?;
        f.write_str(&parts.join(", "))
    }
}

#[cfg(test)]
mod tests;
