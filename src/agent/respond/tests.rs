mod refusals;

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::agent::{
    demo,
    store::Store,
    tree::{Assignment, Provider, Tree, UndoFailed},
};

const NOW: Instant = Instant::from_micros(5_000_000);
const LIMIT: usize = limits::MESSAGE_OCTETS;

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

fn agent_of(objects: &[(&str, Value)]) -> Agent {
    let store =
        Store::of(objects.iter().map(|(name, value)| VarBind::new(oid(name), value.clone()))).unwrap();
    let mut tree = Tree::new();
    tree.mount(Oid::empty(), Box::new(store)).unwrap();
    Agent::new(tree, Communities::default(), Arc::default())
}

/// Two scalars, a column of three rows with a `Counter64` in the middle, one object after it.
fn small() -> Agent {
    agent_of(&[
        ("1.3.6.1.2.1.1.1.0", Value::OctetString("descr".into())),
        ("1.3.6.1.2.1.1.3.0", Value::TimeTicks(7)),
        ("1.3.6.1.2.1.2.2.1.10.1", Value::Counter32(11)),
        ("1.3.6.1.2.1.2.2.1.10.2", Value::Counter64(12)),
        ("1.3.6.1.2.1.2.2.1.10.3", Value::Counter32(13)),
        ("1.3.6.1.2.1.9.0", Value::Integer32(-9)),
    ])
}

fn demo() -> Agent {
    demo::agent(demo::Settings::default(), Communities::default())
}

fn message(version: Version, community: &str, kind: PduKind, bindings: Vec<VarBind>) -> Message {
    let pdu = AnyPdu::Pdu(Pdu { kind, request_id: 42, bindings });
    Message { version, community: community.into(), pdu }
}

fn asks(names: &[&str]) -> Vec<VarBind> {
    names.iter().map(|name| VarBind::ask(oid(name))).collect()
}

/// Error-status, error-index and bindings of the answer.
fn fields(answer: Option<Message>) -> Option<(ErrorStatus, u32, Vec<VarBind>)> {
    let AnyPdu::Pdu(pdu) = answer?.pdu else { panic!("a Trap is no answer") };
    assert_eq!(pdu.request_id, 42);
    let PduKind::Response { error_status, error_index } = pdu.kind else { panic!("{:?}", pdu.kind) };
    Some((error_status, error_index, pdu.bindings))
}

fn ask(
    agent: &mut Agent,
    version: Version,
    kind: PduKind,
    names: &[&str],
) -> (ErrorStatus, u32, Vec<VarBind>) {
    fields(agent.respond(NOW, &message(version, "public", kind, asks(names)), LIMIT)).unwrap()
}

fn set(agent: &mut Agent, version: Version, bindings: &[(&str, Value)]) -> (ErrorStatus, u32) {
    let bindings: Vec<VarBind> =
        bindings.iter().map(|(name, value)| VarBind::new(oid(name), value.clone())).collect();
    let answer = agent.respond(NOW, &message(version, "private", PduKind::Set, bindings.clone()), LIMIT);
    let (status, index, echoed) = fields(answer).unwrap();
    assert_eq!(echoed, bindings, "a SET's bindings come back as they were");
    (status, index)
}

fn bulk(non_repeaters: u32, max_repetitions: u32) -> PduKind {
    PduKind::GetBulk { non_repeaters, max_repetitions }
}

fn names(bindings: &[VarBind]) -> Vec<String> {
    bindings.iter().map(|binding| binding.name.to_string()).collect()
}

#[test]
fn get_tells_a_missing_object_from_a_missing_instance() {
    let mut agent = small();
    let asked =
        ["1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.3.1", "1.3.6.1.2.1.2.2.1.10.9", "1.3.6.1.2.1.1.99.0", "2.5"];
    let (status, index, found) = ask(&mut agent, Version::V2c, PduKind::Get, &asked);
    assert_eq!((status, index), (ErrorStatus::NO_ERROR, 0));
    let values: Vec<Value> = found.iter().map(|binding| binding.value.clone()).collect();
    assert_eq!(
        values,
        [
            Value::TimeTicks(7),
            Value::NoSuchInstance,
            Value::NoSuchInstance,
            Value::NoSuchObject,
            Value::NoSuchObject
        ]
    );
    assert_eq!(names(&found), asked);
}

