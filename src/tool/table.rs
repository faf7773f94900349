//! snmptable(1): a table, its rows as they were at one moment.

mod columns;
mod describe;
mod fetch;
mod run;
mod select;
mod style;
mod trouble;

use std::ffi::{OsStr, OsString};

use clap::{
    Parser,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};

use crate::{
    cli::{
        args::{CommonArgs, Format, os},
        flags::{self, Flag},
        fleet::FleetArgs,
        rewrite::Grammar,
        values::tries,
    },
    codec::Version,
    config::{FileKind, Permutation},
    oid::Oid,
    operation::{Effort, Table, TableSettings, WrongTypes},
    output::rows,
    table::Plan,
};

use super::{Context, Ending, Records, Tool, ToolError};
use columns::Key;
use select::{Selection, SortKey};

/// Print a table of an SNMP agent, its rows as they were at one moment
///
/// Asks for many rows and columns at a time. A table that changes meanwhile is read again, until all of it is of one moment;
/// what changed too often for that is an error and not a table. Most tables that change say so by an object beside them,
/// such as ifTableLastChange, which is watched; for those that do not, --require says what every row must have.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "snmptable",
    version,
    override_usage = "snmptable [OPTIONS] AGENT TABLE",
    disable_help_flag = true,
    disable_version_flag = true,
    args_override_self = true,
    mut_arg("format", |format| {
        format
            .value_parser(formats())
            .help("Output format: text, json, ndjson, csv, table or vertical")
            .long_help("Output format: text, json, ndjson, csv, table, or vertical: a line for each cell, row by row")
    }),
    mut_arg("targets", |targets| retold(
        targets,
        "In text, each line of the output begins with the agent's name, a colon and a blank.",
        "The rows of an agent stand together, and what is wrong with one agent ends none of the others. In text, tables and \
         lines, the agent's name and a colon stand above its rows; CSV has one header, and so needs --columns for a table \
         that no MIB knows.",
    )),
    mut_arg("deadline", |deadline| retold(
        deadline,
        "What had come by then is printed. A walk of a slow agent cannot take longer than this.",
        "Nothing is printed then of a table that was not read to its end, but with --best-effort the rows that were.",
    )),
    mut_arg("ordered", |ordered| retold(
        ordered,
        "They are otherwise printed as they come, and those of several agents may stand between one another.",
        "Each table is otherwise printed as soon as all of it has come.",
    ))
)]
pub struct Args {
    /// The agent's specification.
    #[arg(value_name = "AGENT", help = "The agent: [transport::][community@][host][:port]")]
    pub agent: Option<OsString>,

    /// The table, such as ifTable or 1.3.6.1.2.1.2.2; one that no MIB knows has the columns that the agent has
    #[arg(value_name = "TABLE")]
    pub table: Option<OsString>,

    /// One table is all that there may be.
    #[arg(hide = true)]
    pub rest: Vec<OsString>,

    /// The tool's own flags, which may be combined
    ///
    /// The letters; those of c, f, r and w take the next word:
    ///   b         leave out what the names of all columns begin with
    ///   B         no GETBULK: one row a request
    ///   c NUMBER  columns of NUMBER characters each
    ///   f STRING  STRING between columns, and no blanks
    ///   h         headings only; the agent is not asked
    ///   H         no headings
    ///   i         begin each row with its index
    ///   l         to the left
    ///   r NUMBER  NUMBER rows a request; with B and in version 1, that many rows are aligned with each other: 10
    ///   w NUMBER  parts of NUMBER characters' width, one below the other
    ///
    /// All but B and r are for text.
    #[arg(short = 'C', value_name = "FLAGS", allow_hyphen_values = true, action = clap::ArgAction::Append, verbatim_doc_comment, value_parser = super::flag())]
    pub flags: Vec<Flag>,

    /// Which rows and columns.
    #[command(flatten)]
    pub rows: RowArgs,

    /// What all tools share.
    #[command(flatten)]
    pub common: CommonArgs,

    /// Many agents.
    #[command(flatten)]
    pub fleet: FleetArgs,
}

/// Which rows and columns, and what they have to be.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Rows and columns")]
pub struct RowArgs {
    /// Put the rows of this table beside those of TABLE; may be given several times
    ///
    /// Rows of the same index become one, with the columns of all tables: ifXTable beside ifTable. It is one fetch: a change
    /// of any of the tables means that all of them are read again. A row is there where any of them has it.
    #[arg(long, value_name = "OTHER-TABLE")]
    pub join: Vec<OsString>,

