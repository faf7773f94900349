//! From the arguments to a plan, and to what is done with its rows.

use std::{collections::BTreeSet, ffi::OsStr, os::unix::ffi::OsStrExt as _};

use crate::{
    cli::oid_arg,
    mib::{
        Kind,
        image::Definition,
        index,
        name::{self, Among, Missing},
        object::Indexes,
    },
    oid::Oid,
    output::netsnmp,
    table::{Column, Plan, PlanError, Required},
    tool::{Context, ToolError, hints, printer},
};

use super::{
    RowArgs,
    select::{Field, Selection, SortKey},
};

/// What the arguments come to.
#[derive(Debug)]
pub(super) struct Described {
    pub(super) plan: Plan,
    /// The columns to print; all that are fetched where there are none.
    pub(super) shown: Vec<u32>,
    pub(super) selection: Selection,
    pub(super) sort: Option<SortKey>,
}

/// Reads the arguments about rows and columns.
pub(super) fn describe(
    table: &Oid,
    arguments: &RowArgs,
    context: &mut Context,
) -> Result<Described, ToolError> {
    let mut plan = plan(table, context)?;
    let finder = Finder::new(&plan, context);
    let shown = finder.columns(&arguments.columns, "--columns")?;
    let selection = Selection::read(&arguments.conditions, &finder, context)?;
    let sort = arguments.sort.as_deref().map(|text| SortKey::read(text, &finder)).transpose()?;
    let required = required(arguments, &finder)?;
    let mut wanted = shown.clone();
    if wanted.is_empty() && !plan.columns().is_empty() {
        wanted = plan.columns().iter().map(|column| column.id).collect();
    }
    plan.require(required.clone()).map_err(|error| refused(&error, context))?;
    let also_required = plan.columns().iter().filter(|column| plan.requires(column)).map(|column| column.id);
    let more: Vec<u32> = match &required {
        // All that are printed.
        Required::All | Required::None => Vec::new(),
        Required::Columns(ids) => ids.clone(),
        Required::Mask(_) => also_required.collect(),
    };
    if !wanted.is_empty() {
        let more = more.into_iter().chain(selection.columns()).chain(sort.iter().filter_map(SortKey::column));
        for id in more {
            if !wanted.contains(&id) {
                wanted.push(id);
            }
        }
        plan.only(&wanted).map_err(|error| refused(&error, context))?;
    }
    plan.rows_from = row(arguments.rows_from.as_deref(), "--rows-from", &plan, context)?;
    plan.rows_to = row(arguments.rows_to.as_deref(), "--rows-to", &plan, context)?;
    if let Some(object) = &arguments.last_change {
        plan.last_change = last_change(object, context)?;
    }
    if let Some(number) = arguments.max_iter {
        plan.max_iter = number;
    }
    Ok(Described { plan, shown, selection, sort })
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

fn required(arguments: &RowArgs, finder: &Finder<'_>) -> Result<Required, ToolError> {
    if let Some(mask) = arguments.require_mask {
        return Ok(Required::Mask(mask));
    }
    match arguments.require.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] | ["none"] => Ok(Required::None),
        ["all"] => Ok(Required::All),
        _ => finder.columns(&arguments.require, "--require").map(Required::Columns),
    }
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
    Ok(Some(match object.arcs() {
        [object @ .., 0] => Oid::new(object).unwrap_or_default(),
        _ => object,
    }))
}

/// Finds the columns of a table, and the objects of its index, by their names.
pub(super) struct Finder<'a> {
    plan: &'a Plan,
    /// The table as it is called.
    table: String,
    tool: &'static str,
    entry: Option<Definition<'static>>,
    library: crate::mib::View,
}

impl<'a> Finder<'a> {
    fn new(plan: &'a Plan, context: &Context) -> Self {
        let view = context.library.view();
        let known = |oid: &Oid| view.find(oid).filter(|(_, rest)| rest.is_empty()).map(|(known, _)| known);
        Self {
            table: known(plan.table())
                .map_or_else(|| plan.table().to_string(), |table| table.name().to_string()),
            tool: context.name,
            entry: known(plan.entry()),
            library: view.clone(),
            plan,
        }
    }

    /// What `option` names, each once.
    pub(super) fn columns(&self, names: &[String], option: &str) -> Result<Vec<u32>, ToolError> {
        let mut seen = BTreeSet::new();
        let mut ids = Vec::new();
        for name in names {
            let id = self.column(name, option)?;
            if !seen.insert(id) {
                return Err(self.mistake(option, &format!("{name} is named twice")));
            }
            ids.push(id);
        }
        Ok(ids)
    }

    /// An object of the index, or a column.
    pub(super) fn field(&self, name: &str, option: &str) -> Result<Field, ToolError> {
        let bare = bare(name);
        let is_named = |component: &crate::table::IndexComponent| component.name == bare;
        match self.plan.index().iter().position(is_named) {
            Some(place) => Ok(Field::Index(place)),
            None => self.column(name, option).map(Field::Column),
        }
    }

    /// What is known of a field: the definition of its object.
    pub(super) fn definition(&self, field: Field) -> Option<Definition<'static>> {
        let oid = match field {
            Field::Index(place) => self.plan.index().get(place)?.object.clone()?,
            Field::Column(id) => self.plan.entry().child(&[id]).ok()?,
        };
        let (definition, rest) = self.library.object(&oid)?;
        (rest.is_empty() && definition.kind() == Kind::Column).then_some(definition)
    }

    /// A mistake in an option.
    pub(super) fn mistake(&self, option: &str, text: &str) -> ToolError {
        ToolError::Argument(format!("{}: {option}: {text}", self.tool))
    }

    fn column(&self, name: &str, option: &str) -> Result<u32, ToolError> {
        let wanted = bare(name);
        let number = wanted.parse::<u32>().ok();
        let is_named = |column: &&Column| column.name == wanted || Some(column.id) == number;
        if let Some(column) = self.plan.columns().iter().find(is_named) {
            return Ok(column.id);
        }
        if self.plan.columns().is_empty() {
            let advice = "without a MIB, columns are known by their numbers";
            return number.ok_or_else(|| self.mistake(option, &format!("{name}: {advice}")));
        }
        let table = &self.table;
        if self.plan.index().iter().any(|component| component.name == wanted) {
            let text =
                format!("{name} is part of the index of {table}, which every row has; it is no column");
            return Err(self.mistake(option, &text));
        }
        let hidden = self.entry.into_iter().flat_map(|entry| entry.node().children()).any(|node| {
            Some(node.arc()) == number || node.definitions().any(|definition| definition.name() == *wanted)
        });
        if hidden {
            return Err(self.mistake(option, &format!("the column {name} of {table} cannot be read")));
        }
        let near = self.entry.map(|entry| {
            let missing = Missing { part: wanted.to_owned(), among: Among::Children(entry.node()) };
            name::nearest(&missing, &self.library)
        });
        let near = near.filter(|near| !near.is_empty());
        let near = near.map(|near| format!("; did you mean {}?", near.join(" or "))).unwrap_or_default();
        Err(self.mistake(option, &format!("{table} has no column {name}{near}")))
    }
}

/// A name without its module's.
fn bare(name: &str) -> &str {
    name.rsplit_once("::").map_or(name, |(_, name)| name)
}
