//! Reading mappings, lists and names off YAML nodes, with the problems that come of it.

use vnfpkg_diag::Span;

use super::model::{Defs, Name};
use crate::problem::{Problem, ProblemKind};
use crate::suggest::{SUGGESTIONS, did_you_mean};
use crate::yaml::{Entry, Node};

/// Collects problems while nodes are read. What cannot be read is left out; the rest goes on.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) problems: Vec<Problem>,
}

/// The entries of a mapping whose keynames were checked.
#[derive(Clone, Copy)]
pub(super) struct Fields<'n> {
    entries: &'n [Entry],
}

impl<'n> Fields<'n> {
    /// The value of a keyname, unless it is missing or null.
    pub(super) fn get(self, key: &str) -> Option<&'n Node> {
        self.entry(key).map(|entry| &entry.value).filter(|value| !value.is_null())
    }

    pub(super) fn entry(self, key: &str) -> Option<&'n Entry> {
        self.entries.iter().find(|entry| entry.key.text() == Some(key))
    }

    pub(super) fn iter(self) -> impl Iterator<Item = &'n Entry> {
        self.entries.iter()
    }
}

impl Reader {
    pub(super) fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    pub(super) fn malformed(&mut self, node: &Node, what: &str, wanted: &str) {
        let message = format!("{what} must be {wanted}, not {}", node.describe());
        self.report(Problem::at(ProblemKind::Malformed, node.span, message));
    }

    /// The entries of a mapping with only known keynames.
    pub(super) fn fields<'n>(&mut self, node: &'n Node, what: &str, known: &[&str]) -> Option<Fields<'n>> {
        let fields = self.open_fields(node, what)?;
        for entry in fields.entries {
            let key = entry.key.text().unwrap_or("");
            if !known.contains(&key) {
                let message = format!("{what} has no keyname `{key}`");
                let searched = self.problems.len() < SUGGESTIONS;
                let help = searched.then(|| did_you_mean(key, known.iter().copied())).flatten();
                self.report(Problem::at(ProblemKind::UnknownKeyname, entry.key.span, message).maybe_help(help));
            }
        }
        Some(fields)
    }

    /// The entries of a mapping that may have keys of its own.
    pub(super) fn open_fields<'n>(&mut self, node: &'n Node, what: &str) -> Option<Fields<'n>> {
        let entries = node.entries();
        if entries.is_none() {
            self.malformed(node, what, "a mapping");
        }
        entries.map(|entries| Fields { entries })
    }

    /// A scalar that names something.
    pub(super) fn name(&mut self, node: &Node, what: &str) -> Option<Name> {
        match node.shared_text() {
            Some(text) if !node.is_null() && !text.is_empty() => Some(Name { text, span: node.span }),
            _ => {
                self.malformed(node, what, "a name");
                None
            }
        }
    }

    pub(super) fn optional_name(&mut self, fields: Fields<'_>, key: &str) -> Option<Name> {
        let node = fields.get(key)?;
        self.name(node, &format!("`{key}`"))
    }

    /// A list of names; one name alone is taken as a list of one.
    pub(super) fn names(&mut self, node: &Node, what: &str) -> Vec<Name> {
        match node.items() {
            Some(items) => items.iter().filter_map(|item| self.name(item, &format!("an entry of {what}"))).collect(),
            None if node.is_scalar() && !node.is_null() => self.name(node, what).into_iter().collect(),
            None => {
                self.malformed(node, what, "a list of names");
                Vec::new()
            }
        }
    }

    pub(super) fn optional_names(&mut self, fields: Fields<'_>, key: &str) -> Option<Vec<Name>> {
        let node = fields.get(key)?;
        Some(self.names(node, &format!("`{key}`")))
    }

    /// A mapping from names to things.
    pub(super) fn defs<T>(
        &mut self,
        node: Option<&Node>,
        what: &str,
        mut read: impl FnMut(&mut Self, &Name, &Node) -> Option<T>,
    ) -> Defs<T> {
        let mut defs = Defs::default();
        let Some(node) = node else { return defs };
        let Some(fields) = self.open_fields(node, what) else { return defs };
        for entry in fields.entries {
            let Some(name) = self.name(&entry.key, &format!("a name in {what}")) else { continue };
            if let Some(value) = read(self, &name, &entry.value) {
                defs.insert(name, value);
            }
        }
        defs
    }

    /// A mapping from names to values that stay as they are.
    pub(super) fn values(&mut self, node: Option<&Node>, what: &str) -> Defs<Node> {
        self.defs(node, what, |_, _, value| Some(value.clone()))
    }

    /// A list of mappings with one key each (requirements, policies); a mapping is taken too, with a complaint unless
    /// `mapping_too`.
    pub(super) fn named_list<'n>(&mut self, node: Option<&'n Node>, what: &str, mapping_too: bool) -> Vec<(Name, &'n Node)> {
        let Some(node) = node else { return Vec::new() };
        let maps: Vec<&'n Node> = match node.items() {
            Some(items) => items.iter().collect(),
            None if node.is_map() => {
                if !mapping_too {
                    self.malformed(node, what, "a list of mappings");
                }
                vec![node]
            }
            None => {
                self.malformed(node, what, "a list of mappings");
                return Vec::new();
            }
        };
        let mut found = Vec::new();
        for map in maps {
            let Some(fields) = self.open_fields(map, &format!("an entry of {what}")) else { continue };
            if node.is_seq() && fields.entries.len() != 1 {
                let message = format!("an entry of {what} must have one key, its name; this one has {}", fields.entries.len());
                self.report(Problem::at(ProblemKind::Malformed, map.span, message).help("indent the keynames below the name"));
            }
            let limit = if node.is_seq() { 1 } else { usize::MAX };
            for entry in fields.entries.iter().take(limit) {
                if let Some(name) = self.name(&entry.key, &format!("the name of an entry of {what}")) {
                    found.push((name, &entry.value));
                }
            }
        }
        found
    }

    pub(super) fn missing(&mut self, span: Span, what: &str, key: &str) {
        let message = format!("{what} lacks the keyname `{key}`");
        self.report(Problem::at(ProblemKind::MissingKeyname, span, message));
    }
}
