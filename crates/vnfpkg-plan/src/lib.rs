//! Lifecycle document, request, inventory and templates become a [`Plan`]. Pure: no network, no clock, no environment.

pub mod bundle;
pub mod compile;
pub mod deferred;
pub mod files;
pub mod filters;
pub mod image;
pub mod instance;
pub mod inventory;
pub mod lifecycle;
pub mod model;
pub mod parameters;
pub mod problem;
pub mod request;
pub mod schema;
pub mod secrets;
pub mod stepsets;
pub mod template;

pub use model::Plan;
