//! TOSCA.meta (TOSCA Simple Profile 1.3 §6.2, SOL004 §4.1.2).

use vnfpkg_diag::{SourceId, Span};

use super::lines::{Field, Line, Spanned, lines};
use crate::problem::{Problem, ProblemKind, Problems};

/// Where TOSCA.meta lies in a package.
pub const TOSCA_META: &str = "TOSCA-Metadata/TOSCA.meta";

/// TOSCA.meta: blocks of `Name: value` lines with blank lines between. A name may come again in another block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToscaMeta {
    /// The text it was read from.
    pub source: SourceId,
    /// The blocks in their order. The first describes the package, later ones a file each.
    pub blocks: Vec<MetaBlock>,
}

/// Lines that no blank line parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetaBlock {
    /// The lines in their order, repeated names included.
    pub fields: Vec<Field>,
    /// From the first name to the last value.
    pub span: Span,
}

impl MetaBlock {
    /// The first field of a name: the one spelled exactly so, else one that differs in case alone (ask [`Field::is_spelled`]).
    pub fn get(&self, key: &str) -> Option<&Field> {
        let exact = self.fields.iter().find(|field| field.is_spelled(key));
        exact.or_else(|| self.fields.iter().find(|field| field.is(key)))
    }
}

/// A block about one file of the package.
#[derive(Debug, Clone, Copy)]
pub struct NamedBlock<'a> {
    /// All its lines.
    pub block: &'a MetaBlock,
    /// `Name`: path of the file.
    pub name: Option<&'a Field>,
    /// `Content-Type`.
    pub content_type: Option<&'a Field>,
    /// `Algorithm` of the digest.
    pub algorithm: Option<&'a Field>,
    /// `Hash`: the digest in hexadecimal digits.
    pub hash: Option<&'a Field>,
}

impl ToscaMeta {
    /// Reads a TOSCA.meta; what is no such line is reported and skipped.
    pub fn parse(source: SourceId, text: &str) -> (Self, Vec<Problem>) {
        let mut parser = Parser { meta: Self { source, blocks: Vec::new() }, in_block: false, problems: Problems::default() };
        for line in lines(source, text) {
            parser.line(&line);
        }
        parser.check_values();
        (parser.meta, parser.problems.finish())
    }

    /// A field of the first block.
    pub fn get(&self, key: &str) -> Option<&Field> {
        self.blocks.first()?.get(key)
    }

    /// A field of the first block's kind that stands in a later block, where no reader looks for it.
    pub fn misplaced(&self, key: &str) -> Option<&Field> {
        self.blocks.iter().skip(1).find_map(|block| block.get(key))
    }

    /// `TOSCA-Meta-File-Version`.
    pub fn file_version(&self) -> Option<&Field> {
        self.get("TOSCA-Meta-File-Version")
    }

    /// `CSAR-Version`.
    pub fn csar_version(&self) -> Option<&Field> {
        self.get("CSAR-Version")
    }

    /// `Created-By`; many packages write `Created-by`.
    pub fn created_by(&self) -> Option<&Field> {
        self.get("Created-By")
    }

    /// `Entry-Definitions`: the main template.
    pub fn entry_definitions(&self) -> Option<&Field> {
        self.get("Entry-Definitions")
    }

    /// `ETSI-Entry-Manifest`, or the older `Entry-Manifest`.
    pub fn entry_manifest(&self) -> Option<&Field> {
        self.etsi("ETSI-Entry-Manifest")
    }

    /// `ETSI-Entry-Change-Log`, or the older `Entry-Change-Log`.
    pub fn entry_change_log(&self) -> Option<&Field> {
        self.etsi("ETSI-Entry-Change-Log")
    }

    /// `ETSI-Entry-Licenses`, or the older `Entry-Licenses`: a folder.
    pub fn entry_licenses(&self) -> Option<&Field> {
        self.etsi("ETSI-Entry-Licenses")
    }

    /// `ETSI-Entry-Tests`, or the older `Entry-Tests`: a folder.
    pub fn entry_tests(&self) -> Option<&Field> {
        self.etsi("ETSI-Entry-Tests")
    }

    /// `ETSI-Entry-Certificate`, or the older `Entry-Certificate`.
    pub fn entry_certificate(&self) -> Option<&Field> {
        self.etsi("ETSI-Entry-Certificate")
    }

    fn etsi(&self, key: &str) -> Option<&Field> {
        self.get(key).or_else(|| self.get(key.trim_start_matches("ETSI-")))
    }

