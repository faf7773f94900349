use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{
    agent::access::Permission,
    codec::{AnyPdu, Message, Pdu, PduKind, Version},
};

const MOMENTS: [u64; 7] = [0, 1, 999_999, 1_000_000, 61_500_000, 86_400_000_000, 400 * 86_400_000_000];

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

fn at(micros: u64) -> Instant {
    Instant::from_micros(micros)
}

fn device(seed: u64) -> Demo {
    Demo::new(Settings { seed, ..Settings::default() }, Arc::default())
}

fn walk(demo: &Demo, now: Instant) -> BTreeMap<Oid, Value> {
    let mut all = BTreeMap::new();
    let mut name = Oid::empty();
    while let Some(found) = demo.next(now, &name) {
        assert!(found.name > name, "{} after {name}", found.name);
        assert!(!found.value.is_exception());
        name = found.name.clone();
        all.insert(found.name, found.value);
    }
    all
}

fn assign(demo: &mut Demo, now: Instant, bindings: &[(&str, Value)]) -> Result<(), (usize, ErrorStatus)> {
    let bindings: Vec<(Oid, &Value)> = bindings.iter().map(|(name, value)| (oid(name), value)).collect();
    let assignments: Vec<Assignment<'_>> = bindings
        .iter()
        .enumerate()
        .map(|(position, (name, value))| Assignment { position, name, value })
        .collect();
    let tested = demo.test(now, &assignments).map_err(|refusal| (refusal.position.unwrap(), refusal.status));
    if tested.is_ok() {
        demo.commit(now).unwrap();
    }
    demo.release();
    tested
}

fn get(demo: &Demo, now: Instant, name: &str) -> Value {
    demo.get(now, &oid(name))
}

