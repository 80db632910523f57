//! Values that somebody was meant to replace and did not.

use vnfpkg_tosca::yaml::{Node, NodeKind};

use crate::problem::{Problem, ProblemKind};

/// Values that Tacker's guides print in parameter files next to the words "Set the ...".
const SAMPLES: [&str; 5] = [
    "f0c82461-36b5-4d86-8322-b0bc19cda65f",
    "8d8373fe-6977-49ff-83ac-7756572ed186",
    "05ef7ca5-7e32-4a6b-a03d-52f811f04496",
    "71a3fbd1-f31e-4c2c-b0e2-26267d64a9ee",
    "00000000-0000-0000-0000-000000000000",
];

/// Reports every value that is still the sample's or that asks to be set.
pub(super) fn check(node: &Node, text: &str, problems: &mut Vec<Problem>) {
    match &node.kind {
        NodeKind::Seq(items) => items.iter().for_each(|item| check(item, text, problems)),
        NodeKind::Map(entries) => {
            for entry in entries.iter() {
                check(&entry.value, text, problems);
            }
        }
        NodeKind::Scalar { value, .. } if is_placeholder(value) => {
            let comment = comment_after(text, node.span.range().end);
            let asked = comment.unwrap_or_else(|| "set the value".to_owned());
            let problem = Problem::at(ProblemKind::RequestPlaceholder, node.span, format!("`{value}` is the placeholder of a sample"));
            problems.push(problem.help(asked));
        }
        NodeKind::Scalar { .. } => {}
    }
}

fn is_placeholder(value: &str) -> bool {
    let lower = value.trim().to_ascii_lowercase();
    let in_brackets = lower.len() > 2 && lower.starts_with('<') && lower.ends_with('>') && !lower.contains('/');
    SAMPLES.contains(&lower.as_str()) || in_brackets || lower.starts_with("set the ") || lower == "changeme"
}

/// The comment on the rest of the line, its first letter small.
fn comment_after(text: &str, end: usize) -> Option<String> {
    let line = text.get(end..)?.lines().next()?;
    let comment = line.split_once('#')?.1.trim();
    let mut letters = comment.chars();
    let first = letters.next()?.to_lowercase();
    Some(first.chain(letters).collect())
}
