//! Changes to a text that leave the rest of it as it is.

use std::ops::Range;

/// Replacements in one text; they do not overlap.
#[derive(Debug, Default)]
pub(super) struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    pub(super) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.0.push((range, text.into()));
    }

    pub(super) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text with all replacements made. A range that is not of the text is left out.
    pub(super) fn apply(mut self, text: &str) -> String {
        self.0.sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for (range, new) in self.0 {
            let Some(kept) = text.get(at..range.start) else { continue };
            out.push_str(kept);
            out.push_str(&new);
            at = range.end;
        }
        out.push_str(text.get(at..).unwrap_or(""));
        out
    }
}

/// The line end that a text uses.
pub(super) fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// The position after the text of the line that an offset lies in.
pub(super) fn end_of_line(text: &str, at: usize) -> usize {
    at + text.get(at..).and_then(|rest| rest.find(['\n', '\r'])).unwrap_or(text.len() - at.min(text.len()))
}
