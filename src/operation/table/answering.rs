//! What the answers say.

use std::cmp::Reverse;

use super::{
    Answer, BulkUse, Restart, SYS_UP_TIME, State, Table, TableError, WrongTypes,
    asking::{Asked, What},
    segment::{Arcs, Care, Disorder, Reach, Reading, Role, Segment, Track, successor},
};
use crate::{
    codec::ErrorStatus,
    engine::{RequestError, Response},
    limits,
    oid::Oid,
    operation::AgentError,
    table::Judged,
    value::{Value, VarBind},
};

/// Bindings of a row that must have come for the row to be divided there, instead of being asked for by GETNEXT.
const WORTH_DIVIDING: usize = 4;

/// Columns from which on reading one of them ahead pays.
const WORTH_GUIDING: usize = 3;

/// Columns that no agent finds too many in a GETNEXT.
const FEW_COLUMNS: usize = 8;

/// How an answer stands to the try that it belongs to.
pub(super) enum Standing {
    /// It is of the state that the try began with; in a try that goes on regardless, of the state with this number.
    State(u32),
    /// It is not, and a new try has begun.
    Restarted,
    /// It is too short to tell.
    Short,
}

impl Table {
    pub(super) fn take(&mut self, asked: Asked, answer: Answer) -> Result<(), TableError> {
        let response = match answer {
            Ok(response) => response,
            Err(error) => return self.take_silence(asked, error),
        };
        if response.error_status != ErrorStatus::NO_ERROR {
            return self.take_refusal(asked, &response);
        }
        if matches!(asked.what, What::Scalar) {
            return self.take_scalar(asked, response.bindings.into_iter().next());
        }
        let state = match self.standing(&asked, &response.bindings)? {
            Standing::Restarted => return Ok(()),
            Standing::Short => return self.take_short(asked, 0),
            Standing::State(state) => state,
        };
        let mut bindings = response.bindings;
        bindings.drain(..asked.once());
        match asked.what {
            What::Columns { .. } if bindings.is_empty() => self.take_short(asked, 0),
            What::Columns { first, count } => {
                bindings.truncate(usize::try_from(count).unwrap_or(usize::MAX));
                self.take_columns(first, &bindings)
            }
            What::Segment(_) => self.take_cells(asked, bindings, state),
            What::Scalar => Ok(()),
        }
    }

    /// Looks at last-change object and sysUpTime.
    pub(super) fn standing(&mut self, asked: &Asked, bindings: &[VarBind]) -> Result<Standing, TableError> {
        if bindings.len() < asked.once() {
            return Ok(Standing::Short);
        }
        let mut last_changes = match self.attempt.states.first() {
            Some(first) => first.last_changes.clone(),
            None => vec![None; self.watched.len()],
        };
        for (binding, object) in bindings.iter().zip(&asked.watched) {
            let is_it = binding.name.starts_with(&self.watched[*object]) && !binding.value.is_exception();
            last_changes[*object] = is_it.then(|| binding.value.clone());
        }
        let up_time = bindings.get(asked.watched.len()).filter(|_| asked.has_up_time).and_then(ticks);
        if !self.attempt.is_open {
            self.attempt.is_open = true;
            self.attempt.asks_last_change = last_changes.iter().map(Option::is_some).collect();
            self.attempt.asks_up_time = up_time.is_some();
            self.attempt.states = vec![State { agent: 0, last_changes }];
            self.attempt.up_time = up_time;
            return Ok(Standing::State(0));
        }
        // The request was sent after the answer with the larger sysUpTime had come, so this one was given later. Of
        // requests that were outstanding together nobody knows which was answered first.
        if let (Some(from), Some(to)) = (asked.up_time, up_time)
            && to < from
        {
            if !self.goes_on_regardless() {
                self.restart(Restart::AgentRestarted { from, to })?;
                return Ok(Standing::Restarted);
            }
            self.attempt.agents += 1;
            self.attempt.up_time = Some(to);
        }
        self.attempt.up_time = self.attempt.up_time.max(up_time);
        let first = &self.attempt.states[0].last_changes;
        let changed = first.iter().zip(&last_changes).position(|(from, to)| from != to);
        if let Some(object) = changed.filter(|_| !self.goes_on_regardless()) {
            let to = last_changes.swap_remove(object);
            self.restart(self.changed(object, to))?;
            return Ok(Standing::Restarted);
        }
        Ok(Standing::State(self.attempt.state_of(last_changes)))
    }

    /// That a last-change object is not what it was when the try began.
    fn changed(&self, object: usize, to: Option<Value>) -> Restart {
        let from = self.attempt.states.first().and_then(|first| first.last_changes[object].clone());
        Restart::Changed { object: Box::new(self.watched[object].clone()), from, to }
    }

