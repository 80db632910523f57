//! From libyaml's events to the tree.

use std::collections::HashMap;
use std::io::{BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use libyaml_safer::{Encoding, Error, Event, EventData, Mark, Parser, ScalarStyle as Style};
use vnfpkg_diag::{SourceId, Span};

use super::{Entry, Limits, Node, NodeKind, Parsed, ScalarStyle, YamlProblem, YamlProblemKind};

const BOM: &str = "\u{feff}";
/// How much text the scanner decodes at a time.
const CHUNK: usize = 16 << 10;
/// Mappings longer than this look for equal keys with a table.
const SMALL_MAP: usize = 12;

/// Reads all documents of a text that the guard has admitted.
pub(super) fn documents(source: SourceId, text: &str, limits: Limits, parsed: &mut Parsed) {
    let mut builder = Builder::new(source, text, limits);
    // The guard keeps the scanner away from the panics we know; a new one must not take the program down.
    let outcome = catch_unwind(AssertUnwindSafe(|| builder.run()));
    let result = outcome.unwrap_or_else(|_| {
        let message = "the text cannot be scanned as YAML";
        Err(YamlProblem::new(YamlProblemKind::Syntax, Span::new(source, 0, 0), message))
    });
    parsed.documents = builder.documents;
    parsed.problems.extend(builder.problems);
    parsed.problems.extend(result.err());
}

/// A finished node with what its copies would cost.
#[derive(Clone)]
struct Built {
    node: Node,
    nodes: usize,
    height: usize,
}

/// A collection whose end is not reached.
struct Frame {
    span: Span,
    tag: Option<Arc<str>>,
    anchor: Option<String>,
    nodes: usize,
    height: usize,
    content: Content,
}

enum Content {
    Seq(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<Node> },
}

struct Builder<'a> {
    source: SourceId,
    text: &'a str,
    offset: usize,
    limits: Limits,
    stack: Vec<Frame>,
    anchors: HashMap<String, Built>,
    nodes: usize,
    documents: Vec<Node>,
    problems: Vec<YamlProblem>,
}