    /// Fetch and print these columns alone, in this order
    ///
    /// Names or numbers, commas between them. Where several tables have a column of that name or number, write
    /// TABLE.COLUMN. Columns that other options name are fetched as well, and not printed.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', num_args = 1)]
    pub columns: Vec<String>,

    /// Print the rows of which this is so; given again, both must be so
    ///
    /// A column or an object of the index, one of = != < <= > >= and ~, and a value: 'ifOperStatus = up', 'ifInErrors > 0',
    /// 'ifDescr ~ Gi*'. Numbers and labels are compared as numbers, addresses and identifiers as what they are. Behind ~
    /// stands a pattern, in which * is any text and ? any character. Of a cell that is not there, nothing is so.
    #[arg(long = "where", value_name = "CONDITION")]
    pub conditions: Vec<String>,

    /// Print the rows in the order of this column; with a - before it, in reverse
    ///
    /// Numbers in the order of numbers, all else in the order of text. Rows without it come last.
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    pub sort: Option<String>,

    /// Begin with the row of this index, or the first one behind it
    ///
    /// As it stands behind a column's name: 3, 1.4, ipv4."192.0.2.1", or the beginning of one.
    #[arg(long, value_name = "INDEX")]
    pub rows_from: Option<OsString>,

    /// End with the row of this index, or with the last one that begins so
    #[arg(long, value_name = "INDEX")]
    pub rows_to: Option<OsString>,

    /// What every row must have: columns with commas between them, all, or none
    ///
    /// A row without one of them was met while it was made or deleted, and the table is read again. By default none: many
    /// tables have rows without some columns.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', num_args = 1)]
    pub require: Vec<String>,

    /// The same as a mask; bit 0 is the first object of the index
    ///
    /// The bits of the index have no effect. 0x7ff requires the first columns up to a sum of eleven with the index. It is
    /// about the columns of TABLE, not about those of --join.
    #[arg(long, value_name = "MASK", value_parser = mask, conflicts_with = "require")]
    pub require_mask: Option<u64>,

    /// The object that tells when the table changed, or none
    ///
    /// By default that of the MIB, such as ifTableLastChange. It is asked for with every request, and another value means
    /// that the table is read again. Each table of --join has its own beside it; none is for all of them.
    #[arg(long, value_name = "OBJECT")]
    pub last_change: Option<OsString>,

    /// How often the table is read at most, until it holds still
    ///
    /// 10 by default.
    #[arg(long, value_name = "NUMBER", value_parser = os(tries))]
    pub max_iter: Option<u32>,

    /// Print what there is when the table does not hold still
    ///
    /// Rows whose cells may not belong together are marked as torn, and the status is not 0. An index that cannot be one of
    /// the table does not end it either: it stands in numbers. At the --deadline and after Ctrl-C, rows that were read whole
    /// by then are printed; of many agents, only those of agents that are asked over UDP, without --rxbuf and -s.
    #[arg(long)]
    pub best_effort: bool,
}

/// What snmptable has to do.
#[derive(Clone, Debug)]
pub struct Job {
    /// What to fetch.
    plan: Plan,
    effort: Effort,
    /// The columns to print; all of them where there are none.
    shown: Vec<Key>,
    selection: Selection,
    sort: Option<SortKey>,
    format: rows::Format,
    /// How text is laid out, and how to ask.
    layout: style::Layout,
    /// Columns that cannot be read, and have a heading in text.
    unreadable: Vec<Oid>,
    /// Whether to look for columns that the MIB does not know, as net-snmp's text tells of them.
    seeks_columns: bool,
}

impl Job {
    /// What asks an agent.
    fn operation(&self, version: Version) -> fetch::Fetch {
        let method = self.layout.method(version);
        let settings = TableSettings {
            method,
            effort: self.effort,
            wrong_types: WrongTypes::Mark,
            ..TableSettings::default()
        };
        let probe =
            if self.seeks_columns { fetch::Probe::of(&self.plan, &self.unreadable, method) } else { None };
        fetch::Fetch::new(Table::new(self.plan.clone(), settings), probe)
    }

    /// How text is laid out of an agent that is asked so.
    fn style(&self, version: Version) -> rows::Style {
        rows::Style {
            by_first_column: self.sort.is_none(),
            unreadable: self.unreadable.clone(),
            ..self.layout.style(self.layout.method(version))
        }
    }
}

impl Tool for Args {
    const NAME: &'static str = "snmptable";
    const OPERANDS: &'static str = "AGENT TABLE";
    const GRAMMAR: Grammar = Grammar { flags: flags::TABLE_FLAGS, permutation: Permutation::Allowed };
    const FILES: &'static [FileKind] = &[FileKind::Snmp, FileKind::SnmpApp];
    const RECORDS: Records = Records::Rows;
    type Job = Job;

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn agent(&self) -> Option<&OsStr> {
        self.agent.as_deref()
    }

