//! Reading mappings of the document: every key is asked for by name, and what nobody asked for is reported.

use std::cell::RefCell;

use vnfpkg_diag::Span;
use vnfpkg_tosca::yaml::Node;

use super::At;
use super::duration::parse_duration;
use crate::problem::{Problem, ProblemKind, did_you_mean};

/// One mapping and the faults found while reading it.
pub struct Fields<'a> {
    node: &'a Node,
    what: &'a str,
    kind: ProblemKind,
    asked: RefCell<Vec<&'static str>>,
    problems: &'a RefCell<Vec<Problem>>,
}

impl<'a> Fields<'a> {
    /// Reads a mapping; `what` names it in messages (`step install_docker`). `None` and a finding when it is none.
    pub fn of(node: &'a Node, what: &'a str, kind: ProblemKind, problems: &'a RefCell<Vec<Problem>>) -> Option<Self> {
        if node.entries().is_none() {
            let problem = Problem::at(kind, node.span, format!("{what} must be a mapping, not {}", node.describe()));
            problems.borrow_mut().push(problem);
            return None;
        }
        Some(Self { node, what, kind, asked: RefCell::default(), problems })
    }

    /// Where the mapping is.
    pub fn span(&self) -> Span {
        self.node.span
    }

    /// Where the list of faults is.
    pub fn problems(&self) -> &'a RefCell<Vec<Problem>> {
        self.problems
    }

    /// Reports a fault.
    pub fn report(&self, span: Span, message: impl Into<String>) {
        self.problems.borrow_mut().push(Problem::at(self.kind, span, message));
    }

    /// The value of a key; a key without a value counts as absent.
    pub fn get(&self, key: &'static str) -> Option<&'a Node> {
        self.asked.borrow_mut().push(key);
        self.node.get(key).filter(|node| !node.is_null())
    }

    /// Is the key there? Does not count as asking for it.
    pub fn has(&self, key: &str) -> bool {
        self.node.get(key).is_some()
    }

    /// A text.
    pub fn text(&self, key: &'static str) -> Option<At<String>> {
        let node = self.get(key)?;
        let Some(text) = node.text() else {
            self.report(node.span, format!("`{key}` of {} must be a text, not {}", self.what, node.describe()));
            return None;
        };
        Some(At::new(text.to_owned(), node.span))
    }

    /// A text that has to be there.
    pub fn required_text(&self, key: &'static str) -> Option<At<String>> {
        if self.get(key).is_none() {
            self.report(self.node.span.head(), format!("{} lacks `{key}`", self.what));
            return None;
        }
        self.text(key)
    }

    /// `true` or `false`.
    pub fn flag(&self, key: &'static str) -> Option<bool> {
        let node = self.get(key)?;
        let value = node.as_bool();
        if value.is_none() {
            self.report(node.span, format!("`{key}` of {} must be `true` or `false`, not {}", self.what, node.describe()));
        }
        value
    }

    /// A whole number within a range.
    pub fn number(&self, key: &'static str, range: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let node = self.get(key)?;
        let value = node.as_int().and_then(|value| u32::try_from(value).ok()).filter(|value| range.contains(value));
        if value.is_none() {
            let message = format!("`{key}` of {} must be a whole number from {} to {}", self.what, range.start(), range.end());
            self.report(node.span, message);
        }
        value
    }

    /// A time span, in milliseconds.
    pub fn duration(&self, key: &'static str) -> Option<u64> {
        let text = self.text(key)?;
        let value = parse_duration(&text.value);
        if value.is_none() {
            let message = format!("`{}` is not a time span: write a whole number and ms, s, m or h, such as `30s`", text.value);
            self.report(text.span, message);
        }
        value
    }

    /// One text or a list of texts.
    pub fn texts(&self, key: &'static str) -> Vec<At<String>> {
        let Some(node) = self.get(key) else { return Vec::new() };
        let items: Vec<&Node> = node.items().map_or_else(|| vec![node], |items| items.iter().collect());
        let mut texts = Vec::new();
        for item in items {
            match item.text() {
                Some(text) => texts.push(At::new(text.to_owned(), item.span)),
                None => self.report(item.span, format!("`{key}` of {} takes texts, not {}", self.what, item.describe())),
            }
        }
        texts
    }

    /// Reports every key that nobody asked for.
    pub fn finish(self) {
        let asked = self.asked.into_inner();
        for entry in self.node.entries().unwrap_or_default() {
            let key = entry.key.text().unwrap_or("?");
            if !asked.contains(&key) {
                let problem = Problem::at(self.kind, entry.key.span, format!("{} has no key `{key}`", self.what));
                let known = format!("known keys: {}", asked.join(", "));
                let help = did_you_mean(key, asked.iter().copied()).unwrap_or(known);
                self.problems.borrow_mut().push(problem.help(help));
            }
        }
    }
}
