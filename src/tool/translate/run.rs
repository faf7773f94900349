//! What is to be done, once it is known what is asked for.

use std::{
    ffi::{OsStr, OsString},
    io::{self, BufRead as _, BufReader, Read as _},
    os::unix::ffi::OsStrExt as _,
};

use super::{
    Args, NAME, Report, Reports, WIDTH_DEFAULT, listing,
    lookup::{self, Sort, Unknown},
    sink::{Notation, Sink},
};
use crate::{
    config::{Environment, Priority, Settings},
    limits,
    mib::{
        Library,
        name::{Rules, Search},
        tree::Branch,
    },
    oid::Oid,
    output::{
        Format,
        netsnmp::{self, Named},
        objects::Objects,
        options::Options,
    },
    tool::{
        Ending, OutputRequest, ToolError, context, hints,
        log::{self, Log},
        mibs,
        printer::{self, OutputLost},
    },
};

/// Octets at the front of a line in which net-snmp looks for no blank.
const WORD_OCTETS_MIN: usize = 6;

/// Octets that are read from standard input at once.
const INPUT_OCTETS: usize = 64 * 1024;

/// Why a run ended before everything was done.
pub enum Stopped {
    /// Nothing more can be printed.
    Output(OutputLost),
    /// It has been said why.
    Ending(Ending),
}

impl From<OutputLost> for Stopped {
    fn from(lost: OutputLost) -> Self {
        Self::Output(lost)
    }
}

/// Prints what the arguments ask for.
pub fn run(
    args: &Args,
    settings: &Settings,
    environment: &Environment,
    log: Log,
) -> Result<Ending, ToolError> {
    let request = OutputRequest {
        format: args.output.chosen(),
        letters: args.output.letters(),
        tokens: settings.output.clone(),
    };
    let reports = args.reports();
    if args.oids.is_empty() && reports.report == Report::Names {
        return Err(ToolError::Usage("No object identifier specified.".to_owned()));
    }
    let library = mibs::library(&settings.mib, environment, &log);
    let format = printer::format(request.format);
    let mut run = Run {
        settings,
        reports,
        options: printer::options(&request)?,
        names: printer::names(settings, library.view()),
        width: args.width.unwrap_or(WIDTH_DEFAULT),
        library,
        log,
        sink: Sink::new(match format {
            Format::Text => Notation::Text,
            Format::Json | Format::Ndjson => Notation::Json,
            Format::Csv | Format::Table => Notation::Ready,
        }),
    };
    let done = match format {
        Format::Text if args.oids.is_empty() => run.report(),
        Format::Text => run.words(&args.oids),
        Format::Json | Format::Ndjson | Format::Csv | Format::Table => {
            let mut objects = Objects::new(format, printer::sink(environment.columns.as_deref()));
            listing::list(&mut run, &args.oids, &mut objects)
        }
    };
    let flushed = run.sink.flush();
    Ok(match (done, flushed) {
        (Err(Stopped::Output(lost)), _) | (_, Err(lost)) => lost.ending(),
        (Err(Stopped::Ending(ending)), Ok(())) => ending,
        (Ok(()), Ok(())) => Ending::Done,
    })
}

/// A run under way.
pub struct Run<'a> {
    pub settings: &'a Settings,
    pub reports: Reports,
    options: Options,
    pub names: Named,
    width: usize,
    pub library: Library,
    log: Log,
    pub sink: Sink,
}

