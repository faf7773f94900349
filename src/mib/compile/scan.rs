//! What a file has, before anything is parsed: its modules, what they import from, and whether parsing is safe.

use std::{collections::HashMap, sync::Arc};

use mib_rs::{
    DiagnosticConfig, SourceOrigin,
    source::{SourceDocument, SourceSet},
    syntax::SyntaxKind,
    token::{Token, tokenize_with_config},
};

use crate::limits;

/// A module that a file has.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FileModule {
    /// Its name.
    pub name: String,
    /// The modules that it imports from, each once, in order of appearance.
    pub imports: Vec<Import>,
    /// LAST-UPDATED as written; empty without MODULE-IDENTITY.
    pub last_updated: String,
}

/// What a module imports from another one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Import {
    /// The other module.
    pub module: String,
    /// What it takes.
    pub symbols: Vec<String>,
}

/// Why a file is not parsed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// It is longer than [`limits::MIB_FILE_OCTETS`].
    #[error("larger than {} MiB ({octets} octets)", limits::MIB_FILE_OCTETS >> 20)]
    TooLarge {
        /// How long it is.
        octets: usize,
    },
    /// It nests deeper than [`limits::MIB_NESTING`].
    #[error("line {line}: braces nest more than {} deep", limits::MIB_NESTING)]
    TooDeep {
        /// Where, counted from 1.
        line: u32,
    },
    /// Its definitions stand on one another deeper than [`limits::MIB_CHAIN`].
    #[error("{name} stands on a chain of more than {} definitions", limits::MIB_CHAIN)]
    TooLongChain {
        /// The first one that is too deep.
        name: String,
    },
    /// It has more than [`limits::MIB_DEFINITIONS`].
    #[error("more than {} definitions", limits::MIB_DEFINITIONS)]
    TooMany,
}

/// Lists the modules of a file.
///
/// # Errors
///
/// [`Refusal`] for a file that must not go to the parser.
pub fn scan(octets: &[u8]) -> Result<Vec<FileModule>, Refusal> {
    if octets.len() > limits::MIB_FILE_OCTETS {
        return Err(Refusal::TooLarge { octets: octets.len() });
    }
    let mut sources = SourceSet::new();
    let inserted = sources.insert(SourceOrigin::memory("scan"), "scan", Arc::<[u8]>::from(octets));
    let Some(document) = inserted.ok().and_then(|id| sources.get(id)) else {
        return Err(Refusal::TooLarge { octets: octets.len() });
    };
    let (tokens, _) = tokenize_with_config(document, &DiagnosticConfig::silent());
    if let Some(at) = first_too_deep(&tokens) {
        let line = document.byte_position(at.span.start()).map_or(0, mib_rs::source::BytePosition::line);
        return Err(Refusal::TooDeep { line: line.saturating_add(1) });
    }
    chains(document, &tokens)?;
    Ok(modules(document, &tokens))
}

/// The token that nests too deep. Tags (`[APPLICATION 1]`) recurse without nesting; they count until the next `::=`.
fn first_too_deep(tokens: &[Token]) -> Option<&Token> {
    let (mut depth, mut tags) = (0_usize, 0_usize);
    tokens.iter().find(|token| {
        match token.kind {
            SyntaxKind::LBrace | SyntaxKind::LParen => depth += 1,
            SyntaxKind::RBrace | SyntaxKind::RParen => depth = depth.saturating_sub(1),
            SyntaxKind::LBracket => tags += 1,
            SyntaxKind::ColonColonEqual => tags = 0,
            _ => {}
        }
        depth + tags > limits::MIB_NESTING
    })
}

