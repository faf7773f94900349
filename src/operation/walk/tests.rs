use super::*;
use crate::operation::test_support::{bad, bindings, good, oid, silence, turn};
use crate::value::Value;

const ROOT: &str = "1.3.6";

fn plan() -> WalkPlan {
    WalkPlan { method: WalkMethod::GetNext, ..WalkPlan::classic(oid(ROOT)) }
}

fn end_of_view(name: &str) -> VarBind {
    VarBind::new(oid(name), Value::EndOfMibView)
}

/// What was asked: `next 1.3.6`, `get 1.3.6`, `bulk10 1.3.6`.
fn asked(request: &Request) -> String {
    let name = &request.bindings[0].name;
    match request.kind {
        RequestKind::Get => format!("get {name}"),
        RequestKind::GetNext => format!("next {name}"),
        RequestKind::GetBulk { max_repetitions, .. } => format!("bulk{max_repetitions} {name}"),
        RequestKind::Set | RequestKind::Inform => panic!("a walk does not {:?}", request.kind),
    }
}

/// Runs a walk against a list of answers; gives what it asked, what it emitted and how it ended.
fn run(
    plan: WalkPlan,
    answers: Vec<Answer>,
) -> (Vec<String>, Vec<String>, Result<Option<WalkEnd>, WalkError>) {
    let mut walk = Walk::new(plan);
    let mut answers = answers.into_iter();
    let (mut requests, mut items) = (Vec::new(), Vec::new());
    loop {
        let now = turn(&mut walk);
        items.extend(now.items.iter().map(|item| match item {
            WalkItem::Binding { binding, elapsed: Some(_) } => binding.name.to_string(),
            WalkItem::Binding { binding, elapsed: None } => format!("root {}", binding.name),
            WalkItem::Refused(error) => error.status.to_string(),
            WalkItem::NoSuchName => "end of MIB".to_owned(),
            WalkItem::BulkGivenUp => "no bulk".to_owned(),
        }));
        if let Some(end) = now.end {
            assert!(answers.next().is_none(), "not all answers were wanted: {requests:?}");
            return (requests, items, end.map(|()| walk.end()));
        }
        let [(ticket, request)] = &now.asked[..] else { panic!("{:?}", now.asked) };
        requests.push(asked(request));
        let answer = answers.next().unwrap_or_else(|| panic!("no answer left for {requests:?}"));
        if let Err(error) = walk.answer(*ticket, answer) {
            return (requests, items, Err(error));
        }
    }
}

#[test]
fn a_walk_by_getnext_asks_after_each_name_until_one_is_outside() {
    let answers = ["1.3.6.1", "1.3.6.2", "1.3.7"].map(|name| good(bindings(&[name]))).to_vec();
    let (requests, items, end) = run(plan(), answers);
    assert_eq!(requests, ["next 1.3.6", "next 1.3.6.1", "next 1.3.6.2"]);
    assert_eq!(items, ["1.3.6.1", "1.3.6.2"]);
    assert_eq!(end, Ok(Some(WalkEnd::Subtree)));
}

#[test]
fn a_walk_by_getbulk_goes_on_after_the_last_name_of_each_list() {
    let answers = vec![
        good(bindings(&["1.3.6.1", "1.3.6.2"])),
        good(bindings(&["1.3.6.3"])),
        good(bindings(&["1.3.6.4", "1.3.7", "1.3.6.5"])),
    ];
    let (requests, items, end) = run(WalkPlan::classic(oid(ROOT)), answers);
    assert_eq!(requests, ["bulk10 1.3.6", "bulk10 1.3.6.2", "bulk10 1.3.6.3"]);
    assert_eq!(items, ["1.3.6.1", "1.3.6.2", "1.3.6.3", "1.3.6.4"]);
    assert_eq!(end, Ok(Some(WalkEnd::Subtree)));
}

#[test]
fn a_name_before_the_root_is_a_fault_after_getnext_and_an_end_after_getbulk() {
    let fault = WalkError::NotIncreasing { previous: oid(ROOT), name: oid("1.3.5") };
    let (requests, items, end) = run(plan(), vec![good(bindings(&["1.3.5"]))]);
    assert_eq!((&requests[..], &items[..]), (&["next 1.3.6".to_owned()][..], &["1.3.5".to_owned()][..]));
    assert_eq!(end, Err(fault));

    let answers = vec![good(bindings(&["1.3.5"])), good(bindings(&["1.3.6"]))];
    let (requests, items, end) = run(WalkPlan::classic(oid(ROOT)), answers);
    assert_eq!(requests, ["bulk10 1.3.6", "get 1.3.6"]);
    assert_eq!(items, ["root 1.3.6"]);
    assert_eq!(end, Ok(Some(WalkEnd::Subtree)));
}

