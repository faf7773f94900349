//! Whatever an agent sends: no format panics, JSON is always JSON and gives back the very binding.

#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

#[path = "output_schema/mod.rs"]
mod schema;

use std::{
    iter,
    net::{Ipv4Addr, Ipv6Addr},
    sync::{LazyLock, OnceLock},
    time::Duration,
};

use proptest::{collection::vec, prelude::*};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use snmpkit::{
    limits,
    mib::{
        Kind, View,
        facts::Base,
        hint,
        image::{self, Definition, Node},
        index::{self, Component},
        object::{Indexes, Object},
    },
    oid::Oid,
    output::{
        End, EndReason, ErrorCode, Failure, Format, Sink, Writer,
        netsnmp::{self, Hints, Named, OpaqueValue},
        options::{Options, Precision},
        terminal::Escapes,
    },
    value::{Octets, Value, VarBind},
};

static SCHEMA: LazyLock<schema::Schema> = LazyLock::new(schema::shipped);

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
        all.map(Node::oid).collect()
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
                // With a name it may be the text that a DISPLAY-HINT makes of the octets.
                assert!(object.get("name").is_some() || text.as_bytes() == &*octets());
                assert!(!text.contains('\u{fffd}'));
            }
            if let Some(bits) = value.as_array() {
                assert_eq!(bits.len(), object["labels"].as_array().unwrap().len());
                let mut set = vec![0_u8; octets().len()];
                for bit in bits.iter().map(|bit| usize::try_from(bit.as_u64().unwrap()).unwrap()) {
                    set[bit / 8] |= 0x80 >> (bit % 8);
                }
                assert_eq!(set, *octets());
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

/// The objects of the built-in image that have values.
static OBJECTS: LazyLock<Vec<Definition<'static>>> = LazyLock::new(|| {
    let all = image::core().entries_from("").flat_map(|entry| entry.definitions());
    all.filter(|definition| matches!(definition.kind(), Kind::Scalar | Kind::Column))
        // Two modules have objects below objects; instances of the upper ones can be instances of the lower ones.
        .filter(|definition| {
            let mut below = definition.node().children().flat_map(Node::definitions);
            !below.any(|definition| matches!(definition.kind(), Kind::Scalar | Kind::Column))
        })
        // What another module redefines is named after that module.
        .filter(|definition| View::core().find(&definition.oid()).unwrap().0 == *definition)
        .collect()
});

/// What values of any type are made from.
#[derive(Clone, Debug)]
struct Raw {
    number: u32,
    octets: Octets,
    arcs: Oid,
}

fn raw() -> impl Strategy<Value = Raw> {
    let octets = prop_oneof![
        octets(),
        vec(any::<u8>(), 0..12).prop_map(Octets::from),
        prop_oneof![Just(4), Just(6), Just(8), Just(11), Just(16), Just(20)]
            .prop_flat_map(|size| vec(any::<u8>(), size))
            .prop_map(Octets::from),
        "(0x)?[0-9a-f]{0,4}".prop_map(|text| Octets::from(text.as_str())),
        (1_990..2_050_u16, 1..13_u8, 1..32_u8, 0..24_u8, 0..60_u8).prop_map(
            |(year, month, day, hour, minute)| {
                let [high, low] = year.to_be_bytes();
                vec![high, low, month, day, hour, minute, 0, 0, b'-', 3, 30].into()
            }
        ),
    ];
    (prop_oneof![0..20_u32, any::<u32>()], octets, vec(0..99_u32, 0..12))
        .prop_map(|(number, octets, arcs)| Raw { number, octets, arcs: Oid::new(&arcs).unwrap() })
}

