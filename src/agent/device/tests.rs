use super::*;
use crate::{
    agent::{Communities, demo},
    codec::{self, Lenient},
    oid::Oid,
    value::Value,
};

const NOW: Instant = Instant::ZERO;
const SYSTEM: &str = "1.3.6.1.2.1.1";
const NAME: &str = "1.3.6.1.2.1.1.5.0";

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

fn device(quirks: &[&str]) -> Device {
    let quirks: Vec<Quirk> = quirks.iter().map(|quirk| quirk.parse().unwrap()).collect();
    Device::new(demo::agent(demo::Settings::default(), Communities::default()), &quirks, 1)
}

fn request(version: Version, kind: PduKind, bindings: Vec<VarBind>) -> Vec<u8> {
    let community: &[u8] = if kind == PduKind::Set { b"private" } else { b"public" };
    let mut out = Vec::new();
    codec::encode(version, community, &Pdu { kind, request_id: 42, bindings }, 65_507, &mut out).unwrap();
    out
}

fn get() -> Vec<u8> {
    request(Version::V2c, PduKind::Get, vec![VarBind::ask(oid(NAME))])
}

fn bulk(name: &str, max_repetitions: u32) -> Vec<u8> {
    let kind = PduKind::GetBulk { non_repeaters: 0, max_repetitions };
    request(Version::V2c, kind, vec![VarBind::ask(oid(name))])
}

fn set(text: &str) -> Vec<u8> {
    request(Version::V2c, PduKind::Set, vec![VarBind::new(oid(NAME), Value::OctetString(text.into()))])
}

fn replies(effects: Vec<Effect>) -> Vec<(u64, Vec<u8>)> {
    effects
        .into_iter()
        .map(|effect| match effect {
            Effect::Reply { delay, octets } => (delay.as_millis(), octets),
            Effect::Unreachable => panic!("unreachable"),
        })
        .collect()
}

/// The only answer to `octets`, read.
fn answer(device: &mut Device, octets: &[u8]) -> (Message, Pdu) {
    let mut replies = replies(device.handle(NOW, octets));
    assert_eq!(replies.len(), 1);
    let (message, _) = codec::decode(&replies.remove(0).1, Lenient::none()).unwrap();
    let AnyPdu::Pdu(pdu) = message.pdu.clone() else { panic!("a Trap") };
    (message, pdu)
}

fn is_answered(device: &mut Device, octets: &[u8]) -> bool {
    !device.handle(NOW, octets).is_empty()
}

fn name_now(device: &Device) -> Value {
    device.agent().tree().get(NOW, &oid(NAME))
}

#[test]
fn without_quirks_a_device_is_its_agent() {
    let mut device = device(&[]);
    let (message, pdu) = answer(&mut device, &get());
    assert_eq!((message.version, &*message.community, pdu.request_id), (Version::V2c, &b"public"[..], 42));
    assert_eq!(pdu.bindings, [VarBind::new(oid(NAME), Value::OctetString("demo.example.net".into()))]);
    assert_eq!(replies(device.handle(NOW, &get()))[0].0, 0);
    assert!(!is_answered(&mut device, b"nonsense"));
    let mut narrow = self::device(&[]).with_limit(100);
    assert!(replies(narrow.handle(NOW, &bulk(SYSTEM, 50)))[0].1.len() <= 100);
}

#[test]
fn a_lost_request_does_nothing_and_a_lost_answer_has_done_it() {
    let mut lost = device(&["drop=1"]);
    assert!(!is_answered(&mut lost, &set("new")));
    assert_eq!(name_now(&lost), Value::OctetString("demo.example.net".into()));
    let mut done = device(&["drop-answer=1"]);
    assert!(!is_answered(&mut done, &set("new")));
    assert_eq!(name_now(&done), Value::OctetString("new".into()));
    let mut third = device(&["drop=every:3"]);
    let answered: Vec<bool> = (0..6).map(|_| is_answered(&mut third, &get())).collect();
    assert_eq!(answered, [true, true, false, true, true, false]);
}

