//! JSON Schemas of the documents that people write: lifecycle document and inventory. Their readers keep the place of
//! everything and are written by hand, so the shapes here are described once more; a test compares the keys of both.

mod inventory;
mod lifecycle;
mod scalars;
#[cfg(test)]
mod tests;

pub use inventory::inventory_schema;
pub use lifecycle::lifecycle_schema;
pub(crate) use scalars::{Mode, Span, Text};
