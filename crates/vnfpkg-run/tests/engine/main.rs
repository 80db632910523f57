//! The engine against real shells on this machine.

mod faults;
mod resume;
mod shells;
mod steps;
mod support;
