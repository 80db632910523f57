//! Which variables a template uses, found without rendering it, and whether they exist.
//!
//! Rendering finds an undefined variable only on the path that it takes; this looks at every tag of the text.

use std::collections::{BTreeMap, BTreeSet};

use vnfpkg_diag::{SourceId, Span};

use crate::lifecycle::At;
use crate::problem::{Problem, ProblemKind, did_you_mean};

/// What a variable holds, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Nothing is known: every path below it is accepted.
    Any,
    /// A text, number or truth value.
    Scalar,
    /// A list of one shape.
    List(Box<Self>),
    /// Known keys.
    Map(BTreeMap<String, Self>),
}

impl Shape {
    /// A mapping of known keys.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, shape)| (key.into(), shape)).collect())
    }
}

/// A variable with what is asked of it: `input.proxy.http_proxy`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariablePath {
    /// Names from the root on; an index or a computed key is `None`.
    pub parts: Vec<Option<String>>,
    /// Where it is.
    pub span: Span,
    /// Filters that follow it directly.
    pub filters: Vec<String>,
    /// Is it printed, rather than looked at by `if`, `for` or `set`?
    pub printed: bool,
    /// Name that a `for` or `set` binds here to what this path gives; an empty one for a scalar.
    binds: Option<String>,
}

impl VariablePath {
    /// The dotted form.
    pub fn dotted(&self) -> String {
        self.parts.iter().map(|part| part.as_deref().unwrap_or("[]")).collect::<Vec<_>>().join(".")
    }

    /// The plain names, when none of the parts is computed.
    pub fn names(&self) -> Option<Vec<&str>> {
        self.parts.iter().map(Option::as_deref).collect()
    }
}

/// Every variable that a text uses in a tag, in order.
pub fn variable_paths(source: SourceId, text: &str) -> Vec<VariablePath> {
    tags(text).into_iter().flat_map(|tag| paths_of_tag(source, text, &tag)).collect()
}

/// Every file that a text includes.
pub(super) fn includes(source: SourceId, text: &str) -> Vec<At<String>> {
    let mut found = Vec::new();
    for tag in tags(text).iter().filter(|tag| !tag.printed) {
        let words = lex(&text[tag.start..tag.end], tag.start);
        if let [Token { kind: Kind::Name(word), .. }, Token { kind: Kind::Text(name), start, end }, ..] = words.as_slice()
            && word == "include"
        {
            found.push(At::new(name.clone(), Span::new(source, *start, *end)));
        }
    }
    found
}

/// Checks every variable of a text against what exists.
pub fn check_paths(source: SourceId, text: &str, shape: &BTreeMap<String, Shape>) -> Vec<Problem> {
    let mut locals: BTreeMap<String, Shape> = BTreeMap::new();
    let mut problems = Vec::new();
    for path in variable_paths(source, text) {
        let Some(Some(root)) = path.parts.first() else { continue };
        let known = locals.get(root).or_else(|| shape.get(root)).cloned();
        let found = match known {
            Some(known) => walk(&known, &path, &mut problems),
            None => {
                let names: BTreeSet<&str> = shape.keys().chain(locals.keys()).map(String::as_str).collect();
                let listing = names.iter().copied().collect::<Vec<_>>().join(", ");
                let help = did_you_mean(root, names).unwrap_or_else(|| format!("there are {listing}"));
                let message = format!("variable `{root}` does not exist");
                problems.push(Problem::at(ProblemKind::TemplateVariable, path.span, message).help(help));
                Shape::Any
            }
        };
        if let Some(name) = path.binds {
            let item = match found {
                Shape::List(item) => *item,
                _ => Shape::Any,
            };
            locals.insert(name, item);
        }
    }
    problems
}

fn walk(root: &Shape, path: &VariablePath, problems: &mut Vec<Problem>) -> Shape {
    let mut shape = root;
    for (depth, part) in path.parts.iter().enumerate().skip(1) {
        shape = match (shape, part) {
            (Shape::Any, _) => return Shape::Any,
            (Shape::List(item), None) => item,
            (Shape::Map(_), None) => return Shape::Any,
            (Shape::Map(known), Some(name)) => match known.get(name) {
                Some(next) => next,
                None => {
                    let here = VariablePath { parts: path.parts[..depth].to_vec(), ..path.clone() }.dotted();
                    let listing = known.keys().cloned().collect::<Vec<_>>().join(", ");
                    let help = did_you_mean(name, known.keys().map(String::as_str)).unwrap_or_else(|| {
                        if listing.is_empty() { format!("`{here}` has nothing") } else { format!("`{here}` has {listing}") }
                    });
                    let message = format!("`{}` does not exist: `{here}` has no `{name}`", path.dotted());
                    problems.push(Problem::at(ProblemKind::TemplateVariable, path.span, message).help(help));
                    return Shape::Any;
                }
            },
            (Shape::Scalar | Shape::List(_), _) => {
                let message = format!("`{}` does not exist: a part of it is no mapping", path.dotted());
                problems.push(Problem::at(ProblemKind::TemplateVariable, path.span, message));
                return Shape::Any;
            }
        };
    }
    shape.clone()
}