/// Follows what definitions stand on, the parents of their OIDs and the types that types are made from: the resolver
/// takes time that grows with the square of such a chain.
fn chains(document: &SourceDocument, tokens: &[Token]) -> Result<(), Refusal> {
    let mut parents: HashMap<&[u8], &[u8]> = HashMap::new();
    let mut definitions = 0_usize;
    let word = |token: &Token| document.slice(token.span).unwrap_or_default();
    let is_name = |token: &Token| token.kind.is_identifier();
    let significant: Vec<&Token> = tokens.iter().filter(|token| token.kind != SyntaxKind::Comment).collect();
    let mut name: Option<&[u8]> = None;
    for (at, token) in significant.iter().enumerate() {
        let next = significant.get(at + 1);
        match (token.kind, next) {
            (SyntaxKind::ColonColonEqual, Some(next)) => {
                definitions += 1;
                let after = significant.get(at + 2).filter(|after| is_name(after));
                let parent = match next.kind {
                    SyntaxKind::LBrace => after.map(|after| word(after)),
                    SyntaxKind::UppercaseIdent => {
                        // A type: its name stands right before.
                        name = at.checked_sub(1).map(|before| word(significant[before]));
                        Some(word(next))
                    }
                    _ => None,
                };
                if let Some((name, parent)) = name.take().zip(parent) {
                    parents.insert(name, parent);
                } else if next.kind == SyntaxKind::KwTextualConvention {
                    name = at.checked_sub(1).map(|before| word(significant[before]));
                }
            }
            (SyntaxKind::KwSyntax, Some(next)) if next.kind == SyntaxKind::UppercaseIdent => {
                if let Some(convention) = name.filter(|name| name.first().is_some_and(u8::is_ascii_uppercase))
                {
                    parents.insert(convention, word(next));
                    name = None;
                }
            }
            (kind, Some(next))
                if kind == SyntaxKind::LowercaseIdent
                    && (next.kind.is_macro_keyword() || next.kind == SyntaxKind::KwObject) =>
            {
                name = Some(word(token));
            }
            _ => {}
        }
    }
    if definitions > limits::MIB_DEFINITIONS {
        return Err(Refusal::TooMany);
    }
    match too_deep(&parents) {
        Some(name) => Err(Refusal::TooLongChain { name: String::from_utf8_lossy(name).into_owned() }),
        None => Ok(()),
    }
}

/// A name whose chain of parents is too long. Rings end where they close.
fn too_deep<'a>(parents: &HashMap<&'a [u8], &'a [u8]>) -> Option<&'a [u8]> {
    let mut depths: HashMap<&[u8], usize> = HashMap::with_capacity(parents.len());
    for start in parents.keys() {
        let mut path = Vec::new();
        let mut at = *start;
        while !depths.contains_key(at) {
            // Found again on this very path, it has a depth already.
            depths.insert(at, 0);
            path.push(at);
            match parents.get(at) {
                Some(parent) => at = parent,
                None => break,
            }
        }
        let mut depth = depths.get(at).copied().unwrap_or_default();
        for name in path.into_iter().rev() {
            depth += 1;
            if depth > limits::MIB_CHAIN {
                return Some(name);
            }
            depths.insert(name, depth);
        }
    }
    None
}

fn modules(document: &SourceDocument, tokens: &[Token]) -> Vec<FileModule> {
    let mut modules: Vec<FileModule> = Vec::new();
    let mut reader = Reader { document, before: None, symbols: Vec::new(), depth: 0 };
    let mut last = SyntaxKind::Comment;
    for token in tokens.iter().filter(|token| token.kind != SyntaxKind::Comment) {
        reader.take(token, last, &mut modules);
        last = token.kind;
    }
    modules
}

