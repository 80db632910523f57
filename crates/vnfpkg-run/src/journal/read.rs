//! Reading a journal back.

use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{FORMAT, JournalError, checksum};
use crate::events::Event;
use crate::state::Header;

#[derive(Deserialize)]
struct Line<'a> {
    seq: u64,
    crc: &'a str,
    #[serde(borrow)]
    record: &'a RawValue,
}

/// Header, events, and the length in bytes of what is whole.
///
/// # Errors
/// When the file cannot be read, is damaged before its last line, or is of a newer format.
pub fn read(path: &Path) -> Result<(Header, Vec<Event>, u64), JournalError> {
    let bytes = std::fs::read(path).map_err(|source| JournalError::Io { path: path.to_owned(), source })?;
    let mut whole = 0u64;
    let mut header: Option<Header> = None;
    let mut events = Vec::new();
    let mut rest = bytes.as_slice();
    let mut number = 0;
    while !rest.is_empty() {
        number += 1;
        // Without a line end the write was torn, whatever the bytes say.
        let Some(end) = rest.iter().position(|byte| *byte == b'\n') else { break };
        let (line, after) = (&rest[..end], &rest[end + 1..]);
        let damaged = |message: String| JournalError::Damaged { path: path.to_owned(), line: number, message };
        match parse(line, u64::try_from(number - 1).unwrap_or(u64::MAX)) {
            Ok(record) if header.is_none() => {
                let format = serde_json::from_str::<serde_json::Value>(record)
                    .ok()
                    .and_then(|value| value.get("format").and_then(serde_json::Value::as_u64))
                    .ok_or_else(|| damaged("the header has no format".to_owned()))?;
                if format > u64::from(FORMAT) {
                    return Err(JournalError::Newer { path: path.to_owned(), found: u32::try_from(format).unwrap_or(u32::MAX) });
                }
                header = Some(serde_json::from_str(record).map_err(|error| damaged(error.to_string()))?);
            }
            Ok(record) => events.push(serde_json::from_str(record).map_err(|error| damaged(error.to_string()))?),
            Err(_) if after.is_empty() => break,
            Err(message) => return Err(damaged(message)),
        }
        whole += end as u64 + 1;
        rest = after;
    }
    match header {
        Some(header) => Ok((header, events, whole)),
        None => Err(JournalError::Empty { path: path.to_owned() }),
    }
}

fn parse(line: &[u8], seq: u64) -> Result<&str, String> {
    let text = std::str::from_utf8(line).map_err(|_| "not UTF-8".to_owned())?;
    let line: Line<'_> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if line.seq != seq {
        return Err(format!("number {} where {seq} belongs", line.seq));
    }
    if line.crc != checksum(seq, line.record.get()) {
        return Err("the checksum does not fit".to_owned());
    }
    Ok(line.record.get())
}
