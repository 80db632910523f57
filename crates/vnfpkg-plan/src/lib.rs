//! Lifecycle document, request, inventory and templates become a [`Plan`]. Pure: no network, no clock, no environment.

pub mod deferred;
pub mod filters;
pub mod model;
pub mod secrets;

pub use model::Plan;