    /// The files of `Other-Definitions`: names parted by blanks or commas, quoted when they hold blanks.
    pub fn other_definitions(&self) -> Vec<Spanned> {
        let Some(field) = self.get("Other-Definitions") else { return Vec::new() };
        if field.lines.is_empty() { words(&field.value) } else { field.lines.iter().flat_map(words).collect() }
    }

    /// The blocks about files: all but the first.
    pub fn named_blocks(&self) -> impl Iterator<Item = NamedBlock<'_>> {
        self.blocks.iter().skip(1).map(|block| NamedBlock {
            block,
            name: block.get("Name"),
            content_type: block.get("Content-Type"),
            algorithm: block.get("Algorithm"),
            hash: block.get("Hash"),
        })
    }
}

fn words(value: &Spanned) -> Vec<Spanned> {
    let parts = |c: char| c.is_whitespace() || c == ',';
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = value.text.get(at..).filter(|rest| !rest.is_empty()) {
        let skipped = rest.len() - rest.trim_start_matches(parts).len();
        let word = rest.get(skipped..).unwrap_or("");
        let quoted = word.strip_prefix('"').and_then(|inner| inner.find('"').map(|end| (1, end, end + 2)));
        let (lead, len, used) = quoted.unwrap_or_else(|| {
            let end = word.find(parts).unwrap_or(word.len());
            (0, end, end)
        });
        if let Some(text) = word.get(lead..lead + len).filter(|text| !text.is_empty()) {
            let start = value.span.start as usize + at + skipped + lead;
            found.push(Spanned { text: text.to_owned(), span: Span::new(value.span.source, start, start + len) });
        }
        at += skipped + used.max(1);
        while !value.text.is_char_boundary(at.min(value.text.len())) {
            at += 1;
        }
    }
    found
}

struct Parser {
    meta: ToscaMeta,
    in_block: bool,
    problems: Problems,
}

impl Parser {
    fn line(&mut self, line: &Line<'_>) {
        if line.is_blank() {
            self.in_block = false;
        } else if line.is_comment() {
            // Not in the standard; readers that take the file for YAML allow it.
        } else if line.is_indented() && self.in_block {
            self.continuation(line);
        } else if let Some(field) = line.field() {
            self.field(field);
        } else {
            self.problems.push(
                Problem::at(ProblemKind::MetaSyntax, line.span(), "the line is no `Name: value`")
                    .help("write a name, a colon and a value; part blocks with an empty line"),
            );
        }
    }

    /// A line that begins with a blank goes on with the value above it, as in YAML and in JAR manifests.
    fn continuation(&mut self, line: &Line<'_>) {
        if line.field().is_some_and(|field| field.key.text.starts_with(|c: char| c.is_ascii_uppercase())) {
            self.problems.push(
                Problem::at(ProblemKind::MetaSyntax, line.span(), "the line begins with a blank, so it continues the value above")
                    .help("remove the blanks before the name"),
            );
        }
        let Some(block) = self.meta.blocks.last_mut() else { return };
        let Some(field) = block.fields.last_mut() else { return };
        let more = line.trimmed();
        if field.value.text.is_empty() {
            field.value = more;
        } else {
            if field.lines.is_empty() {
                field.lines.push(field.value.clone());
            }
            field.lines.push(more.clone());
            field.value.text = format!("{} {}", field.value.text, more.text);
            field.value.span = field.value.span.to(more.span);
        }
        block.span = block.span.to(field.value.span);
    }

    fn field(&mut self, field: Field) {
        if !self.in_block {
            self.meta.blocks.push(MetaBlock { fields: Vec::new(), span: field.span() });
            self.in_block = true;
        }
        let Some(block) = self.meta.blocks.last_mut() else { return };
        // The names of a block are few in any real package; the bound keeps a hostile one from costing quadratic time.
        if block.fields.iter().take(100).any(|earlier| earlier.is(&field.key.text)) {
            self.problems.push(
                Problem::at(ProblemKind::MetaDuplicateKey, field.span(), format!("`{}` stands twice in this block", field.key.text))
                    .help("keep one of them, or part the blocks with an empty line"),
            );
        }
        block.span = block.span.to(field.span());
        block.fields.push(field);
    }

    fn check_values(&mut self) {
        for field in self.meta.blocks.iter().flat_map(|block| &block.fields).filter(|field| field.value.text.is_empty()) {
            self.problems.push(
                Problem::at(ProblemKind::MetaEmptyValue, field.key.span, format!("`{}` has no value", field.key.text))
                    .help("give it a value or remove the line"),
            );
        }
    }
}