struct Tag {
    start: usize,
    end: usize,
    printed: bool,
}

/// The insides of `{{ }}` and `{% %}`, without comments and `{% raw %}` blocks.
fn tags(text: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = ["{{", "{%", "<#"].iter().filter_map(|mark| text[at..].find(mark).map(|found| at + found)).min() {
        let close = match &text[open..open + 2] {
            "{{" => "}}",
            "{%" => "%}",
            _ => "#>",
        };
        let Some(length) = text[open + 2..].find(close) else { break };
        let (start, end) = (open + 2, open + 2 + length);
        at = end + 2;
        if close == "#>" {
            continue;
        }
        let inside = text[start..end].trim_matches(['-', ' ']);
        if close == "%}" && inside == "raw" {
            let Some(after) = text[at..].find("endraw").and_then(|found| text[at + found..].find("%}").map(|end| at + found + end + 2))
            else {
                break;
            };
            at = after;
            continue;
        }
        found.push(Tag { start, end, printed: close == "}}" });
    }
    found
}

#[derive(Debug, PartialEq)]
enum Kind {
    Name(String),
    Text(String),
    Mark(char),
}

#[derive(Debug, PartialEq)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

fn lex(text: &str, offset: usize) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if matches!(c, '"' | '\'' | '`') {
            let end = text[at + 1..].find(c).map_or(text.len(), |found| at + 1 + found);
            tokens.push(Token {
                kind: Kind::Text(text[at + 1..end].to_owned()),
                start: offset + at,
                end: (offset + end + 1).min(offset + text.len()),
            });
            while chars.peek().is_some_and(|(next, _)| *next <= end) {
                chars.next();
            }
        } else if c.is_alphanumeric() || c == '_' {
            let mut end = at + c.len_utf8();
            while let Some((next, c)) = chars.peek().copied().filter(|(_, c)| c.is_alphanumeric() || *c == '_') {
                end = next + c.len_utf8();
                chars.next();
            }
            tokens.push(Token { kind: Kind::Name(text[at..end].to_owned()), start: offset + at, end: offset + end });
        } else if !c.is_whitespace() {
            tokens.push(Token { kind: Kind::Mark(c), start: offset + at, end: offset + at + c.len_utf8() });
        }
    }
    tokens
}

/// Words of the template language that are no variables.
const WORDS: [&str; 34] = [
    "if",
    "elif",
    "else",
    "endif",
    "for",
    "in",
    "endfor",
    "set",
    "set_global",
    "endset",
    "include",
    "and",
    "or",
    "not",
    "is",
    "true",
    "false",
    "none",
    "filter",
    "endfilter",
    "raw",
    "endraw",
    "block",
    "endblock",
    "extends",
    "break",
    "continue",
    "loop",
    "True",
    "False",
    "None",
    "component",
    "endcomponent",
    "super",
];

fn paths_of_tag(source: SourceId, text: &str, tag: &Tag) -> Vec<VariablePath> {
    let tokens = lex(&text[tag.start..tag.end], tag.start);
    let binds = bound_name(&tokens);
    let mut paths: Vec<VariablePath> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let previous = at.checked_sub(1).map(|before| &tokens[before].kind);
        let next = tokens.get(at + 1).map(|token| &token.kind);
        let Kind::Name(name) = &tokens[at].kind else {
            at += 1;
            continue;
        };
        let is_number = name.starts_with(|c: char| c.is_ascii_digit());
        let is_test_or_filter = matches!(previous, Some(Kind::Mark('|')))
            || matches!(previous, Some(Kind::Name(word)) if word == "is" || word == "not" && is_test(&tokens, at));
        let is_argument =
            matches!(next, Some(Kind::Mark('='))) && !matches!(tokens.get(at + 2).map(|token| &token.kind), Some(Kind::Mark('=')));
        let is_call = matches!(next, Some(Kind::Mark('(')));
        let is_bound = binds.as_ref().is_some_and(|(_, position)| *position >= at) && !WORDS.contains(&name.as_str());
        if let (Some(Kind::Mark('|')), Some(last)) = (previous, paths.last_mut()) {
            last.filters.push(name.clone());
        }
        if is_number || is_test_or_filter || is_argument || is_call || is_bound || WORDS.contains(&name.as_str()) {
            at += 1;
            continue;
        }
        let (path, after) = read_path(source, &tokens, at, tag.printed);
        paths.push(path);
        at = after;
    }
    if let Some((name, _)) = binds {
        match paths.last_mut() {
            Some(last) => last.binds = Some(name),
            None => paths.push(VariablePath {
                parts: Vec::new(),
                span: Span::new(source, tag.start, tag.end),
                filters: Vec::new(),
                printed: false,
                binds: Some(name),
            }),
        }
    }
    paths
}

