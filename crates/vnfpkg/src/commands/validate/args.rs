//! Arguments of `validate`.

use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};
use vnfpkg_diag::render::Format;
use vnfpkg_diag::{FixSafety, Severity};
use vnfpkg_lint::edition::{Sol001, Sol004};
use vnfpkg_lint::target::Target;

use crate::environment::variable;
use crate::exit::Failure;

/// Arguments of `validate`.
#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    /// Packages: `.csar`, `.zip` or a folder; `-` reads one from standard input
    #[arg(required = true, value_name = "PACKAGE")]
    pub(crate) packages: Vec<Utf8PathBuf>,
    /// How to print the findings: human, concise, json, jsonl, sarif, junit, github, gitlab; default is human, `github` in GitHub Actions and
    /// `gitlab` in GitLab CI
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    pub(crate) format: Option<Format>,
    /// Write the findings into a file too: `sarif=findings.sarif`; any format, may repeat
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = report)]
    pub(crate) reports: Vec<(Format, Utf8PathBuf)>,
    /// Fail when a finding is this bad, or worse; default is error
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,
    /// Do not read file contents for digests
    #[arg(long)]
    pub(crate) no_digest: bool,
    /// Report notes too; what the standards demand is an error even where every system does without
    #[arg(long)]
    pub(crate) strict: bool,
    /// Hold the package to this edition of SOL004, such as 2.6.1
    #[arg(long, value_name = "VERSION", value_parser = sol004)]
    pub(crate) sol004: Option<Sol004>,
    /// Hold the VNFD to this edition of SOL001, such as 2.6.1
    #[arg(long, value_name = "VERSION", value_parser = sol001)]
    pub(crate) sol001: Option<Sol001>,
    /// Say what this system would make of the package too: tacker, onap; may repeat
    #[arg(long = "target", value_name = "SYSTEM", value_parser = target)]
    pub(crate) targets: Vec<Target>,
    /// Demand a signature whose certificate leads to one of these (PEM); may repeat
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Vec<Utf8PathBuf>,
    /// Leave out the findings that this file knows
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<Utf8PathBuf>,
    /// Write all findings into the file of `--baseline` instead of reporting them
    #[arg(long, conflicts_with_all = ["fix", "reports"])]
    pub(crate) write_baseline: bool,
    /// Report accepted findings too: take no notice of vnfpkg.toml, comments and baselines
    #[arg(long, conflicts_with = "baseline")]
    pub(crate) no_suppress: bool,
    /// Mend what can be mended, then check again. `--fix=unsafe` also where the meaning may change. A folder is changed in place, of an archive a
    /// new one is written with `--output`
    #[arg(long, value_enum, value_name = "LEVEL", num_args = 0..=1, require_equals = true, default_missing_value = "safe")]
    pub(crate) fix: Option<FixLevel>,
    /// Show what `--fix` would change and write nothing; exit code 9 when something would
    #[arg(long, requires = "fix")]
    pub(crate) diff: bool,
    /// The archive that `--fix` writes
    #[arg(short, long, value_name = "FILE", requires = "fix")]
    pub(crate) output: Option<Utf8PathBuf>,
}

/// Which fixes are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FixLevel {
    /// Those that keep the meaning of the package.
    Safe,
    /// All.
    Unsafe,
}

impl From<FixLevel> for FixSafety {
    fn from(level: FixLevel) -> Self {
        match level {
            FixLevel::Safe => Self::Safe,
            FixLevel::Unsafe => Self::Unsafe,
        }
    }
}

/// From which severity on findings fail the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors only.
    Error,
    /// Warnings too.
    Warning,
    /// Any finding.
    Info,
    /// Never.
    Never,
}

impl FailOn {
    /// The severity that fails; `None` when none does.
    pub(super) fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

impl ValidateArgs {
    /// The format that is printed.
    pub(super) fn printed(&self) -> Format {
        let set = |name: &str| variable(name).is_some_and(|value| value != "false" && value != "0");
        match self.format {
            Some(format) => format,
            None if set("GITHUB_ACTIONS") => Format::Github,
            None if set("GITLAB_CI") => Format::Gitlab,
            None => Format::Human,
        }
    }

    /// Arguments that do not go together.
    pub(super) fn coherent(&self) -> Result<(), Failure> {
        if self.packages.iter().filter(|path| *path == "-").count() > 1 {
            return Err(Failure::usage("standard input can be read once only"));
        }
        if self.output.is_some() && self.packages.len() > 1 {
            return Err(Failure::usage("`--output` takes one package").help("mend them one by one"));
        }
        Ok(())
    }
}

fn format(name: &str) -> Result<Format, String> {
    name.parse().map_err(|error: vnfpkg_diag::render::UnknownFormat| error.to_string())
}

fn report(text: &str) -> Result<(Format, Utf8PathBuf), String> {
    let (kind, file) =
        text.split_once('=').filter(|(_, file)| !file.is_empty()).ok_or("write FORMAT=FILE, such as sarif=findings.sarif")?;
    Ok((format(kind)?, Utf8PathBuf::from(file)))
}

fn sol004(name: &str) -> Result<Sol004, String> {
    one_of("SOL004", name, &Sol004::NAMES)
}

fn sol001(name: &str) -> Result<Sol001, String> {
    one_of("SOL001", name, &Sol001::NAMES)
}

fn target(name: &str) -> Result<Target, String> {
    one_of("system", name, &Target::ALL.map(|target| (target.name(), target)))
}

fn one_of<T: Copy>(what: &str, name: &str, known: &[(&str, T)]) -> Result<T, String> {
    let found = known.iter().find(|(word, _)| *word == name).map(|(_, value)| *value);
    found.ok_or_else(|| {
        let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
        format!("{what} `{name}` is not known; there are {}", words.join(", "))
    })
}
