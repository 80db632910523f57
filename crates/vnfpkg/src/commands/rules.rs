//! `vnfpkg rules`

use owo_colors::Style;

use super::findings::all_rules;
use crate::cli::RulesArgs;
use crate::exit::{CommandResult, Exit, Failure};
use crate::terminal::Terminal;

/// Lists all rules.
pub(crate) fn run(args: &RulesArgs, terminal: &Terminal) -> CommandResult {
    let rules = all_rules();
    if args.json {
        let text = serde_json::to_string_pretty(&rules).map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
        terminal.out(&format!("{text}\n"));
        return Ok(Exit::Ok);
    }
    let mut text = String::new();
    for rule in rules {
        let code = terminal.paint_out(&format!("{:<6}", rule.code), Style::new().bold());
        text.push_str(&format!("{code} {:<8} {}\n", rule.severity.name(), rule.title));
    }
    terminal.out(&text);
    Ok(Exit::Ok)
}
