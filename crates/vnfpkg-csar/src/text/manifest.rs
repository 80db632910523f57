//! The manifest, `*.mf` (SOL004 §4.3.2, §4.3.7, §5.2).

use vnfpkg_diag::{SourceId, Span};

use super::cms::{self, Cms};
use super::lines::{Field, Line, Spanned, lines};
use crate::problem::{Problem, ProblemKind, Problems};

/// A manifest: metadata, one entry per file, non-MANO artifact sets and perhaps a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The text it was read from.
    pub source: SourceId,
    /// The word `metadata` that opens the metadata section.
    pub metadata_header: Option<Span>,
    /// The metadata in their order, of a VNF or a PNF, repeated and unknown names included.
    pub metadata: Vec<Field>,
    /// The files with their digests, in their order.
    pub entries: Vec<ManifestEntry>,
    /// The name `non_mano_artifact_sets`.
    pub non_mano_header: Option<Span>,
    /// The non-MANO artifact sets, in their order.
    pub non_mano_sets: Vec<NonManoSet>,
    /// The first signature block.
    pub cms: Option<Cms>,
}

/// What a manifest says about one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestEntry {
    /// `Source`: path in the package, or a URI.
    pub source: Option<Field>,
    /// `Algorithm` of the digest.
    pub algorithm: Option<Field>,
    /// `Hash`: the digest in hexadecimal digits.
    pub hash: Option<Field>,
    /// `Signature`: path of the file's own signature.
    pub signature: Option<Field>,
    /// `Certificate`: path of the certificate for that signature.
    pub certificate: Option<Field>,
    /// The whole entry.
    pub span: Span,
}

/// A set of files that are not for MANO functions (SOL004 §4.3.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NonManoSet {
    /// Its registered name, such as `onap_ansible_playbooks`.
    pub id: Spanned,
    /// Its files.
    pub sources: Vec<Field>,
}

impl Manifest {
    /// Reads a manifest; what is no part of one is reported and skipped.
    pub fn parse(source: SourceId, text: &str) -> (Self, Vec<Problem>) {
        let mut parser = Parser::new(source);
        for line in lines(source, text) {
            parser.line(&line);
        }
        parser.finish(text)
    }

    /// A field of the metadata, in any case.
    pub fn get(&self, key: &str) -> Option<&Field> {
        let exact = self.metadata.iter().find(|field| field.is_spelled(key));
        exact.or_else(|| self.metadata.iter().find(|field| field.is(key)))
    }

    /// Whether the metadata are those of a PNF (`pnfd_*`).
    pub fn is_pnf(&self) -> bool {
        self.metadata.iter().any(|field| field.key.text.starts_with("pnfd_"))
    }

    /// The entry of a path.
    pub fn entry(&self, path: &str) -> Option<&ManifestEntry> {
        self.entries.iter().find(|entry| entry.path() == Some(path))
    }
}

impl ManifestEntry {
    /// The path or URI of `Source`.
    pub fn path(&self) -> Option<&str> {
        self.source.as_ref().map(|field| field.value.text.as_str())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Start,
    Metadata,
    Entries,
    Sets,
    Cms,
    AfterCms,
}

/// The names that make up an entry, in the order of the standard.
const ENTRY_KEYS: [&str; 5] = ["Source", "Algorithm", "Hash", "Signature", "Certificate"];

struct Parser {
    manifest: Manifest,
    section: Section,
    /// Whether the next entry line belongs to the last entry.
    entry_open: bool,
    problems: Problems,
}

impl Parser {
    fn new(source: SourceId) -> Self {
        let manifest = Manifest {
            source,
            metadata_header: None,
            metadata: Vec::new(),
            entries: Vec::new(),
            non_mano_header: None,
            non_mano_sets: Vec::new(),
            cms: None,
        };
        Self { manifest, section: Section::Start, entry_open: false, problems: Problems::default() }
    }

    fn problem(&mut self, kind: ProblemKind, span: Span, message: impl Into<String>, help: &str) {
        self.problems.push(Problem::at(kind, span, message).help(help));
    }