impl Raw {
    /// The value of the type that an object has.
    fn of(&self, base: Base) -> Value {
        match base {
            Base::Integer | Base::Integer32 => Value::Integer32(self.number.cast_signed()),
            Base::Unsigned32 | Base::Gauge32 => Value::Gauge32(self.number),
            Base::Counter32 => Value::Counter32(self.number),
            Base::Counter64 => Value::Counter64(u64::from(self.number)),
            Base::UInteger32 => Value::UInteger32(self.number),
            Base::TimeTicks => Value::TimeTicks(self.number),
            Base::IpAddress | Base::NetworkAddress => Value::IpAddress(Ipv4Addr::from(self.number)),
            Base::OctetString | Base::Bits | Base::NsapAddress => Value::OctetString(self.octets.clone()),
            Base::ObjectIdentifier => Value::ObjectIdentifier(self.arcs.clone()),
            Base::Opaque => Value::Opaque(self.octets.clone()),
            Base::Null | Base::Other => Value::Null,
        }
    }

    /// The same, as a value that the index can hold.
    fn for_index(&self, component: &Component<'_>) -> Value {
        let fixed = component.facts.fixed_octets().filter(|_| !component.implied);
        let mut octets = self.octets.to_vec();
        octets.truncate(20);
        if let Some(fixed) = fixed {
            octets.resize(fixed, 7);
        }
        Self { octets: octets.into(), ..self.clone() }.of(component.facts.base)
    }
}

/// Arcs of an instance: those of some values where the object has an index and they fit, else any.
fn instance(definition: Definition<'static>, raws: &[Raw], any: &[u32]) -> Vec<u32> {
    let indexes = Indexes::of(definition);
    let components = indexes.components().collect::<Vec<_>>();
    let values: Vec<_> =
        components.iter().zip(raws).map(|(component, raw)| raw.for_index(component)).collect();
    let room = limits::OID_ARCS - definition.oid().len();
    let mut arcs = match index::encode(&components, &values) {
        Ok(arcs) if arcs.len() <= room && !arcs.is_empty() => arcs,
        _ => any.to_vec(),
    };
    arcs.truncate(room);
    arcs
}

/// The arcs that an `index` stands for, from nothing but the object and what the MIB says.
fn arcs_of(definition: Definition<'static>, object: &serde_json::Map<String, serde_json::Value>) -> Vec<u32> {
    let indexes = Indexes::of(definition);
    let components = indexes.components().collect::<Vec<_>>();
    if let Some(oid) = object.get("oid").filter(|_| components.iter().all(|one| one.name != "oid")) {
        return match oid.as_str().unwrap() {
            "" => Vec::new(),
            arcs => arcs.split('.').map(|arc| arc.parse().unwrap()).collect(),
        };
    }
    assert_eq!(object.len(), components.len());
    let mut kind = None;
    let mut values = Vec::new();
    for (component, indexed) in components.iter().zip(indexes.objects()) {
        let shown = &object[component.name];
        let convention = indexed.convention().map_or("", |named| named.name());
        let number = || Raw {
            number: u32::try_from(shown.as_i64().unwrap() & 0xffff_ffff).unwrap(),
            octets: Octets::default(),
            arcs: Oid::empty(),
        };
        values.push(match component.facts.base {
            Base::OctetString | Base::Bits | Base::NsapAddress => {
                let kind = kind.filter(|_| convention == "InetAddress");
                Value::OctetString(octets_of(component, kind, shown.as_str().unwrap()).into())
            }
            Base::Opaque => Value::Opaque(octets_of(component, None, shown.as_str().unwrap()).into()),
            Base::ObjectIdentifier => Value::ObjectIdentifier(match shown.as_str().unwrap() {
                "" => Oid::empty(),
                arcs => arcs.parse().unwrap(),
            }),
            Base::IpAddress | Base::NetworkAddress => {
                Value::IpAddress(shown.as_str().unwrap().parse().unwrap())
            }
            base => number().of(base),
        });
        if convention == "InetAddressType" {
            kind = shown.as_i64();
        }
    }
    index::encode(&components, &values).unwrap()
}

