use super::*;
use crate::operation::test_support::{bad, bindings, good, names, oid, silence, turn};

const NAMES: [&str; 4] = ["1.3.1", "1.3.2", "1.3.3", "1.3.4"];

fn get(kind: RequestKind, fix: Fix) -> Get {
    Get::new(kind, NAMES.map(oid).to_vec(), fix)
}

fn shown(items: &[GetItem]) -> Vec<String> {
    items
        .iter()
        .map(|item| match item {
            GetItem::Binding(binding) => binding.name.to_string(),
            GetItem::Refused(error) => format!("{} {}", error.status, error.index),
        })
        .collect()
}

#[test]
fn all_names_go_into_one_request_and_come_back_as_they_are() {
    for kind in [
        RequestKind::Get,
        RequestKind::GetNext,
        RequestKind::GetBulk { non_repeaters: 1, max_repetitions: 2 },
    ] {
        let mut get = get(kind, Fix::DropAndRepeat);
        let first = turn(&mut get);
        let [(ticket, request)] = &first.asked[..] else { panic!("{:?}", first.asked) };
        assert_eq!(request.kind, kind);
        assert_eq!(names(request), NAMES);
        get.answer(*ticket, good(bindings(&["1.5.2", "1.5.1"]))).unwrap();
        let second = turn(&mut get);
        assert_eq!(shown(&second.items), ["1.5.2", "1.5.1"]);
        assert_eq!(second.end, Some(Ok(())));
    }
}

#[test]
fn a_refused_binding_is_left_out_and_the_others_asked_again() {
    let mut get = get(RequestKind::Get, Fix::DropAndRepeat);
    let first = turn(&mut get);
    get.answer(first.asked[0].0, bad(ErrorStatus::NO_SUCH_NAME, 2, bindings(&NAMES))).unwrap();
    let second = turn(&mut get);
    assert_eq!(shown(&second.items), ["noSuchName 2"]);
    assert_eq!(names(&second.asked[0].1), ["1.3.1", "1.3.3", "1.3.4"]);
    let left = bindings(&["1.3.1", "1.3.3", "1.3.4"]);
    get.answer(second.asked[0].0, bad(ErrorStatus::NO_SUCH_NAME, 3, left)).unwrap();
    let third = turn(&mut get);
    assert_eq!(names(&third.asked[0].1), ["1.3.1", "1.3.3"]);
    get.answer(third.asked[0].0, good(bindings(&["1.3.1", "1.3.3"]))).unwrap();
    assert_eq!(shown(&turn(&mut get).items), ["1.3.1", "1.3.3"]);
}

#[test]
fn when_all_bindings_are_refused_the_end_comes_without_a_request() {
    let mut get = Get::new(RequestKind::Get, vec![oid("1.3.1")], Fix::DropAndRepeat);
    let first = turn(&mut get);
    get.answer(first.asked[0].0, bad(ErrorStatus::NO_SUCH_NAME, 1, bindings(&["1.3.1"]))).unwrap();
    let last = turn(&mut get);
    assert_eq!(shown(&last.items), ["noSuchName 1"]);
    assert!(last.asked.is_empty());
    assert_eq!(last.end, Some(Ok(())));
}

#[test]
fn an_error_that_names_no_binding_of_ours_is_final() {
    for (fix, index, name) in [
        (Fix::DropAndRepeat, 0, None),
        (Fix::DropAndRepeat, 5, None),
        (Fix::DropAndRepeat, u32::MAX, None),
        (Fix::Never, 2, Some(oid("1.3.2"))),
    ] {
        let mut get = get(RequestKind::Get, fix);
        let ticket = turn(&mut get).asked[0].0;
        let error = get.answer(ticket, bad(ErrorStatus::GEN_ERR, index, bindings(&NAMES))).unwrap_err();
        let expected = AgentError { status: ErrorStatus::GEN_ERR, index, name, transmissions: 1 };
        assert_eq!(error, GetError::Agent(expected), "{fix:?} {index}");
    }
}