impl Run<'_> {
    /// Prints a report of everything.
    fn report(&mut self) -> Result<(), Stopped> {
        let view = self.library.view();
        let sink = &mut self.sink;
        let printed = match self.reports.report {
            Report::Names => Ok(()),
            Report::Tree => {
                Branch::roots(view).next().map_or(Ok(()), |root| netsnmp::tree(&root, self.width, sink))
            }
            Report::Dump => netsnmp::dump(view, sink),
            Report::Lines => netsnmp::report(view, self.reports.lines, sink),
        };
        printed.map_err(|_| self.sink.why().into())
    }

    fn words(&mut self, words: &[OsString]) -> Result<(), Stopped> {
        let rules = lookup::rules(&self.settings.mib);
        for (n, word) in words.iter().enumerate() {
            if word == "-" && self.reports.report == Report::Names {
                self.filter()?;
                continue;
            }
            if rules.search != Search::Bare && self.reports.all_matches {
                let found = lookup::first_ones(word, &self.library)
                    .map_err(|unknown| Stopped::Ending(self.unknown(&unknown, None)))?;
                for oid in found {
                    self.name(&oid)?;
                }
                // net-snmp looks at one pattern alone.
                return Ok(());
            }
            let oid = self.read(word, &rules).map_err(|unknown| {
                let is_hinted = hints::are_wanted();
                let hint = is_hinted.then(|| lookup::hint(word, &unknown, &rules, &mut self.library));
                Stopped::Ending(self.unknown(&unknown, hint.flatten().as_deref()))
            })?;
            if self.reports.report == Report::Tree {
                self.tree(word, &oid)?;
            } else {
                self.name(&oid)?;
            }
            if n + 1 < words.len() {
                self.sink.octets(b"\n")?;
            }
        }
        Ok(())
    }

    /// Reads a word, and tells what there is to say of how it was understood.
    pub fn read(&mut self, word: &OsStr, rules: &Rules) -> Result<Oid, Unknown> {
        let before = word.as_bytes().contains(&b':').then(|| self.library.view().clone());
        let read = lookup::one(word, rules, &mut self.library);
        if before.is_some_and(|before| !before.is_same(self.library.view())) {
            // The word has brought a module.
            self.names = printer::names(self.settings, self.library.view());
        }
        let notice = read.as_ref().map_or_else(|unknown| &unknown.notice, |reading| &reading.notice);
        if let Some(notice) = notice {
            self.log.write(Priority::Error, notice);
        }
        let reading = read?;
        if let Some(choice) = &reading.choice {
            context::tell_choice(word, choice, &self.settings.mib, &self.log);
        }
        Ok(reading.oid)
    }

    /// Says that a word means nothing, and to people what may have been meant.
    pub fn unknown(&self, unknown: &Unknown, hint: Option<&str>) -> Ending {
        let hint = hint.filter(|_| hints::are_wanted()).map(|hint| format!("{NAME}: {hint}"));
        for line in [Some(unknown.line.as_str()), hint.as_deref()].into_iter().flatten() {
            match unknown.sort {
                Sort::Path => self.log.write(Priority::Error, line),
                Sort::Bare | Sort::Pattern => log::say(line),
            }
        }
        match unknown.sort {
            Sort::Path | Sort::Bare => Ending::UnknownName,
            Sort::Pattern => Ending::NoMatch,
        }
    }

    fn tree(&mut self, word: &OsStr, oid: &Oid) -> Result<(), Stopped> {
        let Some((branch, _)) = Branch::find(self.library.view(), oid) else {
            let text = word.to_string_lossy();
            let line = format!("Unable to find a matching object identifier for \"{text}\"");
            self.log.write(Priority::Error, &line);
            return Err(Stopped::Ending(Ending::NoMatch));
        };
        netsnmp::tree(&branch, self.width, &mut self.sink).map_err(|_| self.sink.why().into())
    }

    /// Prints an OID, and its details if they are asked for.
    fn name(&mut self, oid: &Oid) -> Result<(), Stopped> {
        netsnmp::oid(oid, &self.options, &self.names, self.sink.buffer());
        self.sink.octets(b"\n")?;
        if self.reports.details {
            let view = self.library.view().clone();
            let library = &mut self.library;
            netsnmp::detail(&view, oid, self.width, &mut |known| library.prose(known), &mut self.sink)
                .map_err(|_| Stopped::Output(self.sink.why()))?;
        }
        Ok(())
    }

    /// Translates the first word of each line of standard input.
    fn filter(&mut self) -> Result<(), Stopped> {
        let mut input = BufReader::with_capacity(INPUT_OCTETS, io::stdin().lock());
        let mut line = Vec::new();
        let mut is_begun = false;
        loop {
            // Whoever writes to us may wait for what we make of it.
            if !input.buffer().contains(&b'\n') {
                self.sink.flush()?;
            }
            line.clear();
            let limit = u64::try_from(limits::LINE_OCTETS).unwrap_or(u64::MAX);
            let read = input
                .by_ref()
                .take(limit)
                .read_until(b'\n', &mut line)
                .map_err(|error| unreadable(&error))?;
            let is_whole = line.ends_with(b"\n") || read < limits::LINE_OCTETS;
            if read > 0 {
                let text = line.strip_suffix(b"\n").unwrap_or(&line);
                self.translated(text, is_begun)?;
            }
            if is_whole && (read > 0 || is_begun) {
                self.sink.octets(b"\n")?;
            }
            if read == 0 {
                return Ok(());
            }
            is_begun = !is_whole;
        }
    }

    /// Prints a line with its first word translated, if that means something; the rest of a line that `is_begun` as it
    /// is.
    fn translated(&mut self, text: &[u8], is_begun: bool) -> Result<(), Stopped> {
        let blank = |(at, octet): (usize, &u8)| at >= WORD_OCTETS_MIN && matches!(octet, b' ' | b'\t');
        let end = if is_begun { 0 } else { text.iter().enumerate().position(blank).unwrap_or(text.len()) };
        let (word, rest) = text.split_at(end);
        let rules = Rules { search: Search::Path, ..lookup::rules(&self.settings.mib) };
        match (!is_begun).then(|| self.read(OsStr::from_bytes(word), &rules)) {
            Some(Ok(oid)) => netsnmp::oid(&oid, &self.options, &self.names, self.sink.buffer()),
            Some(Err(_)) | None => self.sink.buffer().extend_from_slice(word),
        }
        Ok(self.sink.octets(rest)?)
    }
}

/// Says that standard input cannot be read.
pub fn unreadable(error: &io::Error) -> Stopped {
    log::say(&format!("{NAME}: cannot read standard input: {}", log::reason(error)));
    Stopped::Ending(Ending::Local)
}