    fn line(&mut self, line: &Line<'_>) {
        if self.section == Section::Cms {
            self.cms_line(line);
        } else if line.is_blank() {
            self.entry_open = false;
        } else if let Some(label) = cms::begin(line.text) {
            self.cms_begin(label, line.span());
        } else if self.section == Section::AfterCms {
            let help = "move it before the signature and sign again";
            self.problem(ProblemKind::ManifestCms, line.span(), "the signature is not the last part of the manifest", help);
        } else if line.is_comment() {
            // Not in the standard; harmless.
        } else if let Some(field) = line.field() {
            self.field(field);
        } else {
            let help = "write a name, a colon and a value";
            self.problem(ProblemKind::ManifestSyntax, line.span(), "the line is no `Name: value`", help);
        }
    }

    fn cms_begin(&mut self, label: &str, span: Span) {
        self.section = Section::Cms;
        if self.manifest.cms.is_some() {
            let help = "keep the one that verifies";
            self.problem(ProblemKind::ManifestCms, span, "the manifest has more than one signature", help);
            self.section = Section::AfterCms;
            return;
        }
        self.manifest.cms = Some(Cms { span, label: label.to_owned(), closed: false });
    }

    fn cms_line(&mut self, line: &Line<'_>) {
        let Some(cms) = &mut self.manifest.cms else { return };
        cms.span = cms.span.to(line.span());
        if cms::is_end(line.text, &cms.label) {
            cms.closed = true;
            self.section = Section::AfterCms;
        }
    }

    fn field(&mut self, field: Field) {
        let bare = field.value.text.is_empty();
        if field.is("metadata") && bare {
            self.metadata_header(&field);
        } else if field.is("non_mano_artifact_sets") && bare {
            self.section = Section::Sets;
            self.manifest.non_mano_header = Some(field.key.span);
        } else if let Some(key) = ENTRY_KEYS.into_iter().find(|key| field.is(key)) {
            self.entry_field(key, field);
        } else if field.is_spelled("Name") && self.section != Section::Metadata {
            let help = "write `Source`; `Name` belongs to TOSCA.meta";
            self.problem(ProblemKind::ManifestEntryForm, field.key.span, "a manifest entry begins with `Source`, not `Name`", help);
            self.entry_field("Source", field);
        } else if self.section == Section::Sets && bare {
            self.set(field.key);
        } else if matches!(self.section, Section::Start | Section::Metadata) {
            self.metadata_field(field);
        } else {
            let message = format!("`{}` is no part of a file entry or an artifact set", field.key.text);
            self.problem(ProblemKind::ManifestSyntax, field.span(), message, "metadata stand at the top, below `metadata:`");
        }
    }

    fn metadata_header(&mut self, field: &Field) {
        if self.manifest.metadata_header.is_some() {
            let help = "join the two into one section";
            self.problem(ProblemKind::ManifestMetadata, field.key.span, "the manifest has a second metadata section", help);
        } else if self.section != Section::Start {
            let help = "move the metadata section to the top";
            self.problem(ProblemKind::ManifestMetadata, field.key.span, "the manifest does not begin with `metadata:`", help);
        }
        self.manifest.metadata_header.get_or_insert(field.key.span);
        self.section = Section::Metadata;
    }

    fn metadata_field(&mut self, field: Field) {
        self.section = Section::Metadata;
        if self.manifest.metadata.iter().take(100).any(|earlier| earlier.is(&field.key.text)) {
            let message = format!("`{}` stands twice in the metadata", field.key.text);
            self.problem(ProblemKind::ManifestDuplicateKey, field.span(), message, "keep one of them");
        }
        self.check_value(&field);
        self.manifest.metadata.push(field);
    }

    fn check_value(&mut self, field: &Field) {
        if field.value.text.is_empty() {
            let message = format!("`{}` has no value", field.key.text);
            self.problem(ProblemKind::ManifestEmptyValue, field.key.span, message, "give it a value or remove the line");
        }
    }

    fn set(&mut self, id: Spanned) {
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.');
        if !id.text.chars().all(good) {
            let message = format!("`{}` is no name of an artifact set", id.text);
            self.problem(ProblemKind::ManifestSet, id.span, message, "use lower-case letters, digits, `_`, `-` and `.`");
        }
        self.manifest.non_mano_sets.push(NonManoSet { id, sources: Vec::new() });
    }

