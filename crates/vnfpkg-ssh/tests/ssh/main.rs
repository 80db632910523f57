//! The transport against a real sshd on the loopback.

mod exec;
mod support;
mod upload;
