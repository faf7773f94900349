//! Streams: the frames of a stream do not depend on how it is cut, and what is asked for is bounded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use snmpkit::codec::{self, Frame};
use snmpkit::limits;

/// The lengths of the whole frames at the front, and what ends them.
fn frames(mut stream: &[u8]) -> (Vec<usize>, Frame) {
    let mut whole = Vec::new();
    loop {
        match codec::frame(stream) {
            Frame::Whole(octets) => {
                assert!((2..=limits::MESSAGE_OCTETS).contains(&octets));
                whole.push(octets);
                stream = &stream[octets..];
            }
            end => return (whole, end),
        }
    }
}

fuzz_target!(|octets: &[u8]| {
    let Some((&cut, stream)) = octets.split_first() else { return };
    let (whole, end) = frames(stream);
    match end {
        Frame::Need(more) => {
            let rest = stream.len() - whole.iter().sum::<usize>();
            assert!(rest < more && more <= limits::MESSAGE_OCTETS);
        }
        Frame::Bad(error) => assert!(error.at < stream.len()),
        Frame::Whole(_) => unreachable!("only the end is left"),
    }
    // Octet by octet, a stream gives the same frames as in one piece.
    let step = usize::from(cut).max(1);
    let (mut buffer, mut measured) = (Vec::new(), Vec::new());
    for piece in stream.chunks(step) {
        buffer.extend_from_slice(piece);
        while let Frame::Whole(octets) = codec::frame(&buffer) {
            measured.push(octets);
            buffer.drain(..octets);
        }
    }
    assert_eq!(measured, whole);
});
