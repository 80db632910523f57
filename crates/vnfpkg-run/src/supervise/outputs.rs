//! The file behind `$VNFPKG_OUTPUT`.

use std::collections::BTreeMap;

/// The file may have this many bytes.
pub(super) const LIMIT: usize = 1024 * 1024;

/// What is wrong with the outputs of a task.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutputError {
    /// More than a megabyte.
    #[error("the file $VNFPKG_OUTPUT has more than {LIMIT} bytes")]
    TooLong,
    /// Not text.
    #[error("the file $VNFPKG_OUTPUT is not UTF-8")]
    NotText,
    /// A line is neither `NAME=value` nor `NAME<<END`.
    #[error("line {line} of $VNFPKG_OUTPUT is neither NAME=value nor NAME<<END")]
    BadLine {
        /// Line number from 1.
        line: usize,
    },
    /// A value of several lines has no end.
    #[error("line {line} of $VNFPKG_OUTPUT starts the value of `{name}`, and no line `{end}` ends it")]
    NoEnd {
        /// Line number from 1.
        line: usize,
        /// The output.
        name: String,
        /// The missing line.
        end: String,
    },
}

/// Reads `NAME=value` lines and `NAME<<END`, lines, `END`. A later value replaces an earlier one.
///
/// # Errors
/// [`OutputError`] with the line.
pub fn parse_outputs(bytes: &[u8]) -> Result<BTreeMap<String, String>, OutputError> {
    let mut values = BTreeMap::new();
    read_outputs(bytes, &mut |name, value| drop(values.insert(name.to_owned(), value)))?;
    Ok(values)
}

/// Gives every value, also those before a fault and those that later ones replace.
///
/// # Errors
/// As [`parse_outputs`].
pub(crate) fn read_outputs(bytes: &[u8], take: &mut dyn FnMut(&str, String)) -> Result<(), OutputError> {
    if bytes.len() > LIMIT {
        return Err(OutputError::TooLong);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| OutputError::NotText)?;
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        if line.trim().is_empty() {
            continue;
        }
        let at = line.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(line.len());
        let (name, rest) = line.split_at(at);
        if name.is_empty() {
            return Err(OutputError::BadLine { line: index + 1 });
        }
        if let Some(value) = rest.strip_prefix('=') {
            take(name, value.to_owned());
        } else if let Some(end) = rest.strip_prefix("<<").map(str::trim).filter(|end| !end.is_empty()) {
            let mut value: Vec<&str> = Vec::new();
            let ended = loop {
                match lines.next() {
                    Some((_, line)) if line == end => break true,
                    Some((_, line)) => value.push(line),
                    None => break false,
                }
            };
            take(name, value.join("\n"));
            if !ended {
                return Err(OutputError::NoEnd { line: index + 1, name: name.to_owned(), end: end.to_owned() });
            }
        } else {
            return Err(OutputError::BadLine { line: index + 1 });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let values = parse_outputs(b"token=a=b\n\ncert<<EOF\none\n\ntwo=2\nEOF\ntoken=c\n").unwrap();
        assert_eq!(values["cert"], "one\n\ntwo=2");
        assert_eq!(values["token"], "c");
    }

    #[test]
    fn every_value_is_given_up_to_a_fault() {
        let mut values = Vec::new();
        let result = read_outputs(b"t=1\nt=2\ncert<<END\none\ntwo\n", &mut |name, value| values.push(format!("{name} {value}")));
        assert_eq!(values, ["t 1", "t 2", "cert one\ntwo"]);
        assert!(matches!(result, Err(OutputError::NoEnd { line: 3, .. })));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        assert_eq!(parse_outputs(b"a=1\nb 2\n"), Err(OutputError::BadLine { line: 2 }));
        assert_eq!(parse_outputs(b"a<<E\nx\n"), Err(OutputError::NoEnd { line: 1, name: "a".into(), end: "E".into() }));
        assert_eq!(parse_outputs(b"a=\xff"), Err(OutputError::NotText));
        assert_eq!(parse_outputs(&vec![b'a'; LIMIT + 1]), Err(OutputError::TooLong));
    }
}
