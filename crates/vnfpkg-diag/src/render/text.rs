//! Making texts of a package harmless: no control characters, no change of writing direction, no escape sequences.

use std::borrow::Cow;
use std::fmt::Write;

/// Does the character do something other than show itself?
pub(super) fn is_active(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A text for one line: active characters as `\u{1b}`, tabs and line ends as blanks.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(is_active) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(' '),
            '\r' => {}
            c if is_active(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// A source text of the same length in bytes, so that offsets stay: active characters become dots or replacement characters.
pub(super) fn same_length(text: &str) -> String {
    let stand_in = |c: char| match (c, c.len_utf8()) {
        ('\n' | '\t', _) => c,
        ('\r', _) => ' ',
        (_, 1) => '?',
        (_, 2) => '\u{b7}',
        _ => '\u{fffd}',
    };
    text.chars().map(|c| if is_active(c) { stand_in(c) } else { c }).collect()
}

/// A path as part of a URI.
pub(super) fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// FNV-1a: a hash that is the same for ever, to recognise a finding again.
pub(super) fn fingerprint(parts: &[&str]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in parts.iter().flat_map(|part| part.bytes().chain([0])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{hash:016x}")
}
