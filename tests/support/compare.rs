//! Compares two runs, octet for octet but for what is excepted by name, and shows where they part.

use std::fmt::Write as _;

use super::tool::Run;

/// Something that moves while nobody asks, and why it is not compared as it is.
#[derive(Clone, Copy, Debug)]
pub struct Moving {
    /// The object's or table's name.
    pub name: &'static str,
    /// Its OID, with a leading dot: everything below it is meant.
    pub oid: &'static str,
    /// What of it moves.
    pub what: Moves,
}

/// What of an object moves.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Moves {
    /// The value: the name must still be there on both sides.
    Value,
    /// Whole rows come and go: the lines are left out.
    Rows,
}

/// How far stderr must agree.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stderr {
    /// Octet for octet.
    Exact,
    /// The first line; what follows is usage text, in everyone's own words.
    FirstLine,
    /// It is not compared.
    Any,
}

/// Whether measured times must agree.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Times {
    /// Octet for octet like everything else.
    Exact,
    /// Any number of seconds with six decimals is as good as another.
    Any,
}

/// What must agree, and what is excepted.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// What moves on stdout; meant for numeric output (`-On`).
    pub moving: &'a [Moving],
    /// How far stderr must agree.
    pub stderr: Stderr,
    /// Whether seconds with six decimals must agree, on stdout and on stderr.
    pub times: Times,
}

/// Everything must agree.
pub const EXACT: Rules<'static> = Rules { moving: &[], stderr: Stderr::Exact, times: Times::Exact };

impl Rules<'_> {
    fn timed(&self, octets: &[u8]) -> Vec<u8> {
        match self.times {
            Times::Exact => octets.to_vec(),
            Times::Any => without_times(octets),
        }
    }
}

/// How many lines that differ are shown.
const SHOWN: usize = 40;

/// How far to look for the place where two texts agree again.
const LOOK_AHEAD: usize = 200;

/// Whether two runs agree under the rules; the error is a report to read.
pub fn compare(left: &Run, right: &Run, rules: &Rules<'_>) -> Result<(), String> {
    let mut report = String::new();
    if left.end != right.end {
        writeln!(report, "end: {:?} / {:?}", left.end, right.end).unwrap();
    }
    let [left_out, right_out] = [left, right].map(|run| masked(&rules.timed(&run.stdout), rules.moving));
    report.push_str(&difference("stdout", &left_out, &right_out));
    let [left_err, right_err] =
        [left, right].map(|run| stderr_lines(&rules.timed(&run.stderr), rules.stderr));
    report.push_str(&difference("stderr", &left_err, &right_err));
    if report.is_empty() {
        return Ok(());
    }
    Err(format!("\n- {}\n+ {}\n{report}", left.command, right.command))
}

/// Lines of numeric output, what moves made still. With exceptions to look for, a value of several lines is one entry.
pub fn masked(stdout: &[u8], moving: &[Moving]) -> Vec<String> {
    if moving.is_empty() {
        return lines(stdout);
    }
    let mut entries: Vec<String> = Vec::new();
    let mut last = Entry::Whole;
    for line in lines(stdout) {
        if let Some(name) = name_of(&line) {
            match moving.iter().find(|moving| is_below(name, moving.oid)) {
                None => {
                    last = Entry::Whole;
                    entries.push(line);
                }
                Some(Moving { what: Moves::Rows, .. }) => last = Entry::Masked,
                Some(moving) => {
                    last = Entry::Masked;
                    entries.push(format!("{name} = <moves: {}>", moving.name));
                }
            }
        } else if last == Entry::Whole {
            match entries.last_mut() {
                Some(entry) => *entry = format!("{entry}\n{line}"),
                None => entries.push(line),
            }
        }
    }
    entries
}

/// What became of the entry that a line without a name continues.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Entry {
    Whole,
    Masked,
}

/// The OIDs of numeric output, in order, without the values.
pub fn names(stdout: &[u8]) -> Vec<String> {
    lines(stdout).iter().filter_map(|line| name_of(line).map(str::to_owned)).collect()
}

fn is_below(name: &str, root: &str) -> bool {
    name.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The OID at the start of a line of numeric output.
fn name_of(line: &str) -> Option<&str> {
    let name = &line[..line.find(' ').unwrap_or(line.len())];
    (name.len() > 1 && name.starts_with('.') && name.bytes().all(|b| b == b'.' || b.is_ascii_digit()))
        .then_some(name)
}

/// Lines with everything that is not printable escaped, so that any two different texts look different.
fn lines(octets: &[u8]) -> Vec<String> {
    let mut lines: Vec<String> =
        octets.split(|&octet| octet == b'\n').map(|l| l.escape_ascii().to_string()).collect();
    match lines.pop() {
        Some(last) if !last.is_empty() => lines.push(format!("{last}[no newline at the end]")),
        _ => {}
    }
    lines
}

fn stderr_lines(octets: &[u8], rule: Stderr) -> Vec<String> {
    let mut lines = lines(octets);
    match rule {
        Stderr::Exact => {}
        Stderr::FirstLine => lines.truncate(1),
        Stderr::Any => lines.clear(),
    }
    lines
}

/// The text with `#` for each number of seconds with six decimals.
fn without_times(octets: &[u8]) -> Vec<u8> {
    let digits = |octets: &[u8]| octets.iter().take_while(|octet| octet.is_ascii_digit()).count();
    let mut text = Vec::with_capacity(octets.len());
    let mut rest = octets;
    while !rest.is_empty() {
        let whole = digits(rest);
        let decimals = rest[whole..].strip_prefix(b".").map_or(0, digits);
        if whole > 0 && decimals == 6 {
            text.push(b'#');
            rest = &rest[whole + 7..];
        } else {
            let (taken, after) = rest.split_at(whole.max(1));
            text.extend_from_slice(taken);
            rest = after;
        }
    }
    text
}

/// Where two lists of lines differ, as a readable text; empty when they do not.
pub fn difference(what: &str, left: &[String], right: &[String]) -> String {
    let (mut l, mut r, mut shown) = (0, 0, 0);
    let mut text = String::new();
    while l < left.len() || r < right.len() {
        if left.get(l).is_some() && left.get(l) == right.get(r) {
            (l, r) = (l + 1, r + 1);
            continue;
        }
        let (l_end, r_end) = next_common(left, right, l, r);
        for (sign, lines, from, to) in [('-', left, l, l_end), ('+', right, r, r_end)] {
            for (index, line) in lines[from..to].iter().enumerate() {
                shown += 1;
                if shown <= SHOWN {
                    writeln!(text, "{what} {:>5} {sign} {line}", from + index + 1).unwrap();
                }
            }
        }
        (l, r) = (l_end, r_end);
    }
    if shown > SHOWN {
        writeln!(text, "{what}: and {} lines more", shown - SHOWN).unwrap();
    }
    text
}

/// The nearest pair of positions from which both sides go on alike.
fn next_common(left: &[String], right: &[String], l: usize, r: usize) -> (usize, usize) {
    for distance in 1..LOOK_AHEAD {
        for skip in 0..=distance {
            let (at_l, at_r) = (l + skip, r + distance - skip);
            if left.get(at_l).is_some() && left.get(at_l) == right.get(at_r) {
                return (at_l, at_r);
            }
        }
    }
    (left.len(), right.len())
}
