//! Where a finding is, in words and numbers.

use super::{Group, Origin};
use crate::{LineCol, Place, Span};

/// A place as files, lines and columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Located {
    /// Path inside the package; `None` for the package as a whole.
    pub(super) file: Option<String>,
    /// First and last position; `None` for a file without lines.
    pub(super) range: Option<(LineCol, LineCol)>,
}

impl Group<'_> {
    /// Where a place is.
    pub(super) fn locate(&self, place: &Place) -> Located {
        match place {
            Place::Span(span) => Located { file: Some(self.sources.get(span.source).name().to_owned()), range: Some(self.range(*span)) },
            Place::File(path) => Located { file: Some(path.clone()), range: None },
            Place::Package => Located { file: None, range: None },
        }
    }

    fn range(&self, span: Span) -> (LineCol, LineCol) {
        let source = self.sources.get(span.source);
        (source.line_col(span.start), source.line_col(span.end))
    }

    /// The package as people name it; `None` when there is none.
    pub(super) fn package(&self) -> Option<&str> {
        match self.origin {
            Origin::Files => None,
            Origin::Folder(path) | Origin::Archive(path) => Some(path),
        }
    }

    /// The path of a file as seen from where the program runs.
    pub(super) fn path(&self, located: &Located) -> String {
        match (self.origin, &located.file) {
            (Origin::Files, Some(file)) => file.clone(),
            (Origin::Files, None) => String::new(),
            (Origin::Folder(folder) | Origin::Archive(folder), None) => folder.to_owned(),
            (Origin::Folder(folder), Some(file)) => match folder.trim_end_matches('/') {
                "" | "." => file.clone(),
                folder => format!("{folder}/{file}"),
            },
            (Origin::Archive(archive), Some(file)) => format!("{archive}!/{file}"),
        }
    }
}
