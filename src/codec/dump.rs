//! Packets as hexadecimal text, laid out as net-snmp's `-d` does.
//!
//! One packet is an empty line, a line that says what it is ([`header`]), its rows ([`rows`]), and an empty line; all
//! of it goes to stderr:
//!
//! ```text
//!
//! Sending 40 bytes to UDP: [127.0.0.1]:161->[0.0.0.0]:53101
//! 0000: 30 26 02 01  01 04 06 **  ** ** ** **  ** A0 19 02    0&.....******...
//! 0016: 04 6A 26 5E  3D 02 01 00  02 01 00 30  0B 30 09 06    .j&^=......0.0..
//! 0032: 05 2B 06 01  02 01 05 00                              .+......
//!
//! ```
//!
//! [`message`] says what a message means instead. [`packet`] writes all four parts. Where the community is hidden the text is net-snmp's but for its octets, which
//! are `**` and `*`.

mod readable;

use std::fmt::Write;
use std::ops::Range;

pub use readable::message;

use super::ber::{Reader, tag};

/// Octets of one row.
const ROW_OCTETS: usize = 16;
/// Octets after which a row has one space more.
const GROUP_OCTETS: usize = 4;

/// Which way a packet went.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// From us.
    Sending,
    /// To us.
    Received,
}

/// Whether the octets of the community are to be seen.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Community {
    /// As `**` in hexadecimal and `*` in text; what a tool does unless told otherwise.
    #[default]
    Hidden,
    /// As they are, octet for octet what net-snmp prints.
    Shown,
}

/// Adds one packet with all that net-snmp's `-d` writes about it; `peer` is the transport's own description, such as
/// `UDP: [127.0.0.1]:161->[0.0.0.0]:53101`.
pub fn packet(direction: Direction, peer: &str, octets: &[u8], community: Community, out: &mut String) {
    out.push('\n');
    header(direction, octets.len(), peer, out);
    rows(octets, community, out);
    out.push('\n');
}

/// Adds the line above the rows, with its newline: `Sending N bytes to PEER` or `Received N byte packet from PEER`.
pub fn header(direction: Direction, octets: usize, peer: &str, out: &mut String) {
    // A String takes all that is written, here and below.
    let _ = match direction {
        Direction::Sending => writeln!(out, "Sending {octets} bytes to {peer}"),
        Direction::Received => writeln!(out, "Received {octets} byte packet from {peer}"),
    };
}

/// Adds the rows: the offset in decimal, sixteen octets in groups of four, and the printable ones among them as text.
pub fn rows(octets: &[u8], community: Community, out: &mut String) {
    let hidden = match community {
        Community::Hidden => secret(octets),
        Community::Shown => 0..0,
    };
    for (row, line) in octets.chunks(ROW_OCTETS).enumerate() {
        let start = row * ROW_OCTETS;
        let _ = write!(out, "{start:04}: ");
        for column in 0..ROW_OCTETS {
            match line.get(column) {
                None => out.push_str("   "),
                Some(_) if hidden.contains(&(start + column)) => out.push_str("** "),
                Some(octet) => {
                    let _ = write!(out, "{octet:02X} ");
                }
            }
            if column % GROUP_OCTETS == GROUP_OCTETS - 1 {
                out.push(' ');
            }
        }
        out.push_str("  ");
        for (column, octet) in line.iter().enumerate() {
            out.push(match octet {
                _ if hidden.contains(&(start + column)) => '*',
                b' '..=b'~' => char::from(*octet),
                _ => '.',
            });
        }
        out.push('\n');
    }
}

/// The octets of a packet that are, or could be, a community.
///
/// In a message of `SNMPv1` or `SNMPv2c` these are the community's own, whatever comes after it, and up to the end where
/// it is cut short. A message of `SNMPv3` has none. In anything else it could lie anywhere, so everything is hidden.
fn secret(octets: &[u8]) -> Range<usize> {
    let all = 0..octets.len();
    let Some((tag::SEQUENCE, message)) = field(octets, 0) else { return all };
    let Some((tag::INTEGER, version)) = field(octets, message.start) else { return all };
    let next = field(octets, version.end);
    match (&octets[version], next) {
        ([padding @ .., 0 | 1], Some((tag::OCTET_STRING, community)))
            if padding.iter().all(|octet| *octet == 0) =>
        {
            community
        }
        ([3], Some((tag::SEQUENCE, _))) => 0..0,
        _ => all,
    }
}

/// The type of the field at octet `at`, and where its content lies, as far as it is there.
fn field(octets: &[u8], at: usize) -> Option<(u8, Range<usize>)> {
    let mut reader = Reader::new(octets.get(at..)?);
    let found = reader.peek()?;
    let length = reader.header().ok()?;
    let start = at + reader.at();
    Some((found, start..start.saturating_add(length).min(octets.len())))
}

#[cfg(test)]
mod tests;
