//! The transport against a real sshd on the loopback.

mod algorithms;
mod auth;
mod certificate;
mod config;
mod exec;
mod hostkey;
mod jump;
mod known_hosts;
mod reach;
mod record;
mod space;
mod support;
mod upload;
