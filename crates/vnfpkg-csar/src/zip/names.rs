//! Names of entries: their encoding, and whether they stay inside the package.

use crate::problem::{Problem, ProblemKind, Problems};

/// A decoded name.
pub(super) struct Name {
    pub(super) text: String,
    /// The bytes of the archive, when they are not the UTF-8 of `text`.
    pub(super) raw: Option<Vec<u8>>,
}

/// Decodes a name and reports what makes it unportable (APPNOTE 4.4.4, appendix D).
pub(super) fn decode(bytes: Vec<u8>, marked_utf8: bool, problems: &mut Problems) -> Name {
    match String::from_utf8(bytes) {
        Ok(text) => {
            if let Some(message) = unportable(&text, marked_utf8) {
                problems.push(
                    Problem::file(ProblemKind::ZipNameEncoding, &printable(&text), message)
                        .help("use ASCII letters, digits, `.`, `-` and `_` in file names"),
                );
            }
            Name { text, raw: None }
        }
        Err(error) => {
            let bytes = error.into_bytes();
            let text: String = bytes.iter().map(|&byte| cp437(byte)).collect();
            let message = if marked_utf8 {
                "the entry's name is marked as UTF-8 and is not"
            } else {
                "the entry's name is not UTF-8, it was read as code page 437"
            };
            problems.push(
                Problem::file(ProblemKind::ZipNameEncoding, &printable(&text), message)
                    .help("rename the file, or pack it with a tool that writes UTF-8 names"),
            );
            Name { text, raw: Some(bytes) }
        }
    }
}

fn unportable(text: &str, marked_utf8: bool) -> Option<&'static str> {
    if text.is_ascii() {
        // NUL makes the name unsafe and is reported as that.
        return text.bytes().any(|byte| byte.is_ascii_control() && byte != 0).then_some("the entry's name holds control characters");
    }
    if text.chars().any(char::is_control) {
        return Some("the entry's name holds control characters");
    }
    if text.chars().any(|character| ('\u{300}'..='\u{36f}').contains(&character)) {
        return Some("the entry's name holds combining marks, which systems write in different ways");
    }
    (!marked_utf8).then_some("the entry's name is UTF-8 and is not marked so, some readers take it for code page 437")
}

/// Why a package-relative path is dangerous or ambiguous; completes "the name ...".
pub(crate) fn check_path(path: &str, depth: usize) -> Result<(), &'static str> {
    let bytes = path.as_bytes();
    if path.is_empty() {
        return Err("is empty");
    }
    if path.starts_with('/') {
        return Err("is an absolute path");
    }
    if path.contains('\\') {
        return Err("holds a backslash, which is a folder separator on some systems only");
    }
    if path.contains('\0') {
        return Err("holds a NUL character, where some readers cut it");
    }
    if bytes.first().is_some_and(u8::is_ascii_alphabetic) && bytes.get(1) == Some(&b':') {
        return Err("begins with a drive letter");
    }
    if path.split('/').any(|segment| segment == "..") {
        return Err("leaves the package with `..`");
    }
    if path.split('/').any(|segment| segment.is_empty() || segment == ".") {
        return Err("holds an empty or `.` folder, which readers resolve differently");
    }
    if path.split('/').count() > depth {
        return Err("is nested too deeply");
    }
    if path.len() > 4096 {
        return Err("is longer than 4096 bytes");
    }
    Ok(())
}

/// A name that can be shown: control characters escaped, cut when very long.
pub(super) fn printable(name: &str) -> String {
    let mut shown: String =
        name.chars().take(256).flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect();
    if name.chars().nth(256).is_some() {
        shown.push('\u{2026}');
    }
    shown
}

/// Raw bytes of a name, to be shown.
pub(super) fn lossy(name: &[u8]) -> String {
    printable(&String::from_utf8_lossy(name))
}

/// Characters 128 to 255 of code page 437, the original encoding of zip names.
const CP437: [char; 128] = [
    'Ç', 'ü', 'é', 'â', 'ä', 'à', 'å', 'ç', 'ê', 'ë', 'è', 'ï', 'î', 'ì', 'Ä', 'Å', 'É', 'æ', 'Æ', 'ô', 'ö', 'ò', 'û', 'ù', 'ÿ', 'Ö', 'Ü',
    '¢', '£', '¥', '₧', 'ƒ', 'á', 'í', 'ó', 'ú', 'ñ', 'Ñ', 'ª', 'º', '¿', '⌐', '¬', '½', '¼', '¡', '«', '»', '░', '▒', '▓', '│', '┤', '╡',
    '╢', '╖', '╕', '╣', '║', '╗', '╝', '╜', '╛', '┐', '└', '┴', '┬', '├', '─', '┼', '╞', '╟', '╚', '╔', '╩', '╦', '╠', '═', '╬', '╧', '╨',
    '╤', '╥', '╙', '╘', '╒', '╓', '╫', '╪', '┘', '┌', '█', '▄', '▌', '▐', '▀', 'α', 'ß', 'Γ', 'π', 'Σ', 'σ', 'µ', 'τ', 'Φ', 'Θ', 'Ω', 'δ',
    '∞', 'φ', 'ε', '∩', '≡', '±', '≥', '≤', '⌠', '⌡', '÷', '≈', '°', '∙', '·', '√', 'ⁿ', '²', '■', '\u{a0}',
];

fn cp437(byte: u8) -> char {
    match byte.checked_sub(128) {
        Some(index) => CP437.get(usize::from(index)).copied().unwrap_or('\u{fffd}'),
        None => char::from(byte),
    }
}
