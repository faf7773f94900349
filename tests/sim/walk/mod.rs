//! Walks: one request after the other, and with many outstanding.

mod classic;
mod hand;
mod invariants;
mod matrix;
mod speed;
mod tree;
mod weak;
