//! Source files, spans and findings, and how findings are rendered. Knows nothing of packages, rules or terminals: it returns text.

mod finding;
pub mod fix;
mod problem;
pub mod render;
mod source;

pub use finding::{Edit, Finding, Fix, FixSafety, Location, Place, RuleInfo, Severity, sort_findings};
pub use problem::Problem;
pub use source::{LineCol, Source, SourceId, Sources, Span};
