//! Operations under arbitrary answers: they come to an end, within a bound, and yield only what they should.
//!
//! The octets of a script choose the operation and what the agent is like. The property tests and the fuzz target run
//! the same script.

use std::collections::VecDeque;

use snmpkit::{
    clock::Duration,
    codec::{DecodeError, DecodeErrorKind, ErrorStatus, PduKind},
    engine::{Heard, Request, RequestError, RequestKind, Response},
    oid::Oid,
    operation::{
        Answer, Consistency, Effort, Fix, Get, GetItem, Operation, Ordering, Repetitions, RootInstance, Set,
        Step, Table, TableItem, TableMethod, TableSettings, Ticket, Walk, WalkError, WalkItem, WalkMethod,
        WalkPlan, WrongTypes,
    },
    table::{Column, Condition, Plan, Required},
    value::{Octets, Value, VarBind},
};

use super::script::Script;

/// Names that a scripted agent has; few, so that they come again.
const NAMES: usize = 24;

/// What came of an operation.
struct Run<O: Operation> {
    items: Vec<O::Item>,
    asked: usize,
    end: Result<(), O::Error>,
    /// Bindings in all answers.
    bindings: usize,
}

/// Runs the operation that a script chooses.
///
/// # Panics
///
/// When the operation does what it must not.
pub fn run(octets: &[u8]) {
    let mut script = Script::new(octets);
    match script.octet() % 5 {
        0 => get(&mut script),
        1 => set(&mut script),
        2 => walk_in_order(&mut script),
        3 => walk_in_any_order(&mut script),
        _ => table(&mut script),
    }
}

