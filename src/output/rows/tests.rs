//! Tests of rows in every format.
