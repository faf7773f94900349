//! Where two texts differ.

use std::fmt::Write as _;

/// How many lines ahead the place is looked for where two texts agree again.
const LOOK_AHEAD: usize = 60;

/// How many differences are shown.
const SHOWN: usize = 30;

/// A place where two texts differ.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Hunk {
    /// Our lines.
    pub ours: Vec<String>,
    /// Theirs.
    pub theirs: Vec<String>,
    /// The line before, which both have.
    pub before: String,
}

impl Hunk {
    /// The differences to read.
    pub fn list(hunks: &[Self]) -> String {
        let mut text = String::new();
        for hunk in hunks.iter().take(SHOWN) {
            let longer = hunk.ours.len().max(hunk.theirs.len());
            for at in 0..longer.min(6) {
                for (mark, lines) in [("net-snmp", &hunk.theirs), ("ours    ", &hunk.ours)] {
                    if let Some(line) = lines.get(at) {
                        writeln!(text, "  {mark} {line}").unwrap();
                    }
                }
            }
            text.push('\n');
        }
        text
    }
}

/// Lines, everything that is not printable escaped.
pub fn lines(octets: &[u8]) -> Vec<String> {
    let mut lines: Vec<String> =
        octets.split(|&octet| octet == b'\n').map(|line| line.escape_ascii().to_string()).collect();
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// Where two lists of lines differ.
pub fn hunks(ours: &[String], theirs: &[String]) -> Vec<Hunk> {
    let (mut our, mut their) = (0, 0);
    let mut hunks = Vec::new();
    while our < ours.len() || their < theirs.len() {
        if our < ours.len() && ours.get(our) == theirs.get(their) {
            (our, their) = (our + 1, their + 1);
            continue;
        }
        let (more, others) = meeting(&ours[our..], &theirs[their..]);
        hunks.push(Hunk {
            ours: ours[our..our + more].to_vec(),
            theirs: theirs[their..their + others].to_vec(),
            before: our.checked_sub(1).map(|before| ours[before].clone()).unwrap_or_default(),
        });
        (our, their) = (our + more, their + others);
    }
    hunks
}

/// How many lines of each differ before they agree again.
fn meeting(ours: &[String], theirs: &[String]) -> (usize, usize) {
    for sum in 1..LOOK_AHEAD {
        // The most even split first: mostly a line stands for a line.
        let mut splits: Vec<usize> = (0..=sum).collect();
        splits.sort_by_key(|own| own.abs_diff(sum - own));
        for own in splits {
            let other = sum - own;
            let agree = |at: usize| match (ours.get(own + at), theirs.get(other + at)) {
                (None, None) => true,
                (left, right) => left == right,
            };
            if own <= ours.len() && other <= theirs.len() && agree(0) && agree(1) {
                return (own, other);
            }
        }
    }
    (ours.len().min(1), theirs.len().min(1))
}
