//! Fetches the table and prints its rows.

use std::{rc::Rc, time::Duration};

use super::{
    Job,
    columns::Key,
    fetch::{Fetch, Item},
    select::Rank,
    trouble::{self, FailedLine},
};
use crate::{
    codec::Version,
    config::OutputTokens,
    operation::{BulkUse, Consistency, Effort, TableItem, TableMethod, Verdict},
    output::{
        EndReason,
        options::{Flag, Options},
        rows::{Conclusion, Format, Marks, Setup},
    },
    table::{Cell, Column, Condition, Row},
    tool::{
        Context, Ending, Records, ToolError,
        exchange::{Exchange, Stop, Task},
        fleet::{self, Whom},
        printer::{self, OutputLost, Printer, Spent},
        progress::{Course, Seen},
        target::{About, Target},
    },
};

/// How many torn rows are named.
const TORN_NAMED: usize = 5;

/// What people are told of a fetch that was cut short.
const CUT: &str =
    "nothing is printed of a table before all of it was read; --best-effort prints the rows that were";

/// The same of one whose rows are wanted at any price.
const CUT_AT_ANY_PRICE: &str = "rows that were not read by then are missing";

/// What people are told of an agent that answers no GETBULK.
const BULK_GIVEN_UP: &str =
    "the agent does not answer GETBULK; the table was asked for by GETNEXT, one row at a time";

/// Fetches and prints.
pub(super) fn run(job: Job, context: &mut Context) -> Result<Ending, ToolError> {
    let job = Rc::new(job);
    let printing = Printing::new(Rc::clone(&job), context);
    if job.layout.headings_only() {
        return headings(printing, context);
    }
    let fetch = |whom: Whom<'_>| job.operation(whom.version);
    fleet::run(context, fetch, || printing.clone(), Course::Gathering)
}

/// `-Ch`: what can be said without asking the agent.
fn headings(mut printing: Printing, context: &Context) -> Result<Ending, ToolError> {
    let target = Target::of(context)?;
    let mut printer = Printer::new(context, &target.host)?;
    printing.prepare(context.settings.version, &mut printer);
    printer.row_text();
    let spent = Spent { elapsed: Duration::ZERO, ..Spent::default() };
    let end = printer.ended(EndReason::Answered, true, spent);
    Ok(printer.end(&end).map_or_else(OutputLost::ending, |()| Ending::Done))
}

/// Prints what a fetch of one agent finds.
#[derive(Clone, Debug)]
struct Printing {
    /// The same for all agents.
    job: Rc<Job>,
    /// How the agent is asked.
    method: TableMethod,
    tokens: OutputTokens,
    width: Option<std::ffi::OsString>,
    /// The columns that rows come with.
    columns: Vec<Column>,
    /// Rows that wait to be put in order.
    waiting: Vec<(Option<Rank>, Row)>,
    torn: Vec<Vec<u32>>,
    torn_rows: u64,
    wrong_cells: u64,
    /// The first of them, for people.
    wrong_cell: String,
    verdict: Option<Verdict>,
    has_more_columns: bool,
}

impl Printing {
    fn new(job: Rc<Job>, context: &Context) -> Self {
        Self {
            method: job.layout.method(context.settings.version),
            job,
            tokens: context.output.tokens.clone(),
            width: context.columns.clone(),
            columns: Vec::new(),
            waiting: Vec::new(),
            torn: Vec::new(),
            torn_rows: 0,
            wrong_cells: 0,
            wrong_cell: String::new(),
            verdict: None,
            has_more_columns: false,
        }
    }

    /// The options of the text. net-snmp's snmptable begins with quick print, so that a letter that turns it over turns
    /// it off; a token says what it is.
    fn options(&self, options: &Options) -> Options {
        let mut options = *options;
        if self.tokens.quick_printing.is_none() {
            options.set(Flag::Quick, !options.has(Flag::Quick));
        }
        options
    }

    /// The places of the columns that are printed.
    fn shown(&self, columns: &[Column]) -> Vec<usize> {
        if self.job.shown.is_empty() {
            return (0..columns.len()).collect();
        }
        let place = |key: &Key| columns.iter().position(|column| Key::of(column) == *key);
        self.job.shown.iter().filter_map(place).collect()
    }

    fn row(&mut self, row: Row, printer: &mut Printer) -> Result<(), OutputLost> {
        let Some(shape) = printer.rows().map(|rows| rows.shape()) else { return Ok(()) };
        if !self.job.selection.takes(&row, &self.columns, shape) {
            return Ok(());
        }
        if row.condition == Condition::Torn {
            self.torn_rows += 1;
            if self.torn.len() < TORN_NAMED {
                self.torn.push(row.index.clone());
            }
        }
        for (place, cell) in row.cells.iter().enumerate() {
            if matches!(cell, Cell::Bad(_)) {
                if self.wrong_cells == 0 {
                    self.wrong_cell = format!("{} in row {}", shape.column(place), dotted(&row.index));
                }
                self.wrong_cells += 1;
            }
        }
        match &self.job.sort {
            Some(key) => {
                let rank = key.rank(&row, &self.columns, shape);
                self.waiting.push((rank, row));
                Ok(())
            }
            None => printer.row(&row),
        }
    }