impl<'a> Builder<'a> {
    fn new(source: SourceId, text: &'a str, limits: Limits) -> Self {
        let offset = if text.starts_with(BOM) { BOM.len() } else { 0 };
        Self {
            source,
            text,
            offset,
            limits,
            stack: Vec::new(),
            anchors: HashMap::new(),
            nodes: 0,
            documents: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn run(&mut self) -> Result<(), YamlProblem> {
        // libyaml-safer reads past the end after a backslash; a line break there is what YAML wants anyway.
        let input = self.text.as_bytes()[self.offset..].chain(&b"\n"[..]);
        let mut parser = Parser::new();
        parser.set_encoding(Encoding::Utf8);
        parser.set_input(BufReader::with_capacity(CHUNK, input));
        loop {
            let event = parser.parse().map_err(|error| self.syntax(&error))?;
            if matches!(event.data, EventData::StreamEnd) {
                return Ok(());
            }
            self.event(event)?;
        }
    }

    fn event(&mut self, event: Event) -> Result<(), YamlProblem> {
        let span = self.span(event.start_mark, event.end_mark);
        match event.data {
            EventData::DocumentStart { .. } => self.anchors.clear(),
            EventData::Scalar { anchor, tag, value, style, .. } => {
                let style = style_of(style);
                let span = if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) { self.trimmed(span) } else { span };
                let kind = NodeKind::Scalar { value: value.into(), style };
                let node = Node { span, tag: tag.map(Arc::from), kind };
                self.count(1, span)?;
                self.finish(Built { node, nodes: 1, height: 0 }, anchor);
            }
            EventData::SequenceStart { anchor, tag, .. } => self.open(Content::Seq(Vec::new()), anchor, tag, span)?,
            EventData::MappingStart { anchor, tag, .. } => {
                self.open(Content::Map { entries: Vec::new(), key: None }, anchor, tag, span)?;
            }
            EventData::SequenceEnd | EventData::MappingEnd => self.close(span),
            EventData::Alias { anchor } => self.alias(&anchor, span)?,
            EventData::StreamStart { .. } | EventData::StreamEnd | EventData::DocumentEnd { .. } => {}
        }
        Ok(())
    }

    fn open(&mut self, content: Content, anchor: Option<String>, tag: Option<String>, span: Span) -> Result<(), YamlProblem> {
        self.count(1, span)?;
        self.check_depth(self.stack.len() + 1, span)?;
        self.stack.push(Frame { span, tag: tag.map(Arc::from), anchor, nodes: 1, height: 0, content });
        Ok(())
    }

    fn close(&mut self, end: Span) {
        let Some(frame) = self.stack.pop() else { return };
        let kind = match frame.content {
            Content::Seq(items) => NodeKind::Seq(items.into()),
            Content::Map { entries, .. } => NodeKind::Map(self.mapping(entries).into()),
        };
        // A flow collection ends with its bracket; the end of a block collection is only known to be before the next
        // token, so that of its last child is taken.
        let flow = matches!(self.text.as_bytes().get(frame.span.start as usize..frame.span.end as usize), Some(b"[" | b"{"));
        let last = match &kind {
            NodeKind::Seq(items) => items.last().map(|node| node.span),
            NodeKind::Map(entries) => entries.last().map(|entry| entry.key.span.to(entry.value.span)),
            NodeKind::Scalar { .. } => None,
        };
        let inside = last.filter(|last| last.start >= frame.span.start && !flow);
        let span = if flow { frame.span.to(end) } else { inside.map_or(frame.span, |last| frame.span.to(last)) };
        let node = Node { span, tag: frame.tag, kind };
        self.finish(Built { node, nodes: frame.nodes, height: frame.height + 1 }, frame.anchor);
    }

    fn alias(&mut self, anchor: &str, span: Span) -> Result<(), YamlProblem> {
        let Some(built) = self.anchors.get(anchor).cloned() else {
            let message = format!("the alias `*{anchor}` names an anchor that was not set before it");
            return Err(YamlProblem::new(YamlProblemKind::UnknownAlias, span, message));
        };
        self.count(built.nodes, span)?;
        self.check_depth(self.stack.len() + built.height, span)?;
        self.finish(built, None);
        Ok(())
    }

    /// Puts a finished node where it belongs: into the open collection, or on the list of documents.
    fn finish(&mut self, built: Built, anchor: Option<String>) {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, built.clone());
        }
        let Some(frame) = self.stack.last_mut() else {
            self.documents.push(built.node);
            return;
        };
        frame.nodes = frame.nodes.saturating_add(built.nodes);
        frame.height = frame.height.max(built.height);
        match &mut frame.content {
            Content::Seq(items) => items.push(built.node),
            Content::Map { entries, key } => match key.take() {
                None => *key = Some(built.node),
                Some(key) => entries.push(Entry { key, value: built.node }),
            },
        }
    }

    /// Reports equal keys, keeping the last, and expands merge keys.
    fn mapping(&mut self, entries: Vec<Entry>) -> Vec<Entry> {
        let entries = self.without_duplicates(entries);
        if entries.iter().any(is_merge) { self.merged(entries) } else { entries }
    }

    fn without_duplicates(&mut self, entries: Vec<Entry>) -> Vec<Entry> {
        if !has_duplicates(&entries) {
            return entries;
        }
        let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
        let mut places: HashMap<Arc<str>, usize> = HashMap::new();
        for entry in entries {
            let Some(text) = entry.key.shared_text() else {
                kept.push(entry);
                continue;
            };
            if let Some(&at) = places.get(&text) {
                let message = format!("the key `{text}` stands twice in this mapping; only the last one counts");
                let problem = YamlProblem::new(YamlProblemKind::DuplicateKey, entry.key.span, message);
                self.problems.push(problem.related(kept[at].key.span));
                kept[at] = entry;
            } else {
                places.insert(text, kept.len());
                kept.push(entry);
            }
        }
        // A later entry may have taken an earlier place; the order of the text is what readers expect.
        kept.sort_by_key(|entry| entry.key.span.start);
        kept
    }

    fn merged(&mut self, entries: Vec<Entry>) -> Vec<Entry> {
        let mut present: std::collections::HashSet<Arc<str>> =
            entries.iter().filter(|entry| !is_merge(entry)).filter_map(|entry| entry.key.shared_text()).collect();
        let mut result = Vec::with_capacity(entries.len());
        for entry in entries {
            if !is_merge(&entry) {
                result.push(entry);
                continue;
            }
            let Some(maps) = merge_sources(&entry.value) else {
                let message = "the value of a merge key must be a mapping or a list of mappings";
                self.problems.push(YamlProblem::new(YamlProblemKind::BadMerge, entry.value.span, message));
                continue;
            };
            for candidate in maps.into_iter().flatten() {
                if candidate.key.shared_text().is_none_or(|text| present.insert(text)) {
                    result.push(candidate.clone());
                }
            }
        }
        result
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), YamlProblem> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes <= self.limits.max_nodes {
            return Ok(());
        }
        let message = format!("more than {} nodes once aliases are expanded", self.limits.max_nodes);
        Err(YamlProblem::new(YamlProblemKind::TooManyNodes, span, message))
    }

    fn check_depth(&self, depth: usize, span: Span) -> Result<(), YamlProblem> {
        if depth <= self.limits.max_depth {
            return Ok(());
        }
        let message = format!("nested more than {} levels deep", self.limits.max_depth);
        Err(YamlProblem::new(YamlProblemKind::TooDeep, span, message))
    }

    fn syntax(&self, error: &Error) -> YamlProblem {
        let mark = error.problem_mark().unwrap_or_default();
        let at = self.byte(mark);
        let found = self.text[at..].chars().next();
        let span = Span::new(self.source, at, at + found.map_or(0, char::len_utf8));
        let kind = if found == Some('\t') { YamlProblemKind::Tab } else { YamlProblemKind::Syntax };
        let message = match (kind, error.context()) {
            (YamlProblemKind::Tab, _) => "a tab stands where spaces must indent".to_owned(),
            (_, Some(context)) => format!("{} {context}", error.problem()),
            (_, None) => error.problem().to_owned(),
        };
        let problem = YamlProblem::new(kind, span, message);
        match error.context_mark().map(|mark| self.byte(mark)) {
            Some(start) if start != at => problem.related(Span::new(self.source, start, start)),
            _ => problem,
        }
    }

    fn span(&self, start: Mark, end: Mark) -> Span {
        Span::new(self.source, self.byte(start), self.byte(end))
    }

    /// The byte offset of a mark, inside the text and between two characters whatever the scanner says.
    fn byte(&self, mark: Mark) -> usize {
        let index = usize::try_from(mark.index).unwrap_or(usize::MAX).saturating_add(self.offset);
        self.text.floor_char_boundary(index.min(self.text.len()))
    }

    /// The span of a block scalar without the blank lines after it.
    fn trimmed(&self, span: Span) -> Span {
        let text = self.text.get(span.range()).unwrap_or("");
        Span::new(self.source, span.start as usize, span.start as usize + text.trim_end().len())
    }
}

