//! Lines of `Name: value` with their places. CRLF, CR, a byte order mark, tabs and trailing blanks are accepted.

use vnfpkg_diag::{SourceId, Span};

/// A piece of text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned {
    /// The text, without quotes around it.
    pub text: String,
    /// Where it stands, without quotes around it.
    pub span: Span,
}

/// A `Name: value` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name as it is spelled.
    pub key: Spanned,
    /// The value; empty text with an empty span when there is none.
    pub value: Spanned,
    /// The lines of a value that goes on over several; empty otherwise.
    pub(crate) lines: Vec<Spanned>,
}

impl Field {
    /// Whether the name is this one, in any case.
    pub fn is(&self, key: &str) -> bool {
        self.key.text.eq_ignore_ascii_case(key)
    }

    /// Whether the name is exactly this one.
    pub fn is_spelled(&self, key: &str) -> bool {
        self.key.text == key
    }

    /// Name and value together.
    pub fn span(&self) -> Span {
        self.key.span.to(self.value.span)
    }
}

/// One line without its end, and without blanks at its end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) source: SourceId,
    pub(crate) text: &'a str,
    /// Offset of the first byte.
    pub(crate) start: usize,
    /// Offset after the line end.
    pub(crate) next: usize,
}

impl<'a> Line<'a> {
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    pub(crate) fn is_comment(&self) -> bool {
        self.text.trim_start().starts_with('#')
    }

    pub(crate) fn is_indented(&self) -> bool {
        self.text.starts_with([' ', '\t'])
    }

    /// The line without blanks around it.
    pub(crate) fn trimmed(&self) -> Spanned {
        self.part(0, self.text.len())
    }

    pub(crate) fn span(&self) -> Span {
        self.trimmed().span
    }

    /// Name and value; `None` when the line is no such pair.
    pub(crate) fn field(&self) -> Option<Field> {
        let colon = self.text.find(':')?;
        let key = self.part(0, colon);
        let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
        if key.text.is_empty() || !key.text.chars().all(good) {
            return None;
        }
        Some(Field { key, value: self.part(colon + 1, self.text.len()).unquoted(), lines: Vec::new() })
    }

    /// A byte range of the line without blanks around it.
    fn part(&self, from: usize, to: usize) -> Spanned {
        let part: &'a str = self.text.get(from..to).unwrap_or("");
        let lead = part.len() - part.trim_start().len();
        let text = part.trim();
        let start = self.start + from + if text.is_empty() { 0 } else { lead };
        Spanned { text: text.to_owned(), span: Span::new(self.source, start, start + text.len()) }
    }
}

impl Spanned {
    /// Without one pair of quotes around it: readers that take the file for YAML see the value like that.
    fn unquoted(self) -> Self {
        let inner = ['"', '\''].iter().find_map(|&quote| self.text.strip_prefix(quote)?.strip_suffix(quote));
        match inner {
            Some(inner) => {
                let start = self.span.start as usize + 1;
                let span = Span::new(self.span.source, start, start + inner.len());
                Self { text: inner.to_owned(), span }
            }
            None => self,
        }
    }
}

/// The lines of a text.
pub(crate) fn lines(source: SourceId, text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let len = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let end = match rest.get(len..) {
            Some(end) if end.starts_with("\r\n") => 2,
            Some("") | None => 0,
            Some(_) => 1,
        };
        let line = Line { source, text: rest.get(..len).unwrap_or("").trim_end(), start: at, next: at + len + end };
        at = line.next;
        Some(line)
    })
}
