//! Whatever an agent sends: no format panics, JSON is always JSON and gives back the very binding.

#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

#[path = "output_schema/mod.rs"]
mod schema;

use std::{iter, net::Ipv4Addr, sync::OnceLock, time::Duration};

use proptest::{collection::vec, prelude::*};
use snmpkit::{
    mib::{View, image},
    oid::Oid,
    output::{
        End, EndReason, ErrorCode, Failure, Format, Sink, Writer,
        netsnmp::{self, Hints, Named, OpaqueValue},
        options::{Options, Precision},
        terminal::Escapes,
    },
    value::{Octets, Value, VarBind},
};

fn oid() -> impl Strategy<Value = Oid> {
    vec(prop_oneof![0..3_u32, any::<u32>()], 0..=128).prop_map(|arcs| Oid::new(&arcs).unwrap())
}

/// Octets of every kind: any, text, and the special encodings of an `Opaque`, whole and damaged.
fn octets() -> impl Strategy<Value = Octets> {
    prop_oneof![
        vec(any::<u8>(), 0..80),
        "\\PC{0,20}".prop_map(String::into_bytes),
        any::<String>().prop_map(String::into_bytes),
        (0x70..0x80_u8, vec(any::<u8>(), 0..12), any::<Option<u8>>()).prop_map(|(tag, content, length)| {
            let length = length.unwrap_or(u8::try_from(content.len()).unwrap());
            [&[0x9f, tag, length][..], &content].concat()
        }),
        any::<f32>().prop_map(|number| [&[0x9f, 0x78, 4][..], &number.to_be_bytes()].concat()),
        any::<f64>().prop_map(|number| [&[0x9f, 0x79, 8][..], &number.to_be_bytes()].concat()),
        // Any bits at all, for the infinities and what is not a number.
        (any::<u8>(), any::<[u8; 7]>()).prop_map(|(sign, rest)| {
            [&[0x9f, 0x79, 8, sign | 0x7f][..], &[rest[0] | 0xf0], &rest[1..]].concat()
        }),
    ]
    .prop_map(Octets::from)
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i32>().prop_map(Value::Integer32),
        octets().prop_map(Value::OctetString),
        oid().prop_map(Value::ObjectIdentifier),
        any::<u32>().prop_map(|address| Value::IpAddress(Ipv4Addr::from(address))),
        any::<u32>().prop_map(Value::Counter32),
        any::<u32>().prop_map(Value::Gauge32),
        any::<u32>().prop_map(Value::TimeTicks),
        octets().prop_map(Value::Opaque),
        any::<u64>().prop_map(Value::Counter64),
        any::<u32>().prop_map(Value::UInteger32),
        Just(Value::Null),
        Just(Value::NoSuchObject),
        Just(Value::NoSuchInstance),
        Just(Value::EndOfMibView),
    ]
}

/// An identifier at, below or beside something that the built-in image knows.
fn known_oid() -> impl Strategy<Value = Oid> {
    static NODES: OnceLock<Vec<Oid>> = OnceLock::new();
    let nodes = NODES.get_or_init(|| {
        let all = iter::successors(Some(image::core().root()), |node| node.next());
        all.map(snmpkit::mib::image::Node::oid).collect()
    });
    let arc = prop_oneof![0..20_u32, Just(77), 90..130_u32, any::<u32>()];
    (0..nodes.len(), vec(arc, 0..60), any::<bool>()).prop_map(|(node, tail, beside)| {
        let mut arcs = nodes[node].to_vec();
        if beside {
            arcs.pop();
        }
        arcs.extend(tail);
        arcs.truncate(128);
        Oid::new(&arcs).unwrap()
    })
}

/// Names of everything, of a few modules and of none.
fn names() -> impl Strategy<Value = Named> {
    let core = image::core();
    let some = ["IP-FORWARD-MIB", "RFC1213-MIB", "LLDP-MIB"].map(|name| core.module(name).unwrap());
    let view = prop_oneof![Just(View::core()), Just(View::of_modules(core, some)), Just(View::none())];
    (view, any::<bool>(), prop::option::of("[.a-z]{0,9}")).prop_map(|(view, ignored, prefix)| {
        let named = Named::of(view).with_hints(if ignored { Hints::Ignored } else { Hints::Used });
        match prefix {
            Some(prefix) => named.with_prefix(&prefix),
            None => named,
        }
    })
}

fn binding() -> impl Strategy<Value = VarBind> {
    (oid(), value()).prop_map(|(name, value)| VarBind::new(name, value))
}