#[test]
fn v1_says_no_such_name_and_which_and_gives_the_request_back() {
    let mut agent = small();
    let asked = ["1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.99.0", "2.5"];
    let answer = ask(&mut agent, Version::V1, PduKind::Get, &asked);
    assert_eq!(answer, (ErrorStatus::NO_SUCH_NAME, 2, asks(&asked)));
    // A Counter64 is there for SNMPv2c and is not for SNMPv1 (RFC 3584, section 4.2.2.1).
    let wide = ["1.3.6.1.2.1.2.2.1.10.2"];
    assert_eq!(
        ask(&mut agent, Version::V1, PduKind::Get, &wide),
        (ErrorStatus::NO_SUCH_NAME, 1, asks(&wide))
    );
    assert_eq!(ask(&mut agent, Version::V2c, PduKind::Get, &wide).2[0].value, Value::Counter64(12));
    let end = ["1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.9.0"];
    assert_eq!(
        ask(&mut agent, Version::V1, PduKind::GetNext, &end),
        (ErrorStatus::NO_SUCH_NAME, 2, asks(&end))
    );
}

#[test]
fn get_next_passes_over_counter64_in_v1_only() {
    let mut agent = small();
    for (version, next) in [(Version::V1, "1.3.6.1.2.1.2.2.1.10.3"), (Version::V2c, "1.3.6.1.2.1.2.2.1.10.2")]
    {
        let (_, _, found) = ask(&mut agent, version, PduKind::GetNext, &["1.3.6.1.2.1.2.2.1.10.1"]);
        assert_eq!(names(&found), [next], "{version:?}");
    }
}

#[test]
fn get_next_at_the_end_of_the_tree_keeps_the_name() {
    let mut agent = small();
    let (status, index, found) = ask(&mut agent, Version::V2c, PduKind::GetNext, &["1.3.6.1.2.1.9.0", "0.0"]);
    assert_eq!((status, index), (ErrorStatus::NO_ERROR, 0));
    assert_eq!(found[0], VarBind::new(oid("1.3.6.1.2.1.9.0"), Value::EndOfMibView));
    assert_eq!(found[1].name, oid("1.3.6.1.2.1.1.1.0"));
}

#[test]
fn get_bulk_follows_rfc_3416_to_the_letter() {
    let mut agent = small();
    let column = "1.3.6.1.2.1.2.2.1.10";
    for (kind, asked, expected) in [
        // Non-repeaters once, then row by row.
        (
            bulk(1, 2),
            &["1.3.6.1.2.1.1.1.0", column, "1.3.6.1.2.1.1"][..],
            &[
                "1.3.6.1.2.1.1.3.0",
                "1.3.6.1.2.1.2.2.1.10.1",
                "1.3.6.1.2.1.1.1.0",
                "1.3.6.1.2.1.2.2.1.10.2",
                "1.3.6.1.2.1.1.3.0",
            ][..],
        ),
        // More non-repeaters than bindings: all once, no repetition.
        (bulk(9, 9), &[column, "1.3.6.1.2.1.1"], &["1.3.6.1.2.1.2.2.1.10.1", "1.3.6.1.2.1.1.1.0"]),
        // No repetition: only the non-repeaters.
        (bulk(1, 0), &[column, "1.3.6.1.2.1.1"], &["1.3.6.1.2.1.2.2.1.10.1"]),
        (bulk(0, 0), &[column], &[]),
        (bulk(0, 5), &[], &[]),
        // Past the end one repetition of nothing but endOfMibView, whatever was asked.
        (bulk(0, 1_000_000_000), &["1.3.6.1.2.1.2.2.1.10.3"], &["1.3.6.1.2.1.9.0", "1.3.6.1.2.1.9.0"]),
        // One at its end keeps its name while the other goes on.
        (
            bulk(0, 3),
            &["1.3.6.1.2.1.9", "1.3.6.1.2.1.2.2.1.10.1"],
            &[
                "1.3.6.1.2.1.9.0",
                "1.3.6.1.2.1.2.2.1.10.2",
                "1.3.6.1.2.1.9.0",
                "1.3.6.1.2.1.2.2.1.10.3",
                "1.3.6.1.2.1.9.0",
                "1.3.6.1.2.1.9.0",
            ],
        ),
    ] {
        let (status, index, found) = ask(&mut agent, Version::V2c, kind, asked);
        assert_eq!((status, index), (ErrorStatus::NO_ERROR, 0));
        assert_eq!(names(&found), expected, "{kind:?} {asked:?}");
    }
    let (_, _, found) =
        ask(&mut agent, Version::V2c, bulk(0, 9), &["1.3.6.1.2.1.9", "1.3.6.1.2.1.2.2.1.10.2"]);
    let ends: Vec<bool> = found.iter().map(|binding| binding.value == Value::EndOfMibView).collect();
    assert_eq!(ends, [false, false, true, false, true, true], "{found:?}");
}