#[test]
fn too_big_splits_the_request_and_the_order_of_the_names_stays() {
    let mut get = get(RequestKind::Get, Fix::Never);
    let first = turn(&mut get);
    get.answer(first.asked[0].0, bad(ErrorStatus::TOO_BIG, 0, Vec::new())).unwrap();
    let second = turn(&mut get);
    assert_eq!(second.asked.len(), 2, "both halves are outstanding at once");
    assert_eq!(names(&second.asked[0].1), ["1.3.1", "1.3.2"]);
    assert_eq!(names(&second.asked[1].1), ["1.3.3", "1.3.4"]);
    // The right half answers first and has to wait for the left one.
    get.answer(second.asked[1].0, good(bindings(&["1.3.3", "1.3.4"]))).unwrap();
    assert!(turn(&mut get).items.is_empty());
    get.answer(second.asked[0].0, good(bindings(&["1.3.1", "1.3.2"]))).unwrap();
    let last = turn(&mut get);
    assert_eq!(shown(&last.items), NAMES);
    assert_eq!(last.end, Some(Ok(())));
}

#[test]
fn too_big_for_a_single_name_is_final() {
    let mut get = Get::new(RequestKind::Get, vec![oid("1.3.1")], Fix::Never);
    let ticket = turn(&mut get).asked[0].0;
    let error = get.answer(ticket, bad(ErrorStatus::TOO_BIG, 0, Vec::new())).unwrap_err();
    assert!(matches!(error, GetError::Agent(AgentError { status: ErrorStatus::TOO_BIG, .. })));
}

#[test]
fn too_big_for_a_bulk_asks_for_half_as_many_down_to_one() {
    let kind = RequestKind::GetBulk { non_repeaters: 1, max_repetitions: 10 };
    let mut get = get(kind, Fix::Never);
    let mut asked = Vec::new();
    let error = loop {
        let (ticket, request) = turn(&mut get).asked.remove(0);
        let RequestKind::GetBulk { non_repeaters: 1, max_repetitions } = request.kind else { panic!() };
        asked.push(max_repetitions);
        if let Err(error) = get.answer(ticket, bad(ErrorStatus::TOO_BIG, 0, Vec::new())) {
            break error;
        }
    };
    assert_eq!(asked, [10, 5, 2, 1]);
    assert!(matches!(error, GetError::Agent(_)));
}

#[test]
fn silence_is_the_requests_own_error() {
    let mut get = get(RequestKind::Get, Fix::DropAndRepeat);
    let ticket = turn(&mut get).asked[0].0;
    assert_eq!(get.answer(ticket, Err(silence())), Err(GetError::Request(silence())));
}

#[test]
fn an_answer_to_nothing_asked_is_ignored() {
    let mut get = get(RequestKind::Get, Fix::DropAndRepeat);
    turn(&mut get);
    get.answer(Ticket(99), good(bindings(&NAMES))).unwrap();
    assert!(turn(&mut get).items.is_empty());
}

#[test]
fn a_non_repeater_that_is_left_out_makes_no_non_repeater_of_the_next_name() {
    let kind = RequestKind::GetBulk { non_repeaters: 1, max_repetitions: 5 };
    let names = || ["1.3.1", "1.3.2", "1.3.3"].map(oid).to_vec();
    for (failed, left) in [(1, 0), (2, 1), (3, 1)] {
        let mut get = Get::new(kind, names(), Fix::DropAndRepeat);
        let ticket = turn(&mut get).asked[0].0;
        get.answer(ticket, bad(ErrorStatus::GEN_ERR, failed, Vec::new())).unwrap();
        let repeated = turn(&mut get).asked.remove(0).1;
        let RequestKind::GetBulk { non_repeaters, .. } = repeated.kind else { panic!("{repeated:?}") };
        assert_eq!((non_repeaters, repeated.bindings.len()), (left, 2), "binding {failed}");
    }
}