    /// The cells of a segment.
    fn take_cells(&mut self, asked: Asked, bindings: Vec<VarBind>, state: u32) -> Result<(), TableError> {
        let What::Segment(segment) = &asked.what else { return Ok(()) };
        let columns: Vec<Oid> =
            segment.columns.iter().map(|place| self.column_oids[*place].clone()).collect();
        let came = bindings.len();
        self.pace.saw(&bindings);
        let reading = Reading::of(segment, &columns, asked.repetitions, bindings)
            .map_err(|Disorder { previous, name }| TableError::NotIncreasing { previous, name })?;
        if reading.reach == Reach::Nothing {
            return self.take_short(asked, came);
        }
        let wanted =
            segment.columns.len().saturating_mul(usize::try_from(asked.repetitions).unwrap_or(usize::MAX));
        if asked.is_bulk {
            // A list that ends where nothing follows is not cut.
            let wanted = if reading.reach == Reach::End { came.min(wanted) } else { wanted };
            self.pace.bulk_brought(wanted, came);
        } else if segment.care == Care::Small && self.pace.uses_bulk() && self.pace.next_helped() {
            self.bulk = BulkUse::GivenUp;
        }
        self.attempt.read = self.attempt.read.saturating_add(reading.cells.len());
        // Every row that is kept is read twice at most, but an agent may have others without end before the first.
        if self.attempt.read / 4 > limits::TABLE_CELLS {
            return Err(TableError::TooLarge);
        }
        let What::Segment(segment) = asked.what else { return Ok(()) };
        match segment.role {
            Role::Guide => self.divide(segment, reading),
            Role::Data => self.keep(segment, reading, asked.is_bulk, state),
        }
    }

    fn keep(
        &mut self,
        mut segment: Segment,
        reading: Reading,
        is_bulk: bool,
        state: u32,
    ) -> Result<(), TableError> {
        let stride = self.stride(&segment, &reading);
        let Reading { reach, cells, rows, tracks } = reading;
        let guide = if self.may_send_guide(&segment, is_bulk) { best_guide(&segment, &tracks) } else { None };
        self.attempt.is_divided |= segment.is_partial && !cells.is_empty();
        self.attempt.trust = if cells.is_empty() { self.attempt.trust / 2 } else { self.attempt.trust + 1 };
        for cell in cells {
            self.keep_cell(segment.columns[cell.column], cell.binding, state)?;
        }
        let Reach::To(last) = reach else { return Ok(()) };
        if segment.is_whole {
            // What the agent has nothing of is not asked for again: many agents have a few columns of many.
            let mut tracks = tracks.iter();
            segment.columns.retain(|_| tracks.next().is_none_or(|track| !track.is_empty()));
            segment.is_whole = false;
        }
        let Some(rest) = segment.behind(&last, rows) else { return Ok(()) };
        match guide {
            Some(column) => self.send_guide(column, rest),
            None => self.go_on(rest, stride),
        }
        Ok(())
    }

    fn keep_cell(&mut self, place: usize, binding: VarBind, state: u32) -> Result<(), TableError> {
        let column = &self.columns[place];
        let VarBind { name, value } = binding;
        let index = &name[self.column_oids[place].len()..];
        let is_early = self.plan.rows_from.as_deref().is_some_and(|from| index < from);
        // An instance that is named and has no value is not there.
        if is_early || matches!(value, Value::NoSuchObject | Value::NoSuchInstance) {
            return Ok(());
        }
        let judged = if column.accepts(&value) {
            Judged::Good
        } else if self.settings.wrong_types == WrongTypes::Mark {
            Judged::Bad
        } else {
            let (name, found) = (Box::new(name), value.type_name());
            return Err(TableError::WrongSyntax { name, expected: column.syntax, found });
        };
        self.rows.put(index, place, value, judged, state).map_err(|_| TableError::TooLarge)
    }

    /// Whether what follows a segment may be divided by the indexes of one of its columns, read ahead.
    fn may_send_guide(&self, segment: &Segment, is_bulk: bool) -> bool {
        let is_first = segment.is_whole && segment.care == Care::Usual && !self.attempt.is_guided;
        is_bulk && is_first && self.settings.window > 1 && segment.columns.len() >= WORTH_GUIDING
    }

    /// Reads one column ahead, and leaves all the rest to be divided by it.
    fn send_guide(&mut self, column: usize, rest: Segment) {
        self.attempt.is_guided = true;
        let guide = Segment { columns: vec![column], rows: None, role: Role::Guide, ..rest.clone() };
        self.frontiers = std::iter::once(rest).chain(self.queue.drain(..)).collect();
        self.frontiers.iter_mut().for_each(|frontier| frontier.rows = Some(0));
        self.queue.push_front(guide);
    }

