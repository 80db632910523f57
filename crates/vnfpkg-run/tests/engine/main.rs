//! The engine against real shells on this machine, and its order of work against scripted hosts.

#![allow(clippy::unwrap_used, reason = "what a test cannot go on without fails it")]

mod fake;
mod faults;
mod login;
mod order;
mod resume;
mod selection;
mod shells;
mod steps;
mod sudo;
mod support;
