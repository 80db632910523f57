//! Text with gaps that are filled only while a task runs: secrets, and outputs of earlier tasks.
//!
//! A template renders a secret or an output as a mark between two private-use characters. The plan keeps the mark, a person
//! sees its name, and the engine puts the value in just before the text goes to the host. In a shell script the
//! auto-escape of the templates puts each mark inside single quotes, so that a filled value is always one word.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';
/// Divides the parts of a mark.
const SEP: char = '\u{E002}';

/// What a gap stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// A secret, by its name.
    Secret(String),
    /// An output of another task.
    Output {
        /// Id of the task, `STEP@HOST`.
        task: String,
        /// Name of the output.
        name: String,
    },
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret(name) => write!(f, "‹secret {name}›"),
            Self::Output { task, name } => write!(f, "‹{name} of {task}›"),
        }
    }
}

/// How a value is written where its gap is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// As it is: files.
    Plain,
    /// Inside single quotes of a shell script.
    Shell,
}

/// A text that may have gaps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Deferred(String);

impl Deferred {
    /// A text as a template rendered it, marks included.
    pub fn new(rendered: impl Into<String>) -> Self {
        Self(rendered.into())
    }

    /// The mark that a template value renders to.
    pub fn mark(gap: &Gap) -> String {
        match gap {
            Gap::Secret(name) => format!("{OPEN}s{SEP}{SEP}{name}{CLOSE}"),
            Gap::Output { task, name } => format!("{OPEN}o{SEP}{SEP}{task}{SEP}{name}{CLOSE}"),
        }
    }

    /// Does this string hold a mark?
    pub fn is_marked(text: &str) -> bool {
        text.contains(OPEN)
    }

    /// Puts a transformation into every mark of a string, for filters whose input is known only later. `filter` is its
    /// name for [`fill`](Self::fill); the text between the marks goes through `apply` now.
    pub fn defer_filter(text: &str, filter: &str, apply: &dyn Fn(&str) -> String) -> String {
        let mut out = String::new();
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => out.push_str(&apply(text)),
                Piece::Mark { kind, filters, rest } => {
                    let filters = if filters.is_empty() { filter.to_owned() } else { format!("{filters},{filter}") };
                    out.push_str(&format!("{OPEN}{kind}{SEP}{filters}{SEP}{rest}{CLOSE}"));
                }
            }
        }
        out
    }

    /// Every gap, in order of appearance, without repeats.
    pub fn gaps(&self) -> Vec<Gap> {
        let mut found = Vec::new();
        for piece in pieces(&self.0) {
            if let Piece::Mark { kind, rest, .. } = piece
                && let Some(gap) = gap_of(kind, rest)
                && !found.contains(&gap)
            {
                found.push(gap);
            }
        }
        found
    }

    /// The text for people: each gap as its name.
    pub fn display(&self) -> String {
        self.replace(|gap, _| Ok::<_, std::convert::Infallible>(gap.to_string())).unwrap_or_default()
    }

    /// The text with every gap filled.
    ///
    /// # Errors
    /// The first gap that `value` does not know.
    pub fn fill(&self, how: Fill, value: &dyn Fn(&Gap) -> Option<String>) -> Result<String, Gap> {
        self.replace(|gap, filters| {
            let mut text = value(gap).ok_or_else(|| gap.clone())?;
            for filter in filters.split(',').filter(|name| !name.is_empty()) {
                text = crate::filters::apply_text_filter(filter, &text);
            }
            Ok(match how {
                Fill::Plain => text,
                Fill::Shell => text.replace('\'', "'\\''"),
            })
        })
    }

    fn replace<E>(&self, mut with: impl FnMut(&Gap, &str) -> Result<String, E>) -> Result<String, E> {
        let mut out = String::with_capacity(self.0.len());
        for piece in pieces(&self.0) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Mark { kind, filters, rest } => {
                    if let Some(gap) = gap_of(kind, rest) {
                        out.push_str(&with(&gap, filters)?);
                    }
                }
            }
        }
        Ok(out)
    }
}

impl fmt::Display for Deferred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.display())
    }
}

enum Piece<'a> {
    Text(&'a str),
    Mark { kind: &'a str, filters: &'a str, rest: &'a str },
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut left = text;
    while let Some((before, after)) = left.split_once(OPEN) {
        let Some((mark, tail)) = after.split_once(CLOSE) else { break };
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        let mut parts = mark.splitn(3, SEP);
        if let (Some(kind), Some(filters), Some(rest)) = (parts.next(), parts.next(), parts.next()) {
            pieces.push(Piece::Mark { kind, filters, rest });
        }
        left = tail;
    }
    if !left.is_empty() {
        pieces.push(Piece::Text(left));
    }
    pieces
}

fn gap_of(kind: &str, rest: &str) -> Option<Gap> {
    match kind {
        "s" => Some(Gap::Secret(rest.to_owned())),
        "o" => {
            let (task, name) = rest.split_once(SEP)?;
            Some(Gap::Output { task: task.to_owned(), name: name.to_owned() })
        }
        _ => None,
    }
}

/// Removes the private-use characters of marks from outside text, so that nobody can smuggle a mark in.
pub fn without_marks(text: &str) -> String {
    text.chars().filter(|c| !matches!(*c, OPEN | CLOSE | SEP)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Gap {
        Gap::Secret("input.password".into())
    }

    #[test]
    fn a_gap_is_filled_as_one_shell_word() {
        let text = Deferred::new(format!("echo '{}x'", Deferred::mark(&secret())));
        let filled = text.fill(Fill::Shell, &|_| Some("it's; rm -rf /".into())).unwrap();
        assert_eq!(filled, "echo 'it'\\''s; rm -rf /x'");
        assert_eq!(text.display(), "echo '‹secret input.password›x'");
    }

    #[test]
    fn a_filter_on_a_gap_waits_for_the_value() {
        let marked = format!("a%b {}", Deferred::mark(&secret()));
        let text = Deferred::new(Deferred::defer_filter(&marked, "systemd", &|text| crate::filters::apply_text_filter("systemd", text)));
        assert_eq!(text.fill(Fill::Plain, &|_| Some("p%40".into())).unwrap(), "a%%b p%%40");
    }

    #[test]
    fn an_unknown_gap_is_named() {
        let gap = Gap::Output { task: "init@m-1".into(), name: "token".into() };
        let text = Deferred::new(Deferred::mark(&gap));
        assert_eq!(text.fill(Fill::Plain, &|_| None), Err(gap.clone()));
        assert_eq!(text.gaps(), vec![gap]);
    }

    #[test]
    fn outside_text_cannot_carry_a_mark() {
        let smuggled = Deferred::mark(&secret());
        assert!(!Deferred::is_marked(&without_marks(&smuggled)));
    }
}