#[test]
fn get_bulk_fills_a_message_to_its_last_octet_and_never_beyond() {
    let mut agent = demo();
    let request = message(Version::V2c, "public", bulk(0, 200), asks(&["1.3.6.1.2.1"]));
    let whole = agent.respond(NOW, &request, LIMIT).unwrap();
    let (_, _, all) = fields(Some(whole)).unwrap();
    for limit in 60..2_000 {
        let answer = agent.respond(NOW, &request, limit).unwrap();
        assert!(size::message(&answer) <= limit);
        let (status, _, found) = fields(Some(answer)).unwrap();
        if found.is_empty() {
            assert_eq!(status, ErrorStatus::TOO_BIG, "{limit}");
            continue;
        }
        // The counters of the agent itself lie further back.
        assert_eq!(found, all[..found.len()], "{limit}");
        let mut more = message(
            Version::V2c,
            "public",
            PduKind::Response { error_status: status, error_index: 0 },
            found.clone(),
        );
        let AnyPdu::Pdu(pdu) = &mut more.pdu else { panic!() };
        pdu.bindings.push(all[found.len()].clone());
        assert!(size::message(&more) > limit, "one more binding would have fitted into {limit}");
    }
}

#[test]
fn what_does_not_fit_is_too_big_and_what_cannot_say_so_is_silence() {
    let mut agent = small();
    let names = ["1.3.6.1.2.1.1.1.0"; 20];
    for (version, bindings) in [(Version::V1, asks(&names)), (Version::V2c, Vec::new())] {
        let request = message(version, "public", PduKind::Get, asks(&names));
        let enough = size::message(&request);
        let answer = fields(agent.respond(NOW, &request, enough)).unwrap();
        assert_eq!(answer, (ErrorStatus::TOO_BIG, 0, bindings), "{version:?}");
        assert_eq!(agent.respond(NOW, &request, 20), None);
    }
    assert_eq!(agent.statistics().of(Counter::OutTooBigs), 2);
    assert_eq!(agent.statistics().of(Counter::SilentDrops), 2);
}

#[test]
fn a_set_whose_response_would_not_fit_changes_nothing() {
    let mut agent = small();
    let binding = VarBind::new(oid("1.3.6.1.2.1.9.0"), Value::Integer32(5));
    let request = message(Version::V2c, "private", PduKind::Set, vec![binding.clone(); 4]);
    let (status, _, _) = fields(agent.respond(NOW, &request, size::message(&request) - 1)).unwrap();
    assert_eq!(status, ErrorStatus::TOO_BIG);
    assert_eq!(
        ask(&mut agent, Version::V2c, PduKind::Get, &["1.3.6.1.2.1.9.0"]).2[0].value,
        Value::Integer32(-9)
    );
    assert_eq!(
        fields(agent.respond(NOW, &request, size::message(&request))).unwrap().0,
        ErrorStatus::NO_ERROR
    );
    assert_eq!(
        ask(&mut agent, Version::V2c, PduKind::Get, &["1.3.6.1.2.1.9.0"]).2[0].value,
        Value::Integer32(5)
    );
}

