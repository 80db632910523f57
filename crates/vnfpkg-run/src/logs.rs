//! The log files of one attempt: masked, printable, bounded.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use vnfpkg_transport::Stream;

use crate::mask::{MaskStream, Masker};
use crate::state::{StateError, file_name, private_file};
use crate::text::Lines;

/// No log file gets longer.
const LIMIT: u64 = 64 * 1024 * 1024;
/// Lines that a failure shows.
const TAIL: usize = 20;

/// Takes what an attempt prints.
pub(crate) struct TaskLog {
    paths: [PathBuf; 2],
    masker: Masker,
    streams: [LogStream; 2],
    /// Lines so far.
    count: u64,
}

struct LogStream {
    file: Option<BufWriter<File>>,
    written: u64,
    /// Bytes of the host's log so far.
    seen: u64,
    mask: MaskStream,
    lines: Lines,
    /// The last lines, with their place among the lines of both streams.
    tail: VecDeque<(u64, String)>,
}

impl TaskLog {
    /// Begins the logs of an attempt anew.
    pub(crate) fn create(dir: &Path, index: usize, task: &str, attempt: u32, masker: &Masker) -> Result<Self, StateError> {
        let paths = ["out", "err"].map(|ending| dir.join(format!("{index:04}-{}.{attempt}.{ending}", file_name(task))));
        let open = |path: &Path| {
            let file = private_file().write(true).create(true).truncate(true).open(path).map_err(StateError::io(path))?;
            Ok::<_, StateError>(LogStream {
                file: Some(BufWriter::new(file)),
                written: 0,
                seen: 0,
                mask: masker.stream(),
                lines: Lines::default(),
                tail: VecDeque::new(),
            })
        };
        Ok(Self { streams: [open(&paths[0])?, open(&paths[1])?], count: 0, masker: masker.clone(), paths })
    }

    /// Masks what was written before a secret was known.
    pub(crate) fn mask_again(&mut self) {
        for (log, path) in self.streams.iter_mut().zip(&self.paths) {
            log.file = None;
            // A log that cannot be masked must not stay.
            let masked = std::fs::read_to_string(path).map(|text| self.masker.mask(&text));
            if masked.and_then(|text| std::fs::write(path, text)).is_err() {
                let _ = std::fs::remove_file(path);
            }
        }
    }

    /// Takes a piece of output; whole lines go to `line` as well.
    pub(crate) fn feed(&mut self, stream: Stream, bytes: &[u8], line: &mut dyn FnMut(Stream, &str)) {
        let Self { streams, count, .. } = self;
        let log = &mut streams[usize::from(stream == Stream::Stderr)];
        log.seen += bytes.len() as u64;
        let masked = log.mask.feed(bytes);
        log.lines(stream, &masked, count, line, false);
        // A reader of the log sees what there is; a full disk here must not stop the run.
        if let Some(file) = &mut log.file {
            let _ = file.flush();
        }
    }

    /// Ends both streams.
    pub(crate) fn finish(&mut self, line: &mut dyn FnMut(Stream, &str)) {
        let Self { streams, count, .. } = self;
        for (log, stream) in streams.iter_mut().zip([Stream::Stdout, Stream::Stderr]) {
            let masked = log.mask.finish();
            log.lines(stream, &masked, count, line, true);
            if let Some(file) = &mut log.file {
                let _ = file.flush();
            }
        }
    }

    /// How many bytes of the host's logs came so far: stdout, stderr.
    pub(crate) fn seen(&self) -> (u64, u64) {
        (self.streams[0].seen, self.streams[1].seen)
    }

    /// The last lines of both streams as they came. Half of them are stderr's when it has so many, since that is where
    /// the reason of a failure is, however much stdout says.
    pub(crate) fn tail(&self) -> Vec<String> {
        let [out, err] = self.streams.each_ref().map(|log| &log.tail);
        let from_err = err.len().min(TAIL - out.len().min(TAIL / 2));
        let from_out = out.len().min(TAIL - from_err);
        let mut lines: Vec<&(u64, String)> = out.iter().skip(out.len() - from_out).chain(err.iter().skip(err.len() - from_err)).collect();
        lines.sort();
        lines.into_iter().map(|(_, line)| line.clone()).collect()
    }
}

impl LogStream {
    fn lines(&mut self, stream: Stream, bytes: &[u8], count: &mut u64, line: &mut dyn FnMut(Stream, &str), last: bool) {
        let Self { file, written, lines, tail, .. } = self;
        let mut take = |text: String| {
            *written += text.len() as u64 + 1;
            if let Some(out) = file {
                let result = if *written > LIMIT {
                    writeln!(out, "[the log ends here: it has reached {} MiB]", LIMIT / 1024 / 1024)
                } else {
                    writeln!(out, "{text}")
                };
                if result.is_err() || *written > LIMIT {
                    let _ = out.flush();
                    *file = None;
                }
            }
            if tail.len() == TAIL {
                tail.pop_front();
            }
            line(stream, &text);
            *count += 1;
            tail.push_back((*count, text));
        };
        lines.feed(bytes, &mut take);
        if last {
            lines.finish(&mut take);
        }
    }
}
