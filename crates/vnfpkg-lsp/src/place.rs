//! Places: bytes here, lines and UTF-16 units in the protocol.

use serde_json::{Value, json};
use vnfpkg_diag::{Source, Span};

/// The protocol's range of a span.
pub(crate) fn range(source: &Source, span: Span) -> Value {
    json!({ "start": position(source.text(), span.range().start), "end": position(source.text(), span.range().end) })
}

/// Line and UTF-16 unit of a byte offset, both from 0.
pub(crate) fn position(text: &str, offset: usize) -> Value {
    let offset = (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    json!({ "line": before.matches('\n').count(), "character": before[start..].encode_utf16().count() })
}

/// The byte offset of a position; one past the end of a line is its end.
pub(crate) fn offset(text: &str, position: &Value) -> Option<usize> {
    let line = usize::try_from(position["line"].as_u64()?).ok()?;
    let character = usize::try_from(position["character"].as_u64()?).ok()?;
    let start = if line == 0 { 0 } else { text.match_indices('\n').nth(line - 1)?.0 + 1 };
    let mut units = 0;
    for (at, c) in text[start..].char_indices() {
        if units >= character || c == '\n' {
            return Some(start + at);
        }
        units += c.len_utf16();
    }
    Some(text.len())
}

/// The word around an offset: a name or a path.
pub(crate) fn word_at(text: &str, offset: usize) -> &str {
    let part = |c: char| c.is_alphanumeric() || "._-/@".contains(c);
    let start = text[..offset].char_indices().rev().take_while(|(_, c)| part(*c)).last().map_or(offset, |(at, _)| at);
    let end = text[offset..].find(|c| !part(c)).map_or(text.len(), |at| offset + at);
    &text[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_utf16_units() {
        let text = "a\n\u{1d11e}b: zw\u{f6}lf.x y\n";
        for at in [0, 2, 6, 7, 14, text.len()] {
            assert_eq!(offset(text, &position(text, at)), Some(at), "{at}");
        }
        assert_eq!(position(text, 6), json!({ "line": 1, "character": 2 }));
        assert_eq!(offset(text, &json!({ "line": 9, "character": 0 })), None);
        assert_eq!(offset(text, &json!({ "line": 0, "character": 99 })), Some(1));
        assert_eq!(word_at(text, 11), "zw\u{f6}lf.x");
        assert_eq!(word_at(text, text.len()), "");
    }
}
