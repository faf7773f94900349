//! Just enough of Rust's syntax to see which modules a file uses.

use std::{fs, path::Path};

/// A piece of source text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Token {
    /// An identifier or a keyword.
    Word(String),
    /// One character of punctuation.
    Mark(char),
}

/// A token and its line, from 1.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The token.
    pub token: Token,
    /// Its line.
    pub line: usize,
}

impl Placed {
    /// Whether it is this word.
    pub fn is_word(&self, word: &str) -> bool {
        matches!(&self.token, Token::Word(own) if own == word)
    }

    /// Whether it is this mark.
    pub fn is_mark(&self, mark: char) -> bool {
        self.token == Token::Mark(mark)
    }

    /// The word, if it is one.
    pub fn word(&self) -> Option<&str> {
        match &self.token {
            Token::Word(word) => Some(word),
            Token::Mark(_) => None,
        }
    }
}

/// A file of Rust.
pub struct Source {
    /// Its path below the package, with `/`.
    pub path: String,
    /// Its tokens, comments and the contents of literals left out.
    pub tokens: Vec<Placed>,
    /// How many lines stand before its tests.
    pub lines_before_tests: usize,
}

/// A path into another module: `crate::a::…` or as many `super` as lead there.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Use {
    /// The module below the crate's root.
    pub module: String,
    /// Where.
    pub line: usize,
}

impl Source {
    /// Reads a file below `root`; what stands under `#[cfg(test)] mod` is left out.
    pub fn read(root: &Path, path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let path = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        Self::parse(&path, &text)
    }

    /// Reads a file with its tests.
    pub fn read_whole(root: &Path, path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let path = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        Self { path, tokens: tokens(&text), lines_before_tests: text.lines().count() }
    }

    /// Takes the text of the file `path`.
    pub fn parse(path: &str, text: &str) -> Self {
        let all = tokens(text);
        let (tokens, first_test_line) = without_tests(&all);
        let lines = text.lines().count();
        Self {
            path: path.to_owned(),
            tokens,
            lines_before_tests: first_test_line.map_or(lines, |line| line - 1),
        }
    }

    /// The module of the table that the file belongs to: the first below `src/`.
    pub fn module(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inside.split(['/', '.']).next().unwrap_or_default()
    }

    /// How many modules lie between the crate's root and the file: 1 for `src/a.rs` and `src/a/mod.rs`.
    fn depth(&self) -> usize {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let names = inside.trim_end_matches(".rs").split('/').filter(|name| !matches!(*name, "mod" | "lib"));
        names.count()
    }

    /// Every path that begins with this word, groups taken apart: `std::{fmt, io::{self, Read}}` is three paths.
    pub fn paths(&self, first: &str) -> Vec<(String, usize)> {
        let mut paths = Vec::new();
        for (index, token) in self.tokens.iter().enumerate() {
            if token.is_word(first) && !self.continues_path(index) && self.follows_path(index) {
                self.expand(index, "", &mut paths);
            }
        }
        paths
    }

    /// Takes the tree of paths at `index` apart; the index after it.
    fn expand(&self, index: usize, before: &str, paths: &mut Vec<(String, usize)>) -> usize {
        let Some(token) = self.tokens.get(index) else { return index };
        if token.is_mark('{') {
            let mut at = index + 1;
            while self.tokens.get(at).is_some_and(|token| !token.is_mark('}')) {
                let next = self.expand(at, before, paths);
                // What is no path (`as` and a name, a comma) is passed over.
                at = next.max(at + 1);
            }
            return at + 1;
        }
        let name = match &token.token {
            Token::Word(word) => word.as_str(),
            Token::Mark('*') => "*",
            Token::Mark(_) => return index,
        };
        let path = if before.is_empty() { name.to_owned() } else { format!("{before}::{name}") };
        if self.follows_path(index) {
            return self.expand(index + 3, &path, paths);
        }
        let is_renaming = index > 0 && (name == "as" || self.tokens[index - 1].is_word("as"));
        if !is_renaming {
            paths.push((path, token.line));
        }
        index + 1
    }

