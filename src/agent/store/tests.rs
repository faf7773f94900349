use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i32>().prop_map(Value::Integer32),
        proptest::collection::vec(any::<u8>(), 0..200).prop_map(|octets| Value::OctetString(octets.into())),
        proptest::collection::vec(any::<u8>(), 0..20).prop_map(|octets| Value::Opaque(octets.into())),
        proptest::collection::vec(any::<u32>(), 0..20)
            .prop_map(|arcs| Value::ObjectIdentifier(Oid::new(&arcs).unwrap())),
        any::<u32>().prop_map(|address| Value::IpAddress(address.into())),
        any::<u32>().prop_map(Value::Counter32),
        any::<u32>().prop_map(Value::Gauge32),
        any::<u32>().prop_map(Value::TimeTicks),
        any::<u32>().prop_map(Value::UInteger32),
        any::<u64>().prop_map(Value::Counter64),
        Just(Value::Null),
    ]
}

fn any_arc() -> impl Strategy<Value = u32> {
    let edges = [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, 0x1f_ffff, 0x20_0000, 0xfff_ffff, 0x1000_0000, u32::MAX];
    prop_oneof![proptest::sample::select(edges.to_vec()), any::<u32>()]
}

fn any_name() -> impl Strategy<Value = Oid> {
    proptest::collection::vec(any_arc(), 0..6).prop_map(|arcs| Oid::new(&arcs).unwrap())
}

proptest! {
    #[test]
    fn a_store_is_a_sorted_map_in_which_the_last_value_counts(
        objects in proptest::collection::vec((any_name(), any_value()), 0..60),
        asked in proptest::collection::vec(any_name(), 0..20),
    ) {
        let map: BTreeMap<Oid, Value> = objects.iter().cloned().collect();
        let mut builder = Builder::default();
        for (name, value) in &objects {
            builder.push(name, value).unwrap();
        }
        let (store, replaced) = builder.finish();
        prop_assert_eq!(store.len(), map.len());
        prop_assert_eq!(replaced, objects.len() - map.len());
        let all: Vec<(Oid, Value)> = store.iter().map(|binding| (binding.name, binding.value)).collect();
        prop_assert_eq!(all, map.clone().into_iter().collect::<Vec<_>>());
        for name in asked.iter().chain(map.keys()) {
            let after = map.range((std::ops::Bound::Excluded(name.clone()), std::ops::Bound::Unbounded)).next();
            let next = store.next(Instant::ZERO, name).map(|binding| (binding.name, binding.value));
            prop_assert_eq!(next, after.map(|(name, value)| (name.clone(), value.clone())));
            let got = store.get(Instant::ZERO, name);
            match map.get(name) {
                Some(value) => prop_assert_eq!(&got, value),
                None => prop_assert!(got.is_exception()),
            }
        }
    }

    #[test]
    fn the_order_of_keys_is_the_order_of_names(one in any_name(), other in any_name()) {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        write_key(&mut a, &one);
        write_key(&mut b, &other);
        prop_assert_eq!(a.cmp(&b), one.cmp(&other));
        prop_assert_eq!(read_key(&a), one);
    }
}

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

#[test]
fn a_missing_name_is_an_instance_or_an_object_as_its_neighbours_tell() {
    let names = [
        "1.3.6.1.2.1.1.1.0",
        "1.3.6.1.2.1.1.9.1.2.1",
        "1.3.6.1.2.1.2.2.1.2.1",
        "1.3.6.1.2.1.2.2.1.2.2",
        "1.3.6.1.2.1.2.2.1.4.1",
        "1.3.6.1.2.1.4.20.1.1.192.0.2.1",
    ];
    let store = Store::of(names.iter().map(|name| VarBind::new(oid(name), Value::Null))).unwrap();
    for (name, value) in [
        ("1.3.6.1.2.1.1.1.1", Value::NoSuchInstance),
        ("1.3.6.1.2.1.1.1", Value::NoSuchInstance),
        ("1.3.6.1.2.1.1.2.0", Value::NoSuchObject),
        ("1.3.6.1.2.1.1.9.1.2.77", Value::NoSuchInstance),
        ("1.3.6.1.2.1.1.9.1.3.1", Value::NoSuchObject),
        ("1.3.6.1.2.1.1", Value::NoSuchObject),
        ("1.3.6.1.2.1.1.99", Value::NoSuchObject),
        ("1.3.6.1.2.1.2.2.1.2.3", Value::NoSuchInstance),
        ("1.3.6.1.2.1.2.2.1.3.1", Value::NoSuchObject),
        ("1.3.6.1.2.1.4.20.1.1.10.9.9.9", Value::NoSuchInstance),
        ("1.3.6.1.2.1.4.20.1.2.192.0.2.1", Value::NoSuchObject),
        ("9", Value::NoSuchObject),
    ] {
        assert_eq!(store.get(Instant::ZERO, &oid(name)), value, "{name}");
    }
}

#[test]
fn what_was_recorded_can_be_overwritten_with_its_own_type_only() {
    let bindings = [("1.3.1.0", Value::Integer32(1)), ("1.3.2.0", Value::OctetString("a".into()))];
    let mut store =
        Store::of(bindings.iter().map(|(name, value)| VarBind::new(oid(name), value.clone()))).unwrap();
    let now = Instant::ZERO;
    for (name, value, status) in [
        ("1.3.1.0", Value::OctetString("x".into()), ErrorStatus::WRONG_TYPE),
        ("1.3.1.1", Value::Integer32(1), ErrorStatus::NO_CREATION),
        ("1.3.9.0", Value::Integer32(1), ErrorStatus::NOT_WRITABLE),
    ] {
        let (good, name) = (oid("1.3.1.0"), oid(name));
        let wanted = Value::Integer32(7);
        let assignments = [
            Assignment { position: 0, name: &good, value: &wanted },
            Assignment { position: 1, name: &name, value: &value },
        ];
        assert_eq!(store.test(now, &assignments), Err(Refusal::at(1, status)));
        store.commit(now).unwrap();
        assert_eq!(store.get(now, &good), Value::Integer32(1), "a refused SET leaves nothing behind");
    }
    let (name, value) = (oid("1.3.1.0"), Value::Integer32(7));
    store.test(now, &[Assignment { position: 0, name: &name, value: &value }]).unwrap();
    assert_eq!(store.get(now, &name), Value::Integer32(1), "testing shows nothing");
    store.commit(now).unwrap();
    assert_eq!(store.get(now, &name), value);
    assert_eq!(store.next(now, &Oid::empty()).unwrap().value, value);
    store.undo().unwrap();
    assert_eq!(store.get(now, &name), Value::Integer32(1));
}