fn style_of(style: Style) -> ScalarStyle {
    match style {
        Style::SingleQuoted => ScalarStyle::Single,
        Style::DoubleQuoted => ScalarStyle::Double,
        Style::Literal => ScalarStyle::Literal,
        Style::Folded => ScalarStyle::Folded,
        _ => ScalarStyle::Plain,
    }
}

fn has_duplicates(entries: &[Entry]) -> bool {
    if entries.len() <= SMALL_MAP {
        let keys = |entries: &[Entry], text: &str| entries.iter().any(|entry| entry.key.text() == Some(text));
        return entries.iter().enumerate().any(|(at, entry)| entry.key.text().is_some_and(|text| keys(&entries[..at], text)));
    }
    let mut seen = std::collections::HashSet::with_capacity(entries.len());
    entries.iter().filter_map(|entry| entry.key.text()).any(|text| !seen.insert(text))
}

fn is_merge(entry: &Entry) -> bool {
    entry.key.style() == Some(ScalarStyle::Plain) && entry.key.text() == Some("<<")
}

fn merge_sources(value: &Node) -> Option<Vec<&[Entry]>> {
    match &value.kind {
        NodeKind::Map(entries) => Some(vec![&**entries]),
        NodeKind::Seq(items) => items.iter().map(Node::entries).collect(),
        NodeKind::Scalar { .. } => None,
    }
}
