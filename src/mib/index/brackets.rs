//! An index in brackets, as net-snmp writes it under `-OX`.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{
    Badly, Checks, Component, Parsed, parse,
    parse::{badly, has_size, hinted, integer},
};
use crate::{
    limits,
    mib::{facts::Base, hint},
    oid::Oid,
};

/// Reads an index in brackets, `[1]["foo"]`, as net-snmp writes it under `-OX` but does not read it.
///
/// Each pair of brackets holds one component: a number or a label; an address; the arcs of an identifier; a string in
/// quotes of either kind, or as its DISPLAY-HINT writes it, with or without `STRING: ` before it. A string ends with a
/// quote before a bracket, since nothing in it is escaped when it is printed, and means what it means to [`parse`]: by
/// its DISPLAY-HINT if it is in the hint's notation, else the text as it stands. What follows the last bracket is read
/// as plain arcs.
///
/// # Errors
///
/// [`Badly`]: the first component that was not understood.
pub fn parse_brackets(
    components: &[Component<'_>],
    text: &[u8],
    prefix_arcs: usize,
    checks: Checks,
) -> Result<Parsed, Badly> {
    let mut arcs = Vec::new();
    let mut left = text;
    for (number, component) in components.iter().enumerate() {
        let Some(rest) = left.strip_prefix(b"[") else { break };
        let (inner, after) = inside(rest).ok_or_else(|| out_of_range(left, component.name))?;
        bracketed(component, inner, checks, &mut arcs).ok_or_else(|| Badly {
            at: Some((number, inner.to_vec())),
            ..out_of_range(inner, component.name)
        })?;
        left = after;
    }
    let room = limits::OID_ARCS.saturating_sub(prefix_arcs);
    if !left.is_empty() {
        let rest = left.strip_prefix(b".").ok_or_else(|| badly(left.to_vec(), None))?;
        arcs.extend(parse(&[], rest, prefix_arcs, checks)?.arcs);
    }
    if arcs.len() > room {
        return Err(badly(text.to_vec(), None));
    }
    Ok(Parsed { arcs, notice: None })
}

fn out_of_range(text: &[u8], name: &str) -> Badly {
    badly([b"Index out of range: ", text, b" (", name.as_bytes(), b")"].concat(), None)
}

/// The text up to the closing bracket, the one behind a quote if a quote comes first, and what follows it.
fn inside(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let body = text.strip_prefix(b"\\").unwrap_or(text);
    let end = match body {
        [quote @ (b'"' | b'\''), rest @ ..] => {
            let start = text.len() - rest.len();
            start + rest.windows(2).position(|pair| pair == [*quote, b']'])? + 1
        }
        _ => text.iter().position(|octet| *octet == b']')?,
    };
    Some((&text[..end], &text[end + 1..]))
}

/// Adds the arcs of what stands in one pair of brackets.
fn bracketed(component: &Component<'_>, text: &[u8], checks: Checks, arcs: &mut Vec<u32>) -> Option<()> {
    let facts = &component.facts;
    let counted = |own: &[u32], is_counted: bool, arcs: &mut Vec<u32>| {
        if is_counted {
            arcs.push(u32::try_from(own.len()).ok()?);
        }
        arcs.extend_from_slice(own);
        Some(())
    };
    match facts.base {
        Base::Integer
        | Base::Integer32
        | Base::UInteger32
        | Base::Unsigned32
        | Base::Gauge32
        | Base::TimeTicks => {
            let time = (facts.base == Base::TimeTicks).then(|| ticks(text)).flatten();
            arcs.push(time.map_or_else(|| integer(facts, text, checks), Some)?);
            Some(())
        }
        Base::IpAddress => {
            let address = str::from_utf8(text).ok()?.parse::<Ipv4Addr>().ok()?;
            arcs.extend(address.octets().map(u32::from));
            Some(())
        }
        Base::ObjectIdentifier => {
            let oid = str::from_utf8(text).ok()?.parse::<Oid>().ok()?;
            counted(&oid, !component.implied, arcs)
        }
        Base::OctetString | Base::Bits | Base::NsapAddress | Base::Opaque => {
            let octets = bracketed_string(component, text, checks)?;
            let own: Vec<u32> = octets.into_iter().map(u32::from).collect();
            counted(&own, !component.implied && facts.fixed_octets().is_none(), arcs)
        }
        Base::NetworkAddress | Base::Counter32 | Base::Counter64 | Base::Null | Base::Other => {
            arcs.extend(parse(&[], text, arcs.len(), checks).ok()?.arcs);
            Some(())
        }
    }
}

fn bracketed_string(component: &Component<'_>, text: &[u8], checks: Checks) -> Option<Vec<u8>> {
    let facts = &component.facts;
    let body = text.strip_prefix(b"\\").unwrap_or(text);
    let octets = if let [quote @ (b'"' | b'\''), rest @ ..] = body {
        // Under -OE there is a backslash before the quotes.
        let close = if body.len() < text.len() { &[b'\\', *quote][..] } else { &[*quote] };
        let inner = rest.strip_suffix(close)?;
        match component.inet_address.then(|| address(inner)).flatten() {
            Some(octets) => octets,
            None => hinted(facts, inner.to_vec(), checks)?,
        }
    } else {
        let text = text.strip_prefix(b"STRING: ").unwrap_or(text);
        let hint = facts.hint.filter(|_| checks.hints)?;
        if is_text(hint) { text.to_vec() } else { hint::parse_octets_exactly(hint, text).ok()?? }
    };
    (!checks.ranges || has_size(facts, octets.len())).then_some(octets)
}

/// Whether a hint writes octets as they are: `255a` or `255t`.
fn is_text(hint: &[u8]) -> bool {
    matches!(hint, [width @ .., b'a' | b't'] if width.iter().all(u8::is_ascii_digit))
}

/// Hundredths of a second of a time as net-snmp writes it: `0:00:06.60`, and days before it.
fn ticks(text: &[u8]) -> Option<u32> {
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| !text.starts_with('+'));
    let (whole, hundredths) = str::from_utf8(text).ok()?.split_once('.')?;
    let parts: Vec<u32> = whole.split(':').map(number).collect::<Option<_>>()?;
    let (days, [hours, minutes, seconds]) = match parts[..] {
        [hours, minutes, seconds] => (0, [hours, minutes, seconds]),
        [days, hours, minutes, seconds] => (days, [hours, minutes, seconds]),
        _ => return None,
    };
    let of = |above: u32, below: u32, count: u32| above.checked_mul(count)?.checked_add(below);
    let seconds = of(of(of(days, hours, 24)?, minutes, 60)?, seconds, 60)?;
    of(seconds, number(hundredths)?, 100)
}

/// The octets of an address as net-snmp writes it: `192.0.2.1`, sixteen pairs of digits with colons, a zone after `%`.
fn address(text: &[u8]) -> Option<Vec<u8>> {
    let text = str::from_utf8(text).ok()?;
    let (address, zone) = text.split_once('%').map_or((text, None), |(address, zone)| (address, Some(zone)));
    let mut octets = if let Ok(address) = address.parse::<Ipv4Addr>() {
        address.octets().to_vec()
    } else if address.split(':').count() == 16 {
        address.split(':').map(|pair| u8::from_str_radix(pair, 16).ok()).collect::<Option<_>>()?
    } else {
        address.parse::<Ipv6Addr>().ok()?.octets().to_vec()
    };
    if let Some(zone) = zone {
        octets.extend_from_slice(&zone.parse::<u32>().ok()?.to_be_bytes());
    }
    Some(octets)
}
