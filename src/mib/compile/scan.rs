//! What a file has, before anything is parsed: its modules, what they import from, and whether parsing is safe.

use std::sync::Arc;

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
    /// The names of the modules that it imports from, each once, in order of appearance.
    pub imports: Vec<String>,
}

/// Why a file is not parsed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// It is longer than [`limits::MIB_FILE_OCTETS`].
    #[error("{octets} octets are too many for a MIB module file, {} are possible", limits::MIB_FILE_OCTETS)]
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

fn modules(document: &SourceDocument, tokens: &[Token]) -> Vec<FileModule> {
    let word = |token: &Token| {
        let octets = document.slice(token.span).unwrap_or_default();
        std::str::from_utf8(octets).ok().map(str::to_owned)
    };
    let mut modules: Vec<FileModule> = Vec::new();
    let mut before: Option<&Token> = None;
    let mut depth = 0_usize;
    let mut is_after_from = false;
    for token in tokens.iter().filter(|token| token.kind != SyntaxKind::Comment) {
        match token.kind {
            SyntaxKind::LBrace => depth += 1,
            SyntaxKind::RBrace => depth = depth.saturating_sub(1),
            SyntaxKind::KwDefinitions => {
                if let Some(name) = before.take().and_then(word) {
                    modules.push(FileModule { name, imports: Vec::new() });
                }
                depth = 0;
            }
            SyntaxKind::UppercaseIdent | SyntaxKind::ForbiddenKeyword if depth == 0 => {
                before = Some(token);
                let module = modules.last_mut().filter(|_| is_after_from);
                if let Some((module, name)) = module.zip(word(token))
                    && !module.imports.contains(&name)
                {
                    module.imports.push(name);
                }
            }
            _ => {}
        }
        is_after_from = token.kind == SyntaxKind::KwFrom;
    }
    modules
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(String, Vec<String>)> {
        scan(text.as_bytes()).unwrap().into_iter().map(|module| (module.name, module.imports)).collect()
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