    /// Divides what lies behind into segments of as many rows as an answer is likely to hold.
    fn divide(&mut self, guide: Segment, reading: Reading) -> Result<(), TableError> {
        let place = guide.columns.first().map_or(0, |column| self.column_oids[*column].len());
        self.attempt.guided = self.attempt.guided.saturating_add(reading.cells.len());
        if self.attempt.guided > limits::TABLE_CELLS / self.columns.len().max(1) {
            return Err(TableError::TooLarge);
        }
        for frontier in &mut self.frontiers {
            let most = self.pace.likely_rows(frontier.columns.len());
            for cell in &reading.cells {
                let index = &cell.binding.name[place..];
                if index <= frontier.after.as_slice() {
                    continue;
                }
                let rows = frontier.rows.unwrap_or(0) + 1;
                if rows < most {
                    frontier.rows = Some(rows);
                    continue;
                }
                let part = Segment { before: Some(successor(index)), rows: Some(rows), ..frontier.clone() };
                self.queue.push_back(Segment { is_whole: false, ..part });
                frontier.after = Arcs::from_slice(index);
                frontier.rows = Some(0);
                frontier.is_whole = false;
            }
        }
        match reading.reach {
            Reach::To(last) => match guide.behind(&last, reading.rows) {
                Some(rest) => self.queue.push_front(rest),
                None => self.end_guide(),
            },
            Reach::End | Reach::Nothing => self.end_guide(),
        }
        Ok(())
    }

    /// Asks for what the guide left over: some rows, and one more to see the end.
    fn end_guide(&mut self) {
        for mut rest in std::mem::take(&mut self.frontiers) {
            rest.rows = rest.rows.map(|rows| rows + 1);
            self.queue.push_back(rest);
        }
    }

    /// The guide is of no use; what it was to divide is read one answer after the other.
    fn give_guide_up(&mut self) {
        for mut rest in std::mem::take(&mut self.frontiers) {
            rest.rows = None;
            self.queue.push_back(rest);
        }
    }

    /// An answer that leaves out some column altogether. `came` counts what it has besides the scalars.
    pub(super) fn take_short(&mut self, asked: Asked, came: usize) -> Result<(), TableError> {
        let after = Box::new(asked.after.clone());
        if let What::Segment(segment) = &asked.what
            && asked.is_bulk
            && segment.role == Role::Data
            && came >= WORTH_DIVIDING
            && came < segment.columns.len()
        {
            // A row does not fit into an answer, but a good part of it does.
            self.pace.too_wide(came);
            self.again(asked);
            return Ok(());
        }
        self.ask_less(asked, TableError::ShortAnswer { after })
    }

    fn take_silence(&mut self, asked: Asked, error: RequestError) -> Result<(), TableError> {
        match &error {
            RequestError::NoAnswer { .. }
            | RequestError::Malformed { .. }
            | RequestError::TooLong { .. }
            | RequestError::Encode(_) => {}
            RequestError::Refused { .. }
            | RequestError::Unreachable { .. }
            | RequestError::UnexpectedPdu { .. }
            | RequestError::NoEngine { .. }
            | RequestError::NeverSent(_)
            | RequestError::Reported { .. }
            | RequestError::SaltsExhausted(_)
            | RequestError::NoRequestId { .. } => return Err(error.into()),
        }
        let is_silence = !matches!(error, RequestError::Encode(_));
        let What::Segment(segment) = &asked.what else { return self.ask_less(asked, error.into()) };
        let width = segment.columns.len();
        if asked.is_bulk {
            self.pace
                .too_many(width.saturating_mul(usize::try_from(asked.repetitions).unwrap_or(usize::MAX)));
        }
        // What was small and is not answered either is answered by nobody.
        let was_small = segment.care == Care::Small || (!asked.is_bulk && width <= FEW_COLUMNS);
        if !asked.is_bulk {
            self.pace.too_wide((width / 2).max(FEW_COLUMNS));
        }
        if is_silence && was_small { Err(error.into()) } else { self.ask_less(asked, error.into()) }
    }

    fn take_refusal(&mut self, asked: Asked, response: &Response) -> Result<(), TableError> {
        let agent = Box::new(AgentError::of(response));
        let error = TableError::Agent { error: agent, after: Box::new(asked.after.clone()) };
        match response.error_status {
            ErrorStatus::TOO_BIG => self.take_too_big(asked, error),
            ErrorStatus::NO_SUCH_NAME => self.take_no_such_name(asked, response.error_index, error),
            _ => self.ask_less(asked, error),
        }
    }

