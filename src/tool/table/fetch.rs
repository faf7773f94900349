//! The fetch as the tool wants it: the columns are told before the rows, and columns beyond the MIB's are looked for.

use crate::{
    engine::{Request, RequestKind},
    oid::Oid,
    operation::{Answer, Operation, Step, Table, TableError, TableItem, TableMethod, Ticket},
    table::{Column, Plan, Row},
    value::{Value, VarBind},
};

/// What a fetch yields.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    /// The columns of the rows; before everything else.
    Columns(Vec<Column>),
    /// What the fetch yields itself.
    Of(TableItem),
    /// The agent has more columns than the plan; behind everything else.
    MoreColumns,
}

/// The ticket of the one request that is not the fetch's.
const PROBE: Ticket = Ticket(u64::MAX);

/// Gaps between columns that are looked into at most; tables with more of them are not met.
const GAPS: usize = 20;

/// A look for columns beyond those that are known: net-snmp's snmptable walks over them and says so.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Probe {
    entry: Oid,
    known: Vec<u32>,
    gaps: Vec<Oid>,
}

impl Probe {
    /// A look into the gaps between the columns of a plan and those that cannot be read; `None` where nothing is known,
    /// where net-snmp asks for the known columns alone, and for several tables, which net-snmp does not have.
    pub(super) fn of(plan: &Plan, unreadable: &[Oid], method: TableMethod) -> Option<Self> {
        if method == TableMethod::GetNext || plan.columns().is_empty() || plan.tables() > 1 {
            return None;
        }
        let unreadable = unreadable.iter().filter_map(|column| column.arcs().last().copied());
        let mut known: Vec<u32> = plan.columns().iter().map(|column| column.id).chain(unreadable).collect();
        known.sort_unstable();
        let before = std::iter::once(0).chain(known.iter().copied());
        let unknown = before.filter_map(|id| id.checked_add(1)).filter(|id| !known.contains(id));
        let gaps = unknown.take(GAPS).filter_map(|id| plan.entry().child(&[id]).ok()).collect();
        Some(Self { entry: plan.entry().clone(), known, gaps })
    }

    fn request(&self) -> Request {
        let bindings = self.gaps.iter().cloned().map(|name| VarBind { name, value: Value::Null }).collect();
        Request { kind: RequestKind::GetNext, bindings }
    }

    /// Whether an answer has an instance of a column that is not known.
    fn finds(&self, answer: Answer) -> bool {
        let is_unknown = |binding: &VarBind| {
            let below = binding.name.arcs().strip_prefix(self.entry.arcs());
            let column = below.and_then(<[u32]>::first);
            !binding.value.is_exception() && column.is_some_and(|column| !self.known.contains(column))
        };
        answer.is_ok_and(|response| {
            response.error_status == crate::codec::ErrorStatus::NO_ERROR
                && response.bindings.iter().any(is_unknown)
        })
    }
}

/// A table fetch with what belongs to it.
#[derive(Debug)]
pub(super) struct Fetch {
    table: Table,
    are_columns_told: bool,
    /// What the fetch has yielded before the columns were told.
    held: Option<TableItem>,
    probe: Option<Probe>,
    course: Course,
    finds_more: bool,
}

/// How far the look for columns has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Course {
    Unasked,
    Asked,
    Answered,
}

impl Fetch {
    pub(super) const fn new(table: Table, probe: Option<Probe>) -> Self {
        let course = if probe.is_some() { Course::Unasked } else { Course::Answered };
        Self { table, are_columns_told: false, held: None, probe, course, finds_more: false }
    }

    /// Ends the fetch, and gives the rows that were read whole by then.
    pub(super) fn cut_short(&mut self) -> Vec<Row> {
        let held = self.held.take().and_then(|held| match held {
            TableItem::Row(row) => Some(row),
            TableItem::Verdict(_) => None,
        });
        held.into_iter().chain(self.table.cut_short()).collect()
    }

    /// The fetch, to be asked how it goes.
    pub(super) const fn table(&self) -> &Table {
        &self.table
    }
}

impl Operation for Fetch {
    type Item = Item;
    type Error = TableError;

