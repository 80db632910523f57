//! What `validate` prints and writes.

use std::collections::{BTreeMap, BTreeSet};

use vnfpkg_diag::Finding;
use vnfpkg_diag::render::{Format, Group, Input, Origin, Style, block};
use vnfpkg_lint::suppress::unused_allows;

use super::ValidateArgs;
use super::check::{Checked, Plan};
use crate::commands::findings::{all_rules, render_groups};
use crate::exit::Failure;
use crate::settings::PackageSettings;
use crate::terminal::Terminal;

/// Prints all findings in the format asked for, and writes the reports.
pub(super) fn show(args: &ValidateArgs, plans: &[Plan], checked: &[Checked], terminal: &Terminal) -> Result<(), Failure> {
    let about_settings = of_settings(plans, checked);
    let all = Shown { checked, about_settings: &about_settings };
    let style = Style { width: terminal.width, color: terminal.color_out, unicode: true };
    terminal.out(&all.render(args.printed(), style));
    for (format, path) in &args.reports {
        let text = all.render(*format, Style { color: false, ..style });
        std::fs::write(path, text).map_err(|error| Failure::usage(format!("cannot write {path}: {error}")))?;
    }
    Ok(())
}

/// Findings about one file of settings.
struct OfSettings<'a> {
    file: &'a PackageSettings,
    findings: Vec<Finding>,
}

/// What is wrong with the settings, and what in them accepts nothing; per file once.
fn of_settings<'a>(plans: &'a [Plan], checked: &[Checked]) -> Vec<OfSettings<'a>> {
    let mut files: BTreeMap<&str, (&'a Plan, BTreeSet<usize>, Vec<&str>)> = BTreeMap::new();
    for plan in plans {
        let Some(path) = plan.settings.path.as_deref() else { continue };
        let (_, used, packages) = files.entry(path.as_str()).or_insert_with(|| (plan, BTreeSet::new(), Vec::new()));
        for one in checked.iter().filter(|one| one.path == plan.path) {
            used.extend(&one.used);
            packages.push(&one.file_name);
        }
    }
    let mut all = Vec::new();
    for (plan, used, packages) in files.into_values() {
        let mut findings = plan.settings.findings.clone();
        findings.extend(unused_allows(&plan.settings.settings, &used, &packages, plan.options.digests));
        vnfpkg_diag::sort_findings(&mut findings, &plan.settings.sources);
        if !findings.is_empty() {
            all.push(OfSettings { file: &plan.settings, findings });
        }
    }
    all
}

struct Shown<'a> {
    checked: &'a [Checked],
    about_settings: &'a [OfSettings<'a>],
}

impl Shown<'_> {
    fn render(&self, format: Format, style: Style) -> String {
        // For people the verdict of a system is a block of its own; programs get its reasons as findings of a rule.
        let apart = format == Format::Human;
        let merged: Vec<Vec<Finding>> = self.checked.iter().map(|one| if apart { Vec::new() } else { with_reasons(one) }).collect();
        let mut groups: Vec<Group<'_>> = self
            .about_settings
            .iter()
            .map(|about| Group { origin: Origin::Files, sources: &about.file.sources, findings: &about.findings })
            .collect();
        for (one, merged) in self.checked.iter().zip(&merged) {
            let findings = if apart { &one.findings } else { merged };
            groups.push(Group { origin: one.origin(), sources: &one.sources, findings });
        }
        let mut text = render_groups(format, &groups, style);
        if apart {
            self.checked.iter().for_each(|one| remarks(one, style, &mut text));
        }
        text
    }
}

fn with_reasons(one: &Checked) -> Vec<Finding> {
    let reasons = one.predictions.iter().flat_map(|prediction| &prediction.reasons);
    one.findings.iter().chain(reasons).cloned().collect()
}

/// What stands below the findings: accepted ones, and the verdicts of systems.
fn remarks(one: &Checked, style: Style, text: &mut String) {
    let path = &one.path;
    if one.suppressed > 0 {
        text.push_str(&format!("{path}: {} accepted by comments, vnfpkg.toml or the baseline\n", count(one.suppressed, "more finding")));
    }
    if one.fixed > 0 {
        text.push_str(&format!(
            "{path}: {} of the baseline are no more; write it again with `--write-baseline`\n",
            count(one.fixed, "finding")
        ));
    }
    for prediction in &one.predictions {
        let verdict = prediction.verdict();
        if prediction.reasons.is_empty() {
            text.push_str(&format!("{path}: {verdict}\n"));
            continue;
        }
        let group = [Group { origin: one.origin(), sources: &one.sources, findings: &prediction.reasons }];
        let rules = all_rules();
        let input = Input { groups: &group, rules: &rules, tool_version: env!("CARGO_PKG_VERSION") };
        text.push('\n');
        text.push_str(&block(&format!("{path}: {verdict}:"), &input, style));
    }
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