    fn entry_field(&mut self, key: &str, field: Field) {
        if field.key.text != "Name" && !field.is_spelled(key) {
            let message = format!("`{}` is spelled `{key}` in the standard", field.key.text);
            self.problem(ProblemKind::ManifestEntryForm, field.key.span, message, "use the spelling of the standard");
        }
        self.check_value(&field);
        if self.section == Section::Sets {
            if key == "Source" {
                self.set_source(field);
                return;
            }
            // A digest follows: the `Source` above was the first entry after the sets.
            let moved = self.manifest.non_mano_sets.last_mut().and_then(|set| set.sources.pop());
            self.section = Section::Entries;
            self.entry_open = false;
            if let Some(source) = moved {
                self.entry_part("Source", source);
            }
        }
        self.section = Section::Entries;
        self.entry_part(key, field);
    }

    fn set_source(&mut self, field: Field) {
        match self.manifest.non_mano_sets.last_mut() {
            Some(set) => set.sources.push(field),
            None => {
                let help = "put the name of the set, such as `onap_others:`, above it";
                self.problem(ProblemKind::ManifestSet, field.span(), "the file belongs to no artifact set", help);
            }
        }
    }

    fn entry_part(&mut self, key: &str, field: Field) {
        if key == "Source" || !self.entry_open {
            let span = field.span();
            let entry = ManifestEntry { source: None, algorithm: None, hash: None, signature: None, certificate: None, span };
            self.manifest.entries.push(entry);
            self.entry_open = true;
        }
        let Some(entry) = self.manifest.entries.last_mut() else { return };
        entry.span = entry.span.to(field.span());
        let slot = match key {
            "Source" => &mut entry.source,
            "Algorithm" => &mut entry.algorithm,
            "Hash" => &mut entry.hash,
            "Signature" => &mut entry.signature,
            _ => &mut entry.certificate,
        };
        if slot.is_some() {
            let span = field.span();
            let message = format!("`{key}` stands twice in this entry");
            self.problem(ProblemKind::ManifestEntry, span, message, "begin each file with its own `Source` line");
        } else {
            *slot = Some(field);
        }
    }

    fn finish(mut self, text: &str) -> (Manifest, Vec<Problem>) {
        if self.manifest.metadata_header.is_none() {
            let first = self.manifest.metadata.first().map(Field::span);
            let span = first.unwrap_or_else(|| Span::new(self.manifest.source, 0, text.lines().next().map_or(0, str::len)));
            let help = "begin the file with `metadata:` and put the vnf_* names below it";
            self.problem(ProblemKind::ManifestMetadata, span, "the manifest does not begin with `metadata:`", help);
        }
        if let Some(cms) = self.manifest.cms.clone().filter(|cms| !cms.closed) {
            let message = format!("the signature is not closed by `-----END {}-----`", cms.label);
            self.problem(ProblemKind::ManifestCms, cms.span.head(), message, "sign the manifest again");
        }
        let entries = std::mem::take(&mut self.manifest.entries);
        entries.iter().for_each(|entry| self.check_entry(entry));
        self.manifest.entries = entries;
        let empty: Vec<Spanned> =
            self.manifest.non_mano_sets.iter().filter(|set| set.sources.is_empty()).map(|set| set.id.clone()).collect();
        for id in empty {
            let message = format!("the artifact set `{}` names no file", id.text);
            self.problem(ProblemKind::ManifestSet, id.span, message, "add a `Source` line, or remove the set");
        }
        (self.manifest, self.problems.finish())
    }

    fn check_entry(&mut self, entry: &ManifestEntry) {
        let missing = match (&entry.source, &entry.algorithm, &entry.hash) {
            (None, ..) => Some("Source"),
            (_, None, Some(_)) => Some("Algorithm"),
            (_, Some(_), None) => Some("Hash"),
            _ => None,
        };
        if let Some(missing) = missing {
            let message = format!("the entry has no `{missing}`");
            self.problem(ProblemKind::ManifestEntry, entry.span, message, "each entry is `Source`, `Algorithm` and `Hash`");
        }
        let places = [&entry.source, &entry.algorithm, &entry.hash].map(|field| field.as_ref().map(|field| field.key.span.start));
        let present: Vec<u32> = places.into_iter().flatten().collect();
        if !present.is_sorted() {
            let help = "some onboarding services read the lines in this order only";
            let message = "the lines of an entry are in the order `Source`, `Algorithm`, `Hash`";
            self.problem(ProblemKind::ManifestEntryForm, entry.span, message, help);
        }
    }
}
