//! Takes the frames of the supervisor out of an output stream.

/// Takes two kinds of marks out of a stream: frames with the number of this exec, and the mark that drained a pipe.
pub(super) struct Frames {
    needle: Vec<u8>,
    carry: Vec<u8>,
    /// The supervisor has spoken.
    pub(super) begun: bool,
    /// What came before the supervisor's first word: the shell's, sudo's or sshd's.
    pub(super) preamble: Vec<u8>,
    /// Bytes of the task's own output so far.
    pub(super) seen: u64,
    /// Words of the result frame, or the one word of another last frame.
    pub(super) last: Option<Vec<String>>,
    /// What came between the result frame and the end frame.
    pub(super) body: Vec<u8>,
    /// The end frame was there.
    pub(super) ended: bool,
    /// The call is answered on this stream.
    pub(super) over: bool,
    body_limit: usize,
}

const DRAINED: &[u8] = b"\x1evnfpkg-drained\x1e";
const PREAMBLE_LIMIT: usize = 16 * 1024;
/// No frame is longer.
const FRAME_LIMIT: usize = 256;

impl Frames {
    pub(super) fn new(nonce: &str, body_limit: usize) -> Self {
        Self {
            needle: format!("\x1evnfpkg:{nonce}:").into_bytes(),
            carry: Vec::new(),
            begun: false,
            preamble: Vec::new(),
            seen: 0,
            last: None,
            body: Vec::new(),
            ended: false,
            over: false,
            body_limit,
        }
    }

    /// Takes a piece of the stream; the task's own output goes to `text`.
    pub(super) fn feed(&mut self, bytes: &[u8], text: &mut dyn FnMut(&[u8])) {
        let mut input = std::mem::take(&mut self.carry);
        input.extend_from_slice(bytes);
        let mut rest = input.as_slice();
        while let Some(at) = rest.iter().position(|byte| *byte == 0x1e) {
            self.plain(&rest[..at], text);
            rest = &rest[at..];
            if rest.starts_with(DRAINED) {
                self.seen += DRAINED.len() as u64;
                rest = &rest[DRAINED.len()..];
            } else if rest.starts_with(&self.needle) {
                let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
                    if rest.len() > FRAME_LIMIT {
                        self.plain(rest, text);
                        return;
                    }
                    self.carry = rest.to_vec();
                    return;
                };
                let frame = String::from_utf8_lossy(&rest[self.needle.len()..end]).into_owned();
                self.frame(&frame);
                rest = &rest[end + 1..];
            } else if DRAINED.starts_with(rest) || self.needle.starts_with(rest) {
                self.carry = rest.to_vec();
                return;
            } else {
                self.plain(&rest[..1], text);
                rest = &rest[1..];
            }
        }
        self.plain(rest, text);
    }

    fn frame(&mut self, frame: &str) {
        match frame {
            "begin" => self.begun = true,
            "end" => self.ended = true,
            "over" => self.over = true,
            other => self.last = Some(other.split(' ').map(str::to_owned).collect()),
        }
    }

    fn plain(&mut self, bytes: &[u8], text: &mut dyn FnMut(&[u8])) {
        if bytes.is_empty() {
            return;
        }
        if !self.begun {
            let room = PREAMBLE_LIMIT.saturating_sub(self.preamble.len());
            self.preamble.extend_from_slice(&bytes[..bytes.len().min(room)]);
        } else if self.last.is_some() {
            let room = self.body_limit.saturating_sub(self.body.len());
            self.body.extend_from_slice(&bytes[..bytes.len().min(room)]);
        } else {
            self.seen += bytes.len() as u64;
            text(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(pieces: &[&[u8]]) -> (Vec<u8>, Frames) {
        let mut frames = Frames::new("77", 100);
        let mut out = Vec::new();
        for piece in pieces {
            frames.feed(piece, &mut |bytes| out.extend_from_slice(bytes));
        }
        (out, frames)
    }

    #[test]
    fn frames_leave_the_stream_however_it_is_cut() {
        let all: &[u8] =
            b"motd\n\x1evnfpkg:77:begin\nhel\x1elo\xff\x1evnfpkg-drained\x1e\x1evnfpkg:77:result changed run 0 -\nA=1\n\x1evnfpkg:77:end\n";
        for cut in 0..all.len() {
            let (out, frames) = through(&[&all[..cut], &all[cut..]]);
            assert_eq!(out, b"hel\x1elo\xff", "cut at {cut}");
            assert_eq!(frames.preamble, b"motd\n");
            assert_eq!(frames.body, b"A=1\n");
            assert_eq!(frames.last.as_deref().map(|words| words.join(" ")).as_deref(), Some("result changed run 0 -"));
            assert!(frames.ended);
            assert_eq!(frames.seen, 7 + DRAINED.len() as u64);
        }
    }

    #[test]
    fn a_frame_with_another_number_is_output() {
        let (out, frames) = through(&[b"\x1evnfpkg:77:begin\n\x1evnfpkg:78:result changed run 0 -\n"]);
        assert_eq!(out, b"\x1evnfpkg:78:result changed run 0 -\n");
        assert!(frames.last.is_none());
    }

    #[test]
    fn the_body_has_a_limit() {
        let (_, frames) = through(&[b"\x1evnfpkg:77:begin\n\x1evnfpkg:77:result x\n", &[b'y'; 1000]]);
        assert_eq!(frames.body.len(), 100);
    }
}
