//! The timeline as one HTML page that needs nothing else: no network, no other file. The page draws itself from data in
//! it, and sets every text as text.

use serde::Serialize;
use serde_json::json;

use super::Timeline;
use crate::text::escaped;

const HTML: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What an attempt printed: masked text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Log {
    /// The task.
    pub task: String,
    /// Which attempt.
    pub attempt: u32,
    /// `out` or `err`.
    pub stream: String,
    /// The text, or its end.
    pub text: String,
    /// The beginning is left out.
    pub cut: bool,
}

/// The page. `graph` is a picture of the run's graph, as SVG of [`crate::graph`].
pub fn page(timeline: &Timeline, graph: &str, logs: &[Log]) -> String {
    let title = format!("{} of {}", timeline.operation, timeline.instance);
    let data = script_safe(&json!({ "timeline": timeline, "logs": logs }).to_string());
    let parts = [
        ("TITLE", escaped(&title)),
        ("STYLE", STYLE.to_owned()),
        ("GRAPH", graph.to_owned()),
        ("DATA", data),
        ("SCRIPT", SCRIPT.to_owned()),
    ];
    let mut page = String::with_capacity(HTML.len() + parts.iter().map(|(_, text)| text.len()).sum::<usize>());
    let mut rest = HTML;
    // One pass over the frame: a text that is filled in is never looked at again.
    while let Some((before, name, after)) = next_gap(rest) {
        page.push_str(before);
        page.push_str(parts.iter().find(|(part, _)| *part == name).map_or("", |(_, text)| text));
        rest = after;
    }
    page.push_str(rest);
    page
}

/// The text before a gap `{{NAME}}`, its name, and the text behind it.
fn next_gap(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (name, after) = rest.split_once("}}")?;
    Some((before, name, after))
}

/// JSON that no parser of HTML can take for the end of its script.
fn script_safe(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}
