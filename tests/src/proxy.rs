//! A real little HTTP proxy in a lab's network that keeps in mind what it was asked for.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use xtask::lab::Lab;

/// Where hosts of a lab find it.
pub const PROXY: &str = "http://10.99.0.1:3128";

/// Silence after which a connection is given up.
const LIMIT: Duration = Duration::from_secs(60);

/// The proxy; it serves as long as this process lives.
pub struct Proxy {
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Starts it.
    ///
    /// # Panics
    /// When its address is taken.
    #[must_use]
    pub fn start(lab: &Lab) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        lab.in_network(|| {
            let listener = TcpListener::bind("10.99.0.1:3128").unwrap_or_else(|error| panic!("the proxy's address: {error}"));
            // Threads stay in the network of the thread that made them.
            thread::spawn(move || {
                for client in listener.incoming().flatten() {
                    let kept = Arc::clone(&kept);
                    thread::spawn(move || serve(&client, &kept));
                }
            });
        })
        .unwrap_or_else(|error| panic!("{error}"));
        Self { asked }
    }

    /// `HOST:PORT` of each request so far, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// One request; the client is told to make a connection for each.
fn serve(mut client: &TcpStream, asked: &Mutex<Vec<String>>) -> io::Result<()> {
    client.set_read_timeout(Some(LIMIT))?;
    let mut reader = BufReader::new(client.try_clone()?);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        if line.trim().is_empty() {
            break;
        }
        head.push(line.trim_end().to_owned());
    }
    let words: Vec<&str> = head.first().map(|line| line.split(' ').collect()).unwrap_or_default();
    let (Some(method), Some(target)) = (words.first(), words.get(1)) else { return Ok(()) };
    let (authority, path) = match target.strip_prefix("http://") {
        Some(rest) => rest.split_once('/').map_or((rest, String::new()), |(host, path)| (host, path.to_owned())),
        None => (*target, String::new()),
    };
    let authority = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(authority.clone());
    let Ok(mut server) = TcpStream::connect(&authority) else {
        return client.write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    };
    server.set_read_timeout(Some(LIMIT))?;
    if *method == "CONNECT" {
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    } else {
        let kept = |line: &&String| !["connection:", "proxy-connection:"].iter().any(|name| line.to_ascii_lowercase().starts_with(name));
        let rest: String = head[1..].iter().filter(kept).map(|line| format!("{line}\r\n")).collect();
        write!(server, "{method} /{path} HTTP/1.1\r\n{rest}Connection: close\r\n\r\n")?;
    }
    let mut upwards = server.try_clone()?;
    thread::spawn(move || {
        let _ = io::copy(&mut reader, &mut upwards);
    });
    io::copy(&mut server, &mut client)?;
    client.shutdown(Shutdown::Both)
}