#[test]
fn communities_decide_who_is_heard_and_who_may_write() {
    let mut agent = small();
    let get = |community| message(Version::V2c, community, PduKind::Get, asks(&["1.3.6.1.2.1.9.0"]));
    assert!(agent.respond(NOW, &get("public"), LIMIT).is_some());
    assert!(agent.respond(NOW, &get("private"), LIMIT).is_some());
    assert!(agent.respond(NOW, &get("wrong"), LIMIT).is_none());
    assert!(agent.respond(NOW, &get(""), LIMIT).is_none());
    assert_eq!(agent.statistics().of(Counter::InBadCommunityNames), 2);
    let write = vec![VarBind::new(oid("1.3.6.1.2.1.9.0"), Value::Integer32(1))];
    for (version, status) in
        [(Version::V1, ErrorStatus::NO_SUCH_NAME), (Version::V2c, ErrorStatus::NO_ACCESS)]
    {
        let request = message(version, "public", PduKind::Set, write.clone());
        assert_eq!(fields(agent.respond(NOW, &request, LIMIT)).unwrap(), (status, 1, write.clone()));
    }
    assert_eq!(agent.statistics().of(Counter::InBadCommunityUses), 2);
}

#[test]
fn what_is_no_request_is_passed_over() {
    let mut agent = small();
    let response = PduKind::Response { error_status: ErrorStatus::NO_ERROR, error_index: 0 };
    for (version, kind) in [
        (Version::V2c, response),
        (Version::V1, response),
        (Version::V2c, PduKind::Inform),
        (Version::V2c, PduKind::TrapV2),
        (Version::V2c, PduKind::Report),
        (Version::V1, bulk(0, 1)),
        (Version::V3, PduKind::Get),
    ] {
        let request = message(version, "public", kind, asks(&["1.3"]));
        assert_eq!(agent.respond(NOW, &request, LIMIT), None, "{version:?} {kind:?}");
    }
}

#[test]
fn statistics_count_what_has_been_done() {
    let mut agent = small();
    ask(&mut agent, Version::V2c, PduKind::Get, &["1.3.6.1.2.1.9.0", "1.3.7"]);
    ask(&mut agent, Version::V2c, PduKind::GetNext, &["1.3"]);
    ask(&mut agent, Version::V1, PduKind::GetNext, &["2.3"]);
    set(
        &mut agent,
        Version::V2c,
        &[("1.3.6.1.2.1.9.0", Value::Integer32(1)), ("1.3.6.1.2.1.9.0", Value::Integer32(2))],
    );
    set(&mut agent, Version::V1, &[("1.3.6.1.2.1.9.0", Value::Null)]);
    let mut out = Vec::new();
    assert_eq!(agent.handle(NOW, b"0\x80", LIMIT, &mut out), Handled::Silent);
    assert_eq!(agent.handle(NOW, b"0\x03\x02\x01\x02", LIMIT, &mut out), Handled::Silent);
    for (counter, count) in [
        (Counter::InPkts, 7),
        (Counter::OutPkts, 5),
        (Counter::OutGetResponses, 5),
        (Counter::InTotalReqVars, 2),
        (Counter::InTotalSetVars, 2),
        (Counter::InGetRequests, 1),
        (Counter::InGetNexts, 2),
        (Counter::InSetRequests, 2),
        (Counter::OutNoSuchNames, 1),
        (Counter::OutBadValues, 1),
        (Counter::InAsnParseErrs, 1),
        (Counter::InBadVersions, 1),
        (Counter::SilentDrops, 0),
    ] {
        assert_eq!(agent.statistics().of(counter), count, "{counter:?}");
    }
}

#[test]
fn a_request_that_passes_over_too_much_is_given_up() {
    let many = (0..=u32::try_from(OBJECTS_PASSED_OVER).unwrap() + 1)
        .map(|n| VarBind::new(Oid::from_static(&[1, 3, n]), Value::Counter64(1)));
    let mut tree = Tree::new();
    tree.mount(Oid::empty(), Box::new(Store::of(many).unwrap())).unwrap();
    let mut agent = Agent::new(tree, Communities::default(), Arc::default());
    assert_eq!(ask(&mut agent, Version::V1, PduKind::GetNext, &["1"]).0, ErrorStatus::GEN_ERR);
    assert_eq!(ask(&mut agent, Version::V1, PduKind::GetNext, &["1.3.100"]).0, ErrorStatus::NO_SUCH_NAME);
}

