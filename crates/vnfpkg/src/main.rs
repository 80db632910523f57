//! The `vnfpkg` binary.
fn main() {}
