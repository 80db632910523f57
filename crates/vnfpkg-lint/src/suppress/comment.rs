//! Comments that accept findings: `# vnfpkg: allow CODE because REASON`, on the line of the finding or on a line of its own above it.

use std::collections::HashMap;

use vnfpkg_diag::{Finding, Place, SourceId, Sources, Span};

use super::unused;
use crate::rules::COMMENT;

/// What a comment begins with.
const MARK: &str = "vnfpkg:";

/// All comments of the texts that were read.
#[derive(Debug, Default)]
pub(super) struct Comments {
    by_line: HashMap<(SourceId, u32), Vec<Entry>>,
}

/// One code of one comment.
#[derive(Debug)]
struct Entry {
    code: &'static str,
    span: Span,
    used: bool,
}

impl Comments {
    /// Finds the comments, and what is wrong with them.
    pub(super) fn of(sources: &Sources) -> (Self, Vec<Finding>) {
        let mut comments = Self::default();
        let mut faults = Vec::new();
        // A text without the mark is left at once: most have none.
        for (id, source) in sources.iter().filter(|(_, source)| has_comments(source.name()) && source.text().contains(MARK)) {
            comments.read(id, source.text(), &mut faults);
        }
        (comments, faults)
    }

    fn read(&mut self, source: SourceId, text: &str, faults: &mut Vec<Finding>) {
        let mut waiting: Vec<Entry> = Vec::new();
        let mut offset = 0;
        for (number, line) in (1..).zip(text.split_inclusive('\n')) {
            let code = line.trim_start();
            let found =
                comment(line).map(|(start, body)| entries(Span::new(source, offset + start, offset + line.trim_end().len()), body, faults));
            let alone = code.starts_with('#');
            if alone {
                waiting.extend(found.into_iter().flatten());
            } else {
                let here: Vec<Entry> = found.into_iter().flatten().collect();
                if !code.is_empty() {
                    let entries: Vec<Entry> = waiting.drain(..).chain(here).collect();
                    if !entries.is_empty() {
                        self.by_line.insert((source, number), entries);
                    }
                }
            }
            offset += line.len();
        }
        // Comments at the end of a text stand above nothing; they are unused.
        if !waiting.is_empty() {
            self.by_line.insert((source, u32::MAX), waiting);
        }
    }

    /// Does a comment accept the finding?
    pub(super) fn accept(&mut self, finding: &Finding, sources: &Sources) -> bool {
        let Place::Span(span) = finding.primary.place else { return false };
        if self.by_line.is_empty() {
            return false;
        }
        let Some(entries) = self.by_line.get_mut(&(span.source, sources.line_col(span).line)) else { return false };
        let mut accepted = false;
        for entry in entries.iter_mut().filter(|entry| entry.code == finding.code) {
            entry.used = true;
            accepted = true;
        }
        accepted
    }

    /// Findings about the codes that accepted nothing.
    pub(super) fn unused(self, can_tell: impl Fn(&str) -> bool) -> Vec<Finding> {
        let mut idle: Vec<Entry> = self.by_line.into_values().flatten().filter(|entry| !entry.used && can_tell(entry.code)).collect();
        idle.sort_by_key(|entry| (entry.span, entry.code));
        idle.into_iter().map(|entry| unused(entry.span, entry.code)).collect()
    }
}

/// Is it a text in which `#` begins a comment?
fn has_comments(name: &str) -> bool {
    name != vnfpkg_csar::TOSCA_META && !name.to_ascii_lowercase().ends_with(".mf")
}

/// The comment of ours in a line: where it begins, and what stands behind the mark.
fn comment(line: &str) -> Option<(usize, &str)> {
    let mut starts = line.match_indices('#').filter(|(at, _)| *at == 0 || line[..*at].ends_with([' ', '\t']));
    starts.find_map(|(at, _)| Some((at, line[at + 1..].trim_start().strip_prefix(MARK)?.trim())))
}

/// The codes of a comment; without a reason, or with unknown ones, it accepts less or nothing.
fn entries(span: Span, body: &str, faults: &mut Vec<Finding>) -> Vec<Entry> {
    let form = "write `# vnfpkg: allow CODE because REASON`";
    let Some(rest) = body.strip_prefix("allow ") else {
        faults.push(COMMENT.at(span, "this comment to vnfpkg allows nothing").help(form));
        return Vec::new();
    };
    let (codes, reason) = rest.split_once(" because ").unwrap_or((rest, ""));
    if reason.trim().is_empty() {
        faults.push(COMMENT.at(span, "the comment gives no reason").help(form));
        return Vec::new();
    }
    let mut found = Vec::new();
    for name in codes.split([',', ' ']).filter(|name| !name.is_empty()) {
        match crate::rule(name) {
            Some(rule) => found.push(Entry { code: rule.code, span, used: false }),
            None => faults.push(COMMENT.at(span, format!("there is no rule `{name}`")).help(super::similar(name))),
        }
    }
    found
}
