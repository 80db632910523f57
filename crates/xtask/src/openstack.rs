//! An OpenStack for tests: a server on the loopback address that answers with shapes of the API references, and keeps what it was
//! asked. It is no cloud: what it does not have a reply for is not there.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use openssl::ssl::SslAcceptor;

/// Stands in replies for the server's own address.
const BASE: &str = "@base@";
/// The token that a login gives.
pub const TOKEN: &str = "gAAAA-token-of-the-double";
/// The VNF instance of Tacker's guide; its server and port.
pub const INSTANCE: &str = "f93ed99c-e2f2-4f18-8377-37a171ea344f";
/// Its server.
pub const SERVER: &str = "f93edf04-07ac-410e-96aa-7fd64774f951";
/// The server's port.
pub const PORT: &str = "2eb5d67b-fe24-40ca-b25a-8c4e47520aee";

/// A reply.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// HTTP status; 0 never answers.
    pub status: u16,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Reply {
    /// A status with a body.
    pub fn new(status: u16, body: &str) -> Self {
        Self { status, headers: Vec::new(), body: body.to_owned() }
    }

    /// With one header more.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// Replies by request: `GET /path?query`.
pub type Replies = Vec<(String, Reply)>;

/// A cloud in which the guide's VNF instance runs.
pub fn guide() -> Replies {
    let stack = format!("/heat-api/v1/p1/stacks/vnf-{INSTANCE}");
    let get = |path: &str, body: &str| (format!("GET {path}"), Reply::new(200, body));
    let moved = Reply::new(302, "{}").header("Location", &format!("{BASE}{stack}/fb03d2f0/resources?nested_depth=2"));
    let login = Reply::new(201, include_str!("../assets/openstack/token.json")).header("X-Subject-Token", TOKEN);
    vec![
        ("POST /identity/v3/auth/tokens".to_owned(), login),
        get(&format!("/compute/v2.1/servers/{SERVER}"), include_str!("../assets/openstack/server.json")),
        get(&format!("/networking/v2.0/ports?device_id={SERVER}"), include_str!("../assets/openstack/ports.json")),
        get(&format!("/networking/v2.0/floatingips?port_id={PORT}"), include_str!("../assets/openstack/floatingips.json")),
        (format!("GET {stack}/resources?nested_depth=2"), moved),
        get(&format!("{stack}/fb03d2f0/resources?nested_depth=2"), include_str!("../assets/openstack/resources.json")),
    ]
}

/// The replies with another one for a request.
#[must_use]
pub fn with(mut replies: Replies, request: &str, reply: Reply) -> Replies {
    replies.retain(|(known, _)| known != request);
    replies.push((request.to_owned(), reply));
    replies
}

/// What was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Method and target.
    pub request: String,
    /// `X-Auth-Token`.
    pub token: Option<String>,
    /// The body.
    pub body: String,
}

/// The server; it ends when dropped.
#[derive(Debug)]
pub struct Double {
    address: SocketAddr,
    scheme: &'static str,
    stop: Arc<AtomicBool>,
    asked: Arc<Mutex<Vec<Asked>>>,
    thread: Option<JoinHandle<()>>,
}

struct Server {
    replies: Replies,
    base: String,
    tls: Option<SslAcceptor>,
    stop: Arc<AtomicBool>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

impl Double {
    /// Starts it; over TLS with the acceptor.
    ///
    /// # Errors
    /// When there is no free port.
    pub fn start(replies: Replies, tls: Option<SslAcceptor>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let (stop, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let server = Server { replies, base: format!("{scheme}://{address}"), tls, stop: Arc::clone(&stop), asked: Arc::clone(&asked) };
        let thread = std::thread::spawn(move || server.serve(&listener));
        Ok(Self { address, scheme, stop, asked, thread: Some(thread) })
    }

    /// Its address, without a path.
    pub fn base(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// What it was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Server {
    /// One connection after the other; a client that is broken or slow ends only its own.
    fn serve(&self, listener: &TcpListener) {
        let mut silent = Vec::new();
        for stream in listener.incoming() {
            if self.stop.load(Ordering::SeqCst) {
                return;
            }
            let Ok(stream) = stream else { continue };
            let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
            let stream: Option<Box<dyn Stream>> = match &self.tls {
                Some(acceptor) => acceptor.accept(stream).ok().map(|stream| Box::new(stream) as Box<dyn Stream>),
                None => Some(Box::new(stream)),
            };
            // A connection without an answer stays open until the end.
            silent.extend(stream.and_then(|stream| self.answer(stream).ok().flatten()));
        }
    }

    fn answer(&self, stream: Box<dyn Stream>) -> io::Result<Option<Box<dyn Stream>>> {
        let mut reader = BufReader::new(stream);
        let asked = read_request(&mut reader)?;
        let reply = self.replies.iter().find(|(request, _)| *request == asked.request).map(|(_, reply)| reply.clone());
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
        let reply = reply.unwrap_or_else(|| Reply::new(404, r#"{"error": {"code": 404, "message": "no such thing"}}"#));
        let mut stream = reader.into_inner();
        if reply.status == 0 {
            return Ok(Some(stream));
        }
        let body = reply.body.replace(BASE, &self.base);
        let mut head = format!(
            "HTTP/1.1 {} Reply\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n",
            reply.status,
            body.len()
        );
        for (name, value) in &reply.headers {
            head.push_str(&format!("{name}: {}\r\n", value.replace(BASE, &self.base)));
        }
        write!(stream, "{head}\r\n{body}")?;
        stream.flush()?;
        Ok(None)
    }
}

fn read_request(reader: &mut impl BufRead) -> io::Result<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let request = format!("{} {}", words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (mut token, mut length) = (None, 0);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "x-auth-token" => token = Some(value.trim().to_owned()),
            "content-length" => length = value.trim().parse().unwrap_or(0),
            _ => {}
        }
    }
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    Ok(Asked { request, token, body: String::from_utf8_lossy(&body).into_owned() })
}
