use proptest::prelude::*;

use super::super::testing::hex;
use super::*;

#[test]
fn a_message_is_measured_however_it_is_cut() {
    for (header, length) in [
        ("30 00", 0),
        ("30 05", 5),
        ("30 7F", 127),
        ("30 81 80", 128),
        ("30 81 05", 5),
        ("30 82 01 00", 256),
        ("30 84 00 00 01 00", 256),
        ("30 88 00 00 00 00 00 00 00 05", 5),
        ("30 82 FF DF", limits::MESSAGE_OCTETS - 4),
    ] {
        let header = hex(header);
        let whole = header.len() + length;
        let next = hex("30 03 01");
        let stream = [header.clone(), vec![0xAA; length], next].concat();
        for cut in 0..stream.len() {
            let expected = match cut {
                0 | 1 => Frame::Need(2),
                _ if cut < header.len() => Frame::Need(header.len()),
                _ if cut < whole => Frame::Need(whole),
                _ => Frame::Whole(whole),
            };
            assert_eq!(frame(&stream[..cut]), expected, "{cut} of {stream:02x?}");
        }
    }
}

#[test]
fn what_cannot_be_a_message_is_refused_as_soon_as_it_is_seen() {
    let limit = limits::MESSAGE_OCTETS;
    for (text, at, kind) in [
        ("31", 0, DecodeErrorKind::UnexpectedType { found: 0x31, expected: "a message" }),
        ("00 00", 0, DecodeErrorKind::UnexpectedType { found: 0, expected: "a message" }),
        ("30 80", 1, DecodeErrorKind::IndefiniteLength),
        ("30 89", 1, DecodeErrorKind::LengthTooWide { octets: 9 }),
        ("30 FF", 1, DecodeErrorKind::LengthTooWide { octets: 127 }),
        ("30 82 FF E0", 0, DecodeErrorKind::MessageTooLong { octets: limit + 1, limit }),
        ("30 83 01 00 00", 0, DecodeErrorKind::MessageTooLong { octets: 65_541, limit }),
        ("30 88 FF FF FF FF FF FF FF FF", 0, DecodeErrorKind::MessageTooLong { octets: usize::MAX, limit }),
    ] {
        assert_eq!(frame(&hex(text)), Frame::Bad(DecodeError { at, kind }), "{text}");
    }
}

proptest! {
    #[test]
    fn what_is_needed_is_more_than_what_is_there_and_bounded(octets in prop::collection::vec(any::<u8>(), 0..40), begins: bool) {
        let mut octets = octets;
        if begins && !octets.is_empty() {
            octets[0] = tag::SEQUENCE;
        }
        match frame(&octets) {
            Frame::Need(more) => prop_assert!(octets.len() < more && more <= limits::MESSAGE_OCTETS),
            Frame::Whole(whole) => prop_assert!(2 <= whole && whole <= octets.len()),
            Frame::Bad(error) => {
                prop_assert!(error.at < octets.len());
                // More octets do not make it good.
                octets.push(0);
                prop_assert_eq!(frame(&octets), Frame::Bad(error));
            }
        }
    }
}
