//! Walks: one request after the other, and with many outstanding.

mod classic;
mod speed;
mod tree;
