//! `validate` as a whole: a sound package, and the same package broken in one place.

#![allow(clippy::unwrap_used)] // In helpers of tests as in the tests themselves.

mod archive;
mod base;
mod common;
mod fixture;
mod fixtures;
mod mends;
mod packages;
mod registry;
mod registry_parameters;
mod requests;
mod signed;
mod table;
mod targets;
