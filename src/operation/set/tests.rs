use super::*;
use crate::{
    clock::Duration,
    codec::PduKind,
    engine::Response,
    operation::test_support::{bad, bindings, good, silence, turn},
};

#[test]
fn all_bindings_go_into_one_request_whose_confirmation_is_emitted() {
    let mut set = Set::new(bindings(&["1.3.1", "1.3.2"]));
    let first = turn(&mut set);
    let [(ticket, request)] = &first.asked[..] else { panic!() };
    assert_eq!(request.kind, RequestKind::Set);
    assert_eq!(request.bindings, bindings(&["1.3.1", "1.3.2"]));
    set.answer(*ticket, good(bindings(&["1.3.1", "1.3.2"]))).unwrap();
    let last = turn(&mut set);
    assert_eq!(last.items, bindings(&["1.3.1", "1.3.2"]));
    assert_eq!(last.end, Some(Ok(())));
}

#[test]
fn too_big_is_final_since_a_set_is_all_or_nothing() {
    let mut set = Set::new(bindings(&["1.3.1", "1.3.2"]));
    turn(&mut set);
    let error = set.answer(ONLY, bad(ErrorStatus::TOO_BIG, 0, Vec::new())).unwrap_err();
    assert!(matches!(&error, SetError::Agent(AgentError { status: ErrorStatus::TOO_BIG, .. })));
    assert!(!error.may_have_been_made());
}

#[test]
fn whether_the_set_may_have_been_made_follows_from_what_was_sent() {
    let refused_after = |transmissions| {
        let response = Response {
            error_status: ErrorStatus::INCONSISTENT_VALUE,
            error_index: 1,
            bindings: bindings(&["1.3.1"]),
            transmissions,
            elapsed: Duration::ZERO,
        };
        let mut set = Set::new(bindings(&["1.3.1"]));
        turn(&mut set);
        set.answer(ONLY, Ok(response)).unwrap_err()
    };
    assert!(!refused_after(1).may_have_been_made());
    assert!(refused_after(2).may_have_been_made(), "the first transmission's answer may be lost");

    let elapsed = Duration::from_secs(1);
    for (error, made) in [
        (silence(), true),
        (RequestError::UnexpectedPdu { found: PduKind::Get }, true),
        (RequestError::Refused { tries: 1, elapsed }, false),
        (RequestError::Refused { tries: 2, elapsed }, true),
        (RequestError::NeverSent(Box::new(RequestError::Refused { tries: 2, elapsed })), false),
        (RequestError::NoRequestId { range: 0 }, false),
    ] {
        let mut set = Set::new(bindings(&["1.3.1"]));
        turn(&mut set);
        let failure = set.answer(ONLY, Err(error.clone())).unwrap_err();
        assert_eq!(failure.may_have_been_made(), made, "{error}");
        assert_eq!(failure.to_string().contains("may have been made"), made, "{failure}");
    }
}

#[test]
fn an_agent_that_could_not_undo_has_made_a_part_of_it() {
    for (status, made) in [(ErrorStatus::UNDO_FAILED, true), (ErrorStatus::COMMIT_FAILED, false)] {
        let mut set = Set::new(bindings(&["1.3.1"]));
        let ticket = turn(&mut set).asked[0].0;
        let error = set.answer(ticket, bad(status, 0, bindings(&["1.3.1"]))).unwrap_err();
        assert_eq!(error.may_have_been_made(), made, "{status}");
    }
}