fn options() -> impl Strategy<Value = Options> {
    ("[0abeEfFnqQsStTuUvxX]{0,8}", "[-+ #0']{0,3}[0-9]{0,4}(\\.[0-9]{0,4})?", -2..40_i64).prop_map(
        |(letters, precision, width)| {
            let mut options = Options::from_letters(&letters).unwrap();
            if !precision.is_empty() {
                options.set_precision(&precision).unwrap();
            }
            options.set_token("hexOutputLength", &width.to_string()).unwrap();
            options
        },
    )
}

fn sink() -> impl Strategy<Value = Sink> {
    (prop_oneof![Just(Escapes::Raw), Just(Escapes::Neutralised)], 0..300_u16)
        .prop_map(|(escapes, width)| Sink { escapes, width })
}

fn written(format: Format, options: Options, sink: Sink, host: &str, bindings: &[VarBind]) -> Vec<u8> {
    let mut writer = Writer::new(format, options, sink);
    let mut out = Vec::new();
    for binding in bindings {
        writer.varbind(host, binding, &mut out);
    }
    let oid = bindings.first().map(|binding| &binding.name);
    let failure = Failure {
        host,
        code: ErrorCode::Decode,
        message: host,
        hint: Some(host),
        oid,
        tries: None,
        elapsed: None,
    };
    writer.error(&failure, &mut out);
    let end = End {
        complete: true,
        reason: EndReason::Answered,
        varbinds: bindings.len() as u64,
        requests: 1,
        retransmissions: 0,
        elapsed: Duration::MAX,
    };
    writer.end(host, &end, &mut out);
    writer.finish(&mut out);
    out
}

fn of_hex(hex: &str) -> Octets {
    let octet = |pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
    hex.as_bytes().chunks(2).map(octet).collect::<Vec<u8>>().into()
}

