//! A run that ends before the agent is asked: told to people, and to programs that wait for JSON.

use std::{
    ffi::OsString,
    io::{self, Write as _},
    time::Duration,
};

use super::{
    Context, Ending, Records, Tool, ToolError, log, print_line, printer::OutputLost, target::Target,
    usage_line,
};
use crate::{
    cli::{args, rewrite::Usage},
    config::Priority,
    output::{
        End, EndReason, ErrorCode, Failure, Format, Sink, Writer,
        options::Options,
        rows,
        terminal::{Destination, Escapes},
    },
};

/// The format of JSON that the words ask for, if any: they may be such that nothing else can be made of them.
pub(super) fn wanted_format(words: &[OsString]) -> Option<Format> {
    let mut wanted = None;
    let mut words = words.iter().take_while(|word| *word != "--");
    let mut is_short = false;
    while let Some(word) = words.next() {
        let Some(word) = word.to_str() else { continue };
        let name = match word.split_once('=') {
            Some(("--format", name)) => name,
            _ if word == "--format" => words.next().and_then(|name| name.to_str()).unwrap_or_default(),
            _ => {
                is_short |= matches!(word, "-j" | "--json");
                continue;
            }
        };
        wanted = Some(match name {
            "json" => Some(Format::Json),
            "ndjson" => Some(Format::Ndjson),
            _ => None,
        });
    }
    wanted.unwrap_or(is_short.then_some(Format::Ndjson))
}

/// Tells what is wrong, each sort of mistake where net-snmp tells it.
pub(super) fn tell_people<T: Tool>(error: &ToolError, context: Option<&Context>) {
    match (error, context) {
        (ToolError::Usage(message), _) => {
            log::say(message);
            log::say(&usage_line::<T>());
        }
        (ToolError::OnOutput { text, usage }, context) => {
            if context.is_some_and(|context| context.output.format == args::Format::Text) {
                // Who does not read this has the status.
                print_line(T::NAME, text);
            } else {
                log::say(text);
            }
            if *usage == Usage::Shown {
                log::say(&usage_line::<T>());
            }
        }
        (ToolError::Rejected(lines), Some(context)) => {
            for line in lines {
                context.log.write(Priority::Error, line);
            }
        }
        (ToolError::Advised { mistake, hint }, _) => {
            let hint = format!("{}: {hint}", T::NAME);
            match (&**mistake, context) {
                (ToolError::Usage(message), _) => {
                    // The usage is the last thing that is said.
                    log::say(message);
                    log::say(&hint);
                    log::say(&usage_line::<T>());
                }
                (ToolError::Rejected(_), Some(context)) => {
                    tell_people::<T>(mistake, Some(context));
                    context.log.write(Priority::Error, &hint);
                }
                _ => {
                    tell_people::<T>(mistake, context);
                    log::say(&hint);
                }
            }
        }
        (error, _) => {
            let text = error.to_string();
            if !text.is_empty() {
                log::say(&text);
            }
        }
    }
}

/// Writes the error and the end of the stream for a program that waits for JSON, and says how the run ends.
pub(super) fn tell_programs<T: Tool>(
    format: Option<Format>,
    error: &ToolError,
    context: Option<&Context>,
) -> Ending {
    let ending = error.ending();
    let code = match ending {
        Ending::Usage | Ending::UnknownName | Ending::NoMatch => ErrorCode::Usage,
        Ending::Local => ErrorCode::Local,
        _ => return ending,
    };
    let Some(format) = format else { return ending };
    let (mistake, hint) = match error {
        ToolError::Advised { mistake, hint } => (&**mistake, Some(hint.as_str())),
        other => (other, None),
    };
    let prefix = format!("{}: ", T::NAME);
    let text = mistake.to_string();
    let lines: Vec<_> = text.lines().map(|line| line.strip_prefix(&prefix).unwrap_or(line).trim()).collect();
    let message = lines.join("; ");
    // What was typed may have a community in it, which what was understood of it shows.
    let target = context.and_then(|context| Target::of(context).ok());
    let host = target.as_ref().map_or("", |target| &target.host);
    let failure = Failure { host, code, message: &message, hint, oid: None, tries: None, elapsed: None };
    let end = End {
        complete: false,
        reason: EndReason::Error,
        varbinds: 0,
        requests: 0,
        retransmissions: 0,
        elapsed: Duration::ZERO,
    };
    let out = match T::RECORDS {
        Records::Bindings => without_bindings(format, &failure, &end),
        Records::Rows => rows::refused(format, &failure, &end),
    };
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(&out).and_then(|()| stdout.flush());
    written.map_or_else(|error| OutputLost::told(T::NAME, &error).ending(), |()| ending)
}

fn without_bindings(format: Format, failure: &Failure<'_>, end: &End) -> Vec<u8> {
    let sink = Sink { escapes: Escapes::of(Destination::Other), width: 0 };
    let mut writer = Writer::new(format, Options::default(), sink);
    let mut out = Vec::new();
    writer.error(failure, &mut out);
    writer.end(failure.host, end, &mut out);
    writer.finish(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_say_whether_a_program_waits_for_json() {
        for (line, format) in [
            ("-v2c host sysUpTime.0", None),
            ("-j host", Some(Format::Ndjson)),
            ("--json host", Some(Format::Ndjson)),
            ("--format json host", Some(Format::Json)),
            ("--format=ndjson host", Some(Format::Ndjson)),
            ("--format=json -j host", Some(Format::Json)),
            ("-j --format text host", None),
            ("--format", None),
            ("host -- -j", None),
        ] {
            let words: Vec<_> = line.split(' ').map(OsString::from).collect();
            assert_eq!(wanted_format(&words), format, "{line}");
        }
    }
}
