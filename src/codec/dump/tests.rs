use super::super::testing::hex;
use super::*;

fn text(octets: &[u8], community: Community) -> String {
    let mut out = String::new();
    rows(octets, community, &mut out);
    out
}

/// A GETNEXT request as it goes over the wire.
fn request() -> Vec<u8> {
    hex("30 28 02 01 00  04 06 70 75 62 6C 69 63  A1 1B 02 04 3A AB 1C D1 02 01 00 02 01 00
         30 0D 30 0B 06 07 2B 06 01 02 01 01 04 05 00")
}

#[test]
fn a_packet_looks_as_net_snmp_prints_it() {
    let mut out = String::new();
    let peer = "UDP: [127.0.0.1]:28161->[0.0.0.0]:46310";
    packet(Direction::Sending, peer, &request(), Community::Shown, &mut out);
    assert_eq!(
        out,
        "
Sending 42 bytes to UDP: [127.0.0.1]:28161->[0.0.0.0]:46310
0000: 30 28 02 01  00 04 06 70  75 62 6C 69  63 A1 1B 02    0(.....public...
0016: 04 3A AB 1C  D1 02 01 00  02 01 00 30  0D 30 0B 06    .:.........0.0..
0032: 07 2B 06 01  02 01 01 04  05 00                       .+........

"
    );
    out.clear();
    header(Direction::Received, 45, "TCP: [127.0.0.1]:161->[0.0.0.0]:0", &mut out);
    assert_eq!(out, "Received 45 byte packet from TCP: [127.0.0.1]:161->[0.0.0.0]:0\n");
}

#[test]
fn rows_end_where_the_packet_ends() {
    assert_eq!(text(&[], Community::Shown), "");
    let one = "0000: 7E                                                    ~\n";
    assert_eq!(text(&[0x7E], Community::Shown), one);
    assert_eq!(
        text(&hex("1F 20 7F 80 FF"), Community::Shown),
        "0000: 1F 20 7F 80  FF                                       . ...\n"
    );
    let full = text(&[0x41; 16], Community::Shown);
    assert_eq!(full, "0000: 41 41 41 41  41 41 41 41  41 41 41 41  41 41 41 41    AAAAAAAAAAAAAAAA\n");
    let long = text(&[0x41; 10_017], Community::Shown);
    assert!(long.lines().last().unwrap().starts_with("10016: 41  "));
}

#[test]
fn the_community_is_hidden_unless_asked_for() {
    assert_eq!(
        text(&request(), Community::default()),
        "\
0000: 30 28 02 01  00 04 06 **  ** ** ** **  ** A1 1B 02    0(.....******...
0016: 04 3A AB 1C  D1 02 01 00  02 01 00 30  0D 30 0B 06    .:.........0.0..
0032: 07 2B 06 01  02 01 01 04  05 00                       .+........
"
    );
}

#[test]
fn a_community_is_hidden_in_whatever_is_left_of_its_packet() {
    let whole = request();
    for (damage, octets) in [
        ("nothing", whole.clone()),
        ("padded lengths", [hex("30 82 00 2E 02 82 00 01 00 04 82 00 06").as_slice(), &whole[7..]].concat()),
        ("another version", [&whole[..4], &[0x07], &whole[5..]].concat()),
        ("version 3", [&whole[..4], &[0x03], &whole[5..]].concat()),
        ("a wide version", [&hex("30 2C 02 05 00 00 00 00 01"), &whole[5..]].concat()),
        ("a PDU that is none", [&whole[..13], &[0xFF; 9]].concat()),
        ("a community longer than the packet", [&whole[..6], &[0x7F], &whole[7..]].concat()),
        ("a community of another type", [&whole[..5], &[0x44], &whole[6..]].concat()),
        ("no sequence", [&[0x31], &whole[1..]].concat()),
        ("a version that runs over", [&whole[..3], &[0x7F], &whole[4..]].concat()),
        ("a version that runs into the community", [&whole[..3], &[0x05], &whole[4..]].concat()),
        ("a version that swallows half", {
            // The half that is left begins with what looks like a community.
            let octets = hex("30 28 02 05 00 04 06 70 75 04 02 62 6C 69 63");
            [octets.as_slice(), &whole[13..]].concat()
        }),
        ("no definite length", [&whole[..1], &[0x80], &whole[2..]].concat()),
        ("text alone", b"public".to_vec()),
    ] {
        for end in 0..=octets.len() {
            let seen = text(&octets[..end], Community::Hidden);
            // Two of its letters side by side would be too much already.
            for letters in ["pu", "ub", "bl", "li", "ic", "70 75", "75 62", "62 6C", "6C 69"] {
                assert!(!seen.contains(letters), "{damage}, {end} octets:\n{seen}");
            }
        }
    }
}

#[test]
fn nothing_of_a_message_of_no_known_version_is_shown() {
    let unknown = [&request()[..4], &[0x07], &request()[5..]].concat();
    let seen = text(&unknown, Community::Hidden);
    for row in seen.lines() {
        assert!(row[6..].chars().all(|c| matches!(c, '*' | ' ')), "{seen}");
    }
}

#[test]
fn a_message_without_a_community_is_shown() {
    let v3 = hex("30 14 02 01 03 30 0F 02 02 4A 69 02 03 00 FF E3 04 01 04 02 01 03");
    assert!(!text(&v3, Community::Hidden).contains('*'));
    assert_eq!(text(&v3, Community::Hidden), text(&v3, Community::Shown));
}
