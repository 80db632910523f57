//! The log files of one attempt: masked, printable, bounded.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use vnfpkg_transport::Stream;

use crate::mask::{MaskStream, Masker};
use crate::state::{StateError, file_name, private_file};
use crate::text::Lines;

/// No log file gets longer.
const LIMIT: u64 = 64 * 1024 * 1024;
/// Lines that a failure shows.
const TAIL: usize = 20;
/// So much of the output of an attempt is kept back at most.
const HELD: usize = 8 * 1024 * 1024;

/// Takes what an attempt prints.
pub(crate) struct TaskLog {
    streams: [LogStream; 2],
    /// Output that is kept back until all secrets are known.
    held: Option<Held>,
    /// Lines so far.
    count: u64,
}

#[derive(Default)]
struct Held {
    pieces: VecDeque<(Stream, Vec<u8>)>,
    bytes: usize,
    /// Bytes at the beginning that were too many.
    dropped: u64,
}

impl Held {
    fn push(&mut self, stream: Stream, bytes: &[u8]) {
        self.pieces.push_back((stream, bytes.to_vec()));
        self.bytes += bytes.len();
        while self.bytes > HELD
            && let Some((_, first)) = self.pieces.pop_front()
        {
            self.bytes -= first.len();
            self.dropped += first.len() as u64;
        }
    }
}

struct LogStream {
    /// Where the file is made when there is something for it: most steps say nothing.
    path: Option<PathBuf>,
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
    /// Begins the logs of an attempt anew. With `hold`, what comes is shown and written only at the end, when the secrets
    /// that the attempt makes are known.
    pub(crate) fn create(dir: &Path, index: usize, task: &str, attempt: u32, masker: &Masker, hold: bool) -> Result<Self, StateError> {
        let paths = ["out", "err"].map(|ending| dir.join(format!("{index:04}-{}.{attempt}.{ending}", file_name(task))));
        let begin = |path: PathBuf| {
            // An earlier life of the run may have written it.
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(StateError::io(&path)(error)),
                _ => {}
            }
            Ok(LogStream {
                path: Some(path),
                file: None,
                written: 0,
                seen: 0,
                mask: masker.stream(),
                lines: Lines::default(),
                tail: VecDeque::new(),
            })
        };
        let [out, err] = paths;
        Ok(Self { streams: [begin(out)?, begin(err)?], count: 0, held: hold.then(Held::default) })
    }

    /// Takes a piece of output; whole lines go to `line` as well.
    pub(crate) fn feed(&mut self, stream: Stream, bytes: &[u8], line: &mut dyn FnMut(Stream, &str)) {
        self.streams[usize::from(stream == Stream::Stderr)].seen += bytes.len() as u64;
        match &mut self.held {
            Some(held) => held.push(stream, bytes),
            None => self.write(stream, bytes, line),
        }
    }

    fn write(&mut self, stream: Stream, bytes: &[u8], line: &mut dyn FnMut(Stream, &str)) {
        let Self { streams, count, .. } = self;
        let log = &mut streams[usize::from(stream == Stream::Stderr)];
        let masked = log.mask.feed(bytes);
        log.lines(stream, &masked, count, line, false);
        // A reader of the log sees what there is; a full disk here must not stop the run.
        if let Some(file) = &mut log.file {
            let _ = file.flush();
        }
    }

    /// Ends both streams. What was kept back comes now: the masker has to know the secrets of the attempt.
    pub(crate) fn finish(&mut self, line: &mut dyn FnMut(Stream, &str)) {
        if let Some(held) = self.held.take() {
            if held.dropped > 0 {
                self.write(Stream::Stdout, format!("[{} bytes are left out here]\n", held.dropped).as_bytes(), line);
            }
            for (stream, bytes) in held.pieces {
                self.write(stream, &bytes, line);
            }
        }
        let Self { streams, count, .. } = self;
        for (log, stream) in streams.iter_mut().zip([Stream::Stdout, Stream::Stderr]) {
            let masked = log.mask.finish();
            log.lines(stream, &masked, count, line, true);
            if let Some(file) = &mut log.file {
                let _ = file.flush();
            }
        }
    }

    /// Forgets what was kept back, since there may be a secret in it that cannot be masked.
    pub(crate) fn discard_held(&mut self) {
        if let Some(held) = &mut self.held {
            held.dropped += std::mem::take(&mut held.bytes) as u64;
            held.pieces.clear();
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
        let Self { path, file, written, lines, tail, .. } = self;
        let mut take = |text: String| {
            if let Some(path) = path.take() {
                *file = private_file().write(true).create(true).truncate(true).open(path).ok().map(BufWriter::new);
            }
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
