//! POSIX extended regular expressions (IEEE 1003.1, section 9.4), with what glibc adds, in the notation of the crate
//! that runs them.

use std::{fmt::Write as _, iter::Peekable, str::Chars};

/// Writes an expression in the other notation; `None` when it is none, or refers back to a group.
///
/// The names that it is held against are ASCII.
pub(super) fn translate(pattern: &str) -> Option<String> {
    let mut translator = Translator { left: pattern.chars().peekable(), out: String::new(), open: 0 };
    translator.whole()?;
    Some(translator.out)
}

struct Translator<'p> {
    left: Peekable<Chars<'p>>,
    out: String,
    /// Parentheses that are open.
    open: usize,
}

impl Translator<'_> {
    fn whole(&mut self) -> Option<()> {
        // Whether a repetition may stand here, and where in `out` what it repeats begins.
        let mut atom: Option<usize> = None;
        let mut groups = Vec::new();
        while let Some(next) = self.left.next() {
            let start = self.out.len();
            match next {
                '*' | '+' | '?' | '{' => {
                    self.repeat(atom?, next)?;
                    continue;
                }
                '(' => {
                    self.open += 1;
                    groups.push(start);
                    self.out.push_str("(?:");
                    atom = None;
                    continue;
                }
                ')' if self.open > 0 => {
                    self.open -= 1;
                    self.out.push(')');
                    atom = groups.pop();
                    continue;
                }
                '|' => {
                    self.out.push('|');
                    atom = None;
                    continue;
                }
                // An anchor cannot be repeated; glibc lets it pass, and so nothing is repeated.
                '^' => self.out.push_str("(?:^)"),
                '$' => self.out.push_str("(?:$)"),
                '.' => self.out.push_str("(?s:.)"),
                '[' => self.bracket()?,
                '\\' => self.escaped()?,
                other => self.literal(other),
            }
            atom = Some(start);
        }
        (self.open == 0).then_some(())
    }

    fn literal(&mut self, one: char) {
        let _ = write!(self.out, "\\x{{{:x}}}", u32::from(one));
    }

    /// Repeats what was written from `start` on.
    fn repeat(&mut self, start: usize, operator: char) -> Option<()> {
        let operator = if operator == '{' { self.interval()? } else { operator.to_string() };
        self.out.insert_str(start, "(?:");
        self.out.push(')');
        self.out.push_str(&operator);
        Some(())
    }

    /// `{2}`, `{2,}`, `{,2}` or `{2,3}`, of which the first brace is read.
    fn interval(&mut self) -> Option<String> {
        let low = self.number();
        let (low, high) = match self.left.next()? {
            '}' => (low?, low),
            ',' => {
                let high = self.number();
                (self.left.next()? == '}').then_some((low.unwrap_or(0), high))?
            }
            _ => return None,
        };
        let high = high.map_or_else(|| Some(String::new()), |high| (low <= high).then(|| high.to_string()));
        Some(format!("{{{low},{}}}", high?))
    }

    fn number(&mut self) -> Option<u16> {
        let mut digits = String::new();
        while let Some(digit) = self.left.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        digits.parse().ok()
    }

    fn escaped(&mut self) -> Option<()> {
        let next = self.left.next()?;
        match next {
            'w' | 'W' | 's' | 'S' | 'b' | 'B' => {
                self.out.push_str("(?:\\");
                self.out.push(next);
                self.out.push(')');
            }
            '<' => self.out.push_str("(?:\\b{start})"),
            '>' => self.out.push_str("(?:\\b{end})"),
            '`' => self.out.push_str("(?:^)"),
            '\'' => self.out.push_str("(?:$)"),
            '1'..='9' => return None,
            other => self.literal(other),
        }
        Some(())
    }

    /// `[a-z_]`, of which the first bracket is read.
    fn bracket(&mut self) -> Option<()> {
        let is_negated = self.left.next_if_eq(&'^').is_some();
        let mut members = [false; 128];
        let mut is_first = true;
        loop {
            let next = self.left.next()?;
            if next == ']' && !is_first {
                break;
            }
            is_first = false;
            if next == '[' && self.left.next_if_eq(&':').is_some() {
                class(&self.named(':')?, &mut members)?;
                continue;
            }
            let low = self.element(next)?;
            let mut ahead = self.left.clone();
            let is_range = ahead.next() == Some('-') && ahead.next().is_some_and(|after| after != ']');
            let high = if is_range {
                self.left.next();
                let next = self.left.next()?;
                self.element(next)?
            } else {
                low
            };
            if low > high {
                return None;
            }
            for (code, member) in (0_u32..).zip(&mut members) {
                *member |= (u32::from(low)..=u32::from(high)).contains(&code);
            }
        }
        self.members(&members, is_negated);
        Some(())
    }

    /// A character between brackets, or `[.x.]` and `[=x=]`, which stand for one.
    fn element(&mut self, next: char) -> Option<char> {
        if next != '[' {
            return Some(next);
        }
        let Some(mark) = self.left.next_if(|mark| matches!(mark, '.' | '=')) else { return Some('[') };
        let name = self.named(mark)?;
        let mut chars = name.chars();
        chars.next().filter(|_| chars.next().is_none())
    }

    /// The text up to a mark and a bracket.
    fn named(&mut self, mark: char) -> Option<String> {
        let mut name = String::new();
        loop {
            let next = self.left.next()?;
            if next == mark && self.left.next_if_eq(&']').is_some() {
                return Some(name);
            }
            name.push(next);
        }
    }

    fn members(&mut self, members: &[bool; 128], is_negated: bool) {
        // Something that no name has, so that there is never nothing between the brackets.
        self.out.push_str(if is_negated { "[^\\x{80}" } else { "[\\x{80}" });
        for (code, _) in members.iter().enumerate().filter(|(_, is_member)| **is_member) {
            let _ = write!(self.out, "\\x{{{code:x}}}");
        }
        self.out.push(']');
    }
}

fn class(name: &str, members: &mut [bool; 128]) -> Option<()> {
    let holds: fn(&u8) -> bool = match name {
        "digit" => u8::is_ascii_digit,
        "alnum" => u8::is_ascii_alphanumeric,
        // Case does not count.
        "alpha" | "upper" | "lower" => u8::is_ascii_alphabetic,
        "space" => |code| matches!(code, b' ' | b'\t'..=b'\r'),
        "blank" => |code| matches!(code, b' ' | b'\t'),
        "punct" => u8::is_ascii_punctuation,
        "print" => |code| matches!(code, b' '..=b'~'),
        "graph" => u8::is_ascii_graphic,
        "cntrl" => u8::is_ascii_control,
        "xdigit" => u8::is_ascii_hexdigit,
        _ => return None,
    };
    for code in (0..128).filter(holds) {
        members[usize::from(code)] = true;
    }
    Some(())
}
