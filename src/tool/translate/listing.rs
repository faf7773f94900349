//! Objects in the formats for programs, and as tables.

use std::{
    ffi::{OsStr, OsString},
    io::{self, BufRead as _, Read as _},
    os::unix::ffi::OsStrExt as _,
};

use super::{
    Report,
    lookup::{self, Unknown},
    run::{Run, Stopped},
};
use crate::{
    limits,
    mib::{Kind, image::Definition, name::Rules, tree::Branch},
    oid::Oid,
    output::{
        ErrorCode, Failure,
        object::{Known, columns_of},
        objects::Objects,
    },
    tool::Ending,
};

/// Writes what is known of the objects that the words mean; of all that are below them with a report such as `-Tp`, and
/// of all there are without words. A word that means nothing does not end it.
pub fn list(run: &mut Run<'_>, words: &[OsString], objects: &mut Objects) -> Result<(), Stopped> {
    let mut listing = Listing { run, objects, failed: None };
    let rules = lookup::rules(&listing.run.settings.mib);
    if words.is_empty() {
        listing.everything()?;
    }
    for word in words {
        if word == "-" {
            listing.lines(&rules)?;
        } else {
            listing.word(word, &rules, Hints::Wanted)?;
        }
    }
    listing.objects.finish(listing.run.sink.buffer());
    listing.run.sink.relieve()?;
    listing.failed.map_or(Ok(()), |ending| Err(Stopped::Ending(ending)))
}

/// Whether it is said what a word that means nothing may have been meant to be.
#[derive(Clone, Copy)]
enum Hints {
    Wanted,
    LeftOut,
}

struct Listing<'l, 'r> {
    run: &'l mut Run<'r>,
    objects: &'l mut Objects,
    /// How the first word that meant nothing ends the run.
    failed: Option<Ending>,
}

impl Listing<'_, '_> {
    fn everything(&mut self) -> Result<(), Stopped> {
        let view = self.run.library.view().clone();
        for root in Branch::roots(&view) {
            self.below(&root)?;
        }
        Ok(())
    }

    /// The first word of each line of standard input.
    fn lines(&mut self, rules: &Rules) -> Result<(), Stopped> {
        let mut input = io::stdin().lock();
        let mut line = Vec::new();
        let limit = u64::try_from(limits::LINE_OCTETS).unwrap_or(u64::MAX);
        loop {
            line.clear();
            let read = input.by_ref().take(limit).read_until(b'\n', &mut line);
            if read.map_err(|error| super::run::unreadable(&error))? == 0 {
                return Ok(());
            }
            let word = line.split(u8::is_ascii_whitespace).find(|word| !word.is_empty());
            if let Some(word) = word {
                self.word(OsStr::from_bytes(word), rules, Hints::LeftOut)?;
            }
        }
    }

    /// Writes what a word means. To find out what one that means nothing was meant to be takes some milliseconds, too
    /// many for each line of a long input.
    fn word(&mut self, word: &OsStr, rules: &Rules, hints: Hints) -> Result<(), Stopped> {
        let found = if self.run.reports.all_matches {
            lookup::all(word, &self.run.library)
        } else {
            self.run.read(word, rules).map(|oid| vec![oid])
        };
        match found {
            Ok(found) => found.iter().try_for_each(|oid| self.named(oid)),
            Err(unknown) => {
                let hint = match hints {
                    Hints::Wanted => lookup::hint(word, &unknown, rules, &mut self.run.library),
                    Hints::LeftOut => None,
                };
                self.unknown(&unknown, hint.as_deref())
            }
        }
    }

    fn unknown(&mut self, unknown: &Unknown, hint: Option<&str>) -> Result<(), Stopped> {
        let ending = self.run.unknown(unknown, hint);
        let failure = Failure {
            host: "",
            code: ErrorCode::Usage,
            message: &unknown.line,
            hint,
            oid: None,
            tries: None,
            elapsed: None,
        };
        self.objects.error(&failure, self.run.sink.buffer());
        self.failed.get_or_insert(ending);
        Ok(self.run.sink.relieve()?)
    }

    /// An object that was asked for.
    fn named(&mut self, oid: &Oid) -> Result<(), Stopped> {
        let view = self.run.library.view().clone();
        if self.run.reports.report != Report::Names
            && let Some((branch, _)) = Branch::find(&view, oid)
        {
            self.object(&branch)?;
            return self.below(&branch);
        }
        let row = view.find(oid).filter(|(_, rest)| rest.is_empty()).and_then(|(known, _)| row_of(known));
        match row.filter(|_| self.objects.lists_columns()) {
            Some(row) => columns_of(&view, row).try_for_each(|column| self.write(&column.oid())),
            None => self.write(oid),
        }
    }

    fn below(&mut self, branch: &Branch<'_>) -> Result<(), Stopped> {
        for child in branch.children() {
            self.object(&child)?;
            self.below(&child)?;
        }
        Ok(())
    }

    fn object(&mut self, branch: &Branch<'_>) -> Result<(), Stopped> {
        match branch.definition().filter(|_| branch.speaks()) {
            Some(definition) => self.write(&definition.oid()),
            None => Ok(()),
        }
    }

    fn write(&mut self, oid: &Oid) -> Result<(), Stopped> {
        let run = &mut *self.run;
        let view = run.library.view().clone();
        let library = &mut run.library;
        let known = Known::of(&view, oid, &mut |definition| library.prose(definition));
        self.objects.object(&known, run.sink.buffer());
        Ok(run.sink.relieve()?)
    }
}

/// The row whose columns tell of a table or a row.
fn row_of(definition: Definition<'static>) -> Option<Definition<'static>> {
    matches!(definition.kind(), Kind::Table | Kind::Row).then(|| definition.row()).flatten()
}
