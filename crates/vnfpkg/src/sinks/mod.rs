//! Where the events of a run go.

pub(crate) mod cut;
pub(crate) mod host_keys;
pub(crate) mod human;
pub(crate) mod jsonl;
pub(crate) mod next;
pub(crate) mod recap;
pub(crate) mod signals;
