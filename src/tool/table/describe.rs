//! From the arguments to a plan, and to what is done with its rows.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

use crate::{
    cli::oid_arg,
    mib::{
        Kind,
        facts::Base,
        index,
        object::{Indexes, Object},
    },
    oid::Oid,
    output::netsnmp,
    table::{Plan, PlanError, Required},
    tool::{Context, ToolError, hints, printer},
};

use super::{
    RowArgs,
    columns::{Finder, Key},
    select::{Selection, SortKey},
};

/// What the arguments come to.
#[derive(Debug)]
pub(super) struct Described {
    pub(super) plan: Plan,
    /// The columns to print; all that are fetched where there are none.
    pub(super) shown: Vec<Key>,
    pub(super) selection: Selection,
    pub(super) sort: Option<SortKey>,
    /// Columns that cannot be read, and have a heading in text.
    pub(super) unreadable: Vec<Oid>,
}

/// Reads the arguments about rows and columns.
pub(super) fn describe(
    table: &Oid,
    arguments: &RowArgs,
    context: &mut Context,
) -> Result<Described, ToolError> {
    let mut plans = vec![plan(table, context)?];
    for other in &arguments.join {
        let oid = context.name_of(other)?;
        plans.push(plan(&oid, context)?);
    }
    let described = plans.clone();
    let finder = Finder::new(&described, context.name, context.library.view());
    joined(plans.clone()).map_err(|error| cannot_join(&error, &finder, &described))?;
    let shown = finder.columns(&arguments.columns, "--columns")?;
    let selection = Selection::read(&arguments.conditions, &finder, context)?;
    let sort = arguments.sort.as_deref().map(|text| SortKey::read(text, &finder)).transpose()?;
    let required = require(arguments, &finder, &mut plans).map_err(|error| match error {
        Mistake::Plan(error) => refused(&error, context),
        Mistake::Tool(error) => error,
    })?;
    if let Some(object) = &arguments.last_change {
        watch(last_change(object, context)?, &mut plans);
    }
    let mut wanted = shown.clone();
    if !wanted.is_empty() {
        let more =
            required.into_iter().chain(selection.columns()).chain(sort.iter().filter_map(SortKey::column));
        for key in more {
            if !wanted.contains(&key) {
                wanted.push(key);
            }
        }
        number_unknown(&wanted, &finder, &mut plans)?;
    }
    let mut plan = joined(plans).map_err(|error| refused(&error, context))?;
    if !wanted.is_empty() {
        let place = |key: &Key| plan.columns().iter().position(|column| Key::of(column) == *key);
        let places: Vec<usize> = wanted.iter().filter_map(place).collect();
        plan.arrange(&places).map_err(|error| refused(&error, context))?;
    }
    plan.rows_from = row(arguments.rows_from.as_deref(), "--rows-from", &plan, context)?;
    plan.rows_to = row(arguments.rows_to.as_deref(), "--rows-to", &plan, context)?;
    if let Some(number) = arguments.max_iter {
        plan.max_iter = number;
    }
    let unreadable = if shown.is_empty() { finder.unreadable() } else { Vec::new() };
    Ok(Described { plan, shown, selection, sort, unreadable })
}

/// The plan of all tables together; the first one's is the one that the others are put beside.
fn joined(plans: Vec<Plan>) -> Result<Plan, PlanError> {
    let mut plans = plans.into_iter();
    let mut plan = plans.next().expect("one table is always named");
    for other in plans {
        plan.join(other)?;
    }
    Ok(plan)
}

/// Which of the tables cannot stand beside the first one, and why.
fn cannot_join(error: &PlanError, finder: &Finder<'_>, plans: &[Plan]) -> ToolError {
    const OPTION: &str = "--join";
    let place = |oid: &Oid| plans.iter().rposition(|plan| plan.table() == oid).unwrap_or(0);
    let text = match error {
        PlanError::IndexDiffers { table, joined } => {
            let (own, other) = (place(table), place(joined));
            let index = |at: usize| {
                let names: Vec<&str> =
                    plans[at].index().iter().map(|component| component.name.as_str()).collect();
                names.join(", ")
            };
            format!(
                "the index of {} is {}, that of {} is {}: their rows cannot stand beside each other",
                finder.name(other),
                index(other),
                finder.name(own),
                index(own)
            )
        }
        PlanError::JoinedTwice { table } => format!("{} is fetched anyway", finder.name(place(table))),
        error => error.to_string(),
    };
    finder.mistake(OPTION, &text)
}

/// What is wrong with the columns that rows must have.
enum Mistake {
    Plan(PlanError),
    Tool(ToolError),
}

impl From<PlanError> for Mistake {
    fn from(error: PlanError) -> Self {
        Self::Plan(error)
    }
}

/// Says which columns every row must have, and returns those that were named, or that a mask has.
fn require(arguments: &RowArgs, finder: &Finder<'_>, plans: &mut [Plan]) -> Result<Vec<Key>, Mistake> {
    if let Some(mask) = arguments.require_mask {
        // bsnmp knows one table.
        let Some(own) = plans.first_mut() else { return Ok(Vec::new()) };
        own.require(Required::Mask(mask))?;
        return Ok(own.columns().iter().filter(|column| own.requires(column)).map(Key::of).collect());
    }
    let named = match arguments.require.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] | ["none"] => return Ok(Vec::new()),
        ["all"] => {
            plans.iter_mut().try_for_each(|plan| plan.require(Required::All))?;
            // All that are printed.
            return Ok(Vec::new());
        }
        _ => finder.columns(&arguments.require, "--require").map_err(Mistake::Tool)?,
    };
    for (table, plan) in plans.iter_mut().enumerate() {
        let ids: Vec<u32> = named.iter().filter(|key| key.table == table).map(|key| key.id).collect();
        if !ids.is_empty() {
            plan.require(Required::Columns(ids))?;
        }
    }
    Ok(named)
}

