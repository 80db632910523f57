//! A long line: a TCP relay on loopback that hands every byte on half a round trip after it came, each way. It sets no
//! limit to the throughput, as its buffers hold more than any window of SSH; they are bounded all the same. It counts.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::sshd::ADDRESS;
use crate::bench::BenchError;

/// What one read takes.
const PIECE: usize = 64 * 1024;
/// Bytes on their way in one direction of one connection: at 100 ms round trip this lets 640 MiB/s pass.
const MOST: usize = 32 * 1024 * 1024;
const LOOK: Duration = Duration::from_millis(10);

/// A running relay; its connections are cut when it is dropped.
pub(crate) struct Relay {
    port: u16,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    target: SocketAddr,
    delay: Duration,
    over: AtomicBool,
    /// Bytes from the client to the target.
    forth: AtomicU64,
    open: Mutex<Vec<TcpStream>>,
}

impl Relay {
    /// A relay to a port of this machine with so long a round trip.
    pub(crate) fn start(target: u16, round_trip: Duration) -> Result<Self, BenchError> {
        let failed = || BenchError::io("a relay");
        let listener = TcpListener::bind((ADDRESS, 0)).map_err(failed())?;
        listener.set_nonblocking(true).map_err(failed())?;
        let port = listener.local_addr().map_err(failed())?.port();
        let shared = Arc::new(Shared {
            target: SocketAddr::from((ADDRESS, target)),
            delay: round_trip / 2,
            over: AtomicBool::new(false),
            forth: AtomicU64::new(0),
            open: Mutex::default(),
        });
        let acceptor = thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        });
        Ok(Self { port, shared, acceptor: Some(acceptor) })
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Bytes that went to the target so far.
    pub(crate) fn sent(&self) -> u64 {
        self.shared.forth.load(Ordering::Relaxed)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
        for stream in lock(&self.shared.open).drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    while !shared.over.load(Ordering::Relaxed) {
        match listener.accept() {
            // A connection that fails looks to both sides like a broken line.
            Ok((client, _)) => drop(connect(client, shared)),
            Err(_) => thread::sleep(LOOK),
        }
    }
}

fn connect(client: TcpStream, shared: &Arc<Shared>) -> io::Result<()> {
    client.set_nonblocking(false)?;
    let server = TcpStream::connect(shared.target)?;
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
        lock(&shared.open).push(stream.try_clone()?);
    }
    direction(client.try_clone()?, server.try_clone()?, Arc::clone(shared), true);
    direction(server, client, Arc::clone(shared), false);
    Ok(())
}

/// One direction: a thread that reads and one that writes when the time has come.
fn direction(mut from: TcpStream, mut to: TcpStream, shared: Arc<Shared>, forth: bool) {
    let line = Arc::new(Line::default());
    let writer = Arc::clone(&line);
    thread::spawn(move || {
        while let Some((due, bytes)) = writer.take() {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        writer.end();
        let _ = to.shutdown(Shutdown::Write);
    });
    thread::spawn(move || {
        let mut buffer = vec![0; PIECE];
        while let Ok(length) = from.read(&mut buffer) {
            if length == 0 || !line.put(Instant::now() + shared.delay, &buffer[..length]) {
                break;
            }
            if forth {
                shared.forth.fetch_add(length as u64, Ordering::Relaxed);
            }
        }
        line.end();
        let _ = from.shutdown(Shutdown::Read);
    });
}

/// Bytes on their way, each piece with the time at which it arrives.
#[derive(Default)]
struct Line {
    state: Mutex<OnWay>,
    changed: Condvar,
}

#[derive(Default)]
struct OnWay {
    pieces: VecDeque<(Instant, Vec<u8>)>,
    length: usize,
    ended: bool,
}

impl Line {
    /// Waits for room; `false` when the other end is gone.
    fn put(&self, due: Instant, bytes: &[u8]) -> bool {
        let state = lock(&self.state);
        let mut state =
            self.changed.wait_while(state, |on_way| on_way.length >= MOST && !on_way.ended).unwrap_or_else(PoisonError::into_inner);
        if state.ended {
            return false;
        }
        state.length += bytes.len();
        state.pieces.push_back((due, bytes.to_vec()));
        self.changed.notify_all();
        true
    }

    /// The next piece; `None` when there will be no more.
    fn take(&self) -> Option<(Instant, Vec<u8>)> {
        let state = lock(&self.state);
        let mut state =
            self.changed.wait_while(state, |on_way| on_way.pieces.is_empty() && !on_way.ended).unwrap_or_else(PoisonError::into_inner);
        let piece = state.pieces.pop_front()?;
        state.length -= piece.1.len();
        self.changed.notify_all();
        Some(piece)
    }

    fn end(&self) {
        lock(&self.state).ended = true;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_a_round_trip_later_and_in_order() {
        let server = TcpListener::bind((ADDRESS, 0)).expect("a port");
        let port = server.local_addr().expect("an address").port();
        // Says back what it hears.
        let echo = thread::spawn(move || {
            let (stream, _) = server.accept().expect("a client");
            io::copy(&mut &stream, &mut &stream).expect("copied");
        });
        let round_trip = Duration::from_millis(60);
        let relay = Relay::start(port, round_trip).expect("starts");
        let mut client = TcpStream::connect((ADDRESS, relay.port())).expect("connects");
        let sent: Vec<u8> = (0..3 * PIECE).map(|number| (number % 251) as u8).collect();
        let started = Instant::now();
        client.write_all(&sent).expect("sent");
        let mut first = [0];
        client.read_exact(&mut first).expect("answered");
        assert!(started.elapsed() >= round_trip, "{:?}", started.elapsed());
        client.shutdown(Shutdown::Write).expect("shut");
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).expect("the end comes through too");
        assert_eq!((first[0], &rest[..]), (sent[0], &sent[1..]));
        assert_eq!(relay.sent(), sent.len() as u64);
        echo.join().expect("ended");
    }

    #[test]
    fn a_relay_that_is_dropped_cuts_its_connections() {
        let server = TcpListener::bind((ADDRESS, 0)).expect("a port");
        let relay = Relay::start(server.local_addr().expect("an address").port(), Duration::ZERO).expect("starts");
        let mut client = TcpStream::connect((ADDRESS, relay.port())).expect("connects");
        let (_far, _) = server.accept().expect("came through");
        drop(relay);
        assert!(matches!(client.read(&mut [0]), Ok(0) | Err(_)));
    }
}
