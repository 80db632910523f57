//! What is wrong with a container, as data. Codes, severities and clauses are the linter's.

use vnfpkg_diag::{Place, Span};

/// Which demand a [`Problem`] breaks. Each variant belongs to exactly one rule of the linter; a rule may own several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// ZIP01: the archive is cut off or its directory cannot be read.
    ZipDamaged,
    /// ZIP01: an entry's local header says something else than the central directory.
    ZipHeaderMismatch,
    /// ZIP02: an entry's bytes do not have the recorded CRC-32 or length, or do not inflate.
    ZipContentDamaged,
    /// ZIP03: a name that leaves the package or means something else on another system.
    ZipUnsafeName,
    /// ZIP04: a symbolic link, device, socket or other special file.
    ZipSpecialFile,
    /// ZIP05: one name twice, or one name as file and as folder.
    ZipDuplicateName,
    /// ZIP06: more entries than the limit.
    ZipTooManyEntries,
    /// ZIP06: an entry, or all together, expand beyond the limit.
    ZipExpandsTooMuch,
    /// ZIP07: a name that is not UTF-8, not marked as UTF-8, or holds control characters or combining marks.
    ZipNameEncoding,
    /// ZIP07: two names that differ in upper and lower case alone.
    ZipNameCase,
    /// ZIP08: an encrypted entry.
    ZipEncrypted,
    /// ZIP08: a compression method other than stored and deflate, or an archive of several volumes.
    ZipMethod,
    /// ZIP09: the archive is not called `.csar` or `.zip`.
    ZipExtension,
    /// ZIP10: entries that share bytes of the archive.
    ZipOverlap,
    /// ZIP10: bytes that belong to no entry: before, between or behind them.
    ZipStrayData,
    /// MET03: a line of TOSCA.meta that is no `Name: value`.
    MetaSyntax,
    /// MET03: a key of TOSCA.meta without a value.
    MetaEmptyValue,
    /// MET03: a key twice in one block of TOSCA.meta.
    MetaDuplicateKey,
    /// MAN01: the manifest does not begin with `metadata:`, or has more than one metadata section.
    ManifestMetadata,
    /// MAN01: a line of the manifest that is neither a section, a `Name: value`, nor part of a signature.
    ManifestSyntax,
    /// MAN07: a key twice in the metadata of the manifest.
    ManifestDuplicateKey,
    /// MAN07: a key of the manifest without a value.
    ManifestEmptyValue,
    /// MAN08: a file entry without `Source`, or with only one of `Algorithm` and `Hash`, or a key twice.
    ManifestEntry,
    /// MAN08: `Source`, `Algorithm` and `Hash` in another order, or spelled in another case.
    ManifestEntryForm,
    /// MAN14: a non-MANO artifact set with a malformed name, or without a `Source`.
    ManifestSet,
    /// SIG02: a CMS block that is not closed, not last, or one of several.
    ManifestCms,
}

/// One thing wrong with a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which demand it breaks.
    pub kind: ProblemKind,
    /// Where.
    pub place: Place,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to do, one sentence.
    pub help: Option<String>,
    /// How many problems it stands for: 1, or more when it only tells the number of those that are not listed.
    pub stands_for: usize,
}

impl Problem {
    /// A problem at a place.
    pub fn new(kind: ProblemKind, place: Place, message: impl Into<String>) -> Self {
        Self { kind, place, message: message.into(), help: None, stands_for: 1 }
    }

    /// A problem of a file of the package.
    pub fn file(kind: ProblemKind, path: &str, message: impl Into<String>) -> Self {
        Self::new(kind, Place::File(path.to_owned()), message)
    }

    /// A problem at a range of text.
    pub fn at(kind: ProblemKind, span: Span, message: impl Into<String>) -> Self {
        Self::new(kind, Place::Span(span), message)
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Collects problems; a hostile package gets a bounded number of each kind and then one that counts the rest.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    list: Vec<Problem>,
    seen: Vec<(ProblemKind, usize)>,
}

/// How many problems of one kind are listed one by one.
const PER_KIND: usize = 50;

impl Problems {
    pub(crate) fn push(&mut self, problem: Problem) {
        match self.seen.iter_mut().find(|(kind, _)| *kind == problem.kind) {
            Some((_, count)) => {
                *count += 1;
                if *count > PER_KIND {
                    return;
                }
            }
            None => self.seen.push((problem.kind, 1)),
        }
        self.list.push(problem);
    }

    pub(crate) fn finish(mut self) -> Vec<Problem> {
        for (kind, count) in self.seen {
            if count > PER_KIND {
                let last = self.list.iter().rev().find(|problem| problem.kind == kind);
                let place = match last.map(|problem| &problem.place) {
                    Some(Place::Span(span)) => Place::Span(*span),
                    _ => Place::Package,
                };
                let message = format!("{} more problems of this kind are not listed", count - PER_KIND);
                self.list.push(Problem { stands_for: count - PER_KIND, ..Problem::new(kind, place, message) });
            }
        }
        self.list
    }
}
