//! What went wrong with a table, for people and for programs.

use std::fmt::Write as _;

use crate::{
    mib::View,
    oid::Oid,
    operation::{AgentError, TableError},
    output::ErrorCode,
    session::{Error, RunError},
    tool::{
        Ending, exchange,
        printer::{Printer, Trouble},
        target::About,
        trouble::{self, Wording},
    },
};

/// Whether the text of an error-status has a line about the object: net-snmp's has none where it asks with GETBULK.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum FailedLine {
    /// It has.
    Shown,
    /// It has not.
    Hidden,
}

/// A fetch that failed; `came` is how many bindings had come before.
pub(super) fn of_failure(
    error: RunError<TableError>,
    came: u64,
    failed_line: FailedLine,
    about: &About<'_>,
    printer: &Printer,
) -> (Trouble, Ending) {
    let error = match error {
        RunError::Session(error) => return of_session(&error, came, about, printer),
        RunError::Operation(TableError::Request(error)) => {
            return of_session(&Error::from(error), came, about, printer);
        }
        RunError::Operation(error) => error,
    };
    let name = about.context.name;
    let view = about.context.library.view();
    let message = named(&error, view);
    let told = |code, oid: Option<&Oid>, hint: Option<&str>| Trouble {
        text: match hint {
            Some(hint) => format!("{name}: {message}\n{name}: {hint}"),
            None => format!("{name}: {message}"),
        },
        code,
        message: message.clone(),
        hint: hint.map(str::to_owned),
        oid: oid.cloned(),
        tries: None,
        elapsed: None,
    };
    let best_effort = Some("--best-effort prints the table, and such indexes in numbers");
    match &error {
        TableError::Agent { error: refusal, after } => {
            let shown = match failed_line {
                FailedLine::Shown => (**refusal).clone(),
                FailedLine::Hidden => AgentError { index: 0, name: None, ..(**refusal).clone() },
            };
            let trouble = trouble::of_refusal(&shown, Wording::OTHER, printer);
            let ending = exchange::ending_of(trouble.code);
            let oid = refusal.name.clone().or_else(|| Some((**after).clone()));
            (Trouble { message, oid, ..trouble }, ending)
        }
        TableError::Inconsistent { tries, .. } => {
            let trouble = told(ErrorCode::Inconsistent, None, None);
            (Trouble { tries: Some(*tries), ..trouble }, Ending::Partial)
        }
        TableError::NotIncreasing { name: place, .. } => {
            let text = format!("OID not increasing: {}", printer.name(place));
            let trouble = told(ErrorCode::NotIncreasing, Some(place), Some("the agent is faulty"));
            (Trouble { text, ..trouble }, Ending::Disordered)
        }
        TableError::WrongSyntax { name, .. } => (told(ErrorCode::Decode, Some(name), None), Ending::Partial),
        TableError::BadIndex { name, .. } => {
            (told(ErrorCode::Decode, Some(name), best_effort), Ending::Partial)
        }
        TableError::ShortAnswer { after } => (told(ErrorCode::Decode, Some(after), None), Ending::Partial),
        TableError::TooLarge => (told(ErrorCode::TooBig, None, None), Ending::Partial),
        TableError::TooManyColumns { entry } => (told(ErrorCode::TooBig, Some(entry), None), Ending::Partial),
        TableError::Request(_) => (told(ErrorCode::Timeout, None, None), Ending::NoAnswer),
    }
}

fn of_session(error: &Error, came: u64, about: &About<'_>, printer: &Printer) -> (Trouble, Ending) {
    let trouble = trouble::of_session_after(came, error, Wording::OTHER, about, printer);
    let ending = exchange::ending_of(trouble.code);
    (trouble, ending)
}

/// An error's own words, with names where they say numbers.
fn named(error: &TableError, view: &View) -> String {
    let name = |oid: &Oid| match view.object(oid) {
        Some((definition, rest)) => {
            let mut name = definition.qualified_name().to_string();
            for arc in rest {
                let _ = write!(name, ".{arc}");
            }
            name
        }
        None => oid.to_string(),
    };
    match error {
        TableError::WrongSyntax { name: place, expected, found } => {
            format!("{} has a value of type {found}, but its object is {expected:?}", name(place))
        }
        TableError::BadIndex { name: place, error } => {
            format!("{} is not indexed as its MIB has it: {error}", name(place))
        }
        TableError::NotIncreasing { previous, name: place } => {
            format!("the agent's names do not increase: {} is followed by {}", name(previous), name(place))
        }
        TableError::ShortAnswer { after } => {
            format!("the agent answered with too short a list when asked for what follows {}", name(after))
        }
        TableError::Agent { error, after } => format!("{error}, asked for what follows {}", name(after)),
        TableError::Inconsistent { changed, .. } => {
            let text = changed.iter().fold(error.to_string(), |text, object| {
                text.replace(&format!("{object} "), &format!("{} ", name(object)))
            });
            // The advice of the library, in the options of this tool.
            let (what, _) = text.rsplit_once("; require ").unwrap_or((&text, ""));
            format!(
                "{what}; --require fewer columns or none, allow more tries with --max-iter, or take what there is with \
                 --best-effort"
            )
        }
        TableError::TooLarge => {
            format!("{error}: see --columns, --rows-from and --rows-to")
        }
        TableError::TooManyColumns { .. } | TableError::Request(_) => error.to_string(),
    }
}
