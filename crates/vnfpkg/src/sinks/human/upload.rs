//! How far an upload is, and how fast.

use std::time::{Duration, Instant};

/// Columns of the bar.
const BAR: u64 = 16;
/// A rate over less time than this says nothing.
const SHORTEST: Duration = Duration::from_millis(500);

/// An upload under way.
pub(super) struct Upload {
    /// Bytes that were there when it was first heard of: a part that an earlier try had sent.
    first: u64,
    since: Instant,
}

impl Upload {
    pub(super) fn new(bytes: u64, now: Instant) -> Self {
        Self { first: bytes, since: now }
    }

    /// Bar, amount, rate and the time left.
    pub(super) fn describe(&self, bytes: u64, total: u64, now: Instant) -> String {
        let percent = bytes.saturating_mul(100).checked_div(total).unwrap_or(100).min(100);
        let filled = usize::try_from(percent * BAR / 100).unwrap_or_default();
        let bar = format!("{}{}", "#".repeat(filled), ".".repeat(BAR as usize - filled));
        format!("[{bar}] {percent:>3} % of {}{}", size(total), self.rate(bytes, total, now))
    }

    fn rate(&self, bytes: u64, total: u64, now: Instant) -> String {
        let took = now.saturating_duration_since(self.since);
        let sent = bytes.saturating_sub(self.first);
        if took < SHORTEST || sent == 0 {
            return String::new();
        }
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let rate = sent.saturating_mul(1000) / millis.max(1);
        let left = total.saturating_sub(bytes).checked_div(rate).map(|left| format!(", {left} s left")).unwrap_or_default();
        format!(", {}/s{left}", size(rate))
    }
}

/// Bytes as people read them.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KiB", bytes >> 10),
        1_048_576..1_073_741_824 => format!("{}.{} MiB", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20),
        _ => format!("{}.{} GiB", bytes >> 30, ((bytes & 0x3fff_ffff) * 10) >> 30),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_counts_what_this_connection_sent() {
        let start = Instant::now();
        let upload = Upload::new(30 << 20, start);
        let text = upload.describe(50 << 20, 100 << 20, start + Duration::from_secs(4));
        assert_eq!(text, "[########........]  50 % of 100.0 MiB, 5.0 MiB/s, 10 s left");
    }

    #[test]
    fn any_numbers_give_a_line() {
        let start = Instant::now();
        for (first, bytes, total) in [(0, 0, 0), (5, 3, 1), (0, u64::MAX, u64::MAX), (u64::MAX, 0, u64::MAX)] {
            for after in [0, 1, 1_000_000] {
                assert!(Upload::new(first, start).describe(bytes, total, start + Duration::from_millis(after)).contains('%'));
            }
        }
    }
}
