//! The engine and the operations under scripts of arbitrary octets; the fuzz targets `engine`, `engine_v3` and
//! `operation` run the same models.

use proptest::{collection::vec, prelude::*};

use super::{engine_model, operation_model, usm};

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

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_engine_keeps_its_promises_in_snmpv3_whatever_happens(script in vec(any::<u8>(), 0..400)) {
        usm::model::run(&script);
    }
}