    /// Prints the rows that wait to be put in order.
    fn print_waiting(&mut self, printer: &mut Printer) -> Result<(), OutputLost> {
        if let Some(key) = &self.job.sort {
            key.sort(&mut self.waiting);
        }
        std::mem::take(&mut self.waiting).iter().try_for_each(|(_, row)| printer.row(row))
    }

    /// Prints the rows that have been read, of a fetch that is not over.
    fn print_read(&mut self, operation: &mut Fetch, printer: &mut Printer) -> Result<(), OutputLost> {
        let rows = operation.cut_short();
        let columns = operation.table().columns().to_vec();
        printer.columns(&columns, &self.shown(&columns));
        self.columns = columns;
        for row in rows {
            self.row(row, printer)?;
            if printer.is_full() {
                // A reader who is behind holds nobody up any more.
                printer.leave()?;
            }
        }
        self.print_waiting(printer)?;
        if printer.varbinds() > 0 {
            printer.row_text();
        }
        Ok(())
    }

    /// What people are told of rows at any price, and how the run ends then; nothing where all is well.
    fn shortcomings(&self, verdict: &Verdict, tool: &str) -> Option<String> {
        let mut lines = Vec::new();
        if verdict.consistency == Consistency::Torn {
            let names: Vec<String> = self.torn.iter().map(|index| dotted(index)).collect();
            let rows = match (self.torn_rows, names.as_slice()) {
                (0, _) => "no row is torn, but they may be of different moments".to_owned(),
                (1, [name]) => format!("row {name} is torn"),
                (count, names) => {
                    let more = if count > names.len() as u64 { ", …" } else { "" };
                    format!("{count} rows are torn: {}{more}", names.join(", "))
                }
            };
            let tries = match verdict.tries {
                1 => "the only try".to_owned(),
                tries => format!("each of {tries} tries"),
            };
            lines.push(format!("{tool}: the table changed during {tries} to read it; {rows}"));
        }
        // Text has them in their places, with what should have been there, and net-snmp finds that enough.
        if self.wrong_cells > 0 && self.job.format != Format::Text {
            let first = &self.wrong_cell;
            let cells = match self.wrong_cells {
                1 => format!("{first} has"),
                count => format!("{count} cells, {first} the first of them, have"),
            };
            lines.push(format!("{tool}: {cells} a value of another type than the MIB has"));
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// Columns that the user named and the agent does not have.
    fn absent(&self, verdict: &Verdict) -> Vec<String> {
        let is_index =
            |column: &Column| self.job.plan.index().iter().any(|component| component.name == column.name);
        let named = |(place, column): &(usize, &Column)| {
            self.job.shown.contains(&Key::of(column))
                && verdict.empty_columns.contains(place)
                && !is_index(column)
        };
        let name = |(_, column): (usize, &Column)| match column.name.as_str() {
            "" => column.id.to_string(),
            name => name.to_owned(),
        };
        let found = self.columns.iter().enumerate().filter(named).map(name);
        found.collect()
    }

    fn finish(
        mut self,
        verdict: &Verdict,
        spent: Spent,
        printer: &mut Printer,
        about: &About<'_>,
    ) -> Result<Ending, OutputLost> {
        self.print_waiting(printer)?;
        printer.row_text();
        if self.has_more_columns {
            let title = printer.name(self.job.plan.table());
            printer.text(&format!("{title}: WARNING: More columns on agent than in MIB\n"));
        }
        if let Some(rows) = printer.rows() {
            rows.conclude(Conclusion {
                consistent: verdict.consistency == Consistency::Consistent,
                tries: verdict.tries,
                restarts: verdict.tries.saturating_sub(1),
            });
        }
        let tool = about.context.name;
        if verdict.bulk == BulkUse::GivenUp {
            printer.say(&format!("{tool}: {BULK_GIVEN_UP}"))?;
        }
        let shortcomings = self.shortcomings(verdict, tool);
        let ending = match (&shortcomings, printer.found_something()) {
            (Some(_), _) => Ending::Partial,
            (None, true) => Ending::Done,
            (None, false) => Ending::NothingFound,
        };
        let end = printer.ended(EndReason::Answered, shortcomings.is_none(), spent);
        printer.end(&end)?;
        let absent = self.absent(verdict);
        if !absent.is_empty() {
            let part = match (&self.job.plan.rows_from, &self.job.plan.rows_to) {
                (None, None) => "",
                _ => ", in the rows that were asked for",
            };
            printer.say(&format!("{tool}: the agent has nothing in {}{part}", absent.join(", ")))?;
        }
        if let Some(text) = &shortcomings {
            printer.say(text)?;
        }
        Ok(ending)
    }
}

impl Task for Printing {
    type Operation = Fetch;

    const RECORDS: Records = Records::Rows;

    fn prepare(&mut self, version: Version, printer: &mut Printer) {
        self.method = self.job.layout.method(version);
        let setup = Setup {
            format: self.job.format,
            options: self.options(printer.options()),
            sink: printer::sink(self.width.as_deref()),
            names: printer.names().clone(),
            style: self.job.style(version),
            marks: if self.job.effort == Effort::Best { Marks::Each } else { Marks::None },
        };
        printer.print_rows(setup, self.job.plan.clone());
        let columns = self.job.plan.columns();
        printer.columns(columns, &self.shown(columns));
    }

    fn weight(item: &Item) -> usize {
        match item {
            Item::Of(TableItem::Row(row)) => row.cells.len().max(1),
            Item::Columns(_) | Item::Of(TableItem::Verdict(_)) | Item::MoreColumns => 1,
        }
    }

    fn seen(&self, operation: &Fetch, _: &Printer) -> Seen {
        let progress = operation.table().progress();
        let again = if progress.tries > 1 { format!(", try {}", progress.tries) } else { String::new() };
        Seen { count: progress.bindings, text: format!("{} rows{again}", progress.rows) }
    }

    fn take(&mut self, item: Item, printer: &mut Printer) -> Result<(), OutputLost> {
        match item {
            Item::Columns(columns) => {
                printer.columns(&columns, &self.shown(&columns));
                self.columns = columns;
                Ok(())
            }
            Item::Of(TableItem::Row(row)) => self.row(row, printer),
            Item::Of(TableItem::Verdict(verdict)) => {
                self.verdict = Some(verdict);
                Ok(())
            }
            Item::MoreColumns => {
                self.has_more_columns = true;
                Ok(())
            }
        }
    }

    fn cut(
        &mut self,
        operation: Option<&mut Fetch>,
        printer: &mut Printer,
    ) -> Result<Option<&'static str>, OutputLost> {
        if let Some(operation) = operation {
            let tries = operation.table().progress().tries;
            if self.job.effort == Effort::Best {
                self.print_read(operation, printer)?;
            }
            if let Some(rows) = printer.rows() {
                rows.conclude(Conclusion { consistent: false, tries, restarts: tries.saturating_sub(1) });
            }
        }
        Ok(Some(match self.job.effort {
            Effort::Consistent => CUT,
            Effort::Best => CUT_AT_ANY_PRICE,
        }))
    }

    fn end(
        mut self,
        exchange: Exchange<'_, Fetch>,
        printer: &mut Printer,
        about: &About<'_>,
    ) -> Result<Ending, OutputLost> {
        let Exchange { operation, stop, spent, .. } = exchange;
        let error = match (stop, self.verdict.take()) {
            (Stop::Failed(error), _) => error,
            (Stop::Done | Stop::Cut(_), Some(verdict)) => {
                return self.finish(&verdict, spent, printer, about);
            }
            // A fetch that is done has said how.
            (Stop::Done | Stop::Cut(_), None) => return Ok(Ending::NothingFound),
        };
        let failed_line = match self.method {
            TableMethod::GetNext => FailedLine::Shown,
            TableMethod::GetBulk(_) => FailedLine::Hidden,
        };
        let came = operation.table().progress().bindings;
        let (trouble, ending) = trouble::of_failure(error, came, failed_line, about, printer);
        let tries = operation.table().progress().tries;
        if let Some(rows) = printer.rows() {
            rows.conclude(Conclusion { consistent: false, tries, restarts: tries.saturating_sub(1) });
        }
        if operation.table().bulk() == BulkUse::GivenUp {
            printer.say(&format!("{}: {BULK_GIVEN_UP}", about.context.name))?;
        }
        printer.fail(&trouble)?;
        let end = printer.ended(EndReason::Error, false, spent);
        printer.end(&end)?;
        Ok(ending)
    }
}

fn dotted(index: &[u32]) -> String {
    index.iter().map(u32::to_string).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Found;

    #[test]
    fn a_row_that_waits_counts_as_many_bindings_as_it_has_columns() {
        let row = |cells: usize| Row {
            index: vec![1],
            values: Ok(Vec::new()),
            cells: vec![Cell::Absent; cells],
            found: Found::default(),
            condition: Condition::Whole,
        };
        for (cells, weight) in [(0, 1), (1, 1), (22, 22)] {
            assert_eq!(Printing::weight(&Item::Of(TableItem::Row(row(cells)))), weight);
        }
        assert_eq!(Printing::weight(&Item::MoreColumns), 1);
    }
}