    fn step(&mut self) -> Result<Step<Item>, TableError> {
        if let (Course::Unasked, Some(probe)) = (self.course, &self.probe) {
            self.course = Course::Asked;
            return Ok(Step::Ask(PROBE, probe.request()));
        }
        if let Some(item) = self.held.take() {
            return Ok(Step::Emit(Item::Of(item)));
        }
        match self.table.step()? {
            Step::Ask(ticket, request) => Ok(Step::Ask(ticket, request)),
            Step::Wait => Ok(Step::Wait),
            Step::Emit(item) if self.are_columns_told => Ok(Step::Emit(Item::Of(item))),
            Step::Emit(item) => {
                self.are_columns_told = true;
                self.held = Some(item);
                Ok(Step::Emit(Item::Columns(self.table.columns().to_vec())))
            }
            Step::Done if self.course == Course::Asked => Ok(Step::Wait),
            Step::Done if std::mem::take(&mut self.finds_more) => Ok(Step::Emit(Item::MoreColumns)),
            Step::Done => Ok(Step::Done),
        }
    }

    fn answer(&mut self, ticket: Ticket, answer: Answer) -> Result<(), TableError> {
        if ticket != PROBE {
            return self.table.answer(ticket, answer);
        }
        self.course = Course::Answered;
        self.finds_more = self.probe.as_ref().is_some_and(|probe| probe.finds(answer));
        Ok(())
    }

    fn set_answer_octets(&mut self, octets: usize) {
        self.table.set_answer_octets(octets);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(ids: &[u32]) -> Plan {
        let columns = ids.iter().copied().map(Column::numbered).collect();
        Plan::new(&"1.3.6.1.2.1.2.2".parse().unwrap(), Vec::new(), columns).unwrap()
    }

    #[test]
    fn every_gap_between_columns_is_looked_into() {
        let bulk = TableMethod::GetBulk(crate::operation::Repetitions::Adaptive);
        for (known, gaps) in
            [(&[1, 2, 3][..], &[4][..]), (&[2, 3, 7], &[1, 4, 8]), (&[1, 5], &[2, 6]), (&[u32::MAX], &[1])]
        {
            let probe = Probe::of(&plan(known), &[], bulk).unwrap();
            let expected: Vec<Oid> =
                gaps.iter().map(|gap| plan(known).entry().child(&[*gap]).unwrap()).collect();
            assert_eq!(probe.gaps, expected, "{known:?}");
        }
        assert_eq!(Probe::of(&plan(&[1]), &[], TableMethod::GetNext), None);
        let plan = plan(&[1, 3]);
        let unreadable = [plan.entry().child(&[2]).unwrap()];
        assert_eq!(Probe::of(&plan, &unreadable, bulk).unwrap().gaps, [plan.entry().child(&[4]).unwrap()]);
        let mut two = plan;
        two.join(Plan::new(&"1.9".parse().unwrap(), Vec::new(), vec![Column::numbered(1)]).unwrap()).unwrap();
        assert_eq!(Probe::of(&two, &[], bulk), None);
    }

    #[test]
    fn only_an_unknown_column_of_the_same_table_counts() {
        let bulk = TableMethod::GetBulk(crate::operation::Repetitions::Adaptive);
        let probe = Probe::of(&plan(&[1, 3]), &[], bulk).unwrap();
        let answer = |name: &str, value: Value| {
            Ok(crate::engine::Response {
                error_status: crate::codec::ErrorStatus::NO_ERROR,
                error_index: 0,
                bindings: vec![VarBind { name: name.parse().unwrap(), value }],
                transmissions: 1,
                elapsed: crate::clock::Duration::ZERO,
            })
        };
        for (name, value, found) in [
            ("1.3.6.1.2.1.2.2.1.2.7", Value::Integer32(1), true),
            ("1.3.6.1.2.1.2.2.1.4.7", Value::Integer32(1), true),
            ("1.3.6.1.2.1.2.2.1.3.7", Value::Integer32(1), false),
            ("1.3.6.1.2.1.2.2.1.4", Value::EndOfMibView, false),
            ("1.3.6.1.2.1.2.3.0", Value::Integer32(1), false),
        ] {
            assert_eq!(probe.finds(answer(name, value)), found, "{name}");
        }
    }
}