/// Asks until the operation ends, which must be after `most` requests at the latest.
fn drive<O: Operation>(
    operation: &mut O,
    most: usize,
    script: &mut Script<'_>,
    mut agent: impl FnMut(&mut Script<'_>, &Request) -> Answer,
) -> Run<O> {
    let mut run = Run { items: Vec::new(), asked: 0, end: Ok(()), bindings: 0 };
    let mut open: VecDeque<(Ticket, Request)> = VecDeque::new();
    let mut used: Vec<Ticket> = Vec::new();
    loop {
        match operation.step() {
            Ok(Step::Ask(ticket, request)) => {
                assert!(!used.contains(&ticket), "a ticket is unique");
                used.push(ticket);
                run.asked += 1;
                assert!(run.asked <= most, "{} requests and no end", run.asked);
                open.push_back((ticket, request));
                continue;
            }
            Ok(Step::Emit(item)) => {
                run.items.push(item);
                continue;
            }
            Ok(Step::Done) => return run,
            Ok(Step::Wait) => {}
            Err(error) => {
                run.end = Err(error);
                return run;
            }
        }
        // Answers come in any order, and some to questions that were not asked.
        let at = script.below(open.len());
        let (ticket, request) = open.remove(at).expect("who waits has asked");
        let stray = Ticket(u64::MAX);
        let nothing = operation.answer(stray, Err(RequestError::NoRequestId { range: 0 }));
        assert!(nothing.is_ok(), "an answer to another question changes nothing");
        let answer = agent(script, &request);
        run.bindings += answer.as_ref().map_or(0, |response| response.bindings.len());
        if let Err(error) = operation.answer(ticket, answer) {
            run.end = Err(error);
            return run;
        }
    }
}

fn name(script: &mut Script<'_>) -> Oid {
    nth_name(script.below(NAMES))
}

/// In order: some before the subtree, some in it, some behind it.
fn nth_name(n: usize) -> Oid {
    let n = u32::try_from(n).unwrap_or(0);
    match n {
        0 => Oid::empty(),
        1..=3 => Oid::from_static(&[1, 3, 5, n]),
        4 => Oid::from_static(ROOT),
        5..=20 => Oid::from_static(&[1, 3, 6, n / 4, n]),
        _ => Oid::from_static(&[1, 3, 7, n]),
    }
}

const ROOT: &[u32] = &[1, 3, 6];

fn value(script: &mut Script<'_>) -> Value {
    match script.octet() % 16 {
        0 => Value::NoSuchObject,
        1 => Value::NoSuchInstance,
        2 => Value::EndOfMibView,
        3 => Value::Null,
        4 => Value::OctetString(Octets::from(script.take(4))),
        other => Value::Integer32(i32::from(other)),
    }
}

/// Any answer at all.
fn any_answer(script: &mut Script<'_>, request: &Request) -> Answer {
    let tries = 6;
    let elapsed = Duration::from_millis(5);
    let error_status = match script.octet() % 16 {
        0 => {
            return Err(match script.octet() % 5 {
                0 => RequestError::NoAnswer { tries, elapsed, heard: Heard::default() },
                1 => RequestError::Refused { tries, elapsed },
                2 => RequestError::UnexpectedPdu { found: PduKind::Get },
                3 => RequestError::TooLong {
                    octets: 2_000,
                    error: DecodeError { at: 0, kind: DecodeErrorKind::IndefiniteLength },
                    tries,
                    elapsed,
                },
                _ => RequestError::Malformed {
                    error: DecodeError { at: 0, kind: DecodeErrorKind::IndefiniteLength },
                    tries,
                    elapsed,
                },
            });
        }
        1 | 2 => ErrorStatus::TOO_BIG,
        3 | 4 => ErrorStatus::NO_SUCH_NAME,
        5 => ErrorStatus(i32::from(script.number())),
        _ => ErrorStatus::NO_ERROR,
    };
    let error_index = match script.octet() {
        255 => u32::MAX,
        index => u32::from(index) % 12,
    };
    let bindings = match script.octet() % 8 {
        0 => request.bindings.clone(),
        1 => Vec::new(),
        many => (0..many).map(|_| VarBind::new(name(script), value(script))).collect(),
    };
    Ok(Response { error_status, error_index, bindings, transmissions: 1, elapsed })
}

fn get(script: &mut Script<'_>) {
    let kind = script.one_of(&[
        RequestKind::Get,
        RequestKind::GetNext,
        RequestKind::GetBulk { non_repeaters: 0, max_repetitions: u32::MAX },
        RequestKind::GetBulk { non_repeaters: 1, max_repetitions: 0 },
    ]);
    let names: Vec<Oid> = (0..script.octet() % 10).map(|_| name(script)).collect();
    let fix = script.one_of(&[Fix::DropAndRepeat, Fix::Never]);
    // Each further request comes of a split (one less than there are names), of a name left out, or of a halving.
    let most = 1 + 2 * names.len() + names.len() + 32;
    // An agent that says the same again and again is the one that could keep it going.
    let stubborn = if script.octet().is_multiple_of(2) {
        Some(any_answer(script, &Request { kind, bindings: Vec::new() }))
    } else {
        None
    };
    let agent = |script: &mut Script<'_>, request: &Request| match &stubborn {
        Some(answer) => answer.clone(),
        None => any_answer(script, request),
    };
    let seen = drive(&mut Get::new(kind, names.clone(), fix), most, script, agent);
    let (mut values, mut refused) = (0, 0);
    for item in &seen.items {
        match item {
            GetItem::Binding(_) => values += 1,
            GetItem::Refused(error) => {
                refused += 1;
                assert!((1..=names.len()).contains(&(error.index as usize)));
            }
        }
    }
    assert!(values <= seen.bindings, "it yields what was answered, once");
    assert!(refused <= names.len() && (refused == 0 || fix == Fix::DropAndRepeat));
}

fn set(script: &mut Script<'_>) {
    let bindings: Vec<VarBind> = (0..script.octet() % 10).map(|_| VarBind::ask(name(script))).collect();
    let seen = drive(&mut Set::new(bindings), 1, script, any_answer);
    match seen.end {
        Ok(()) => assert_eq!(seen.items.len(), seen.bindings),
        Err(_) => assert!(seen.items.is_empty(), "a SET that failed has no values"),
    }
}

fn plan(script: &mut Script<'_>, ordering: Ordering) -> WalkPlan {
    let root = script.one_of(&[ROOT, ROOT, &[], &[1, 3, 6, 2]]);
    let end = match script.octet() % 3 {
        0 => Some(name(script)),
        _ => None,
    };
    WalkPlan {
        root: Oid::from_static(root),
        end,
        method: script.one_of(&[
            WalkMethod::GetNext,
            WalkMethod::GetBulk { non_repeaters: 0, max_repetitions: 10 },
            WalkMethod::GetBulk { non_repeaters: 1, max_repetitions: u32::MAX },
            WalkMethod::GetBulk { non_repeaters: 0, max_repetitions: 0 },
        ]),
        ordering,
        root_instance: script.one_of(&[RootInstance::IfEmpty, RootInstance::First, RootInstance::Never]),
        ..WalkPlan::classic(Oid::empty())
    }
}

