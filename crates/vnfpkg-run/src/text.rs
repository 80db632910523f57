//! Remote output is bytes of any kind: this makes lines of it that are safe to show.

/// A longer line is cut into several.
const LINE_LIMIT: usize = 16 * 1024;

/// Puts pieces together into lines. A carriage return ends a line too, so that progress displays become lines.
#[derive(Default)]
pub(crate) struct Lines {
    line: Vec<u8>,
    after_return: bool,
}

impl Lines {
    pub(crate) fn feed(&mut self, bytes: &[u8], line: &mut dyn FnMut(String)) {
        for byte in bytes {
            match byte {
                b'\n' if self.after_return => self.after_return = false,
                b'\n' | b'\r' => {
                    self.after_return = *byte == b'\r';
                    line(printable(&self.line));
                    self.line.clear();
                }
                _ => {
                    self.after_return = false;
                    self.line.push(*byte);
                    // Not in the middle of a character, unless it is none.
                    let limit = if byte.is_ascii() { LINE_LIMIT } else { LINE_LIMIT + 4 };
                    if self.line.len() >= limit {
                        line(printable(&self.line));
                        self.line.clear();
                    }
                }
            }
        }
    }

    /// The last line, when it has no end.
    pub(crate) fn finish(&mut self, line: &mut dyn FnMut(String)) {
        if !self.line.is_empty() {
            line(printable(&self.line));
            self.line.clear();
        }
    }
}

/// Text without control characters: colours are dropped, everything else that a terminal would obey is escaped.
pub(crate) fn printable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\t' => out.push('\t'),
            '\u{1b}' if chars.peek() == Some(&'[') => {
                let rest: String = chars.clone().skip(1).take(16).collect();
                match rest.find(|c: char| !(c.is_ascii_digit() || c == ';')) {
                    Some(end) if rest[end..].starts_with('m') => {
                        for _ in 0..end + 2 {
                            chars.next();
                        }
                    }
                    _ => out.push_str("\\e"),
                }
            }
            '\u{1b}' => out.push_str("\\e"),
            // Bidirectional overrides change the order of what is shown.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.extend(c.escape_unicode()),
            c if c.is_control() => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[&[u8]]) -> Vec<String> {
        let mut out = Vec::new();
        let mut lines = Lines::default();
        for piece in pieces {
            lines.feed(piece, &mut |line| out.push(line));
        }
        lines.finish(&mut |line| out.push(line));
        out
    }

    #[test]
    fn lines_end_with_either_mark_or_both() {
        assert_eq!(lines(&[b"a\r\nb\rc\n\nd"]), ["a", "b", "c", "", "d"]);
        assert_eq!(lines(&[b"a\r", b"\nb"]), ["a", "b"]);
    }

    #[test]
    fn a_terminal_is_not_obeyed() {
        assert_eq!(printable(b"\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J"), "red \\e]0;title\\u{7} \\e[2J");
        assert_eq!(printable(b"\xff\xfe"), "\u{fffd}\u{fffd}");
    }

    #[test]
    fn an_endless_line_is_cut() {
        assert_eq!(lines(&[&vec![b'x'; LINE_LIMIT * 2 + 1]]).len(), 3);
    }
}
