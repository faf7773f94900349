use proptest::prelude::*;

use super::*;

/// A specification as comparable data.
type Plain = (TransportKind, Option<Vec<u8>>, Endpoint);

fn plain(spec: &ServerSpec) -> Plain {
    let community = spec.community.as_ref().map(|community| community.expose().clone());
    (spec.transport, community, spec.endpoint.clone())
}

fn parse(text: &str) -> Plain {
    plain(&ServerSpec::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")))
}

fn inet(transport: TransportKind, community: Option<&str>, host: &str, port: &str) -> Plain {
    let host = (!host.is_empty()).then(|| host.to_owned());
    let port = (!port.is_empty()).then(|| match port.parse() {
        Ok(number) => Port::Number(number),
        Err(_) => Port::Service(port.to_owned()),
    });
    (transport, community.map(|c| c.as_bytes().to_vec()), Endpoint::Inet { host, port })
}

fn path(transport: TransportKind, community: Option<&str>, path: &str) -> Plain {
    (transport, community.map(|c| c.as_bytes().to_vec()), Endpoint::Path(path.into()))
}

/// As a user writes it, what it means, and how it is written back.
fn accepted() -> Vec<(&'static str, Plain, &'static str)> {
    use TransportKind::{Dgram, Stream, Tcp, Tcp6, Udp, Udp6};
    vec![
        ("", inet(Udp, None, "", ""), "udp::"),
        ("udp::", inet(Udp, None, "", ""), "udp::"),
        ("tcp::", inet(Tcp, None, "", ""), "tcp::"),
        ("router1", inet(Udp, None, "router1", ""), "router1"),
        (
            "some-mul.host-32.domain.",
            inet(Udp, None, "some-mul.host-32.domain.", ""),
            "some-mul.host-32.domain.",
        ),
        ("router1:10161", inet(Udp, None, "router1", "10161"), "router1:10161"),
        ("router1:00161", inet(Udp, None, "router1", "161"), "router1:161"),
        ("router1:telnet", inet(Udp, None, "router1", "telnet"), "router1:telnet"),
        (":10161", inet(Udp, None, "", "10161"), ":10161"),
        ("udp:::ssh", inet(Udp, None, "", "ssh"), ":ssh"),
        ("udp6:::1", inet(Udp6, None, "", "1"), "udp6:::1"),
        ("1161", inet(Udp, None, "1161", ""), "1161"),
        ("127.1", inet(Udp, None, "127.1", ""), "127.1"),
        ("0300.077.0377.01:1", inet(Udp, None, "0300.077.0377.01", "1"), "0300.077.0377.01:1"),
        // A community, and what is special in one.
        ("s3cret@router1", inet(Udp, Some("s3cret"), "router1", ""), "s3cret@router1"),
        ("@router1", inet(Udp, Some(""), "router1", ""), "@router1"),
        ("public@", inet(Udp, Some("public"), "", ""), "public@"),
        ("public@bla@server.com", inet(Udp, Some("public@bla"), "server.com", ""), "public\\@bla@server.com"),
        ("a\\@b@c", inet(Udp, Some("a@b"), "c", ""), "a\\@b@c"),
        ("a\\\\@b", inet(Udp, Some("a\\"), "b", ""), "a\\\\@b"),
        ("a\\:\\:b@c", inet(Udp, Some("a::b"), "c", ""), "a\\:\\:b@c"),
        ("a:b@c:1", inet(Udp, Some("a:b"), "c", "1"), "a\\:b@c:1"),
        ("[x@c", inet(Udp, Some("[x"), "c", ""), "[x@c"),
        ("/x@c", inet(Udp, Some("/x"), "c", ""), "/x@c"),
        ("udp::udp::x@c", inet(Udp, Some("udp::x"), "c", ""), "udp\\:\\:x@c"),
        ("udp:comm@c:1", inet(Udp, Some("comm"), "c", "1"), "comm@c:1"),
        // Every transport, by each of its names.
        ("tcp::router1", inet(Tcp, None, "router1", ""), "tcp::router1"),
        ("TCP::router1", inet(Tcp, None, "router1", ""), "tcp::router1"),
        ("udp6::somehost", inet(Udp6, None, "somehost", ""), "udp6::somehost"),
        ("ipv6::h", inet(Udp6, None, "h", ""), "udp6::h"),
        ("udpv6:h", inet(Udp6, None, "h", ""), "udp6::h"),
        ("udpipv6:h", inet(Udp6, None, "h", ""), "udp6::h"),
        ("tcpv6:h", inet(Tcp6, None, "h", ""), "tcp6::h"),
        ("tcpipv6:h:1", inet(Tcp6, None, "h", "1"), "tcp6::h:1"),
        // IPv6 addresses.
        ("[::]", inet(Udp6, None, "::", ""), "[::]"),
        ("[::1]:snmp", inet(Udp6, None, "::1", "snmp"), "[::1]:snmp"),
        ("udp::[::1]:161", inet(Udp6, None, "::1", "161"), "[::1]:161"),
        ("tcp::[::1]:161", inet(Tcp6, None, "::1", "161"), "tcp6::[::1]:161"),
        (
            "udp6::public@[fe80::1%eth0]:snmp",
            inet(Udp6, Some("public"), "fe80::1%eth0", "snmp"),
            "public@[fe80::1%eth0]:snmp",
        ),
        ("::1", inet(Udp6, None, "::1", ""), "[::1]"),
        ("::", inet(Udp6, None, "::", ""), "[::]"),
        ("fe80::1%eth0", inet(Udp6, None, "fe80::1%eth0", ""), "[fe80::1%eth0]"),
        ("1:2:3:4:5:6:7:8", inet(Udp6, None, "1:2:3:4:5:6:7:8", ""), "[1:2:3:4:5:6:7:8]"),
        ("public@::1", inet(Udp6, Some("public"), "::1", ""), "public@[::1]"),
        ("tcp::::1", inet(Tcp6, None, "::1", ""), "tcp6::[::1]"),
        ("udp::a\\:\\:1:161", inet(Udp6, None, "a::1", "161"), "[a::1]:161"),
        // Colons in the host.
        ("somehost:foo:10007", inet(Udp, None, "somehost:foo", "10007"), "somehost\\:foo:10007"),
        ("somehost\\:foo", inet(Udp, None, "somehost:foo", ""), "somehost\\:foo"),
        ("\\[x:1", inet(Udp, None, "[x", "1"), "\\[x:1"),
        ("a\\", inet(Udp, None, "a\\", ""), "a\\\\"),
        // net-snmp's spelling with one colon, and what only looks like it.
        ("udp:router1:161", inet(Udp, None, "router1", "161"), "router1:161"),
        ("udp:router1", inet(Udp, None, "router1", ""), "router1"),
        ("tcp:router1:161", inet(Tcp, None, "router1", "161"), "tcp::router1:161"),
        ("udp6:[::1]:161", inet(Udp6, None, "::1", "161"), "[::1]:161"),
        ("udp:161", inet(Udp, None, "udp", "161"), "udp:161"),
        ("udp::udp:x", inet(Udp, None, "udp", "x"), "udp::udp:x"),
        ("UniX:/var/agentx", path(Stream, None, "/var/agentx"), "stream::/var/agentx"),
        // Paths.
        ("/var/run/snmpd.sock", path(Dgram, None, "/var/run/snmpd.sock"), "/var/run/snmpd.sock"),
        ("foo/bar", path(Dgram, None, "foo/bar"), "foo/bar"),
        ("ops@foo/bar:1", path(Dgram, Some("ops"), "foo/bar:1"), "ops@foo/bar:1"),
        ("udp::/x", inet(Udp, None, "/x", ""), "udp::/x"),
        (
            "stream::ops@/var/run/snmpd.sock",
            path(Stream, Some("ops"), "/var/run/snmpd.sock"),
            "stream::ops@/var/run/snmpd.sock",
        ),
        ("unix::somehost", path(Stream, None, "somehost"), "stream::somehost"),
        ("dgram::somehost", path(Dgram, None, "somehost"), "dgram::somehost"),
        ("dgram::/a\\@b", path(Dgram, None, "/a@b"), "/a\\@b"),
        ("dgram::[x]/y", path(Dgram, None, "[x]/y"), "[x]/y"),
        ("dgram::udp:b/c", path(Dgram, None, "udp:b/c"), "dgram::udp:b/c"),
        // The device inside.
        ("demo::", (TransportKind::Demo, None, Endpoint::Inside), "demo::"),
        ("demo::rw@", (TransportKind::Demo, Some(b"rw".to_vec()), Endpoint::Inside), "demo::rw@"),
    ]
}

#[test]
fn every_accepted_specification_means_what_the_table_says() {
    for (text, meaning, _) in accepted() {
        assert_eq!(parse(text), meaning, "{text}");
    }
}

#[test]
fn what_is_written_back_is_as_short_as_it_may_be_and_means_the_same() {
    for (text, meaning, written) in accepted() {
        assert_eq!(ServerSpec::parse(text).unwrap().to_string(), written, "{text}");
        assert_eq!(parse(written), meaning, "{written}");
    }
}

#[test]
fn every_fault_has_its_message() {
    let refused = [
        ("::somehost", "empty transport specifier"),
        ("::1%", "empty transport specifier"),
        ("foo::somehost", "unknown transport specifier 'foo'"),
        ("fe80::1%eth0:161", "unknown transport specifier 'fe80'"),
        ("a::b@host", "unknown transport specifier 'a'"),
        ("somehost:", "empty port name"),
        ("udp:", "empty port name"),
        (":", "empty port name"),
        ("tcp::c@h:", "empty port name"),
        ("[fc00:0:1::2:3]:", "empty port name"),
        ("h:0", "bad port number '0', a port is 1 to 65535"),
        ("h:65536", "bad port number '65536', a port is 1 to 65535"),
        ("h:99999999999999999999", "bad port number '99999999999999999999', a port is 1 to 65535"),
        ("[::]xxx", "junk at end of server specification 'xxx'"),
        ("secret@[::1]161", "junk at end of server specification '161'"),
        ("demo::somewhere", "junk at end of server specification 'somewhere'"),
        ("demo:somewhere", "junk at end of server specification 'somewhere'"),
        ("[fc00:0:1x::1]", "bad IPv6 address 'fc00:0:1x::1'"),
        ("[fc00::0:12::1]:1", "bad IPv6 address 'fc00::0:12::1'"),
        ("[1:2:3:4:5:6:7:8:9]", "bad IPv6 address '1:2:3:4:5:6:7:8:9'"),
        ("[127.0.0.1]", "bad IPv6 address '127.0.0.1'"),
        ("[fe80::1%]", "bad IPv6 address 'fe80::1%'"),
        ("[::1", "bad IPv6 address '[::1'"),
        ("stream::", "empty socket path, write 'stream::/path'"),
        ("unix::ops@", "empty socket path, write 'stream::/path'"),
        ("dgram::", "empty socket path, write 'dgram::/path'"),
    ];
    for (text, message) in refused {
        assert_eq!(ServerSpec::parse(text).unwrap_err().to_string(), message, "{text}");
    }
}

#[test]
fn every_word_names_its_transport_and_no_other() {
    for kind in TransportKind::ALL {
        assert_eq!(TransportKind::from_word(kind.word()), Some(kind));
    }
    assert_eq!(TransportKind::from_word("udp66"), None);
    assert_eq!(TransportKind::from_word(""), None);
}

#[test]
fn the_target_is_shown_as_one_object() {
    let show = |text: &str, role| ServerSpec::parse(text).unwrap().show_target(role, b"public", b"private");
    let communities = r#""read_community":"public","write_community":"private"}"#;
    for (text, start) in [
        ("somehost", r#"{"transport":"udp","host":"somehost","port":"snmp","#),
        ("tcp::[::1]:10161", r#"{"transport":"tcp6","host":"::1","port":"10161","#),
        ("udp::", r#"{"transport":"udp","host":"localhost","port":"snmp","#),
        ("/run/a \"b\"", r#"{"transport":"dgram","path":"/run/a \"b\"","#),
        ("demo::", r#"{"transport":"demo","#),
    ] {
        assert_eq!(show(text, Role::Agent), format!("{start}{communities}"));
    }
    assert!(show("h", Role::Notifications).contains(r#""port":"snmptrap""#));
}

#[test]
fn a_community_is_seen_only_where_it_is_asked_for() {
    let spec = ServerSpec::parse("s3cret@h").unwrap();
    assert!(!format!("{spec:?}").contains("s3cret"));
    assert_eq!(spec.without_community().to_string(), "h");
    assert_eq!(spec.to_string(), "s3cret@h");
}

fn community() -> impl Strategy<Value = Option<Secret<Vec<u8>>>> {
    proptest::option::of("[a@:\\\\/\\[]{0,6}|\\PC{0,6}")
        .prop_map(|text| text.map(|text| Secret::new(text.into_bytes())))
}

fn spec() -> impl Strategy<Value = ServerSpec> {
    use TransportKind::{Dgram, Stream, Tcp, Tcp6, Udp, Udp6};
    let name = "(udp|[a@:\\\\/\\[\\]%.]{1,6}|\\PC{1,6})"
        .prop_filter("an address is made below", |name| !is_ipv6(name));
    let port = prop_oneof![
        any::<u16>().prop_filter("no port", |n| *n != 0).prop_map(Port::Number),
        "[a-z@:\\\\\\[\\]]{0,5}[a-z:\\\\]".prop_map(Port::Service),
    ];
    let named = (
        proptest::sample::select(vec![Udp, Udp6, Tcp, Tcp6]),
        proptest::option::of(name),
        proptest::option::of(port.clone()),
    )
        .prop_map(|(transport, host, port)| (transport, Endpoint::Inet { host, port }));
    let numbered = (
        proptest::sample::select(vec![Udp6, Tcp6]),
        any::<u128>(),
        "(%[a-z0-9.-]{1,5})?",
        proptest::option::of(port),
    )
        .prop_map(|(transport, bits, zone, port)| {
            let host = Some(format!("{}{zone}", Ipv6Addr::from(bits)));
            (transport, Endpoint::Inet { host, port })
        });
    let local = (proptest::sample::select(vec![Stream, Dgram]), "[a@:\\\\/\\[\\]]{1,8}|\\PC{1,8}")
        .prop_map(|(transport, path)| (transport, Endpoint::Path(path.into())));
    let inside = Just((TransportKind::Demo, Endpoint::Inside));
    (prop_oneof![named, numbered, local, inside], community())
        .prop_map(|((transport, endpoint), community)| ServerSpec { transport, community, endpoint })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_specification_can_be_written_and_read_again(spec in spec()) {
        let text = spec.to_string();
        prop_assert_eq!(parse(&text), plain(&spec), "{}", text);
    }

    #[test]
    fn whatever_can_be_read_is_read_the_same_from_what_is_written(
        text in "(udp|tcp6|stream|demo|[a-f0-9@:\\[\\]/%.\\\\]){0,8}|\\PC*"
    ) {
        if let Ok(spec) = ServerSpec::parse(&text) {
            prop_assert_eq!(parse(&spec.to_string()), plain(&spec), "{}", spec.to_string());
        }
    }
}