/// The answer to a GETBULK as the definition has it: by GETNEXTs, one after the other.
fn by_get_nexts(
    agent: &mut Agent,
    asked: &[VarBind],
    non_repeaters: usize,
    repetitions: usize,
) -> Vec<VarBind> {
    let mut next = |name: &Oid| {
        let request = message(Version::V2c, "public", PduKind::GetNext, vec![VarBind::ask(name.clone())]);
        fields(agent.respond(NOW, &request, LIMIT)).unwrap().2.remove(0)
    };
    let (single, repeated) = asked.split_at(non_repeaters.min(asked.len()));
    let mut found: Vec<VarBind> = single.iter().map(|binding| next(&binding.name)).collect();
    let mut cursors: Vec<Oid> = repeated.iter().map(|binding| binding.name.clone()).collect();
    for _ in 0..repetitions {
        for cursor in &mut cursors {
            let binding = next(cursor);
            cursor.clone_from(&binding.name);
            found.push(binding);
        }
    }
    found
}

fn stored_names() -> impl Strategy<Value = Vec<Vec<u32>>> {
    proptest::collection::vec(proptest::collection::vec(0_u32..4, 2..5), 1..30)
}

proptest! {
    #[test]
    fn get_bulk_gives_what_get_nexts_give(
        stored in stored_names(),
        asked in proptest::collection::vec(proptest::collection::vec(0_u32..4, 2..5), 0..4),
        non_repeaters in 0_u32..4,
        repetitions in 0_u32..12,
        limit in 40_usize..600,
    ) {
        let objects = stored.iter().map(|arcs| VarBind::new(Oid::from_static(arcs), Value::Integer32(1)));
        let mut tree = Tree::new();
        tree.mount(Oid::empty(), Box::new(Store::of(objects).unwrap())).unwrap();
        let mut agent = Agent::new(tree, Communities::default(), Arc::default());
        let asked: Vec<VarBind> = asked.iter().map(|arcs| VarBind::ask(Oid::from_static(arcs))).collect();
        let request = message(Version::V2c, "public", bulk(non_repeaters, repetitions), asked.clone());
        let (status, _, found) = fields(agent.respond(NOW, &request, limit)).unwrap();
        let whole = by_get_nexts(&mut agent, &asked, non_repeaters as usize, repetitions as usize);
        prop_assert!(found.len() <= whole.len());
        prop_assert_eq!(&found[..], &whole[..found.len()]);
        // What is missing had no room, or is repetitions of the end.
        let rest = &whole[found.len()..];
        let (_, _, unlimited) = fields(agent.respond(NOW, &request, LIMIT)).unwrap();
        prop_assert!(whole[unlimited.len()..].iter().all(|binding| binding.value == Value::EndOfMibView));
        if found.len() < unlimited.len() {
            let mut more = found.clone();
            more.push(rest[0].clone());
            let kind = PduKind::Response { error_status: ErrorStatus::NO_ERROR, error_index: 0 };
            prop_assert!(size::message(&message(Version::V2c, "public", kind, more)) > limit);
            prop_assert_eq!(found.is_empty(), status == ErrorStatus::TOO_BIG);
        }
    }

    #[test]
    fn a_message_takes_the_octets_that_were_computed(
        arcs in proptest::collection::vec(any::<u32>(), 0..20),
        octets in proptest::collection::vec(any::<u8>(), 0..300),
        signed in any::<i32>(),
        wide in any::<u64>(),
        shift in 0_u32..64,
        request_id in any::<i32>(),
        first in 0_u32..3,
        second in 0_u32..40,
    ) {
        let name = Oid::new(&[first, second]).unwrap().child(&arcs).unwrap();
        let small = u32::try_from(wide >> shift & 0xffff_ffff).unwrap();
        let values = [
            Value::Integer32(signed >> (shift / 2)),
            Value::OctetString(octets.as_slice().into()),
            Value::Opaque(octets.as_slice().into()),
            Value::ObjectIdentifier(name.clone()),
            Value::ObjectIdentifier(Oid::empty()),
            Value::ObjectIdentifier(Oid::from_static(&[first])),
            Value::IpAddress(small.into()),
            Value::Counter32(small),
            Value::Gauge32(small),
            Value::TimeTicks(small),
            Value::UInteger32(small),
            Value::Counter64(wide >> shift),
            Value::Null,
            Value::NoSuchInstance,
        ];
        let bindings: Vec<VarBind> = values.into_iter().map(|value| VarBind::new(name.clone(), value)).collect();
        for kind in [
            PduKind::Get,
            PduKind::GetBulk { non_repeaters: small >> 1, max_repetitions: 7 },
            PduKind::Response { error_status: ErrorStatus(signed), error_index: small >> 1 },
        ] {
            let pdu = Pdu { kind, request_id, bindings: bindings.clone() };
            let whole = Message { version: Version::V2c, community: octets.as_slice().into(), pdu: AnyPdu::Pdu(pdu.clone()) };
            let mut out = Vec::new();
            codec::encode(Version::V2c, &octets, &pdu, LIMIT, &mut out).unwrap();
            prop_assert_eq!(size::message(&whole), out.len());
        }
    }

    #[test]
    fn any_octets_are_survived_and_an_answer_fits_its_limit(
        octets in proptest::collection::vec(any::<u8>(), 0..80),
        limit in 0_usize..2_000,
    ) {
        let mut out = Vec::new();
        demo().handle(NOW, &octets, limit, &mut out);
        prop_assert!(out.len() <= limit);
    }
}

