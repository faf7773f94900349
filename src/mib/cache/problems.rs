//! What was wrong with modules, for whoever asks later.

use crate::mib::compile::{Problem, Severity};

/// One line for each: severity, line, file, module and text, with tabs between them.
pub(super) fn write(problems: &[Problem]) -> Vec<u8> {
    let mut out = String::new();
    for Problem { module, file, line, severity, text } in problems {
        let severity = match severity {
            Severity::Error => "E",
            Severity::Warning => "W",
        };
        let line = line.to_string();
        for (n, field) in [severity, &line, file, module, text].into_iter().enumerate() {
            if n > 0 {
                out.push('\t');
            }
            out.extend(field.chars().map(|c| if c == '\t' || c == '\n' { ' ' } else { c }));
        }
        out.push('\n');
    }
    out.into_bytes()
}

pub(super) fn read(octets: &[u8]) -> Vec<Problem> {
    let text = String::from_utf8_lossy(octets);
    text.lines()
        .filter_map(|line| {
            let mut fields = line.splitn(5, '\t');
            let severity = if fields.next()? == "E" { Severity::Error } else { Severity::Warning };
            let line = fields.next()?.parse().ok()?;
            let (file, module) = (fields.next()?.to_owned(), fields.next()?.to_owned());
            Some(Problem { module, file, line, severity, text: fields.next()?.to_owned() })
        })
        .collect()
}
