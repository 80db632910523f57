//! A TOML table that is read key by key: what is wrong is a finding with its place, and the rest is read all the same.

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use vnfpkg_diag::{Finding, SourceId, Span};

use crate::rules::SETTINGS;

/// One table and where findings about it go.
pub(super) struct Table<'a> {
    pub(super) source: SourceId,
    pub(super) name: &'a str,
    pub(super) table: &'a DeTable<'a>,
    pub(super) span: Span,
    known: Vec<&'static str>,
}

/// A value with its place.
pub(super) type Value<'a> = Spanned<DeValue<'a>>;

pub(super) fn span(source: SourceId, range: &std::ops::Range<usize>) -> Span {
    Span::new(source, range.start, range.end)
}

impl<'a> Table<'a> {
    pub(super) fn new(source: SourceId, name: &'a str, table: &'a DeTable<'a>, span: Span) -> Self {
        Self { source, name, table, span, known: Vec::new() }
    }

    /// The value of a key, which thereby is a known one.
    pub(super) fn get(&mut self, key: &'static str) -> Option<&'a Value<'a>> {
        self.known.push(key);
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    pub(super) fn place(&self, value: &Value<'_>) -> Span {
        span(self.source, &value.span())
    }

    /// A finding at a value.
    pub(super) fn wrong(&self, value: &Value<'_>, message: String, help: &str) -> Finding {
        SETTINGS.at(self.place(value), message).help(help)
    }

    pub(super) fn text(&mut self, key: &'static str, findings: &mut Vec<Finding>) -> Option<(&'a str, Span)> {
        let value = self.get(key)?;
        if let DeValue::String(text) = value.get_ref() {
            return Some((text, self.place(value)));
        }
        findings.push(self.wrong(value, format!("`{key}` is no string"), "write it in quotes"));
        None
    }

    pub(super) fn boolean(&mut self, key: &'static str, findings: &mut Vec<Finding>) -> Option<bool> {
        let value = self.get(key)?;
        if let DeValue::Boolean(boolean) = value.get_ref() {
            return Some(*boolean);
        }
        findings.push(self.wrong(value, format!("`{key}` is neither true nor false"), "write `true` or `false`"));
        None
    }

    /// The strings of a list; a single string is a list of one.
    pub(super) fn texts(&mut self, key: &'static str, findings: &mut Vec<Finding>) -> Vec<(&'a str, Span)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let items: Vec<&'a Value<'a>> = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![value],
        };
        let mut texts = Vec::new();
        for item in items {
            match item.get_ref() {
                DeValue::String(text) => texts.push((&**text, self.place(item))),
                _ => findings.push(self.wrong(item, format!("`{key}` is no list of strings"), "write `[\"...\"]`")),
            }
        }
        texts
    }

    /// A word that has to be one of a few.
    pub(super) fn word<T>(&mut self, key: &'static str, known: &[(&str, T)], findings: &mut Vec<Finding>) -> Option<T>
    where
        T: Copy,
    {
        let (text, place) = self.text(key, findings)?;
        pick(key, text, place, known, findings)
    }

    /// Reports the keys that nobody asked for.
    pub(super) fn finish(self, findings: &mut Vec<Finding>) {
        for (name, _) in self.table.iter().filter(|(name, _)| !self.known.contains(&&**name.get_ref())) {
            let near = vnfpkg_tosca::nearest(name.get_ref(), self.known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            let finding = SETTINGS.at(span(self.source, &name.span()), format!("`{}` has no key `{}`", self.name, name.get_ref()));
            findings.push(finding.help(near.unwrap_or_else(|| format!("there are {}", self.known.join(", ")))));
        }
    }
}

/// The meaning of a word, or a finding that lists those that have one.
pub(super) fn pick<T: Copy>(key: &str, text: &str, place: Span, known: &[(&str, T)], findings: &mut Vec<Finding>) -> Option<T> {
    let found = known.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    if found.is_none() {
        let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
        findings.push(SETTINGS.at(place, format!("`{key}` cannot be `{text}`")).help(format!("there are {}", words.join(", "))));
    }
    found
}