fn octets_of(component: &Component<'_>, kind: Option<i64>, text: &str) -> Vec<u8> {
    let digits = text.strip_prefix("0x").filter(|digits| {
        digits.len() % 2 == 0 && digits.bytes().all(|octet| matches!(octet, b'0'..=b'9' | b'a'..=b'f'))
    });
    if let Some(digits) = digits {
        return of_hex(digits).to_vec();
    }
    let (address, zone) = match text.split_once('%') {
        Some((address, zone)) => {
            (address, zone.parse::<u32>().map(u32::to_be_bytes).unwrap_or_default().to_vec())
        }
        None => (text, Vec::new()),
    };
    match kind {
        Some(1 | 3) => [&address.parse::<Ipv4Addr>().unwrap().octets()[..], &zone].concat(),
        Some(2 | 4) => [&address.parse::<Ipv6Addr>().unwrap().octets()[..], &zone].concat(),
        _ => match component.facts.hint {
            Some(hint) if !hint.ends_with(b"a") && !hint.ends_with(b"t") => {
                hint::parse_octets(hint, text.as_bytes()).unwrap()
            }
            _ => text.as_bytes().to_vec(),
        },
    }
}

/// The OID that a name stands for.
fn oid_of(name: &str) -> Oid {
    let (module, rest) = name.split_once("::").unwrap();
    let mut pieces = rest.split('.');
    let definition = image::core().definition(module, pieces.next().unwrap()).unwrap();
    let arcs: Vec<u32> = pieces.map(|arc| arc.parse().unwrap()).collect();
    definition.oid().child(&arcs).unwrap()
}

/// The keys of an object in the order of the text.
struct Keys(Vec<String>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Keys;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, IgnoredAny)) = map.next_entry()? {
                    keys.push(key);
                }
                Ok(Keys(keys))
            }
        }
        deserializer.deserialize_map(All)
    }
}

/// All keys, in the order in which they stand.
const ORDER: [&str; 15] = [
    "kind", "host", "oid", "name", "index", "type", "value", "exact", "hex", "label", "labels", "text", "tc",
    "units", "expected",
];

