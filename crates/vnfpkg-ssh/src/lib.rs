//! The SSH transport over libssh2: connect, execute, upload. The only crate that links libssh2. Knows nothing of packages,
//! plans or steps, reads no environment and no home folder: agent socket, key files, known-hosts files and the text of
//! `ssh_config` come in through [`SshOptions`].
//!
//! Reading order: [`SshTransport`] makes a host out of a target, `route` says through which hops it is reached, `pool` keeps
//! its sessions, `connection` is one of them, and `exec` and `upload` are what is done with a session.

mod auth;
pub mod config;
mod connection;
mod exec;
mod hostkey;
mod jump;
mod keys;
mod known_hosts;
mod options;
mod pattern;
mod pool;
mod quote;
mod route;
mod socket;
mod transport;
mod upload;

pub use options::SshOptions;
pub use transport::SshTransport;