    /// Every module below the crate's root that the file names.
    pub fn uses(&self) -> Vec<Use> {
        let mut uses = Vec::new();
        // The braces of modules written inside the file, each by the depth of braces that it opened at.
        let (mut braces, mut inner): (usize, Vec<usize>) = (0, Vec::new());
        let at = |index: usize| self.tokens.get(index);
        for (index, token) in self.tokens.iter().enumerate() {
            match &token.token {
                Token::Mark('{') => {
                    let opens_module = index >= 2 && self.tokens[index - 2].is_word("mod");
                    if opens_module {
                        inner.push(braces);
                    }
                    braces += 1;
                }
                Token::Mark('}') => {
                    braces = braces.saturating_sub(1);
                    if inner.last() == Some(&braces) {
                        inner.pop();
                    }
                }
                Token::Word(word) if word == "crate" && self.follows_path(index) => {
                    self.targets(index + 3, &mut uses);
                }
                Token::Word(word) if word == "super" && !self.continues_path(index) => {
                    let mut end = index;
                    while self.follows_path(end) && at(end + 3).is_some_and(|next| next.is_word("super")) {
                        end += 3;
                    }
                    let levels = (end - index) / 3 + 1;
                    if levels == self.depth() + inner.len() && self.follows_path(end) {
                        self.targets(end + 3, &mut uses);
                    }
                }
                _ => {}
            }
        }
        uses.sort();
        uses.dedup();
        uses
    }

    /// Whether `::` follows the token.
    fn follows_path(&self, index: usize) -> bool {
        [1, 2].iter().all(|ahead| self.tokens.get(index + ahead).is_some_and(|token| token.is_mark(':')))
    }

    /// Whether `::` comes before the token.
    fn continues_path(&self, index: usize) -> bool {
        index >= 2 && self.tokens[index - 1].is_mark(':') && self.tokens[index - 2].is_mark(':')
    }

    /// The module at `index`, or each one of a group in braces.
    fn targets(&self, index: usize, uses: &mut Vec<Use>) {
        let mut paths = Vec::new();
        self.expand(index, "", &mut paths);
        uses.extend(paths.into_iter().map(|(path, line)| {
            let module = path.split("::").next().unwrap_or_default().to_owned();
            Use { module, line }
        }));
    }
}

/// The lines of `expect` and `allow` attributes without a reason.
pub fn attributes_without_reason(tokens: &[Placed]) -> Vec<usize> {
    let mut lines = Vec::new();
    for (start, _) in tokens.iter().enumerate().filter(|(_, token)| token.is_mark('#')) {
        let open = start + 1 + usize::from(tokens.get(start + 1).is_some_and(|token| token.is_mark('!')));
        if !tokens.get(open).is_some_and(|token| token.is_mark('[')) {
            continue;
        }
        let attribute = balanced(&tokens[open..], '[', ']');
        for (index, token) in attribute.iter().enumerate() {
            let is_exception = token.is_word("expect") || token.is_word("allow");
            let rest = &attribute[index + 1..];
            if is_exception && rest.first().is_some_and(|next| next.is_mark('(')) {
                let inside = balanced(rest, '(', ')');
                if !inside.iter().any(|token| token.is_word("reason")) {
                    lines.push(token.line);
                }
            }
        }
    }
    lines
}

/// The tokens from an opening mark to the one that closes it.
fn balanced(tokens: &[Placed], open: char, close: char) -> &[Placed] {
    let mut depth = 0;
    let last = tokens.iter().position(|token| {
        depth += i32::from(token.is_mark(open)) - i32::from(token.is_mark(close));
        depth == 0
    });
    &tokens[..last.map_or(tokens.len(), |last| last + 1)]
}