#[test]
fn octets_go_in_and_octets_come_out() {
    let request = message(Version::V2c, "public", PduKind::Get, asks(&["1.3.6.1.2.1.1.5.0"]));
    let AnyPdu::Pdu(pdu) = &request.pdu else { panic!() };
    let (mut octets, mut out) = (Vec::new(), Vec::new());
    codec::encode(Version::V2c, b"public", pdu, LIMIT, &mut octets).unwrap();
    assert_eq!(demo().handle(NOW, &octets, LIMIT, &mut out), Handled::Replied);
    let (answer, deviations) = codec::decode(&out, Lenient::standard()).unwrap();
    assert!(deviations.is_empty());
    assert_eq!(fields(Some(answer)).unwrap().2[0].value, Value::OctetString("demo.example.net".into()));
    assert_eq!(demo().handle(NOW, &octets[..10], LIMIT, &mut out), Handled::Silent);
    assert!(out.is_empty());
}

#[test]
fn a_refused_set_without_bindings_names_none() {
    for (version, status) in
        [(Version::V1, ErrorStatus::NO_SUCH_NAME), (Version::V2c, ErrorStatus::NO_ACCESS)]
    {
        let answer = small().respond(NOW, &message(version, "public", PduKind::Set, Vec::new()), LIMIT);
        assert_eq!(fields(answer), Some((status, 0, Vec::new())));
    }
}

/// A tree without an end, which counts how often it was asked.
struct Endless(Arc<std::sync::atomic::AtomicUsize>);

impl Provider for Endless {
    fn get(&self, _now: Instant, _name: &Oid) -> Value {
        Value::NoSuchObject
    }

    fn next(&self, _now: Instant, name: &Oid) -> Option<VarBind> {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        // Below 2 there is always one more, with a name as short as names can be; anywhere else there is nothing.
        let [2, second] = *name.arcs() else { return None };
        Some(VarBind::new(Oid::from_static(&[2, second.checked_add(1)?]), Value::Null))
    }
}

#[test]
fn no_get_bulk_asks_for_more_than_a_message_holds() {
    let most = i32::MAX.cast_unsigned();
    let (endless, ended) = ("2.0", "1.3");
    let mixed = [vec![ended; 4_000], vec![endless]].concat();
    for (asked, kind) in [
        (vec![endless], bulk(0, most)),
        (vec![ended], bulk(0, most)),
        (Vec::new(), bulk(0, most)),
        (Vec::new(), bulk(most, most)),
        (vec![endless; 9_000], bulk(0, most)),
        (vec![endless; 9_000], bulk(most, most)),
        (vec![endless; 9_000], bulk(4_500, most)),
        (mixed, bulk(0, most)),
    ] {
        let calls = Arc::<std::sync::atomic::AtomicUsize>::default();
        let mut tree = Tree::new();
        tree.mount(Oid::empty(), Box::new(Endless(Arc::clone(&calls)))).unwrap();
        let mut agent = Agent::new(tree, Communities::default(), Arc::default());
        let (status, _, bindings) = ask(&mut agent, Version::V2c, kind, &asked);
        assert_eq!(status, ErrorStatus::NO_ERROR);
        let calls = calls.load(std::sync::atomic::Ordering::Relaxed);
        // One more is read to see that it does not fit.
        assert!(calls <= bindings.len() + 1 && calls <= limits::BINDINGS + 1, "{calls} for {kind:?}");
    }
}
