//! Operations decide what to ask next and what the answers mean; they do no I/O.
