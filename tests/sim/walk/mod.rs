//! Walks: one request after the other, and with many outstanding.

mod classic;
mod guide;
mod hand;
mod invariants;
mod scouts;
mod speed;
mod tree;
mod weak;
mod weak_shapes;
