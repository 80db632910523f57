//! What a text must satisfy before the scanner sees it: size, characters, and one construct on which the scanner panics.

use libyaml_safer::{Encoding, Scanner, TokenData};
use vnfpkg_diag::{SourceId, Span};

use super::{Limits, YamlProblem, YamlProblemKind};

/// How many bytes may be scanned again to tell whether a `!` is a tag.
const RESCAN_BUDGET: usize = 64 << 20;

pub(super) fn admit(source: SourceId, text: &str, limits: Limits) -> Result<(), YamlProblem> {
    if text.len() > limits.max_bytes {
        let message = format!("the text has {} bytes; {} are allowed", text.len(), limits.max_bytes);
        return Err(YamlProblem::new(YamlProblemKind::TooLarge, Span::new(source, 0, 0), message));
    }
    if let Some((at, found)) = text.char_indices().find(|(_, found)| !allowed(*found)) {
        let span = Span::new(source, at, at + found.len_utf8());
        let message = format!("the control character U+{:04X} is not allowed in YAML", u32::from(found));
        return Err(YamlProblem::new(YamlProblemKind::ControlCharacter, span, message));
    }
    tag_before_comma(source, text)
}

/// The characters that libyaml's reader takes.
fn allowed(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// `[!tag, x]`: the scanner (libyaml-safer 0.3) panics on a tag that ends at a comma of a flow collection. Such a tag is an
/// error in libyaml too, so it is looked for here. Whether a `!` begins a tag depends on all that stands before it, hence
/// the text up to the comma is scanned; candidates are rare.
fn tag_before_comma(source: SourceId, text: &str) -> Result<(), YamlProblem> {
    let mut rescanned = 0;
    for (start, end) in tag_candidates(text.as_bytes()) {
        rescanned += end;
        let span = Span::new(source, start, end);
        if rescanned > RESCAN_BUDGET {
            let message = "too many texts that look like tags followed by a comma";
            return Err(YamlProblem::new(YamlProblemKind::TooLarge, span, message));
        }
        if is_tag(&text[..end], start) {
            let message = "a tag must be followed by a blank, not by a comma";
            return Err(YamlProblem::new(YamlProblemKind::Syntax, span, message));
        }
    }
    Ok(())
}

/// The ranges from a `!` that could begin a tag to the comma that ends it.
fn tag_candidates(bytes: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some(found) = bytes.get(from..)?.iter().position(|byte| *byte == b'!') {
            let start = from + found;
            let inside_word = start > 0 && (bytes[start - 1].is_ascii_alphanumeric() || bytes[start - 1] == b'!');
            let length = tag_length(&bytes[start..]);
            from = start + 1;
            if !inside_word && bytes.get(start + length) == Some(&b',') {
                return Some((start, start + length));
            }
        }
        None
    })
}

fn tag_length(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"!<") {
        return bytes.iter().position(|byte| *byte == b'>').map_or(bytes.len(), |at| at + 1);
    }
    bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_;/?:@&=+$.!~*'()%".contains(byte)).count()
}

fn is_tag(prefix: &str, start: usize) -> bool {
    let mut rest = prefix.as_bytes();
    let mut scanner = Scanner::new();
    scanner.set_encoding(Encoding::Utf8);
    scanner.set_input_string(&mut rest);
    scanner.map_while(Result::ok).any(|token| matches!(token.data, TokenData::Tag { .. }) && token.start_mark.index == start as u64)
}
