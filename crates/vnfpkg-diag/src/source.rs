//! Texts that findings point into, and positions in them.

use std::sync::Arc;

use serde::Serialize;

/// Names one text of a [`Sources`] registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct SourceId(u32);

/// A range of bytes in one source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// The text that the range lies in.
    pub source: SourceId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte; equal to `start` for a mere position.
    pub end: u32,
}

impl Span {
    /// A range of bytes; offsets beyond 4 GiB are cut, texts are never that long.
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let cut = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { source, start: cut(start), end: cut(end.max(start)) }
    }

    /// The smallest range that covers both; `self` when they lie in different texts.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.source != other.source {
            return self;
        }
        Self { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The position at the start of this range.
    #[must_use]
    pub fn head(self) -> Self {
        Self { end: self.start, ..self }
    }

    /// The byte range as `usize`.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A 1-based line and a 1-based column counted in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LineCol {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1.
    pub column: u32,
}

/// One text: a file of the package, a request, an inventory.
#[derive(Debug, Clone)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
    line_starts: Arc<[u32]>,
}

impl Source {
    /// The name shown to people: the path inside the package, or the path the user gave.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset; an offset past the end gives the end.
    pub fn line_col(&self, offset: u32) -> LineCol {
        let offset = (offset as usize).min(self.text.len());
        let line = self.line_starts.partition_point(|&start| start as usize <= offset).max(1);
        let start = self.line_starts.get(line - 1).map_or(0, |&start| start as usize);
        let before = self.text.as_bytes().get(start..offset).unwrap_or_default();
        let column = String::from_utf8_lossy(before).chars().count() + 1;
        LineCol { line: to_u32(line), column: to_u32(column) }
    }

    /// The text of a 1-based line, without its line end.
    pub fn line(&self, line: u32) -> &str {
        let index = (line as usize).saturating_sub(1);
        let Some(&start) = self.line_starts.get(index) else { return "" };
        let end = self.line_starts.get(index + 1).map_or(self.text.len(), |&next| next as usize);
        self.text.get(start as usize..end).unwrap_or("").trim_end_matches(['\n', '\r'])
    }
}

fn to_u32(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// All texts of one run of the program. Append-only, so a [`SourceId`] stays valid.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    list: Vec<Source>,
}

impl Sources {
    /// An empty registry.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text under the name that people see.
    pub fn add(&mut self, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> SourceId {
        let text = text.into();
        let starts =
            std::iter::once(0).chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| to_u32(at + 1))).collect();
        self.list.push(Source { name: name.into(), text, line_starts: starts });
        SourceId(to_u32(self.list.len() - 1))
    }

    /// The text of an id made by this registry.
    ///
    /// # Panics
    /// When the id comes from another registry: a bug of ours, never of the input.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.list[id.0 as usize]
    }

    /// All texts in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.list.iter().enumerate().map(|(at, source)| (SourceId(to_u32(at)), source))
    }

    /// The id of a text by its name, when it was added; the first of equal names.
    pub fn find(&self, name: &str) -> Option<SourceId> {
        self.list.iter().position(|source| source.name() == name).map(|at| SourceId(to_u32(at)))
    }

    /// Replaces the characters of a span by asterisks, so that no finding shows them. Offsets stay.
    pub fn mask(&mut self, span: Span) {
        let Some(source) = self.list.get_mut(span.source.0 as usize) else { return };
        let hide = |(at, c): (usize, char)| match span.range().contains(&at) && c != '\n' {
            true => "*".repeat(c.len_utf8()),
            false => c.to_string(),
        };
        source.text = source.text.char_indices().map(hide).collect::<String>().into();
    }

    /// Where a span begins.
    pub fn line_col(&self, span: Span) -> LineCol {
        self.get(span.source).line_col(span.start)
    }

    /// The text that a span covers.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source).text().get(span.range()).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_and_column_count_characters() {
        let mut sources = Sources::new();
        let id = sources.add("a.yaml", "first\nzw\u{f6}lf: x\r\nlast");
        let at = |offset| sources.get(id).line_col(offset);
        assert_eq!(at(0), LineCol { line: 1, column: 1 });
        assert_eq!(at(6), LineCol { line: 2, column: 1 });
        assert_eq!(at(13), LineCol { line: 2, column: 7 });
        assert_eq!(at(999), LineCol { line: 3, column: 5 });
        assert_eq!(sources.get(id).line(2), "zw\u{f6}lf: x");
        assert_eq!(sources.get(id).line(9), "");
    }

    #[test]
    fn a_masked_text_keeps_its_places() {
        let mut sources = Sources::new();
        let id = sources.add("a", "p: 'z\u{f6}'\nq: 1");
        sources.mask(Span::new(id, 3, 8));
        assert_eq!(sources.get(id).text(), "p: *****\nq: 1");
        sources.mask(Span::new(id, 70, 80));
    }

    #[test]
    fn an_offset_inside_a_character_does_not_panic() {
        let mut sources = Sources::new();
        let id = sources.add("a", "\u{f6}\u{f6}");
        assert_eq!(sources.get(id).line_col(1).line, 1);
    }
}
