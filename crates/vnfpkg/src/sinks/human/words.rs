//! Results and times in words.

use owo_colors::Style;
use vnfpkg_run::TaskResult;

/// The word of a result and its colour, which says nothing that the word does not.
pub(super) fn word(result: &TaskResult) -> (&'static str, Style) {
    let (good, idle, bad) = (Style::new().green(), Style::new().dimmed(), Style::new().red().bold());
    match result {
        TaskResult::Changed => ("changed", Style::new().yellow()),
        TaskResult::Unchanged => ("already done", good),
        TaskResult::WouldChange => ("would change", Style::new().yellow()),
        TaskResult::WouldRun { .. } => ("would run", Style::new().yellow()),
        TaskResult::Failed { .. } => ("failed", bad),
        TaskResult::Interrupted { .. } => ("interrupted", bad),
        TaskResult::Cancelled { .. } => ("cancelled", bad),
        TaskResult::Blocked { .. } => ("blocked", idle),
        TaskResult::NotNeeded => ("not needed", idle),
    }
}

/// Milliseconds as people read them.
pub(crate) fn seconds(ms: u64) -> String {
    match ms {
        0..1_000 => format!("0.{:02} s", ms / 10),
        1_000..60_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        60_000..3_600_000 => format!("{} min {} s", ms / 60_000, ms / 1000 % 60),
        _ => format!("{} h {} min", ms / 3_600_000, ms / 60_000 % 60),
    }
}

/// A line cut into pieces of so many characters at most; at least one.
pub(super) fn pieces(line: &str, room: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some((at, _)) = rest.char_indices().nth(room.max(1)) {
        let (piece, after) = rest.split_at(at);
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    pieces
}

#[cfg(test)]
mod tests {
    use super::{pieces, seconds};

    #[test]
    fn a_long_line_is_cut_between_characters() {
        assert_eq!(pieces("größer", 4), ["größ", "er"]);
        assert_eq!(pieces("größer", 6), ["größer"]);
        assert_eq!(pieces("", 4), [""]);
        assert_eq!(pieces("ab", 0), ["a", "b"]);
    }

    #[test]
    fn times_are_short() {
        let shown: Vec<String> = [0, 7, 43, 999, 1_000, 59_999, 60_000, 3_599_999, 3_600_000].map(seconds).to_vec();
        assert_eq!(shown, ["0.00 s", "0.00 s", "0.04 s", "0.99 s", "1.0 s", "59.9 s", "1 min 0 s", "59 min 59 s", "1 h 0 min"]);
    }
}