#[test]
fn the_same_seed_brings_the_same_misfortunes() {
    let run = |seed| {
        let quirks = ["drop=0.3", "corrupt=0.3", "delay=1ms..90ms", "duplicate=0.2"]
            .map(|quirk| quirk.parse().unwrap());
        let mut device =
            Device::new(demo::agent(demo::Settings::default(), Communities::default()), &quirks, seed);
        (0..50).map(|_| device.handle(NOW, &get())).collect::<Vec<_>>()
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
}

#[test]
fn a_closed_port_is_an_effect_of_its_own() {
    assert_eq!(device(&["port-unreachable"]).handle(NOW, &get()), [Effect::Unreachable]);
}

#[test]
fn answers_travel_late_twice_and_past_each_other() {
    let delays = |quirks: &[&str], times: usize| {
        let mut device = device(quirks);
        (0..times)
            .flat_map(|_| replies(device.handle(NOW, &get())))
            .map(|(delay, _)| delay)
            .collect::<Vec<_>>()
    };
    assert_eq!(delays(&["delay=50ms"], 2), [50, 50]);
    assert_eq!(delays(&["delay=50ms", "duplicate=every:2"], 3), [50, 50, 50, 50]);
    assert_eq!(delays(&["reorder"], 4), [20, 0, 20, 0]);
    let spread = delays(&["delay=10ms..30ms"], 200);
    assert!(spread.iter().all(|delay| (10..=30).contains(delay)));
    assert!(spread.iter().any(|delay| *delay < 15) && spread.iter().any(|delay| *delay > 25));
}

#[test]
fn answers_are_wrong_in_the_field_that_was_asked_for() {
    let right = answer(&mut device(&[]), &get());
    let (message, pdu) = answer(&mut device(&["wrong-request-id"]), &get());
    assert_eq!(
        (pdu.request_id, &pdu.bindings, message.community),
        (43, &right.1.bindings, right.0.community.clone())
    );
    let (message, pdu) = answer(&mut device(&["wrong-community"]), &get());
    assert_eq!((&*message.community, pdu), (&b"publicx"[..], right.1.clone()));
    let (message, pdu) = answer(&mut device(&["wrong-version"]), &get());
    assert_eq!((message.version, pdu), (Version::V1, right.1.clone()));
    let (message, _) = answer(&mut device(&["wrong-version"]), &bulk("1.3.6.1.2.1.2.2", 9));
    assert_eq!(message.version, Version::V1, "behind a header of more octets too");
    assert_eq!(answer(&mut device(&["empty-bindings"]), &get()).1.bindings, []);
    assert_eq!(answer(&mut device(&["extra-bindings"]), &get()).1.bindings.len(), 2);
    let (_, pdu) = answer(&mut device(&["error=genErr"]), &get());
    assert_eq!(pdu.kind, PduKind::Response { error_status: ErrorStatus::GEN_ERR, error_index: 1 });
    assert_eq!(pdu.bindings, [VarBind::ask(oid(NAME))]);
}

#[test]
fn damaged_answers_differ_in_one_bit_or_in_everything() {
    let right = replies(device(&[]).handle(NOW, &get())).remove(0).1;
    let bits = |octets: &[u8]| -> u32 { octets.iter().zip(&right).map(|(a, b)| (a ^ b).count_ones()).sum() };
    let mut corrupt = device(&["corrupt"]);
    for _ in 0..20 {
        let damaged = replies(corrupt.handle(NOW, &get())).remove(0).1;
        assert_eq!((damaged.len(), bits(&damaged)), (right.len(), 1));
    }
    let mut garbage = device(&["garbage"]);
    for _ in 0..20 {
        let damaged = replies(garbage.handle(NOW, &get())).remove(0).1;
        assert!((1..=64).contains(&damaged.len()) && damaged != right);
    }
}

/// Names that a walk by GETNEXT or GETBULK sees, until it has seen `most`.
fn walk(device: &mut Device, repetitions: Option<u32>, most: usize) -> Vec<Oid> {
    let (mut names, mut name) = (Vec::new(), oid(SYSTEM));
    while names.len() < most {
        let ask = vec![VarBind::ask(name)];
        let octets = match repetitions {
            Some(max_repetitions) => {
                request(Version::V2c, PduKind::GetBulk { non_repeaters: 0, max_repetitions }, ask)
            }
            None => request(Version::V2c, PduKind::GetNext, ask),
        };
        names.extend(answer(device, &octets).1.bindings.into_iter().map(|binding| binding.name));
        name = names.last().unwrap().clone();
    }
    names
}

#[test]
fn a_walk_is_led_astray_after_as_many_objects_as_were_given() {
    for repetitions in [None, Some(1), Some(4)] {
        let right = walk(&mut device(&[]), repetitions, 12);
        let stuck = walk(&mut device(&["not-increasing=3"]), repetitions, 4);
        assert_eq!(stuck[..3], right[..3]);
        assert_eq!(stuck[3], stuck[2], "{repetitions:?}");
        let round = walk(&mut device(&["loop=3"]), repetitions, 12);
        for (n, name) in round.iter().enumerate() {
            assert_eq!(*name, right[n % 3], "object {n}, {repetitions:?}");
        }
    }
    // GET is none of it.
    let (_, pdu) = answer(&mut device(&["not-increasing=0", "loop=0"]), &get());
    assert_eq!(pdu.bindings[0].name, oid(NAME));
}

#[test]
fn large_answers_become_too_big_and_lists_end_early() {
    let mut small = device(&["too-big=200"]);
    let (_, pdu) = answer(&mut small, &bulk(SYSTEM, 50));
    assert_eq!(pdu.kind, PduKind::Response { error_status: ErrorStatus::TOO_BIG, error_index: 0 });
    assert_eq!(pdu.bindings, []);
    assert_eq!(answer(&mut small, &bulk(SYSTEM, 1)).1.bindings.len(), 1);
    assert_eq!(answer(&mut device(&["truncate=3"]), &bulk(SYSTEM, 50)).1.bindings.len(), 3);
    let next = request(Version::V2c, PduKind::GetNext, vec![VarBind::ask(oid(SYSTEM)); 5]);
    assert_eq!(answer(&mut device(&["truncate=3"]), &next).1.bindings.len(), 5, "only GETBULK's lists");
}

#[test]
fn some_requests_are_never_answered() {
    let v1 = request(Version::V1, PduKind::Get, vec![VarBind::ask(oid(NAME))]);
    for (quirk, answered) in [("silent-bulk", [false, true, true]), ("v1-only", [false, false, true])] {
        let mut device = device(&[quirk]);
        let found = [bulk(SYSTEM, 2), get(), v1.clone()].map(|octets| is_answered(&mut device, &octets));
        assert_eq!(found, answered, "{quirk}");
    }
}

#[test]
fn a_serial_agent_answers_one_request_after_the_other_and_a_single_one_loses_the_second() {
    let after = |millis| Instant::ZERO + Duration::from_millis(millis);
    let delays = |quirk: &str, times: &[u64]| -> Vec<Vec<u64>> {
        let mut device = device(&[quirk]);
        let at = |millis: &u64| replies(device.handle(after(*millis), &get()));
        times.iter().map(at).map(|replies| replies.into_iter().map(|(delay, _)| delay).collect()).collect()
    };
    assert_eq!(delays("serial=30ms", &[0, 0, 10, 200]), [[30], [60], [80], [30]]);
    assert_eq!(delays("single=30ms", &[0, 0, 29, 30, 61]), [vec![30], vec![], vec![], vec![30], vec![30]]);
}

#[test]
fn an_answer_that_is_too_long_never_comes() {
    let length = replies(device(&[]).handle(NOW, &get()))[0].1.len();
    assert!(is_answered(&mut device(&[&format!("silent-above={length}")]), &get()));
    assert!(!is_answered(&mut device(&[&format!("silent-above={}", length - 1)]), &get()));
}

#[test]
fn all_quirks_together_survive_anything() {
    let arguments = |name: &str| match name {
        "drop" | "drop-answer" | "port-unreachable" => "=0.05",
        "delay" => "=1ms..2ms",
        "error" => "=5,0.1",
        "too-big" => "=300",
        "silent-above" => "=400",
        "serial" | "single" => "=1ms",
        "silent-bulk" | "v1-only" | "truncate" | "reorder" | "loop" | "not-increasing" => "",
        _ => "=0.2",
    };
    let all: Vec<String> = super::super::quirk::ALL
        .iter()
        .filter(|about| about.name != "v1-only")
        .map(|about| format!("{}{}", about.name, arguments(about.name)))
        .collect();
    let mut device = device(&all.iter().map(String::as_str).collect::<Vec<_>>());
    let mut random = SplitMix64::new(3);
    let next = request(Version::V2c, PduKind::GetNext, vec![VarBind::ask(oid(SYSTEM)); 3]);
    for n in 0..3_000 {
        let mut octets = [get(), next.clone(), set("x"), bulk(SYSTEM, 9)][n % 4].clone();
        if random.happens(0.3) {
            let at = index_below(&mut random, octets.len());
            octets[at] = random.next_u64().to_le_bytes()[0];
        }
        for effect in device.handle(NOW, &octets) {
            assert!(matches!(effect, Effect::Unreachable | Effect::Reply { .. }));
        }
    }
}

#[test]
fn a_delay_written_the_wrong_way_round_is_its_least() {
    let agent = demo::agent(demo::Settings::default(), Communities::default());
    let quirk = Quirk::Delay(Duration::from_millis(20), Duration::from_millis(10));
    let mut device = Device::new(agent, &[quirk], 1);
    let delays: Vec<u64> = replies(device.handle(NOW, &get())).into_iter().map(|(delay, _)| delay).collect();
    assert_eq!(delays, [20]);
}