/// Leaves out each `#[cfg(test)] mod …`, and says on which line the first begins.
fn without_tests(all: &[Placed]) -> (Vec<Placed>, Option<usize>) {
    let heading: Vec<Token> = ["#", "[", "cfg", "(", "test", ")", "]", "mod"]
        .iter()
        .map(|piece| match piece.chars().next() {
            Some(mark) if piece.len() == 1 && !mark.is_alphanumeric() => Token::Mark(mark),
            _ => Token::Word((*piece).to_owned()),
        })
        .collect();
    let (mut kept, mut first) = (Vec::new(), None);
    let mut rest = all;
    while let Some(token) = rest.first() {
        let begins =
            rest.len() > heading.len() && rest.iter().zip(&heading).all(|(own, other)| own.token == *other);
        if !begins {
            kept.push(token.clone());
            rest = &rest[1..];
            continue;
        }
        first = first.or(Some(token.line));
        let mut depth = 0;
        let length = rest.iter().position(|token| {
            depth += i32::from(token.is_mark('{')) - i32::from(token.is_mark('}'));
            depth == 0 && (token.is_mark('}') || token.is_mark(';'))
        });
        rest = &rest[length.map_or(rest.len(), |last| last + 1)..];
    }
    (kept, first)
}

/// The tokens of a text. Comments are left out; a literal is nothing, so that its contents count for nothing.
pub fn tokens(text: &str) -> Vec<Placed> {
    let characters: Vec<char> = text.chars().collect();
    let (mut tokens, mut line, mut at) = (Vec::new(), 1, 0);
    while at < characters.len() {
        let end = match characters[at] {
            '/' if characters.get(at + 1) == Some(&'/') => end_of(&characters, at, |c| c == '\n'),
            '/' if characters.get(at + 1) == Some(&'*') => end_of_comment(&characters, at),
            '"' => end_of_string(&characters, at),
            '\'' => end_of_quote(&characters, at),
            'r' | 'b' | 'c' if begins_literal(&characters, at).is_some() => {
                begins_literal(&characters, at).unwrap()
            }
            c if c.is_alphabetic() || c == '_' => {
                let end = end_of(&characters, at, |c| !(c.is_alphanumeric() || c == '_'));
                tokens.push(Placed { token: Token::Word(characters[at..end].iter().collect()), line });
                end
            }
            c if c.is_ascii_digit() => end_of(&characters, at, |c| !(c.is_alphanumeric() || c == '_')),
            c => {
                if !c.is_whitespace() {
                    tokens.push(Placed { token: Token::Mark(c), line });
                }
                at + 1
            }
        };
        line += characters[at..end].iter().filter(|&&c| c == '\n').count();
        at = end;
    }
    tokens
}

fn end_of(characters: &[char], from: usize, stop: impl Fn(char) -> bool) -> usize {
    characters[from..].iter().position(|&c| stop(c)).map_or(characters.len(), |length| from + length)
}

fn end_of_comment(characters: &[char], from: usize) -> usize {
    let (mut depth, mut at) = (0, from);
    while at < characters.len() {
        match (characters[at], characters.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    at
}

fn end_of_string(characters: &[char], from: usize) -> usize {
    let mut at = from + 1;
    while at < characters.len() && characters[at] != '"' {
        at += if characters[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(characters.len())
}

/// The end of a character literal, or of the quote alone when it begins a lifetime.
fn end_of_quote(characters: &[char], from: usize) -> usize {
    match (characters.get(from + 1), characters.get(from + 2)) {
        (Some('\\'), _) => end_of(characters, (from + 3).min(characters.len()), |c| c == '\'') + 1,
        (Some(_), Some('\'')) => from + 3,
        _ => from + 1,
    }
}

/// The end of a literal with a prefix (`r"…"`, `br#"…"#`, `b'x'`, `c"…"`), if one begins here.
fn begins_literal(characters: &[char], from: usize) -> Option<usize> {
    let mut at = from;
    while matches!(characters.get(at), Some('r' | 'b' | 'c')) && at < from + 2 {
        at += 1;
    }
    let raw = characters[from..at].contains(&'r');
    let hashes = characters[at..].iter().take_while(|&&c| c == '#').count();
    match characters.get(at + hashes)? {
        '"' if raw => {
            let close: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            let body = at + hashes + 1;
            let length = characters[body..].windows(close.len()).position(|window| window == close)?;
            Some(body + length + close.len())
        }
        '"' if hashes == 0 => Some(end_of_string(characters, at)),
        '\'' if hashes == 0 && !raw => Some(end_of_quote(characters, at)),
        _ => None,
    }
}
