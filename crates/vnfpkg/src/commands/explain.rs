//! `vnfpkg explain`

use owo_colors::Style;
use vnfpkg_plan::problem::did_you_mean;

use super::findings::all_rules;
use crate::cli::ExplainArgs;
use crate::exit::{CommandResult, Exit, Failure};
use crate::terminal::Terminal;

/// Prints the page of a rule.
pub(crate) fn run(args: &ExplainArgs, terminal: &Terminal) -> CommandResult {
    let Some(rule) = vnfpkg_lint::rule(&args.code) else {
        let codes = all_rules();
        let upper = args.code.to_uppercase();
        let help = did_you_mean(&upper, codes.iter().map(|rule| rule.code)).unwrap_or_else(|| "`vnfpkg rules` lists all codes".to_owned());
        return Err(Failure::usage(format!("there is no rule `{}`", args.code)).help(help));
    };
    let head = terminal.paint_out(&format!("{} {}", rule.code, rule.name), Style::new().bold());
    let clause = if rule.clause.is_empty() { String::new() } else { format!(", {}", rule.clause) };
    let page = vnfpkg_lint::page(rule);
    terminal.out(&format!("{head} ({}{clause})\n\n{}\n", rule.severity.name(), page.trim()));
    Ok(Exit::Ok)
}
