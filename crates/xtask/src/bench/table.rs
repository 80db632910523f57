//! Tables in Markdown.

use std::fmt;
use std::time::Duration;

/// A heading, a table, and what has to be said about it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Section {
    /// The heading, without its mark.
    pub(crate) title: String,
    /// What the columns are.
    pub(crate) head: Vec<String>,
    /// As many cells each as the head has.
    pub(crate) rows: Vec<Vec<String>>,
    /// Sentences below the table.
    pub(crate) notes: Vec<String>,
}

impl Section {
    /// A section without rows.
    pub(crate) fn new(title: impl Into<String>, head: &[&str]) -> Self {
        Self { title: title.into(), head: head.iter().map(|&cell| cell.to_owned()).collect(), ..Self::default() }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Adds a sentence.
    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}\n", self.title)?;
        if !self.head.is_empty() {
            writeln!(f, "| {} |", self.head.join(" | "))?;
            writeln!(f, "|{}", "---|".repeat(self.head.len()))?;
        }
        for row in &self.rows {
            writeln!(f, "| {} |", row.join(" | "))?;
        }
        for note in &self.notes {
            writeln!(f, "\n{note}")?;
        }
        Ok(())
    }
}

/// Seconds with as many digits as mean something.
pub(crate) fn seconds(time: Duration) -> String {
    match time.as_secs_f64() {
        time if time < 0.1 => format!("{time:.3} s"),
        time if time < 10.0 => format!("{time:.2} s"),
        time => format!("{time:.1} s"),
    }
}

/// How many times longer `time` is than `base`.
pub(crate) fn ratio(time: Duration, base: Duration) -> String {
    format!("{:.2}x", time.as_secs_f64() / base.as_secs_f64().max(1e-9))
}

/// Whether an aim is reached.
pub(crate) fn verdict(met: bool) -> String {
    if met { "met" } else { "missed" }.to_owned()
}

/// Bytes in MiB.
pub(crate) fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / (1024.0 * 1024.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_a_markdown_table() {
        let mut section = Section::new("Steps", &["tool", "wall"]);
        section.row(["vnfpkg".to_owned(), seconds(Duration::from_millis(1234))]);
        section.note("Note.");
        assert_eq!(section.to_string(), "## Steps\n\n| tool | wall |\n|---|---|\n| vnfpkg | 1.23 s |\n\nNote.\n");
    }

    #[test]
    fn ratios_and_sizes() {
        assert_eq!(ratio(Duration::from_secs(3), Duration::from_secs(2)), "1.50x");
        assert_eq!(mebibytes(3 << 19), "1.5 MiB");
    }
}
