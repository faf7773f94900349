//! What the tools print.

pub mod netsnmp;
mod number;
pub mod options;