/// What holds for every walk.
fn check(plan: &WalkPlan, walk: &Walk, seen: &Run<Walk>) {
    let mut names = Vec::new();
    for item in &seen.items {
        // A GET of the root's own instance has no time; what it brought is shown as it came.
        if let WalkItem::Binding { binding, elapsed: Some(_) } = item {
            // After a GETNEXT a name before the root is a fault, or with -Cc no matter, but not the end.
            let before = plan.method == WalkMethod::GetNext && binding.name <= plan.root;
            let inside = match &plan.end {
                Some(end) => binding.name < *end,
                None => before || binding.name.starts_with(&plan.root),
            };
            assert!(inside, "{} is outside", binding.name);
            names.push((&binding.name, binding.value.is_exception()));
        }
    }
    let shown = seen.items.iter().filter(|item| matches!(item, WalkItem::Binding { .. })).count();
    assert_eq!(walk.emitted(), shown as u64);
    assert!(shown <= seen.bindings);
    if plan.ordering == Ordering::Checked {
        // The last one may be the fault itself, or the exception that ends the walk.
        let last_is_apart = matches!(seen.end, Err(WalkError::NotIncreasing { .. }))
            || names.last().is_some_and(|(_, exception)| *exception);
        let sound = names.len() - usize::from(last_is_apart);
        assert!(names[..sound].windows(2).all(|pair| pair[0].0 < pair[1].0), "{names:?}");
        assert!(names[..sound].iter().all(|(_, exception)| !exception));
    }
    if seen.end.is_ok() {
        assert!(walk.end().is_some(), "a walk that ended well says how");
    }
}

/// Names must increase, and there are only so many: whatever the agent says, each request but a few is a step ahead.
fn walk_in_order(script: &mut Script<'_>) {
    let plan = plan(script, Ordering::Checked);
    let mut walk = Walk::new(plan.clone());
    let halvings = 32;
    let seen = drive(&mut walk, NAMES + halvings + 3, script, any_answer);
    check(&plan, &walk, &seen);
}

/// Names may come in any order, of an agent that answers the same question the same way.
fn walk_in_any_order(script: &mut Script<'_>) {
    let plan = plan(script, Ordering::Unchecked);
    let answers: Vec<(Answer, bool)> = (0..=NAMES)
        .map(|_| {
            (
                any_answer(script, &Request { kind: RequestKind::Get, bindings: Vec::new() }),
                script.octet().is_multiple_of(2),
            )
        })
        .collect();
    let mut walk = Walk::new(plan.clone());
    // Brent's method closes a circle within three times what comes before it and its own length.
    let most = 4 * (NAMES + 2) + 32 + 3;
    let seen = drive(&mut walk, most, script, |_, request| {
        let asked = &request.bindings[0].name;
        let known = (0..NAMES).find(|n| nth_name(*n) == *asked).unwrap_or(NAMES);
        let (answer, kindly) = answers[known].clone();
        // Left to chance, few walks would go far: half of the answers are a name of the subtree.
        if kindly && request.kind != RequestKind::Get {
            let bindings = vec![VarBind::new(nth_name(5 + (known * 7 + 3) % 16), Value::Integer32(1))];
            let error_status = ErrorStatus::NO_ERROR;
            let elapsed = Duration::from_millis(1);
            return Ok(Response { error_status, error_index: 0, bindings, transmissions: 1, elapsed });
        }
        answer
    });
    check(&plan, &walk, &seen);
}

/// Columns and rows of the table that a scripted agent has, more or less.
const COLUMNS: u32 = 3;
const ROWS: u32 = 6;

fn table_plan(script: &mut Script<'_>) -> Plan {
    let table = Oid::from_static(&[1, 3, 6]);
    let columns: Vec<Column> = (1..=COLUMNS).map(Column::numbered).collect();
    let mut plan = match script.octet() % 3 {
        0 => Plan::without_mib(&table).unwrap(),
        _ => Plan::new(&table, Vec::new(), columns).unwrap(),
    };
    let required = [Required::None, Required::All, Required::Mask(0b101)];
    plan.require(required[script.below(3)].clone()).unwrap();
    plan.last_change = script.octet().is_multiple_of(2).then(|| Oid::from_static(&[1, 3, 5, 1]));
    plan.max_iter = u32::from(script.octet() % 4);
    plan.rows_from = script.octet().is_multiple_of(4).then(|| vec![u32::from(script.octet() % 8)]);
    plan.rows_to = script.octet().is_multiple_of(4).then(|| vec![u32::from(script.octet() % 8)]);
    plan
}

