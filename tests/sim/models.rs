//! The engine and the operations under scripts of arbitrary octets; the fuzz targets `engine` and `operation` run the
//! same models.

use proptest::{collection::vec, prelude::*};

use super::{engine_model, operation_model};

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_engine_keeps_its_promises_whatever_happens(script in vec(any::<u8>(), 0..400)) {
        engine_model::run(&script);
    }

    #[test]
    fn an_operation_ends_and_yields_what_it_should_whatever_is_answered(script in vec(any::<u8>(), 0..200)) {
        operation_model::run(&script);
    }
}