/// Watches this object for the first table; nothing at all where there is none.
fn watch(object: Option<Oid>, plans: &mut [Plan]) {
    if object.is_none() {
        for plan in plans.iter_mut() {
            plan.last_change = None;
        }
    }
    if let Some(own) = plans.first_mut() {
        own.last_change = object;
    }
}

/// Tables whose columns are not known have those that were named.
fn number_unknown(wanted: &[Key], finder: &Finder<'_>, plans: &mut [Plan]) -> Result<(), ToolError> {
    for (table, plan) in plans.iter_mut().enumerate().filter(|(_, plan)| plan.columns().is_empty()) {
        let ids: Vec<u32> = wanted.iter().filter(|key| key.table == table).map(|key| key.id).collect();
        if ids.is_empty() {
            let name = finder.name(table);
            return Err(
                finder.mistake("--columns", &format!("{name} has none among them; write {name}.NUMBER"))
            );
        }
        plan.only(&ids).map_err(|error| finder.mistake("--columns", &error.to_string()))?;
    }
    Ok(())
}

fn refused(error: &PlanError, context: &Context) -> ToolError {
    ToolError::Argument(format!("{}: {error}", context.name))
}

/// The plan of the MIB; where no module knows the OID, one of whatever the agent has there.
fn plan(table: &Oid, context: &Context) -> Result<Plan, ToolError> {
    let view = context.library.view();
    let error = match Plan::from_mib(view, table) {
        Ok(plan) => return Ok(plan),
        // Below a scalar or a column there are instances, and no table.
        Err(error @ PlanError::Unknown { .. }) => match view.object(table) {
            Some((known, _)) if matches!(known.kind(), Kind::Scalar | Kind::Column | Kind::Row) => error,
            _ => return Plan::without_mib(table).map_err(|error| refused(&error, context)),
        },
        Err(error) => error,
    };
    let options = printer::options(&context.output)?;
    let mut text = b"Was that a table? ".to_vec();
    netsnmp::oid(table, &options, &printer::names(&context.settings, view), &mut text);
    let mistake = ToolError::Argument(String::from_utf8_lossy(&text).into_owned());
    let hint = match &error {
        PlanError::Unknown { .. } => {
            let owner = view.object(table).map(|(known, _)| known.name().to_string());
            owner.map(|owner| format!("it is an instance of {owner}, or what would be one"))
        }
        error => Some(error.to_string()),
    };
    Err(match hint.filter(|_| hints::are_wanted() || is_for_programs(context)) {
        Some(hint) => mistake.advised(hint),
        None => mistake,
    })
}

/// Whether a program reads what is wrong, and people do not look at it as closely.
fn is_for_programs(context: &Context) -> bool {
    use crate::cli::args::Format;
    matches!(context.output.format, Format::Json | Format::Ndjson)
}

/// The arcs of an index that was typed, or of the beginning of one.
fn row(
    text: Option<&OsStr>,
    option: &str,
    plan: &Plan,
    context: &Context,
) -> Result<Option<Vec<u32>>, ToolError> {
    let Some(text) = text else { return Ok(None) };
    let view = context.library.view();
    let definition = view.find(plan.entry()).filter(|(_, rest)| rest.is_empty());
    let indexes = definition.map(|(definition, _)| Indexes::of(definition)).unwrap_or_default();
    let components: Vec<_> = match plan.index() {
        [] => Vec::new(),
        described if described.len() == indexes.components().len() => indexes.components().collect(),
        described => described.iter().map(crate::table::IndexComponent::component).collect(),
    };
    let checks = oid_arg::checks(&context.settings.mib);
    let read = index::parse(&components, text.as_bytes(), plan.entry().len() + 1, checks);
    read.map(|parsed| Some(parsed.arcs)).map_err(|badly| {
        let detail = String::from_utf8_lossy(&badly.detail).into_owned();
        let text = text.to_string_lossy();
        let name = context.name;
        ToolError::Argument(format!("{name}: {option}: '{text}' is no index of this table ({detail})"))
    })
}

/// The object that tells of changes, without its `.0`.
fn last_change(text: &OsStr, context: &mut Context) -> Result<Option<Oid>, ToolError> {
    if text == "none" {
        return Ok(None);
    }
    let object = context.name_of(text)?;
    let object = match object.arcs() {
        [object @ .., 0] => Oid::new(object).unwrap_or_default(),
        _ => object,
    };
    // What no module knows is taken at its word.
    if let Some((found, [])) = context.library.view().find(object.arcs())
        && (found.kind() != Kind::Scalar || Object::of(found).base() != Base::TimeTicks)
    {
        return Err(ToolError::Argument(format!(
            "{}: --last-change {}: {} tells of no time; a scalar of type TimeTicks does",
            context.name,
            text.to_string_lossy(),
            found.qualified_name()
        )));
    }
    Ok(Some(object))
}
