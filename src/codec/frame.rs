//! Where a message ends in a stream of octets (RFC 3430, section 2.1: the messages follow one another, and nothing
//! but their own length fields keeps them apart).

use super::ber::{Reader, tag};
use super::error::{DecodeError, DecodeErrorKind};
use crate::limits;

/// What the octets at the front of a stream are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Frame {
    /// Not yet a whole message. It takes at least this many octets in total, those at hand counted; with fewer than
    /// that the answer stays the same.
    Need(usize),
    /// A whole message of this many octets; what comes after them belongs to the next.
    Whole(usize),
    /// No message; where the next one would begin cannot be known, so the stream is of no more use.
    Bad(DecodeError),
}

/// Measures the message at the front of `octets`, which may be cut anywhere and may hold several.
///
/// A message above [`limits::MESSAGE_OCTETS`] is [`Frame::Bad`] as soon as its length is known, so a peer cannot make
/// us wait for, or keep, more than that.
pub fn frame(octets: &[u8]) -> Frame {
    let mut reader = Reader::new(octets);
    match reader.peek() {
        None => return Frame::Need(2),
        Some(tag::SEQUENCE) => {}
        found => return Frame::Bad(reader.unexpected(found, "a message")),
    }
    let whole = match reader.header() {
        Ok(length) => reader.at().saturating_add(length),
        Err(DecodeError { at, kind: DecodeErrorKind::Truncated { needed, .. } }) => {
            return Frame::Need(at + needed);
        }
        Err(error) => return Frame::Bad(error),
    };
    if whole > limits::MESSAGE_OCTETS {
        let kind = DecodeErrorKind::MessageTooLong { octets: whole, limit: limits::MESSAGE_OCTETS };
        return Frame::Bad(DecodeError { at: 0, kind });
    }
    if whole > octets.len() { Frame::Need(whole) } else { Frame::Whole(whole) }
}

#[cfg(test)]
mod tests;