fn number(demo: &Demo, now: Instant, name: &str) -> u64 {
    match get(demo, now, name) {
        Value::Counter32(number) | Value::Gauge32(number) | Value::TimeTicks(number) => u64::from(number),
        Value::Counter64(number) => number,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn a_walk_sees_each_object_once_in_order_and_get_agrees() {
    for seed in [0, 1, u64::MAX] {
        let demo = device(seed);
        for micros in MOMENTS {
            let all = walk(&demo, at(micros));
            assert!(all.len() > 400, "{}", all.len());
            for (name, value) in &all {
                assert_eq!(demo.get(at(micros), name), *value, "{name}");
            }
            for about in TABLES {
                let root = oid(about.oid);
                assert!(all.keys().any(|name| name.starts_with(&root)), "{} is empty", about.name);
            }
        }
    }
}

#[test]
fn the_same_seed_and_moment_give_the_same_device() {
    for micros in MOMENTS {
        assert_eq!(walk(&device(5), at(micros)), walk(&device(5), at(micros)));
    }
    assert_ne!(walk(&device(5), at(0)), walk(&device(6), at(0)));
}

#[test]
fn every_type_is_there_and_the_values_at_their_edges() {
    let all = walk(&device(0), at(0));
    for kind in [
        "Integer32",
        "OctetString",
        "ObjectIdentifier",
        "IpAddress",
        "Counter32",
        "Gauge32",
        "TimeTicks",
        "Opaque",
        "Counter64",
    ] {
        assert!(all.values().any(|value| value.type_name() == kind), "{kind}");
    }
    let has = |test: fn(&Value) -> bool| all.values().any(test);
    assert!(has(|value| matches!(value, Value::Counter64(count) if *count > 1 << 63 && *count < u64::MAX)));
    assert!(has(|value| matches!(value, Value::Integer32(number) if *number < 0)));
    assert!(has(|value| matches!(value, Value::OctetString(octets) if octets.is_empty())));
    assert!(has(|value| matches!(value, Value::OctetString(octets) if octets.len() > 1_472)));
    assert!(has(|value| matches!(value, Value::OctetString(octets) if str::from_utf8(octets).is_err())));
    assert!(has(|value| matches!(value, Value::ObjectIdentifier(name) if name.arcs() == [0, 0])));
    // Sparse columns: fewer cells than rows.
    let count = |column: &str| all.keys().filter(|name| name.starts_with(&oid(column))).count();
    assert!(count("1.3.6.1.2.1.2.2.1.15") < count("1.3.6.1.2.1.2.2.1.1"));
    assert_eq!(count("1.3.6.1.2.1.2.2.1.1"), 7);
}

#[test]
fn counters_never_run_backwards_and_the_wide_one_agrees_with_the_narrow_one() {
    let demo = device(0);
    let (wide, narrow) = ("1.3.6.1.2.1.31.1.1.1.6.100", "1.3.6.1.2.1.2.2.1.10.100");
    let mut last = 0;
    for step in 0..2_000 {
        let now = at(step * 73_331);
        let count = number(&demo, now, wide);
        assert!(count >= last && count > 1 << 63, "{step}");
        assert_eq!(count & 0xffff_ffff, number(&demo, now, narrow));
        last = count;
    }
    let minute = number(&demo, at(60_000_000), wide) - number(&demo, at(0), wide);
    assert_eq!(minute, 60 * 1_215_000_000, "the mean holds over a whole minute");
}

#[test]
fn uptime_and_date_follow_the_clock() {
    let demo = device(0);
    assert_eq!(number(&demo, at(0), "1.3.6.1.2.1.1.3.0"), 142_716_352);
    assert_eq!(number(&demo, at(10_000), "1.3.6.1.2.1.1.3.0"), 142_716_353);
    let date = |micros| get(&demo, at(micros), "1.3.6.1.2.1.25.1.2.0");
    assert_eq!(date(0), Value::OctetString([7, 234, 1, 1, 0, 0, 0, 0, b'+', 0, 0][..].into()));
    assert_eq!(date(90_061_700_000), Value::OctetString([7, 234, 1, 2, 1, 1, 1, 7, b'+', 0, 0][..].into()));
}

/// What a table fetch sees of the changing table at one moment.
fn churn(demo: &Demo, now: Instant) -> BTreeMap<Oid, Value> {
    let root = oid("1.3.6.1.4.1.32473.2.3");
    walk(demo, now).into_iter().filter(|(name, _)| name.starts_with(&root)).collect()
}

#[test]
fn the_changing_table_changes_exactly_when_it_says_so() {
    let demo = device(3);
    let (mut before, mut changes) = (churn(&demo, at(0)), 0);
    let mut said = number(&demo, at(0), "1.3.6.1.4.1.32473.2.1.0");
    for step in 1..400 {
        let now = at(step * 250_000);
        let (rows, says) = (churn(&demo, now), number(&demo, now, "1.3.6.1.4.1.32473.2.1.0"));
        assert_eq!(rows != before, says != said, "step {step}");
        assert!(says <= number(&demo, now, "1.3.6.1.2.1.1.3.0"));
        changes += u32::from(rows != before);
        (before, said) = (rows, says);
    }
    assert!(changes > 50, "{changes}");
}

#[test]
fn a_row_of_the_changing_table_that_goes_on_is_renumbered() {
    let demo = device(3);
    let column = oid("1.3.6.1.4.1.32473.2.3.1.3");
    // The slot that a row belongs to, its index and its mark.
    let rows = |now| -> BTreeMap<u32, (u32, Value)> {
        let of_column = |(name, mark): (Oid, Value)| {
            let index = name.strip_prefix(&column)?[0];
            Some((index / 10, (index, mark)))
        };
        churn(&demo, now).into_iter().filter_map(of_column).collect()
    };
    let (mut before, mut moves) = (rows(at(0)), 0);
    for second in 1..100 {
        let after = rows(at(second * 1_000_000));
        for (slot, (index, mark)) in &after {
            let Some((old_index, old_mark)) = before.get(slot) else { continue };
            assert_eq!(index == old_index, mark == old_mark, "slot {slot}");
            moves += u32::from(index != old_index);
        }
        before = after;
    }
    assert!(moves > 50, "{moves}");
}

#[test]
fn a_set_that_was_only_tested_shows_nothing_and_one_that_was_made_can_be_taken_back() {
    let mut demo = device(0);
    let (name, value) = (oid("1.3.6.1.2.1.1.5.0"), text("new"));
    let assignments = [Assignment { position: 0, name: &name, value: &value }];
    let before = walk(&demo, at(0));
    demo.test(at(0), &assignments).unwrap();
    assert_eq!(walk(&demo, at(0)), before);
    demo.commit(at(0)).unwrap();
    assert_eq!(demo.get(at(0), &name), value);
    demo.undo().unwrap();
    assert_eq!(walk(&demo, at(0)), before);
    assert_eq!(demo.undo(), Err(UndoFailed), "there is nothing left to take back");
    demo.test(at(0), &assignments).unwrap();
    demo.release();
    demo.commit(at(0)).unwrap();
    assert_eq!(walk(&demo, at(0)), before, "what was released is not made");
}

#[test]
fn a_row_of_the_changing_table_bears_one_mark_in_all_columns() {
    let demo = device(3);
    for step in 0..100 {
        let rows = churn(&demo, at(step * 1_000_000));
        let column = |arc: u32| oid("1.3.6.1.4.1.32473.2.3.1").child(&[arc]).unwrap();
        let marks: Vec<_> = rows.iter().filter(|(name, _)| name.starts_with(&column(3))).collect();
        assert_eq!(
            number(&demo, at(step * 1_000_000), "1.3.6.1.4.1.32473.2.2.0"),
            u64::try_from(marks.len()).unwrap()
        );
        for (name, mark) in marks {
            let Value::Gauge32(mark) = mark else { panic!("{mark:?}") };
            let index = name.strip_prefix(&column(3)).unwrap();
            let of = |arc: u32| rows.get(&column(arc).child(index).unwrap());
            assert_eq!(of(2), Some(&Value::OctetString(format!("session {mark:08x}").as_str().into())));
            assert_eq!(of(5).is_some(), mark % 2 == 0);
            assert!(of(4).is_some());
        }
    }
}

fn text(text: &str) -> Value {
    Value::OctetString(text.into())
}

const NOTE: &str = "1.3.6.1.4.1.32473.3.1.1";

#[test]
fn every_wrong_set_has_its_own_error_status() {
    let long = "x".repeat(256);
    for (name, value, status) in [
        // The system group: DisplayString of at most 255 octets.
        ("1.3.6.1.2.1.1.5.0", Value::Integer32(1), ErrorStatus::WRONG_TYPE),
        ("1.3.6.1.2.1.1.5.0", text(&long), ErrorStatus::WRONG_LENGTH),
        ("1.3.6.1.2.1.1.5.0", text("Zürich"), ErrorStatus::WRONG_VALUE),
        ("1.3.6.1.2.1.1.5.1", text("x"), ErrorStatus::NO_CREATION),
        ("1.3.6.1.2.1.1.5.1", Value::Null, ErrorStatus::WRONG_TYPE),
        ("1.3.6.1.2.1.1.1.0", text("x"), ErrorStatus::NOT_WRITABLE),
        ("1.3.6.1.2.1.1.99.0", text("x"), ErrorStatus::NOT_WRITABLE),
        ("1.3.6.1.2.1.2.2.1.7.2", Value::Integer32(3), ErrorStatus::WRONG_VALUE),
        ("1.3.6.1.2.1.2.2.1.7.5", Value::Integer32(2), ErrorStatus::NO_CREATION),
        ("1.3.6.1.2.1.31.1.1.1.18.2", text(&long[..65]), ErrorStatus::WRONG_LENGTH),
        ("1.3.6.1.2.1.31.1.1.1.18.2", Value::OctetString([0xff][..].into()), ErrorStatus::WRONG_VALUE),
        ("1.3.6.1.2.1.4.34.1.1.1", Value::Integer32(1), ErrorStatus::NO_ACCESS),
        ("1.3.6.1.6.3.1.1.6.1.0", Value::Integer32(-1), ErrorStatus::WRONG_VALUE),
        ("1.3.6.1.6.3.1.1.6.1.0", Value::Integer32(1), ErrorStatus::INCONSISTENT_VALUE),
        // Notes.
        (&format!("{NOTE}.1.1"), Value::Integer32(1), ErrorStatus::NO_ACCESS),
        (&format!("{NOTE}.4.1"), Value::TimeTicks(1), ErrorStatus::NOT_WRITABLE),
        (&format!("{NOTE}.2.9"), text("no row"), ErrorStatus::INCONSISTENT_NAME),
        (&format!("{NOTE}.2.0"), text("no such index"), ErrorStatus::NO_CREATION),
        (&format!("{NOTE}.2.65536"), text("no such index"), ErrorStatus::NO_CREATION),
        (&format!("{NOTE}.2.1.1"), text("no such index"), ErrorStatus::NO_CREATION),
        (&format!("{NOTE}.5.9"), Value::Integer32(3), ErrorStatus::WRONG_VALUE),
        (&format!("{NOTE}.5.9"), Value::Integer32(7), ErrorStatus::WRONG_VALUE),
        (&format!("{NOTE}.5.9"), Value::Gauge32(4), ErrorStatus::WRONG_TYPE),
        (&format!("{NOTE}.3.1"), Value::Integer32(8), ErrorStatus::WRONG_VALUE),
        (&format!("{NOTE}.3.1"), Value::Integer32(7), ErrorStatus::INCONSISTENT_VALUE),
    ] {
        let mut demo = device(0);
        let before = walk(&demo, at(0));
        assert_eq!(assign(&mut demo, at(0), &[(name, value.clone())]), Err((0, status)), "{name} {value:?}");
        assert_eq!(walk(&demo, at(0)), before);
    }
}

#[test]
fn what_may_be_written_is_written() {
    let mut demo = device(0);
    let long = "x".repeat(255);
    for (name, value) in [
        ("1.3.6.1.2.1.1.4.0", text("me")),
        ("1.3.6.1.2.1.1.5.0", text(&long)),
        ("1.3.6.1.2.1.1.6.0", text("")),
        ("1.3.6.1.2.1.31.1.1.1.18.2", text("Zürich")),
        ("1.3.6.1.2.1.31.1.1.1.14.2", Value::Integer32(2)),
        ("1.3.6.1.2.1.11.30.0", Value::Integer32(1)),
    ] {
        assert_ne!(get(&demo, at(0), name), value, "{name}");
        assert_eq!(assign(&mut demo, at(0), &[(name, value.clone())]), Ok(()), "{name}");
        assert_eq!(get(&demo, at(0), name), value, "{name}");
    }
}

#[test]
fn a_serial_number_moves_on_only_for_who_knows_it() {
    let mut demo = device(0);
    let serial = "1.3.6.1.6.3.1.1.6.1.0";
    let Value::Integer32(before) = get(&demo, at(0), serial) else { panic!() };
    let (known, other) = (Value::Integer32(before), text("mine"));
    let name = "1.3.6.1.2.1.1.4.0";
    assert_eq!(assign(&mut demo, at(0), &[(name, other.clone()), (serial, known.clone())]), Ok(()));
    assert_eq!(get(&demo, at(0), serial), Value::Integer32(before + 1));
    let late = assign(&mut demo, at(0), &[(name, text("late")), (serial, known)]);
    assert_eq!(late, Err((1, ErrorStatus::INCONSISTENT_VALUE)));
    assert_eq!(get(&demo, at(0), name), other);
}

#[test]
fn an_interface_that_is_shut_down_stands_still_and_goes_on_later() {
    let mut demo = device(0);
    let (admin, oper) = ("1.3.6.1.2.1.2.2.1.7.2", "1.3.6.1.2.1.2.2.1.8.2");
    let (count, changed) = ("1.3.6.1.2.1.31.1.1.1.6.2", "1.3.6.1.2.1.2.2.1.9.2");
    let second = |seconds: u64| at(seconds * 1_000_000);
    assign(&mut demo, second(10), &[(admin, Value::Integer32(2))]).unwrap();
    assert_eq!(get(&demo, second(10), oper), Value::Integer32(2));
    assert_eq!(number(&demo, second(10), changed), number(&demo, second(10), "1.3.6.1.2.1.1.3.0"));
    let stands = number(&demo, second(10), count);
    assert_eq!(number(&demo, second(500), count), stands);
    assign(&mut demo, second(500), &[(admin, Value::Integer32(1))]).unwrap();
    assert_eq!(number(&demo, second(500), count), stands);
    assert!(number(&demo, second(501), count) > stands);
    assert_eq!(number(&demo, second(550), count), number(&device(0), second(60), count));
    assign(
        &mut demo,
        second(600),
        &[("1.3.6.1.2.1.2.2.1.7.10", Value::Integer32(2)), ("1.3.6.1.2.1.2.2.1.7.11", Value::Integer32(2))],
    )
    .unwrap();
    assert_eq!(get(&demo, second(600), "1.3.6.1.2.1.2.2.1.8.100"), Value::Integer32(7));
}

/// One step of the `RowStatus` machine: what is written to row 9 at once, and what comes of it.
type Step<'a> = (&'a [(u32, Value)], Result<(), (usize, ErrorStatus)>, Option<i32>);

fn play(steps: &[Step<'_>]) {
    let mut demo = device(0);
    for (n, (writes, result, status)) in steps.iter().enumerate() {
        let names: Vec<String> = writes.iter().map(|(column, _)| format!("{NOTE}.{column}.9")).collect();
        let bindings: Vec<(&str, Value)> =
            names.iter().zip(*writes).map(|(name, (_, value))| (name.as_str(), value.clone())).collect();
        let now = at(n as u64 * 1_000_000);
        assert_eq!(assign(&mut demo, now, &bindings), *result, "step {n}");
        let found = get(&demo, now, &format!("{NOTE}.5.9"));
        assert_eq!(found, status.map_or(Value::NoSuchInstance, Value::Integer32), "step {n}");
    }
}

#[test]
fn a_row_status_follows_rfc_2579() {
    let status = |number: i32| (5, Value::Integer32(number));
    let note = (2, text("remember"));
    let priority = |number: i32| (3, Value::Integer32(number));
    let inconsistent = |at: usize| Err((at, ErrorStatus::INCONSISTENT_VALUE));
    // createAndGo needs all that the row needs, in any order, and cannot be said twice.
    play(&[
        (&[status(4)], inconsistent(0), None),
        (&[status(4), note.clone()], Ok(()), Some(1)),
        (&[status(4), note.clone()], inconsistent(0), Some(1)),
        (&[status(5)], inconsistent(0), Some(1)),
        (&[priority(6)], inconsistent(0), Some(1)),
        (&[priority(6), status(2)], Ok(()), Some(2)),
        (&[status(1)], Ok(()), Some(1)),
        (&[status(1)], Ok(()), Some(1)),
        (&[status(6)], Ok(()), None),
        (&[status(6)], Ok(()), None),
    ]);
    // createAndWait: not ready until the text is there.
    play(&[
        (&[status(1)], inconsistent(0), None),
        (&[status(2)], inconsistent(0), None),
        (&[status(5)], Ok(()), Some(3)),
        (&[status(1)], inconsistent(0), Some(3)),
        (&[status(2)], inconsistent(0), Some(3)),
        (&[priority(1)], Ok(()), Some(3)),
        (std::slice::from_ref(&note), Ok(()), Some(2)),
        (&[status(1)], Ok(()), Some(1)),
        (&[status(6), note.clone()], Ok(()), None),
    ]);
    play(&[
        (&[note.clone(), priority(2), status(5)], Ok(()), Some(2)),
        (&[status(1), priority(4)], Ok(()), Some(1)),
    ]);
}

#[test]
fn the_notes_have_room_for_64_and_a_row_that_goes_makes_room_at_once() {
    let mut demo = device(0);
    let create = |index: u32| {
        [(format!("{NOTE}.2.{index}"), text("n")), (format!("{NOTE}.5.{index}"), Value::Integer32(4))]
    };
    let make = |demo: &mut Demo, index: u32| {
        let both = create(index);
        assign(demo, at(0), &[(&both[0].0, both[0].1.clone()), (&both[1].0, both[1].1.clone())])
    };
    for index in 100..162 {
        assert_eq!(make(&mut demo, index), Ok(()), "{index}");
    }
    assert_eq!(make(&mut demo, 162), Err((1, ErrorStatus::RESOURCE_UNAVAILABLE)));
    let both = create(50);
    let gone = format!("{NOTE}.5.100");
    let exchange = [
        (both[0].0.as_str(), both[0].1.clone()),
        (&both[1].0, both[1].1.clone()),
        (&gone, Value::Integer32(6)),
    ];
    assert_eq!(assign(&mut demo, at(0), &exchange), Ok(()));
}

proptest! {
    #[test]
    fn a_set_changes_all_or_nothing(
        picks in proptest::collection::vec((0_usize..14, 0_usize..6), 1..6),
        seconds in 0_u64..100,
    ) {
        let names = [
            "1.3.6.1.2.1.1.4.0", "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.2.2.1.7.2",
            "1.3.6.1.2.1.31.1.1.1.18.3", "1.3.6.1.2.1.31.1.1.1.14.4", "1.3.6.1.6.3.1.1.6.1.0", "1.3.6.1.2.1.11.30.0",
            "1.3.6.1.4.1.32473.3.1.1.2.9", "1.3.6.1.4.1.32473.3.1.1.3.9", "1.3.6.1.4.1.32473.3.1.1.5.9",
            "1.3.6.1.4.1.32473.3.1.1.5.1", "1.3.6.1.4.1.32473.3.3.0", "1.3.6.1.4.1.32473.3.1.1.2.1",
        ];
        let values = [
            text("new"), text(&"y".repeat(300)), Value::Integer32(2), Value::Integer32(4),
            Value::Integer32(170_328_911), Value::Integer32(0),
        ];
        let bindings: Vec<VarBind> =
            picks.iter().map(|(name, value)| VarBind::new(oid(names[*name]), values[*value].clone())).collect();
        let (now, statistics) = (at(seconds * 1_000_000), Arc::new(Statistics::default()));
        let mut tree = Tree::new();
        tree.mount(Oid::empty(), Box::new(Demo::new(Settings::default(), Arc::clone(&statistics)))).unwrap();
        let look = |tree: &Tree| -> Vec<Value> { names.iter().map(|name| tree.get(now, &oid(name))).collect() };
        let before = look(&tree);
        let result = tree.set(now, &bindings);
        let after = look(&tree);
        if result.is_err() {
            prop_assert_eq!(after, before);
            return Ok(());
        }
        for (n, binding) in bindings.iter().enumerate() {
            // The last binding of a variable counts; rows and serial numbers go their own ways.
            let is_last = bindings[n + 1..].iter().all(|later| later.name != binding.name);
            let text = binding.name.to_string();
            if is_last && text.starts_with("1.3.6.1.2.1.") {
                prop_assert_eq!(&tree.get(now, &binding.name), &binding.value);
            }
        }
    }
}

#[test]
fn the_snmp_group_counts_this_very_agent() {
    let mut agent = agent(Settings::default(), Communities::default());
    let bindings = vec![VarBind::ask(oid("1.3.6.1.2.1.11.1.0"))];
    let pdu = Pdu { kind: PduKind::Get, request_id: 1, bindings };
    let request = Message { version: Version::V2c, community: "public".into(), pdu: AnyPdu::Pdu(pdu) };
    for count in 1..4 {
        let AnyPdu::Pdu(answer) = agent.respond(at(0), &request, 1_472).unwrap().pdu else { panic!() };
        assert_eq!(answer.bindings[0].value, Value::Counter32(count));
    }
    assert_eq!(Communities::default().permission(b"public"), Permission::Read);
}

#[test]
fn the_outline_names_every_part() {
    let outline = outline();
    assert_eq!(outline.lines().count(), TABLES.len());
    assert!(outline.starts_with("system           1.3.6.1.2.1.1 "), "{outline}");
}
