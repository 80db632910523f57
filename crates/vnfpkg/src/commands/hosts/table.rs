//! The reports for people.

use owo_colors::Style;
use vnfpkg_run::counted;

use super::report::{CHECKS, Check, Report, Status};
use crate::terminal::Terminal;

/// Longer cells are cut.
const MAX_CELL: usize = 44;

/// A row per host, and below it what is wrong and what to do.
pub(super) fn table(reports: &[Report], terminal: &Terminal) -> String {
    let head = ["HOST", "ADDRESS", "REACH", "KEY", "LOGIN", "SUDO", "CLOCK", "DISK", "SYSTEM"].map(str::to_owned);
    let rows: Vec<Vec<String>> = reports.iter().map(row).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).chain([head[column].len()]).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut text = terminal.paint_out(&line(&head, &widths, |_, cell| cell), Style::new().bold());
    text.push('\n');
    for (report, row) in reports.iter().zip(&rows) {
        let paint = |column: usize, cell: String| match column.checked_sub(2).and_then(|at| report.checks.get(at)).map(|check| check.status)
        {
            Some(Status::Failed) => terminal.paint_out(&cell, Style::new().red().bold()),
            Some(Status::Skipped) => terminal.paint_out(&cell, Style::new().dimmed()),
            _ => cell,
        };
        text.push_str(&line(row, &widths, paint));
        text.push('\n');
    }
    for report in reports {
        for check in report.failures() {
            text.push_str(&fault(report, check, terminal));
        }
    }
    let ready = reports.iter().filter(|report| report.ok()).count();
    text.push_str(&format!("\n{ready} of {} ready\n", counted(reports.len(), "host")));
    text
}

fn row(report: &Report) -> Vec<String> {
    debug_assert_eq!(report.checks.len(), CHECKS.len());
    let cells = report.checks.iter().map(|check| match check.status {
        Status::Failed => "failed".to_owned(),
        Status::Skipped => "-".to_owned(),
        Status::Ok if check.detail.is_empty() => "ok".to_owned(),
        Status::Ok => check.detail.chars().take(MAX_CELL).collect(),
    });
    [report.host.clone(), report.address.clone()].into_iter().chain(cells).collect()
}

fn line(cells: &[String], widths: &[usize], paint: impl Fn(usize, String) -> String) -> String {
    let last = cells.len() - 1;
    let padded = cells.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
        let space = if column == last { 0 } else { width.saturating_sub(cell.chars().count()) };
        format!("{}{}", paint(column, cell.clone()), " ".repeat(space))
    });
    padded.collect::<Vec<_>>().join("  ")
}

fn fault(report: &Report, check: &Check, terminal: &Terminal) -> String {
    let name = check.check.replace('_', " ");
    let mut text = format!("\n{} {}: {}\n", terminal.paint_out(&format!("{}:", report.host), Style::new().bold()), name, check.detail);
    if let Some(help) = &check.help {
        text.push_str(&format!("  {} {help}\n", terminal.paint_out("help:", Style::new().cyan())));
    }
    text
}
