//! YAML with spans, the TOSCA grammar and type system, and the SOL001 view of a VNFD.
//!
//! Knows texts and where they came from (`vnfpkg-diag`); knows nothing of archives, rules, severities or hosts. Files are
//! reached through the small trait a caller implements, so a VNFD loads alike from a zip, a folder or a test.

pub mod grammar;
pub mod load;
mod problem;
pub mod profile;
mod suggest;
mod template;
pub mod types;
pub mod vnfd;
pub mod yaml;

pub use problem::{Problem, ProblemKind};
pub use suggest::{did_you_mean, listed, nearest};