#[test]
fn a_root_that_is_asked_for_first_only_is_not_asked_for_again() {
    let plan = WalkPlan { root_instance: RootInstance::FirstOnly, ..plan() };
    let answers = vec![bad(ErrorStatus::NO_SUCH_NAME, 1, bindings(&["1.3.6"])), good(bindings(&["1.3.7"]))];
    let (requests, items, end) = run(plan, answers);
    assert_eq!(requests, ["get 1.3.6", "next 1.3.6"]);
    assert!(items.is_empty());
    assert_eq!(end, Ok(Some(WalkEnd::Subtree)));
}

#[test]
fn end_of_mib_view_ends_the_walk_and_is_shown() {
    let answers = vec![good(bindings(&["1.3.6.1"])), good(vec![end_of_view("1.3.6.1")])];
    let (_, items, end) = run(plan(), answers);
    assert_eq!(items, ["1.3.6.1", "1.3.6.1"]);
    assert_eq!(end, Ok(Some(WalkEnd::MibView)));
}

#[test]
fn a_root_that_is_a_leaf_is_asked_for_when_nothing_was_found() {
    let leaf = || vec![good(bindings(&["1.3.7"])), good(bindings(&["1.3.6"]))];
    let (requests, items, end) = run(plan(), leaf());
    assert_eq!(requests, ["next 1.3.6", "get 1.3.6"]);
    assert_eq!(items, ["root 1.3.6"]);
    assert_eq!(end, Ok(Some(WalkEnd::Subtree)));

    let never = WalkPlan { root_instance: RootInstance::Never, ..plan() };
    let (requests, items, _) = run(never, vec![good(bindings(&["1.3.7"]))]);
    assert_eq!(requests, ["next 1.3.6"]);
    assert!(items.is_empty());

    let first = WalkPlan { root_instance: RootInstance::First, ..plan() };
    let answers = vec![good(bindings(&["1.3.6"])), good(bindings(&["1.3.7"]))];
    let (requests, items, _) = run(first.clone(), answers);
    assert_eq!(requests, ["get 1.3.6", "next 1.3.6"]);
    assert_eq!(items, ["root 1.3.6"]);

    // Found neither before nor after, and an error of the GET is not shown.
    let answers = vec![
        bad(ErrorStatus::NO_SUCH_NAME, 1, bindings(&["1.3.6"])),
        good(bindings(&["1.3.7"])),
        bad(ErrorStatus::NO_SUCH_NAME, 1, bindings(&["1.3.6"])),
    ];
    let (requests, items, end) = run(first, answers);
    assert_eq!(requests, ["get 1.3.6", "next 1.3.6", "get 1.3.6"]);
    assert!(items.is_empty());
    assert_eq!(end, Ok(Some(WalkEnd::Subtree)));
}

#[test]
fn no_such_name_is_the_end_of_the_view_in_v1_and_other_errors_are_shown() {
    let no_name = bad(ErrorStatus::NO_SUCH_NAME, 1, bindings(&["1.3.6.1"]));
    let (_, items, end) = run(plan(), vec![good(bindings(&["1.3.6.1"])), no_name]);
    assert_eq!(items, ["1.3.6.1", "end of MIB"]);
    assert_eq!(end, Ok(Some(WalkEnd::NoSuchName)));

    // A leaf at the end of the view: net-snmp tells of the end before it shows the leaf.
    let no_name = bad(ErrorStatus::NO_SUCH_NAME, 1, bindings(&["1.3.6"]));
    let (_, items, _) = run(plan(), vec![no_name, good(bindings(&["1.3.6"]))]);
    assert_eq!(items, ["end of MIB", "root 1.3.6"]);

    let general = bad(ErrorStatus::GEN_ERR, 1, bindings(&["1.3.6"]));
    let (requests, items, end) = run(plan(), vec![general, good(bindings(&["1.3.6"]))]);
    assert_eq!(requests, ["next 1.3.6", "get 1.3.6"]);
    assert_eq!(items, ["genErr", "root 1.3.6"]);
    assert_eq!(end, Ok(Some(WalkEnd::Refused)));
}

#[test]
fn a_name_that_does_not_increase_is_shown_and_then_the_error() {
    for (list, previous, name) in [
        (&["1.3.6.2", "1.3.6.1"][..], "1.3.6.2", "1.3.6.1"),
        (&["1.3.6.2", "1.3.6.2", "1.3.6.3"], "1.3.6.2", "1.3.6.2"),
        (&["1.3.6"], "1.3.6", "1.3.6"),
    ] {
        let (_, items, end) = run(WalkPlan::classic(oid(ROOT)), vec![good(bindings(list))]);
        assert_eq!(items.last().map(String::as_str), Some(name));
        assert_eq!(
            end,
            Err(WalkError::NotIncreasing { previous: oid(previous), name: oid(name) }),
            "{list:?}"
        );
    }
}

