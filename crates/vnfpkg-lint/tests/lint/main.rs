//! `validate` as a whole: a sound package, and the same package broken in one place.

mod archive;
mod base;
mod common;
mod faults;
mod packages;
mod registry;
mod requests;
mod signed;
