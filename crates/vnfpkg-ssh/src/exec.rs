//! Running a command on an open channel: input and both outputs move at the same time.

use std::io::{self, BufRead, Read, Write};

use rustix::event::PollFlags;
use ssh2::Channel;
use vnfpkg_transport::{Control, ErrorKind, Exit, Stream, TransportError};

use crate::connection::{Connection, broken, lost, refused};

const BUFFER: usize = 64 * 1024;
/// Packets of input that go out before the outputs get a turn.
const BURST: usize = 64;

/// Runs a command and returns when the host has closed the channel. After an error the connection is in an unknown state.
pub(crate) fn run(
    connection: &mut Connection,
    mut channel: Channel,
    command: &str,
    input: &mut dyn BufRead,
    control: &Control,
    on_output: &mut dyn FnMut(Stream, &[u8]),
) -> Result<Exit, TransportError> {
    connection.drive(control, |_| channel.exec(command))?.map_err(|error| refused(&error, "the host runs no commands"))?;
    let mut running = Running { buffer: vec![0; BUFFER], input: Some(input), goes_on: false, channel: &mut channel };
    running.until_closed(connection, control, &mut |stream, bytes| {
        on_output(stream, bytes);
        false
    })?;
    ended(connection, &mut channel, control)
}

/// Starts a shell that stays.
pub(crate) fn start(connection: &mut Connection, command: &str, control: &Control) -> Result<Channel, TransportError> {
    let mut channel = connection.open_channel(control)?;
    connection.drive(control, |_| channel.exec(command))?.map_err(|error| refused(&error, "the host runs no commands"))?;
    Ok(channel)
}

/// Says something to a shell and returns when `on_output` is content; gives how the shell ended if it did before that.
pub(crate) fn converse(
    connection: &mut Connection,
    channel: &mut Channel,
    input: &mut dyn BufRead,
    control: &Control,
    on_output: &mut dyn FnMut(Stream, &[u8]) -> bool,
) -> Result<Option<Exit>, TransportError> {
    let mut running = Running { buffer: vec![0; BUFFER], input: Some(input), goes_on: true, channel };
    if running.until_closed(connection, control, on_output)? {
        return Ok(None);
    }
    ended(connection, channel, control).map(Some)
}

fn ended(connection: &mut Connection, channel: &mut Channel, control: &Control) -> Result<Exit, TransportError> {
    let exit = exit(channel)?;
    // The host has closed its side, so this only sends ours.
    connection.drive(control, |_| channel.close())?.map_err(|error| lost(&error))?;
    Ok(exit)
}

fn exit(channel: &Channel) -> Result<Exit, TransportError> {
    let signal = channel.exit_signal().map_err(|error| lost(&error))?.exit_signal;
    match signal {
        Some(name) => Ok(Exit::Signal(name)),
        None => channel.exit_status().map(Exit::Code).map_err(|error| lost(&error)),
    }
}

struct Running<'a> {
    channel: &'a mut Channel,
    /// What is still to be sent; gone once the end of input is sent.
    input: Option<&'a mut dyn BufRead>,
    /// More input comes with the next call: its end is not sent.
    goes_on: bool,
    buffer: Vec<u8>,
}

/// What became of a turn.
#[derive(PartialEq)]
enum Turn {
    /// Bytes moved.
    Moved,
    /// The caller has heard all it wants.
    Content,
    /// A packet is on its way in part: nothing else can be sent before the socket takes the rest.
    Stuck,
    /// Nothing to do at the moment.
    Idle,
}

impl Running<'_> {
    fn until_closed(
        &mut self,
        connection: &mut Connection,
        control: &Control,
        on_output: &mut dyn FnMut(Stream, &[u8]) -> bool,
    ) -> Result<bool, TransportError> {
        loop {
            control.check()?;
            let sent = self.send(connection)?;
            if sent == Turn::Stuck {
                // The host takes what is on the line whatever its commands do, so waiting for that alone cannot deadlock.
                connection.wait(PollFlags::OUT, control)?;
                continue;
            }
            let mut moved = sent == Turn::Moved;
            for stream in [Stream::Stdout, Stream::Stderr] {
                match self.receive(connection, stream, on_output)? {
                    Turn::Moved => moved = true,
                    Turn::Content => return Ok(true),
                    Turn::Stuck => connection.wait(PollFlags::OUT, control)?,
                    Turn::Idle => {}
                }
            }
            if moved {
                continue;
            }
            if self.channel.eof() && self.is_closed()? {
                return Ok(false);
            }
            connection.wait(PollFlags::IN, control)?;
        }
    }

    /// Sends input while the host takes it.
    fn send(&mut self, connection: &Connection) -> Result<Turn, TransportError> {
        let mut turn = Turn::Idle;
        for _ in 0..BURST {
            let Some(input) = &mut self.input else { break };
            let bytes = input
                .fill_buf()
                .map_err(|error| TransportError::new(ErrorKind::Source, format!("cannot read what is to be sent: {error}")))?;
            if bytes.is_empty() && self.goes_on {
                self.input = None;
                return Ok(turn);
            }
            if bytes.is_empty() {
                // libssh2 cannot finish this packet later if the socket takes only a part of it.
                if !connection.writable() {
                    return Ok(Turn::Stuck);
                }
                match self.channel.send_eof().map_err(io::Error::from) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(stuck(connection, turn)),
                    // The host does not want more.
                    _ => self.input = None,
                }
                return Ok(Turn::Moved);
            }
            match self.channel.write(bytes) {
                Ok(0) => break,
                Ok(length) => {
                    input.consume(length);
                    turn = Turn::Moved;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(stuck(connection, turn)),
                Err(error) => return Err(broken(&error)),
            }
        }
        Ok(turn)
    }

    /// Takes what has come on one stream.
    fn receive(
        &mut self,
        connection: &Connection,
        stream: Stream,
        on_output: &mut dyn FnMut(Stream, &[u8]) -> bool,
    ) -> Result<Turn, TransportError> {
        let read = match stream {
            Stream::Stdout => self.channel.read(&mut self.buffer),
            Stream::Stderr => self.channel.stderr().read(&mut self.buffer),
        };
        match read {
            Ok(0) => Ok(Turn::Idle),
            Ok(length) => {
                if on_output(stream, &self.buffer[..length]) {
                    return Ok(Turn::Content);
                }
                Ok(Turn::Moved)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(stuck(connection, Turn::Idle)),
            Err(error) => Err(broken(&error)),
        }
    }

    /// Has the host closed the channel? The end of output alone is not the end: the command may still take input.
    fn is_closed(&mut self) -> Result<bool, TransportError> {
        match self.channel.wait_close().map_err(io::Error::from) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(broken(&error)),
        }
    }
}

fn stuck(connection: &Connection, otherwise: Turn) -> Turn {
    if connection.blocked().contains(PollFlags::OUT) { Turn::Stuck } else { otherwise }
}
