//! The lines around a place, cut so that no line and no place of a hostile text is shown in full length.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::text::{plain, same_length};
use crate::{Source, Span};

/// Bytes of a line that are shown before and after a place.
const BEFORE: usize = 80;
const AFTER: usize = 120;
/// A neighbouring line longer than this is left out.
const LONG_LINE: usize = 240;
/// Places that lie further apart are shown as two pieces.
const PIECE: usize = 4000;

/// A source text for miette.
pub(super) struct Snippet {
    name: String,
    text: String,
}

impl Snippet {
    pub(super) fn new(source: &Source) -> Self {
        Self { name: plain(source.name()).into_owned(), text: same_length(source.text()) }
    }

    /// The part of a span that is on its first line, cut to a sane length.
    pub(super) fn first_line(&self, span: Span) -> (usize, usize) {
        let start = self.boundary((span.start as usize).min(self.text.len()));
        let end = self.boundary((span.end as usize).clamp(start, self.text.len()));
        let end = end.min(self.line_end(start)).min(self.boundary(start + AFTER)).max(start);
        let marked = self.text.get(start..end).unwrap_or("").trim_end();
        (start, marked.len())
    }

    /// The largest character boundary that is not after an offset.
    fn boundary(&self, offset: usize) -> usize {
        self.text.floor_char_boundary(offset)
    }

    fn line_start(&self, offset: usize) -> usize {
        self.text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1)
    }

    /// Offset of the line end, or of the end of the text.
    fn line_end(&self, offset: usize) -> usize {
        self.text.get(offset..).and_then(|after| after.find('\n')).map_or(self.text.len(), |at| offset + at)
    }

    /// Where the piece around a range begins: at the line above, at the line itself, or in the middle of a long line.
    fn piece_start(&self, offset: usize, context: bool) -> usize {
        let own = self.line_start(offset);
        if offset - own > LONG_LINE {
            return self.boundary(offset - BEFORE);
        }
        let above = self.line_start(own.saturating_sub(1));
        if context && own > 0 && own - above <= LONG_LINE { above } else { own }
    }

    fn piece_end(&self, offset: usize, context: bool) -> usize {
        let own = self.line_end(offset);
        if own - offset > LONG_LINE {
            return self.boundary(offset + AFTER);
        }
        let next = (own + 1).min(self.text.len());
        let below = self.line_end(next);
        if context && own < self.text.len() && below - own <= LONG_LINE { below } else { own }
    }
}

impl SourceCode for Snippet {
    fn read_span<'a>(&'a self, span: &SourceSpan, before: usize, after: usize) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let wanted = span.offset()..span.offset() + span.len();
        let (start, end) = match (before, after) {
            (0, 0) => (wanted.start, wanted.end),
            _ => (self.piece_start(wanted.start, before > 0), self.piece_end(wanted.end, after > 0)),
        };
        let data = self.text.get(start..end).ok_or(MietteError::OutOfBounds)?;
        if data.len() > PIECE {
            return Err(MietteError::OutOfBounds);
        }
        let line_start = self.line_start(start);
        let line = self.text.get(..line_start).unwrap_or("").matches('\n').count();
        let column = self.text.get(line_start..start).unwrap_or("").chars().count();
        let lines = data.matches('\n').count() + 1;
        let place = SourceSpan::new(start.into(), end - start);
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), data.as_bytes(), place, line, column, lines)))
    }
}