    fn take_too_big(&mut self, asked: Asked, error: TableError) -> Result<(), TableError> {
        let width = match &asked.what {
            What::Segment(segment) => segment.columns.len(),
            What::Columns { count, .. } if *count > 1 => return self.ask_less(asked, error),
            What::Columns { .. } => 1,
            // The agent cannot tell it at all.
            What::Scalar => return self.take_scalar(asked, None),
        };
        if asked.repetitions > 1 {
            self.pace
                .too_many(width.saturating_mul(usize::try_from(asked.repetitions).unwrap_or(usize::MAX)));
            self.again(asked);
            return Ok(());
        }
        if width > 1 {
            self.pace.too_wide(width.div_ceil(2));
            self.again(asked);
            return Ok(());
        }
        if asked.once() > 0 {
            self.scalars_apart = true;
            self.again(asked);
            return Ok(());
        }
        self.ask_less(asked, error)
    }

    /// `SNMPv1`: nothing at all comes behind one of the names.
    fn take_no_such_name(
        &mut self,
        mut asked: Asked,
        index: u32,
        error: TableError,
    ) -> Result<(), TableError> {
        let place = usize::try_from(index).unwrap_or(usize::MAX);
        let once = asked.once();
        if (1..=once).contains(&place) {
            if let Some(object) = asked.watched.get(place - 1).copied() {
                if self.attempt.is_open && !self.goes_on_regardless() {
                    return self.restart(self.changed(object, None));
                }
                self.attempt.asks_last_change[object] = false;
            } else {
                self.attempt.asks_up_time = false;
            }
            self.again(asked);
            return Ok(());
        }
        match &mut asked.what {
            What::Scalar => self.take_scalar(asked, None),
            What::Columns { count, .. } => {
                let known = u32::try_from(place.saturating_sub(once + 1)).unwrap_or(u32::MAX);
                if known >= *count {
                    return self.ask_less(asked, error);
                }
                match &mut self.attempt.discovery {
                    Some(discovery) if known > 0 => discovery.narrow(known),
                    _ => self.columns_found(),
                }
                Ok(())
            }
            What::Segment(segment) => {
                let column = place.checked_sub(once + 1).filter(|column| *column < segment.columns.len());
                let Some(column) = column.or((segment.columns.len() == 1).then_some(0)) else {
                    return self.ask_less(asked, error);
                };
                segment.columns.remove(column);
                segment.is_partial = true;
                match segment.role {
                    Role::Guide => self.give_guide_up(),
                    Role::Data => self.again(asked),
                }
                Ok(())
            }
        }
    }

    /// Asks the same again, in the measure that counts by now.
    fn again(&mut self, asked: Asked) {
        // Discovery goes on where it was. A segment without a column left is asked for as long as there are scalars to
        // ask for: they show that the table, which ends here, is still the one that was read.
        if let What::Segment(segment) = asked.what {
            let has_scalars = !self.scalars_apart
                && (self.attempt.asks_up_time || self.attempt.asks_last_change.contains(&true));
            if has_scalars || !segment.columns.is_empty() {
                self.queue.push_front(segment);
            }
        }
    }

    /// Asks for less: for a row by GETNEXT, then for fewer columns; `error` is what is told when there is no less.
    fn ask_less(&mut self, asked: Asked, error: TableError) -> Result<(), TableError> {
        if asked.is_bulk {
            self.pace.bulk_failed();
        }
        let mut segment = match asked.what {
            What::Columns { count, .. } => {
                let is_less = self.attempt.discovery.as_mut().is_some_and(|known| known.ask_less(count));
                return if is_less { Ok(()) } else { Err(error) };
            }
            What::Scalar => return Err(error),
            What::Segment(segment) => segment,
        };
        match (segment.role, segment.care) {
            (Role::Guide, _) => self.give_guide_up(),
            (Role::Data, Care::Usual) => {
                segment.care = Care::Small;
                self.queue.push_front(segment);
            }
            (Role::Data, Care::Small) if segment.columns.len() > 1 => {
                self.attempt.is_divided = true;
                let [left, right] = segment.halves();
                self.queue.push_front(right);
                self.queue.push_front(left);
            }
            (Role::Data, Care::Small) => return Err(error),
        }
        Ok(())
    }
}

fn ticks(binding: &VarBind) -> Option<u32> {
    match binding.value {
        Value::TimeTicks(ticks) if binding.name.starts_with(&Oid::from_static(SYS_UP_TIME)) => Some(ticks),
        _ => None,
    }
}

/// The column that has most rows in an answer, and of several the one that takes the least room.
fn best_guide(segment: &Segment, tracks: &[Track]) -> Option<usize> {
    let open = segment.columns.iter().zip(tracks).filter(|(_, track)| !track.is_closed);
    open.max_by_key(|(_, track)| (track.inside, Reverse(track.octets))).map(|(column, _)| *column)
}