fn is_test(tokens: &[Token], at: usize) -> bool {
    at >= 2 && matches!(&tokens[at - 2].kind, Kind::Name(word) if word == "is")
}

/// The name that `for NAME in` or `set NAME =` binds, and the position of the word after it.
fn bound_name(tokens: &[Token]) -> Option<(String, usize)> {
    let first = tokens.iter().position(|token| matches!(token.kind, Kind::Name(_)))?;
    let Kind::Name(word) = &tokens[first].kind else { return None };
    let end = match word.as_str() {
        "for" => tokens.iter().position(|token| matches!(&token.kind, Kind::Name(word) if word == "in"))?,
        "set" | "set_global" => tokens.iter().position(|token| token.kind == Kind::Mark('='))?,
        _ => return None,
    };
    let name = tokens[first + 1..end].iter().rev().find_map(|token| match &token.kind {
        Kind::Name(name) => Some(name.clone()),
        _ => None,
    })?;
    Some((name, end))
}

fn read_path(source: SourceId, tokens: &[Token], start: usize, printed: bool) -> (VariablePath, usize) {
    let mut parts = Vec::new();
    if let Kind::Name(root) = &tokens[start].kind {
        parts.push(Some(root.clone()));
    }
    let mut at = start + 1;
    let mut end = tokens[start].end;
    loop {
        match (tokens.get(at).map(|token| &token.kind), tokens.get(at + 1)) {
            (Some(Kind::Mark('.')), Some(Token { kind: Kind::Name(name), end: name_end, .. })) => {
                parts.push((!name.bytes().all(|byte| byte.is_ascii_digit())).then(|| name.clone()));
                end = *name_end;
                at += 2;
            }
            (Some(Kind::Mark('[')), Some(inside)) => {
                let Some(length) = tokens[at..].iter().position(|token| token.kind == Kind::Mark(']')) else { break };
                parts.push(match (&inside.kind, length) {
                    (Kind::Text(name), 2) => Some(name.clone()),
                    _ => None,
                });
                end = tokens[at + length].end;
                at += length + 1;
            }
            _ => break,
        }
    }
    let span = Span::new(source, tokens[start].start, end);
    (VariablePath { parts, span, filters: Vec::new(), printed, binds: None }, at)
}

#[cfg(test)]
mod tests {
    use vnfpkg_diag::Sources;

    use super::*;

    fn dotted(text: &str) -> Vec<String> {
        let source = Sources::new().add("t", text);
        variable_paths(source, text).iter().filter(|path| !path.parts.is_empty()).map(VariablePath::dotted).collect()
    }

    #[test]
    fn variables_are_found_in_every_kind_of_tag() {
        let text = "{{ a.b | default(value=\"x.y\") }} {% if c.d and not e is defined %}{% for i in f.g %}{{ i.h }}{% endfor %}{% endif %}<# {{ no }} #>";
        assert_eq!(dotted(text), ["a.b", "c.d", "e", "f.g", "i.h"]);
        assert_eq!(dotted("{% raw %}{{ no.no }}{% endraw %}{{ yes }}"), ["yes"]);
        assert_eq!(dotted("{{ a[0].b }} {{ a['key'].c }} ${#x}"), ["a.[].b", "a.key.c"]);
    }

    #[test]
    fn a_misspelt_variable_is_named_with_its_neighbour() {
        let text = "{{ input.port }}{{ inptu.port_no }}{% for x in input.list %}{{ x.nmae }}{% endfor %}";
        let mut sources = Sources::new();
        let source = sources.add("t", text);
        let item = Shape::map([("name", Shape::Scalar)]);
        let input = Shape::map([("port_no", Shape::Scalar), ("list", Shape::List(Box::new(item)))]);
        let shape = BTreeMap::from([("input".to_owned(), input)]);
        let problems = check_paths(source, text, &shape);
        let help: Vec<_> = problems.iter().map(|problem| problem.help.as_deref().unwrap()).collect();
        assert_eq!(help, ["`input` has list, port_no", "did you mean `input`?", "did you mean `name`?"]);
    }

    #[test]
    fn unclosed_tags_do_no_harm() {
        for text in ["{{", "{{ a.", "{% for", "{{ 'x", "<#", "{% raw %}{{ x }}", "{{ a[ }}", "{% set = 1 %}"] {
            let source = Sources::new().add("t", text);
            let _ = variable_paths(source, text);
            let _ = includes(source, text);
        }
    }
}
