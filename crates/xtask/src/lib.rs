//! Developer chores.
