//! One JSON object per line and finding.

use super::record::record;
use super::{Input, Style};

pub(super) fn render(input: &Input<'_>, _style: Style) -> String {
    let lines = input.findings().map(|(group, finding)| serde_json::to_string(&record(input, group, finding)).unwrap_or_default());
    lines.map(|line| line + "\n").collect()
}
