//! `vnfpkg rules`

use clap::{Args, ValueEnum};
use owo_colors::Style;
use vnfpkg_diag::{RuleInfo, Severity};

use super::findings::all_rules;
use crate::exit::{CommandResult, Exit, Failure};
use crate::terminal::Terminal;

/// Arguments of `rules`.
#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// Only these families or codes: MET, TOS07; all when none is given
    #[arg(value_name = "FAMILY")]
    pub(crate) families: Vec<String>,
    /// Only rules of this severity; may repeat
    #[arg(long, value_enum)]
    pub(crate) severity: Vec<SeverityArg>,
    /// Only rules whose name, title or page holds this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) grep: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// A severity on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SeverityArg {
    /// Errors.
    Error,
    /// Warnings.
    Warning,
    /// Hints.
    Info,
}

impl RulesArgs {
    fn wants(&self, rule: &RuleInfo) -> bool {
        let severity = |wanted: &SeverityArg| match wanted {
            SeverityArg::Error => rule.severity == Severity::Error,
            SeverityArg::Warning => rule.severity == Severity::Warning,
            SeverityArg::Info => rule.severity == Severity::Info,
        };
        let family = |wanted: &String| rule.code.starts_with(&wanted.to_uppercase());
        let text = |wanted: &String| {
            let wanted = wanted.to_lowercase();
            [rule.name, rule.title, rule.doc].iter().any(|part| part.to_lowercase().contains(&wanted))
        };
        (self.families.is_empty() || self.families.iter().any(family))
            && (self.severity.is_empty() || self.severity.iter().any(severity))
            && self.grep.as_ref().is_none_or(text)
    }
}

/// Lists rules.
pub(crate) fn run(args: &RulesArgs, terminal: &Terminal) -> CommandResult {
    let rules: Vec<&RuleInfo> = all_rules().into_iter().filter(|rule| args.wants(rule)).collect();
    if args.json {
        let text = serde_json::to_string_pretty(&rules).map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
        terminal.out(&format!("{text}\n"));
        return Ok(Exit::Ok);
    }
    if rules.is_empty() {
        return Err(Failure::usage("no rule is like that").help("`vnfpkg rules` lists all of them"));
    }
    let mut text = String::new();
    for rule in rules {
        let code = terminal.paint_out(&format!("{:<6}", rule.code), Style::new().bold());
        text.push_str(&format!("{code} {:<8} {}\n", rule.severity.name(), rule.title));
    }
    terminal.out(&text);
    Ok(Exit::Ok)
}
