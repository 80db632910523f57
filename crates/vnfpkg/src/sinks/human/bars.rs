//! What moves on a terminal: a bar for the run, and a row for each busy task, as far as there is room.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// So many busy tasks have a row.
pub(super) const ROWS: usize = 8;

/// The bar of the run, and the rows above it.
pub(super) struct Bars {
    all: MultiProgress,
    total: ProgressBar,
    rows: Arc<AtomicUsize>,
    hidden: Arc<AtomicUsize>,
    failed: AtomicU64,
    color: bool,
}

/// A busy task, with or without a row of its own.
pub(super) struct Row {
    bar: Option<ProgressBar>,
    counter: Arc<AtomicUsize>,
}

impl Bars {
    pub(super) fn new(color: bool) -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let total = all.add(ProgressBar::new(0));
        total.set_style(style(if color {
            "{bar:24.green} {pos}/{len} tasks  {elapsed}{msg}"
        } else {
            "{bar:24} {pos}/{len} tasks  {elapsed}{msg}"
        }));
        Self { all, total, rows: Arc::default(), hidden: Arc::default(), failed: AtomicU64::new(0), color }
    }

    pub(super) fn begin(&self, tasks: u64) {
        self.total.set_length(tasks);
        self.total.enable_steady_tick(Duration::from_millis(500));
    }

    /// A line above everything that moves. A terminal that went away must not end the run.
    pub(super) fn print(&self, line: &str) {
        drop(self.all.println(line));
    }

    /// A task began.
    pub(super) fn row(&self, task: &str, attempt: u32) -> Option<Row> {
        if self.rows.load(Ordering::Relaxed) >= ROWS {
            self.hidden.fetch_add(1, Ordering::Relaxed);
            self.say();
            return Some(Row { bar: None, counter: Arc::clone(&self.hidden) });
        }
        self.rows.fetch_add(1, Ordering::Relaxed);
        let bar = self.all.insert_before(&self.total, ProgressBar::new_spinner());
        bar.set_style(style(if self.color {
            "{spinner:.green} {prefix:.bold}  {elapsed}  {wide_msg:.dim}"
        } else {
            "{spinner} {prefix}  {elapsed}  {wide_msg}"
        }));
        let again = if attempt > 1 { format!(" (attempt {attempt})") } else { String::new() };
        bar.set_prefix(format!("{task}{again}"));
        bar.enable_steady_tick(Duration::from_millis(250));
        Some(Row { bar: Some(bar), counter: Arc::clone(&self.rows) })
    }

    /// A task ended.
    pub(super) fn ended(&self, failed: bool) {
        self.total.inc(1);
        self.failed.fetch_add(u64::from(failed), Ordering::Relaxed);
        self.say();
    }

    /// How many tasks are shown as busy, with a row and without.
    #[cfg(test)]
    pub(super) fn busy(&self) -> (usize, usize) {
        (self.rows.load(Ordering::Relaxed), self.hidden.load(Ordering::Relaxed))
    }

    pub(super) fn clear(&self) {
        self.total.finish_and_clear();
    }

    fn say(&self) {
        let (failed, hidden) = (self.failed.load(Ordering::Relaxed), self.hidden.load(Ordering::Relaxed));
        let failed = if failed > 0 { format!("  {failed} failed") } else { String::new() };
        let hidden = if hidden > 0 { format!("  {hidden} more are busy") } else { String::new() };
        self.total.set_message(format!("{failed}{hidden}"));
    }
}

impl Row {
    pub(super) fn say(&self, text: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(text.to_owned());
        }
    }

    pub(super) fn clear(self) {
        self.counter.fetch_sub(1, Ordering::Relaxed);
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
