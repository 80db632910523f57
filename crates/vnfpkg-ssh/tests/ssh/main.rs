//! The transport against a real sshd on the loopback.

mod auth;
mod config;
mod exec;
mod hostkey;
mod jump;
mod reach;
mod support;
mod upload;