#[test]
fn unchecked_names_may_fall_back_but_a_circle_is_noticed() {
    let unchecked = WalkPlan { ordering: Ordering::Unchecked, ..plan() };
    let back = ["1.3.6.5", "1.3.6.1", "1.3.7"].map(|name| good(bindings(&[name]))).to_vec();
    let (_, items, end) = run(unchecked.clone(), back);
    assert_eq!(items, ["1.3.6.5", "1.3.6.1"]);
    assert_eq!(end, Ok(Some(WalkEnd::Subtree)));

    // Circles of every length, entered after a straight piece of every length.
    for length in 1..30 {
        for lead in [0, 1, 7, 40] {
            let mut walk = Walk::new(unchecked.clone());
            let mut asked = 0;
            let error = loop {
                let now = turn(&mut walk);
                let Some((ticket, _)) = now.asked.first() else { break now.end.unwrap().unwrap_err() };
                let place = if asked < lead { asked } else { lead + (asked - lead) % length };
                walk.answer(*ticket, good(bindings(&[&format!("1.3.6.{}", 1 + place)]))).unwrap();
                asked += 1;
                assert!(asked < 4 * (lead + length) + 8, "circle of {length} after {lead}");
            };
            assert!(matches!(error, WalkError::Loop { .. }), "{error}");
        }
    }
}

#[test]
fn another_end_replaces_the_subtrees() {
    let to = WalkPlan { end: Some(oid("1.3.8.2")), ..plan() };
    let answers = ["1.3.6.1", "1.3.7.1", "1.3.8.1", "1.3.8.2"].map(|name| good(bindings(&[name]))).to_vec();
    let (_, items, _) = run(to, answers);
    assert_eq!(items, ["1.3.6.1", "1.3.7.1", "1.3.8.1"]);
}

#[test]
fn too_big_halves_the_repetitions_and_goes_on() {
    let too_big = || bad(ErrorStatus::TOO_BIG, 0, Vec::new());
    let answers = vec![too_big(), too_big(), good(bindings(&["1.3.6.1"])), good(bindings(&["1.3.7"]))];
    let (requests, items, end) = run(WalkPlan::classic(oid(ROOT)), answers);
    assert_eq!(requests, ["bulk10 1.3.6", "bulk5 1.3.6", "bulk2 1.3.6", "bulk2 1.3.6.1"]);
    assert_eq!(items, ["1.3.6.1"]);
    assert_eq!(end, Ok(Some(WalkEnd::Subtree)));

    // With GETNEXT there is nothing to ask less of.
    let (_, items, end) = run(plan(), vec![too_big(), too_big()]);
    assert_eq!(items, ["tooBig"]);
    assert_eq!(end, Ok(Some(WalkEnd::Refused)));
}

#[test]
fn an_empty_list_is_an_error_and_not_an_endless_walk() {
    let (requests, _, end) = run(plan(), vec![good(bindings(&["1.3.6.1"])), good(Vec::new())]);
    assert_eq!(requests.len(), 2);
    assert_eq!(end, Err(WalkError::EmptyAnswer { name: oid("1.3.6.1") }));
}

#[test]
fn silence_ends_the_walk_after_what_was_found() {
    let (_, items, end) = run(plan(), vec![good(bindings(&["1.3.6.1"])), Err(silence())]);
    assert_eq!(items, ["1.3.6.1"]);
    assert_eq!(end, Err(WalkError::Request(silence())));
}

#[test]
fn an_exception_outside_the_subtree_ends_the_walk_unseen() {
    let (_, items, end) = run(plan(), vec![good(bindings(&["1.3.6.1"])), good(vec![end_of_view("1.3.7")])]);
    assert_eq!(items, ["1.3.6.1"]);
    assert_eq!(end, Ok(Some(WalkEnd::Subtree)));
}

#[test]
fn a_request_is_sent_ahead_only_when_there_is_room_for_all_that_is_outstanding() {
    let method = WalkMethod::GetBulk { non_repeaters: 0, max_repetitions: 50 };
    let mut pipeline = Pipeline::new(&WalkPlan { method, ..WalkPlan::subtree(oid(ROOT)) });
    let mut tickets = Tickets::default();
    pipeline.window.answered(Duration::from_millis(50), 1, window::Sight::default());
    assert!(pipeline.ask(&mut tickets).is_some());
    let second = oid("1.3.6.5");
    pipeline.segments[0].end = Some(second.clone());
    pipeline.segments.push_back(segment::Segment::new(1, second, None));
    // What is outstanding, what is to be asked for, and what the first part reads beyond its end.
    pipeline.waiting = crate::limits::WALK_WAITING - 3 * 50 + 1;
    assert!(pipeline.ask(&mut tickets).is_none());
    pipeline.waiting -= 1;
    assert!(pipeline.ask(&mut tickets).is_some());
}