/// The binding that a JSON object describes, from nothing but the object.
fn read_back(object: &serde_json::Value) -> VarBind {
    let identifier = |value: &serde_json::Value| match value.as_str().unwrap() {
        "" => Oid::empty(),
        text => text.parse().unwrap(),
    };
    let octets = || of_hex(object["hex"].as_str().unwrap());
    let value = &object["value"];
    let number = || u32::try_from(value.as_u64().unwrap()).unwrap();
    let value = match object["type"].as_str().unwrap() {
        "Integer32" => Value::Integer32(value.as_i64().unwrap().try_into().unwrap()),
        "OctetString" => {
            if let Some(text) = value.as_str() {
                assert_eq!(text.as_bytes(), &*octets());
                assert!(!text.contains('\u{fffd}'));
            }
            Value::OctetString(octets())
        }
        "ObjectIdentifier" => Value::ObjectIdentifier(identifier(value)),
        "IpAddress" => Value::IpAddress(value.as_str().unwrap().parse().unwrap()),
        "Counter32" => Value::Counter32(number()),
        "Gauge32" => Value::Gauge32(number()),
        "TimeTicks" => Value::TimeTicks(number()),
        "Opaque" => {
            let octets = octets();
            match OpaqueValue::read(&octets) {
                Some(OpaqueValue::Float(number)) if number.is_finite() => {
                    assert_eq!(object["text"].as_str().unwrap().parse(), Ok(number));
                }
                Some(OpaqueValue::Double(number)) if number.is_finite() => {
                    assert_eq!(object["text"].as_str().unwrap().parse(), Ok(number));
                }
                Some(OpaqueValue::Int64(number)) => assert_eq!(value.as_i64(), Some(number)),
                Some(OpaqueValue::UInt64(number) | OpaqueValue::Counter64(number)) => {
                    assert_eq!(value.as_u64(), Some(number));
                }
                Some(OpaqueValue::Float(_) | OpaqueValue::Double(_)) | None => assert!(value.is_null()),
            }
            Value::Opaque(octets)
        }
        "Counter64" => {
            assert_eq!(object["exact"].as_str().unwrap(), value.as_u64().unwrap().to_string());
            Value::Counter64(value.as_u64().unwrap())
        }
        "UInteger32" => Value::UInteger32(number()),
        "Null" => Value::Null,
        "noSuchObject" => Value::NoSuchObject,
        "noSuchInstance" => Value::NoSuchInstance,
        "endOfMibView" => Value::EndOfMibView,
        other => panic!("no type: {other}"),
    };
    VarBind::new(identifier(&object["oid"]), value)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn names_neither_panic_nor_depend_on_what_was_asked_before(
        names in names(),
        oids in vec(prop_oneof![4 => known_oid(), 1 => oid()], 1..6),
        value in prop_oneof![value(), known_oid().prop_map(Value::ObjectIdentifier)],
        options in vec(options(), 2),
    ) {
        for oid in &oids {
            for options in &options {
                let binding = VarBind::new(oid.clone(), value.clone());
                let (mut fresh, mut used) = (Vec::new(), Vec::new());
                netsnmp::varbind(&binding, options, &names.clone(), &mut fresh);
                netsnmp::varbind(&binding, options, &names, &mut used);
                prop_assert_eq!(&fresh, &used);
                // Names of the way, twenty arcs deep at most, and so much for each arc and octet.
                let octets = match &value {
                    Value::OctetString(octets) | Value::Opaque(octets) => octets.len(),
                    _ => 128,
                };
                prop_assert!(fresh.len() <= 4_096 + 40 * (oid.len() + octets), "{} octets", fresh.len());
            }
        }
    }

    #[test]
    fn no_format_panics_and_each_call_only_appends(
        bindings in vec(binding(), 0..4), options in options(), sink in sink(), host in any::<String>(),
    ) {
        for format in Format::ALL {
            written(format, options, sink, &host, &bindings);
            let mut out = b"before".to_vec();
            let mut writer = Writer::new(format, options, sink);
            for binding in &bindings {
                let before = out.clone();
                writer.varbind(&host, binding, &mut out);
                prop_assert!(out.starts_with(&before));
            }
        }
    }

    #[test]
    fn ndjson_gives_back_the_very_binding(bindings in vec(binding(), 1..4), host in any::<String>()) {
        let schema = schema::shipped();
        let out = written(Format::Ndjson, Options::default(), Sink::default(), &host, &bindings);
        let text = String::from_utf8(out).unwrap();
        let objects: Vec<serde_json::Value> =
            text.split_terminator('\n').map(|line| serde_json::from_str(line).unwrap()).collect();
        prop_assert_eq!(objects.len(), bindings.len() + 2);
        for object in &objects {
            prop_assert_eq!(schema.check(object), Ok(()));
            prop_assert_eq!(object["host"].as_str().unwrap(), &host);
        }
        for ((object, binding), line) in objects.iter().zip(&bindings).zip(text.split('\n')) {
            prop_assert_eq!(&read_back(object), binding);
            // serde_json may read the last digit of a double wrongly, so the digits are compared instead.
            if let ("Opaque", Some(digits), false) =
                (binding.value.type_name(), object["text"].as_str(), object["value"].is_null())
            {
                let value = format!("\"value\":{digits},\"hex\"");
                prop_assert!(line.contains(&value));
            }
        }
        let document = written(Format::Json, Options::default(), Sink::default(), &host, &bindings);
        let document: serde_json::Value = serde_json::from_slice(&document).unwrap();
        prop_assert_eq!(schema.check(&document), Ok(()));
        prop_assert_eq!(document["varbinds"].as_array().unwrap(), &objects[..bindings.len()]);
    }

    #[test]
    fn csv_gives_back_its_cells(bindings in vec(binding(), 1..4), host in any::<String>()) {
        let out = written(Format::Csv, Options::default(), Sink::default(), &host, &bindings);
        let mut reader = csv::Reader::from_reader(&out[..]);
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        prop_assert_eq!(rows.len(), bindings.len());
        for (row, binding) in rows.iter().zip(&bindings) {
            prop_assert_eq!(row.len(), 8);
            prop_assert_eq!(&row[0], &host);
            prop_assert_eq!(&row[1], binding.name.to_string());
            prop_assert_eq!(&row[2], binding.value.type_name());
            if let Value::OctetString(octets) | Value::Opaque(octets) = &binding.value {
                prop_assert_eq!(&of_hex(&row[4]), octets);
            }
        }
    }

    #[test]
    fn nothing_that_a_terminal_obeys_reaches_it(
        bindings in vec(binding(), 1..4), options in options(), width in 20..200_u16,
    ) {
        for format in [Format::Text, Format::Table] {
            let sink = Sink { escapes: Escapes::Neutralised, width };
            let out = String::from_utf8(written(format, options, sink, "host", &bindings)).unwrap();
            prop_assert!(out.chars().all(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')));
        }
    }

    #[test]
    fn letters_never_panic(letters in any::<String>(), token in any::<String>(), value in any::<String>()) {
        let mut options = Options::default();
        let _ = options.apply(&letters);
        let _ = options.set_token(&token, &value);
        for token in ["quickPrinting", "hexOutputLength", "oidOutputFormat", "outputPrecision", "printNumericOids"] {
            let _ = options.set_token(token, &value);
        }
        let _ = Precision::parse(&value);
    }
}
