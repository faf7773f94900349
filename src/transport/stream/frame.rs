//! Where one message ends and the next begins in a stream: each is one BER value (RFC 3430, section 2).

use crate::limits;

/// What stands at the start of the octets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::transport) enum Frame {
    /// The start of a message; more octets are needed to tell, or to have it whole.
    Need,
    /// A whole message of this many octets.
    Whole(usize),
    /// No message can begin like this.
    Bad(&'static str),
}

/// Looks at the start of what has come so far.
pub(in crate::transport) fn next_frame(octets: &[u8]) -> Frame {
    const SEQUENCE: u8 = 0x30;
    const TOO_LONG: Frame = Frame::Bad("the message is longer than 65507 octets");
    let (length, header) = match *octets {
        [] | [SEQUENCE] => return Frame::Need,
        [SEQUENCE, short, ..] if short < 0x80 => (usize::from(short), 2),
        [SEQUENCE, 0x80, ..] => return Frame::Bad("its length is of the indefinite form"),
        [SEQUENCE, long, ref rest @ ..] => {
            let count = usize::from(long & 0x7f);
            if count > 4 {
                return TOO_LONG;
            }
            let Some(length) = rest.get(..count) else { return Frame::Need };
            let length = length.iter().fold(0u32, |length, octet| length << 8 | u32::from(*octet));
            (usize::try_from(length).unwrap_or(usize::MAX), 2 + count)
        }
        _ => return Frame::Bad("it does not begin with a SEQUENCE"),
    };
    match length.checked_add(header) {
        Some(total) if total > limits::MESSAGE_OCTETS => TOO_LONG,
        None => TOO_LONG,
        Some(total) if total > octets.len() => Frame::Need,
        Some(total) => Frame::Whole(total),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_whole_with_its_last_octet_and_not_before() {
        for message in [
            vec![0x30, 0x00],
            vec![0x30, 0x02, 5, 0],
            vec![0x30, 0x81, 0x02, 5, 0],
            vec![0x30, 0x84, 0, 0, 0, 2, 5, 0],
            [vec![0x30, 0x82, 0xff, 0xdf], vec![7; 0xffdf]].concat(),
        ] {
            for cut in 0..message.len() {
                assert_eq!(next_frame(&message[..cut]), Frame::Need, "{cut} of {}", message.len());
            }
            assert_eq!(next_frame(&message), Frame::Whole(message.len()));
            let more = [&message[..], &[1, 2, 3]].concat();
            assert_eq!(next_frame(&more), Frame::Whole(message.len()));
        }
    }

    #[test]
    fn what_no_message_begins_with_is_refused_at_once() {
        for octets in [
            &[0x31][..],
            &[0x00],
            b"GET / HTTP/1.0",
            &[0x30, 0x80],
            &[0x30, 0x85],
            &[0x30, 0xff],
            &[0x30, 0x82, 0xff, 0xe0],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert!(matches!(next_frame(octets), Frame::Bad(_)), "{octets:02x?}");
        }
    }
}
