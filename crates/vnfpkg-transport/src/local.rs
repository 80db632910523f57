//! This machine as a host: commands run through `sh`, uploads are copies.