/// Where [`modules`] is in a file.
struct Reader<'a> {
    document: &'a SourceDocument,
    /// The last word outside of braces that may be a module's name.
    before: Option<&'a Token>,
    /// What was listed since IMPORTS, or since the last module that something is imported from.
    symbols: Vec<String>,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn word(&self, token: &Token) -> Option<String> {
        let octets = self.document.slice(token.span).unwrap_or_default();
        std::str::from_utf8(octets).ok().map(str::to_owned)
    }

    fn take(&mut self, token: &'a Token, last: SyntaxKind, modules: &mut Vec<FileModule>) {
        match token.kind {
            SyntaxKind::LBrace => self.depth += 1,
            SyntaxKind::RBrace => self.depth = self.depth.saturating_sub(1),
            SyntaxKind::KwDefinitions => {
                if let Some(name) = self.before.take().and_then(|token| self.word(token)) {
                    modules.push(FileModule { name, imports: Vec::new(), last_updated: String::new() });
                }
                self.depth = 0;
                self.symbols.clear();
            }
            SyntaxKind::KwImports | SyntaxKind::ColonColonEqual => self.symbols.clear(),
            SyntaxKind::QuotedString if last == SyntaxKind::KwLastUpdated => {
                let date = self.word(token).map(|date| date.trim_matches('"').trim().to_owned());
                if let Some((module, date)) = modules.last_mut().zip(date)
                    && module.last_updated.is_empty()
                {
                    module.last_updated = date;
                }
            }
            SyntaxKind::UppercaseIdent | SyntaxKind::ForbiddenKeyword if self.depth == 0 => {
                self.before = Some(token);
                let Some(name) = self.word(token) else { return };
                match modules.last_mut() {
                    Some(module) if last == SyntaxKind::KwFrom => {
                        let symbols = std::mem::take(&mut self.symbols);
                        match module.imports.iter_mut().find(|known| known.module == name) {
                            Some(known) => known.symbols.extend(symbols),
                            None => module.imports.push(Import { module: name, symbols }),
                        }
                    }
                    _ => self.symbols.push(name),
                }
            }
            SyntaxKind::LowercaseIdent if self.depth == 0 => self.symbols.extend(self.word(token)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(String, Vec<String>)> {
        let imports = |module: &FileModule| module.imports.iter().map(|known| known.module.clone()).collect();
        scan(text.as_bytes()).unwrap().iter().map(|module| (module.name.clone(), imports(module))).collect()
    }

    #[test]
    fn modules_and_imports_are_found_and_comments_are_not_taken_for_them() {
        let text = "-- X DEFINITIONS ::= BEGIN\nA-MIB { iso 3 } DEFINITIONS ::= BEGIN IMPORTS a, b FROM B-MIB c FROM \
                    C-MIB d FROM B-MIB;\nEND\nD-MIB DEFINITIONS ::= BEGIN END";
        let expected = [("A-MIB", vec!["B-MIB", "C-MIB"]), ("D-MIB", vec![])];
        let expected = expected.map(|(name, imports)| {
            (name.to_owned(), imports.into_iter().map(str::to_owned).collect::<Vec<_>>())
        });
        assert_eq!(names(text), expected);
    }

    #[test]
    fn what_is_imported_and_the_date_are_found() {
        let text = "A-MIB DEFINITIONS ::= BEGIN IMPORTS a, B, OBJECT-TYPE FROM B-MIB c FROM C-MIB d FROM B-MIB;\n\
                    a MODULE-IDENTITY LAST-UPDATED \"200001010000Z\" REVISION \"x\" ::= { b 1 } END";
        let found = scan(text.as_bytes()).unwrap();
        let import = |module: &str, symbols: &[&str]| Import {
            module: module.to_owned(),
            symbols: symbols.iter().map(|symbol| (*symbol).to_owned()).collect(),
        };
        assert_eq!(found[0].imports, [import("B-MIB", &["a", "B", "d"]), import("C-MIB", &["c"])]);
        assert_eq!(found[0].last_updated, "200001010000Z");
    }

    #[test]
    fn a_chain_that_is_too_long_is_refused_and_a_ring_is_not() {
        let chain = |links: usize, link: fn(usize) -> String| {
            let text: String = (0..links).map(link).collect();
            scan(format!("A-MIB DEFINITIONS ::= BEGIN\n{text}END").as_bytes())
        };
        let oid: fn(usize) -> String = |n| format!("a{} OBJECT IDENTIFIER ::= {{ a{n} 1 }}\n", n + 1);
        let object: fn(usize) -> String = |n| {
            format!("a{} OBJECT-TYPE SYNTAX Gauge ACCESS read-only STATUS current ::= {{ a{n} 1 }}\n", n + 1)
        };
        let bare: fn(usize) -> String = |n| format!("A{} ::= A{n}\n", n + 1);
        let convention: fn(usize) -> String =
            |n| format!("A{} ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION \"\" SYNTAX A{n}\n", n + 1);
        for link in [oid, object, bare, convention] {
            assert_eq!(chain(limits::MIB_CHAIN - 1, link).map(|modules| modules.len()), Ok(1));
            let refused = chain(100_000 - 1, link);
            assert!(matches!(refused, Err(Refusal::TooLongChain { .. })), "{refused:?} {}", link(1));
        }
        let ring = chain(50_000, |n| format!("a{} OBJECT IDENTIFIER ::= {{ a{} 1 }}\n", n % 2, (n + 1) % 2));
        assert_eq!(ring.map(|modules| modules.len()), Ok(1));
        let many = chain(limits::MIB_DEFINITIONS + 1, |n| format!("a{n} OBJECT IDENTIFIER ::= {{ b 1 }}\n"));
        assert_eq!(many, Err(Refusal::TooMany));
    }

    #[test]
    fn what_nests_too_deep_is_refused_with_its_line() {
        for open in ["{", "(", "[1] ", "{("] {
            let text = format!("A-MIB DEFINITIONS ::= BEGIN\nx ::= {}", open.repeat(200_000));
            assert_eq!(scan(text.as_bytes()), Err(Refusal::TooDeep { line: 2 }), "{open}");
        }
        let commented = format!("A-MIB DEFINITIONS ::= BEGIN\nx ::= {}", "{ -- }\n".repeat(200));
        assert!(matches!(scan(commented.as_bytes()), Err(Refusal::TooDeep { .. })));
    }

    #[test]
    fn what_opens_and_closes_again_may_do_so_for_ever() {
        let text = format!("A-MIB DEFINITIONS ::= BEGIN\n{}", "x ::= { a [1] (2) }\n".repeat(100_000));
        assert_eq!(scan(text.as_bytes()).unwrap().len(), 1);
    }

    #[test]
    fn an_enormous_file_is_refused_unread() {
        let octets = vec![b'{'; limits::MIB_FILE_OCTETS + 1];
        assert_eq!(scan(&octets), Err(Refusal::TooLarge { octets: octets.len() }));
    }
}