/// The name after one, in a table of which rows come and go.
fn next_name(script: &mut Script<'_>, name: &Oid) -> VarBind {
    let mut names = vec![Oid::from_static(&[1, 3, 5, 1, 0]), Oid::from_static(&[1, 3, 6, 1, 2, 1, 1, 3, 0])];
    for column in 1..=COLUMNS {
        names.extend((1..=ROWS).map(|row| Oid::from_static(&[1, 3, 6, 1, column, row])));
    }
    names.push(Oid::from_static(&[1, 3, 7]));
    names.sort();
    let skipped = usize::from(script.octet().is_multiple_of(16));
    match names.into_iter().filter(|known| known > name).nth(skipped) {
        Some(next) => {
            let ticks = Value::TimeTicks(u32::from(script.octet().is_multiple_of(32)));
            VarBind::new(next, if script.octet().is_multiple_of(8) { value(script) } else { ticks })
        }
        None => VarBind::new(name.clone(), Value::EndOfMibView),
    }
}

/// Mostly what an agent would say, so that a fetch gets somewhere; the rest is anything.
fn table_answer(script: &mut Script<'_>, request: &Request) -> Answer {
    if script.octet().is_multiple_of(8) {
        return any_answer(script, request);
    }
    let (once, repetitions) = match request.kind {
        RequestKind::GetBulk { non_repeaters, max_repetitions } => {
            (non_repeaters as usize, max_repetitions.min(8))
        }
        _ => (0, 1),
    };
    let mut cursors: Vec<Oid> = request.bindings.iter().map(|binding| binding.name.clone()).collect();
    let mut bindings = Vec::new();
    for repetition in 0..repetitions {
        let from = if repetition == 0 { 0 } else { once };
        for cursor in &mut cursors[from..] {
            let next = next_name(script, cursor);
            cursor.clone_from(&next.name);
            bindings.push(next);
        }
    }
    if script.octet().is_multiple_of(8) {
        bindings.truncate(script.below(bindings.len()));
    }
    let (error_status, elapsed) = (ErrorStatus::NO_ERROR, Duration::from_millis(1));
    Ok(Response { error_status, error_index: 0, bindings, transmissions: 1, elapsed })
}

fn table(script: &mut Script<'_>) {
    let plan = table_plan(script);
    let method = script.one_of(&[
        TableMethod::GetNext,
        TableMethod::GetBulk(Repetitions::Adaptive),
        TableMethod::GetBulk(Repetitions::Fixed(2)),
        TableMethod::GetBulk(Repetitions::Fixed(u32::MAX)),
    ]);
    let settings = TableSettings {
        method,
        window: script.one_of(&[0, 1, 4, 16]),
        answer_octets: script.one_of(&[Some(0), Some(100), None, Some(usize::MAX)]),
        effort: script.one_of(&[Effort::Consistent, Effort::Best]),
        wrong_types: script.one_of(&[WrongTypes::Refuse, WrongTypes::Mark]),
    };
    // A row behind the other, each after every way of asking for less, in every try.
    let most = 4 * 20 * usize::try_from(COLUMNS * (ROWS + 2)).unwrap();
    let mut fetch = Table::new(plan.clone(), settings.clone());
    let seen = drive(&mut fetch, most, script, table_answer);
    if seen.end.is_err() {
        assert!(seen.items.is_empty(), "nothing comes out of a fetch that failed");
        return;
    }
    let Some((TableItem::Verdict(verdict), items)) = seen.items.split_last() else { panic!("no verdict") };
    assert!(verdict.tries >= 1 && verdict.tries <= plan.max_iter.max(1));
    assert_eq!(verdict.tries as usize, verdict.restarts.len() + 1);
    let mut before: Option<&[u32]> = None;
    for item in items {
        let TableItem::Row(row) = item else { panic!("two verdicts") };
        assert!(before.is_none_or(|before| before < row.index.as_slice()), "rows come in order");
        before = Some(&row.index);
        assert!(plan.rows_from.as_ref().is_none_or(|from| row.index >= *from));
        assert_eq!(row.cells.len(), fetch.columns().len());
        let is_whole =
            fetch.columns().iter().all(|column| !plan.requires(column) || row.found.has(column.id));
        assert!(is_whole || row.condition == Condition::Torn);
        assert!(row.condition == Condition::Whole || verdict.consistency == Consistency::Torn);
    }
    assert!(verdict.consistency == Consistency::Consistent || settings.effort == Effort::Best);
}