fn named_lines(bindings: &[VarBind]) -> Vec<String> {
    let names = Named::of(View::core());
    let mut writer = Writer::with_names(Format::Ndjson, Options::default(), Sink::default(), names);
    let mut out = Vec::new();
    for binding in bindings {
        writer.varbind("host", binding, &mut out);
    }
    String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn every_object_has_a_name_that_reads_back_and_the_keys_of_its_type() {
    let raw = Raw { number: 1, octets: Octets::from(&b"12345678"[..]), arcs: Oid::from_static(&[1, 3]) };
    let bindings: Vec<_> = OBJECTS
        .iter()
        .map(|object| VarBind::new(object.oid().child(&[1]).unwrap(), raw.of(Object::of(*object).base())))
        .collect();
    assert!(bindings.len() > 10_000);
    for ((line, binding), definition) in named_lines(&bindings).iter().zip(&bindings).zip(OBJECTS.iter()) {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(oid_of(object["name"].as_str().unwrap()), binding.name, "{line}");
        let described = Object::of(*definition);
        let has = |key: &str| object.get(key).is_some();
        assert_eq!(has("index"), definition.kind() == Kind::Column, "{line}");
        assert_eq!(has("units"), definition.units().is_some(), "{line}");
        assert_eq!(has("tc"), described.convention().is_some() && described.base() != Base::Other, "{line}");
        let labelled = !described.facts().labels.is_empty();
        assert_eq!(has("label"), labelled && described.base() == Base::Integer, "{line}");
        assert_eq!(has("labels"), described.base() == Base::Bits, "{line}");
        assert!(!has("expected"), "{line}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_kept_of_one_object_never_shows_in_another(
        picks in vec(
            (any::<prop::sample::Index>(), prop::option::of(0..40_usize), prop::option::of(1..14_usize)), 1..80,
        ),
        raw in raw(),
    ) {
        let mut bindings: Vec<VarBind> = Vec::new();
        for (which, again, above) in picks {
            let binding = again.and_then(|at| bindings.get(at)).cloned().unwrap_or_else(|| {
                let definition = *which.get(&OBJECTS);
                let mut oid = definition.oid().child(&[1]).unwrap();
                // An unknown place somewhere above other objects, now and then.
                if let Some(arcs) = above {
                    oid = Oid::new(&oid[..arcs.min(oid.len())]).unwrap().child(&[99_999]).unwrap();
                }
                VarBind::new(oid, raw.of(Object::of(definition).base()))
            });
            bindings.push(binding);
        }
        let alone: Vec<String> =
            bindings.iter().flat_map(|binding| named_lines(std::slice::from_ref(binding))).collect();
        prop_assert_eq!(named_lines(&bindings), alone);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn with_names_nothing_is_lost_and_keys_depend_on_type_and_object_alone(
        which in any::<prop::sample::Index>(),
        raws in vec(raw(), 8),
        arcs in vec(prop_oneof![0..20_u32, any::<u32>()], 0..20),
        other in prop::option::of(value()),
    ) {
        let definition = *which.get(&OBJECTS);
        let base = Object::of(definition).base();
        let binding = |raws: &[Raw], arcs: &[u32], other: Option<Value>| {
            let rest = instance(definition, raws, arcs);
            VarBind::new(definition.oid().child(&rest).unwrap(), other.unwrap_or_else(|| raws[7].of(base)))
        };
        let first = binding(&raws, &arcs, other.clone());
        // The same type, another value, no instance.
        let mut second = VarBind::new(definition.oid(), raws[6].of(base));
        if other.is_some() {
            second.value = match &first.value {
                Value::OctetString(_) => Value::OctetString(raws[5].octets.clone()),
                Value::Opaque(_) => Value::Opaque(raws[5].octets.clone()),
                Value::ObjectIdentifier(_) => Value::ObjectIdentifier(raws[5].arcs.clone()),
                Value::Integer32(_) => Value::Integer32(raws[5].number.cast_signed()),
                value => value.clone(),
            };
        }
        let lines = named_lines(&[first.clone(), second.clone()]);
        let keys: Vec<Vec<String>> =
            lines.iter().map(|line| serde_json::from_str::<Keys>(line).unwrap().0).collect();
        prop_assert_eq!(&keys[0], &keys[1], "{:?}", lines);
        let places: Vec<_> =
            keys[0].iter().map(|key| ORDER.iter().position(|known| known == key).unwrap()).collect();
        prop_assert!(places.is_sorted_by(|a, b| a < b), "{:?}", keys[0]);
        for (line, binding) in lines.iter().zip([&first, &second]) {
            let object: serde_json::Value = serde_json::from_str(line).unwrap();
            prop_assert_eq!(SCHEMA.check(&object), Ok(()));
            prop_assert_eq!(&read_back(&object), binding);
            prop_assert_eq!(&oid_of(object["name"].as_str().unwrap()), &binding.name);
            prop_assert_eq!(object.get("index").is_some(), definition.kind() == Kind::Column);
            if let Some(index) = object.get("index") {
                let arcs = arcs_of(definition, index.as_object().unwrap());
                prop_assert_eq!(&arcs[..], &binding.name[definition.oid().len()..], "{}", line);
            }
        }
    }
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
        let out = written(Format::Ndjson, Options::default(), Sink::default(), &host, &bindings);
        let text = String::from_utf8(out).unwrap();
        let objects: Vec<serde_json::Value> =
            text.split_terminator('\n').map(|line| serde_json::from_str(line).unwrap()).collect();
        prop_assert_eq!(objects.len(), bindings.len() + 2);
        for object in &objects {
            prop_assert_eq!(SCHEMA.check(object), Ok(()));
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
        prop_assert_eq!(SCHEMA.check(&document), Ok(()));
        prop_assert_eq!(document["varbinds"].as_array().unwrap(), &objects[..bindings.len()]);
    }

    #[test]
    fn csv_gives_back_its_cells(bindings in vec(binding(), 1..4), host in any::<String>()) {
        let out = written(Format::Csv, Options::default(), Sink::default(), &host, &bindings);
        let mut reader = csv::Reader::from_reader(&out[..]);
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        prop_assert_eq!(rows.len(), bindings.len());
        for (row, binding) in rows.iter().zip(&bindings) {
            prop_assert_eq!(row.len(), 12);
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