    fn fleet(&self) -> Option<&FleetArgs> {
        Some(&self.fleet)
    }

    fn job(self, context: &mut Context) -> Result<Job, ToolError> {
        let layout = style::Layout::new(&self.flags)?;
        let (Some(table), []) = (&self.table, self.rest.as_slice()) else {
            return Err(ToolError::Usage("Must have exactly one table name".to_owned()));
        };
        let oid = context.name_of(table)?;
        let described = describe::describe(&oid, &self.rows, context)?;
        context.check_access()?;
        let format = row_format(context.output.format);
        let knows_bulk = match &context.fleet {
            Some(fleet) => fleet.knows_bulk(),
            None => context.settings.version != Version::V1,
        };
        if knows_bulk {
            layout.check_bulk()?;
        }
        if context.fleet.is_some() {
            check_crowd(&described.plan, format, &layout, context.name)?;
        }
        Ok(Job {
            plan: described.plan,
            effort: if self.rows.best_effort { Effort::Best } else { Effort::Consistent },
            shown: described.shown,
            selection: described.selection,
            sort: described.sort,
            format,
            layout,
            unreadable: described.unreadable,
            seeks_columns: format == rows::Format::Text && self.rows.columns.is_empty(),
        })
    }

    fn run(job: Job, context: &mut Context) -> Result<Ending, ToolError> {
        run::run(job, context)
    }
}

/// Refuses what makes no sense of many agents.
fn check_crowd(
    plan: &Plan,
    format: rows::Format,
    layout: &style::Layout,
    tool: &str,
) -> Result<(), ToolError> {
    if layout.headings_only() {
        return Err(ToolError::Usage("-Ch asks no agent: give one, for its version".to_owned()));
    }
    if format == rows::Format::Csv && plan.unknown_from(0).is_some() {
        return Err(ToolError::Argument(format!(
            "{tool}: CSV has the same columns for all agents, and no MIB knows those of this table: name them with \
             --columns, or take another format"
        )));
    }
    Ok(())
}

const fn row_format(format: Format) -> rows::Format {
    match format {
        Format::Text => rows::Format::Text,
        Format::Json => rows::Format::Json,
        Format::Ndjson => rows::Format::Ndjson,
        Format::Csv => rows::Format::Csv,
        Format::Table => rows::Format::Table,
        Format::Vertical => rows::Format::Vertical,
    }
}

/// The long help of an argument with `own` instead of what counts for tools that print bindings.
fn retold(argument: clap::Arg, common: &str, own: &str) -> clap::Arg {
    let text = argument.get_long_help().map(ToString::to_string).unwrap_or_default();
    argument.long_help(text.replace(common, own))
}

/// The words of `--format`: those of all tools, and `vertical`.
fn formats() -> impl TypedValueParser<Value = Format> {
    let words = [
        ("text", "net-snmp's text"),
        ("json", "One JSON document"),
        ("ndjson", "One JSON object a line"),
        ("csv", "Comma-separated values"),
        ("table", "A table for people"),
        ("vertical", "One line for each cell, row by row"),
    ];
    let words = words.map(|(word, help)| PossibleValue::new(word).help(help));
    PossibleValuesParser::new(words).map(|word| match word.as_str() {
        "json" => Format::Json,
        "ndjson" => Format::Ndjson,
        "csv" => Format::Csv,
        "table" => Format::Table,
        "vertical" => Format::Vertical,
        _ => Format::Text,
    })
}

/// A mask of bits, in C's notation.
fn mask(text: &str) -> Result<u64, String> {
    let number = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    number.map_err(|_| "no mask of 64 bits, such as 0x7ff".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn what_counts_for_tables_alone_is_in_their_help() {
        let mut command = Args::command();
        command.build();
        for (argument, own) in [
            ("targets", "stand above its rows"),
            ("ordered", "as soon as all of it has come"),
            ("deadline", "with --best-effort the rows that were"),
        ] {
            let argument = command.get_arguments().find(|known| known.get_id() == argument).unwrap();
            let help = argument.get_long_help().unwrap().to_string();
            assert!(help.contains(own), "{help}");
            assert!(
                !help.contains("between one another") && !help.contains("What had come by then"),
                "{help}"
            );
        }
    }

    #[test]
    fn a_mask_is_a_number_as_c_writes_it() {
        for (text, number) in
            [("0x7ff", Some(0x7ff)), ("0Xf", Some(15)), ("12", Some(12)), ("", None), ("x", None)]
        {
            assert_eq!(mask(text).ok(), number, "{text}");
        }
    }
}
