use super::*;
use crate::{
    codec::ErrorStatus,
    engine::{Request, RequestError, RequestKind},
    operation::test_support::{bad, bindings, good, names, oid, silence, turn},
    table::{Cell, IndexComponent, Required},
};

const ONE: &str = "1.9.2.1.1";
const TWO: &str = "1.9.2.1.2";
const CHANGED: &str = "1.9.1";
const UP: &str = "1.3.6.1.2.1.1.3";

/// Two columns of a table, without last-change object.
fn plan() -> Plan {
    let index = vec![IndexComponent::new("i", crate::mib::facts::Base::Integer32)];
    Plan::new(&oid("1.9.2"), index, [1, 2].map(Column::numbered).into()).unwrap()
}

fn watched() -> Plan {
    let mut plan = plan();
    plan.last_change = Some(oid(CHANGED));
    plan
}

fn table(plan: Plan, repetitions: u32, window: usize) -> Table {
    let method = TableMethod::GetBulk(Repetitions::Fixed(repetitions));
    Table::new(plan, TableSettings { method, window, ..TableSettings::default() })
}

/// The answers' scalars, then bindings that count from 0.
fn answer(changed: u32, up: u32, rest: &[&str]) -> Answer {
    let ticks = |name: &str, ticks| VarBind::new(oid(name).child(&[0]).unwrap(), Value::TimeTicks(ticks));
    let mut all = vec![ticks(CHANGED, changed), ticks(UP, up)];
    all.extend(bindings(rest));
    good(all)
}

/// Steps, and gives the one request that comes of it.
fn asked(table: &mut Table) -> (Ticket, Request) {
    let turn = turn(table);
    assert!(turn.items.is_empty() && turn.end.is_none(), "{:?}", turn.end);
    let [(ticket, request)] = turn.asked.try_into().unwrap_or_else(|asked| panic!("{asked:?}"));
    (ticket, request)
}

fn end(table: &mut Table) -> (Vec<u32>, Verdict) {
    let turn = turn(table);
    assert_eq!(turn.end, Some(Ok(())), "{:?}", turn.asked);
    let mut rows = Vec::new();
    for item in turn.items {
        match item {
            TableItem::Row(row) => rows.push(row.index[0]),
            TableItem::Verdict(verdict) => return (rows, verdict),
        }
    }
    panic!("no verdict");
}

/// Names behind a row in both columns.
fn behind(row: u32) -> Vec<String> {
    vec![CHANGED.into(), UP.into(), format!("{ONE}.{row}"), format!("{TWO}.{row}")]
}

#[test]
fn every_request_carries_last_change_object_and_up_time() {
    let mut table = table(watched(), 2, 1);
    let (first, request) = asked(&mut table);
    assert_eq!(names(&request), [CHANGED, UP, ONE, TWO]);
    assert_eq!(request.kind, RequestKind::GetBulk { non_repeaters: 2, max_repetitions: 2 });
    table
        .answer(first, answer(5, 100, &["1.9.2.1.1.1", "1.9.2.1.2.1", "1.9.2.1.1.2", "1.9.2.1.2.2"]))
        .unwrap();
    let (second, request) = asked(&mut table);
    assert_eq!(names(&request), behind(2));
    table.answer(second, answer(5, 101, &["1.9.2.1.1.3", "1.9.2.1.2.3", "1.9.2.1.2.1", "1.9.3"])).unwrap();
    let (rows, verdict) = end(&mut table);
    assert_eq!((rows, verdict.tries, verdict.requests), (vec![1, 2, 3], 1, 2));
    assert_eq!(verdict.last_change, LastChange::Watched(Value::TimeTicks(5)));
}

#[test]
fn a_change_throws_everything_away_and_answers_to_the_old_try_say_nothing() {
    let mut table = table(watched(), 1, 16);
    table.pace.columns = 1;
    let (first, _) = asked(&mut table);
    table.answer(first, answer(5, 100, &["1.9.2.1.1.1"])).unwrap();
    let both = turn(&mut table).asked;
    assert_eq!(both.len(), 2, "a column each");
    table.answer(both[0].0, answer(6, 102, &["1.9.2.1.1.2"])).unwrap();
    assert_eq!(
        table.restarts,
        [Restart::Changed {
            object: Box::new(oid(CHANGED)),
            from: Some(Value::TimeTicks(5)),
            to: Some(Value::TimeTicks(6))
        }]
    );
    let (again, request) = asked(&mut table);
    assert_eq!(names(&request), [CHANGED, UP, ONE]);
    // The other one of the old try: a row, another change, an error, silence, none of it matters.
    let mut others = [both[1].0].into_iter();
    table.answer(others.next().unwrap(), bad(ErrorStatus::GEN_ERR, 1, Vec::new())).unwrap();
    table.answer(again, answer(6, 103, &["1.9.2.1.2.9"])).unwrap();
    let (last, request) = asked(&mut table);
    assert_eq!(names(&request), [CHANGED, UP, TWO]);
    table.answer(last, answer(6, 103, &["1.9.3.1"])).unwrap();
    let (rows, verdict) = end(&mut table);
    assert_eq!((rows, verdict.tries), (Vec::new(), 2), "no ghost of the first try");
    table.answer(Ticket(99), Err(silence())).unwrap();
}

#[test]
fn up_time_counts_as_backwards_only_behind_an_answer_that_had_come() {
    let mut table = table(watched(), 1, 16);
    table.pace.columns = 1;
    let (first, _) = asked(&mut table);
    table.answer(first, answer(5, 100, &["1.9.2.1.1.1"])).unwrap();
    let both = turn(&mut table).asked;
    // Outstanding together: the one that is answered last may have been read first.
    table.answer(both[0].0, answer(5, 120, &["1.9.2.1.2.1"])).unwrap();
    table.answer(both[1].0, answer(5, 110, &["1.9.2.1.2.1"])).unwrap();
    assert!(table.restarts.is_empty());
    let (last, _) = asked(&mut table);
    table.answer(last, answer(5, 119, &["1.9.3"])).unwrap();
    assert_eq!(table.restarts, [Restart::AgentRestarted { from: 120, to: 119 }]);
}

#[test]
fn an_error_status_in_the_middle_is_asked_around_and_named_when_it_stays() {
    let mut table = table(plan(), 5, 1);
    let gen_err = || bad(ErrorStatus::GEN_ERR, 3, bindings(&[UP, ONE, TWO]));
    let (first, request) = asked(&mut table);
    assert_eq!(request.kind, RequestKind::GetBulk { non_repeaters: 1, max_repetitions: 5 });
    table.answer(first, gen_err()).unwrap();
    let (next, request) = asked(&mut table);
    assert_eq!((request.kind, names(&request).len()), (RequestKind::GetNext, 3));
    table.answer(next, gen_err()).unwrap();
    let (left, request) = asked(&mut table);
    assert_eq!(names(&request), [UP, ONE]);
    table.answer(left, good(bindings(&["1.9.0", "1.9.2.1.2.1"]))).unwrap();
    let (right, request) = asked(&mut table);
    assert_eq!(names(&request), [TWO], "no sysUpTime here");
    let error = table.answer(right, bad(ErrorStatus::GEN_ERR, 1, bindings(&[TWO]))).unwrap_err();
    let text = "the agent answered genErr for binding 1, 1.9.2.1.2, asked for what follows 1.9.2.1.2";
    assert_eq!(error.to_string(), text);
}

#[test]
fn too_big_halves_rows_then_columns_and_no_row_is_lost() {
    let mut table = table(plan(), 8, 1);
    let too_big = || bad(ErrorStatus::TOO_BIG, 0, Vec::new());
    for repetitions in [8, 4, 2, 1] {
        let (ticket, request) = asked(&mut table);
        let kind = RequestKind::GetBulk { non_repeaters: 1, max_repetitions: repetitions };
        assert_eq!((request.kind, names(&request).len()), (kind, 3));
        table.answer(ticket, too_big()).unwrap();
    }
    let (left, request) = asked(&mut table);
    assert_eq!(names(&request), [UP, ONE]);
    table.answer(left, good(bindings(&["1.9.0", "1.9.2.1.1.1"]))).unwrap();
    let (left, _) = asked(&mut table);
    table.answer(left, good(bindings(&["1.9.2.1.2.1", "1.9.2.1.2.2"]))).unwrap();
    let (right, request) = asked(&mut table);
    assert_eq!(names(&request), [TWO]);
    table.answer(right, good(bindings(&["1.9.2.1.2.1"]))).unwrap();
    let (right, _) = asked(&mut table);
    table.answer(right, good(bindings(&["1.9.3", "1.9.4"]))).unwrap();
    let (rows, verdict) = end(&mut table);
    assert_eq!((rows, verdict.rows_divided), (vec![1], true));
}

#[test]
fn silence_after_a_large_request_is_followed_by_a_small_one_and_then_by_less() {
    let mut table = table(plan(), 40, 1);
    let (first, _) = asked(&mut table);
    table.answer(first, Err(silence())).unwrap();
    let (small, request) = asked(&mut table);
    assert_eq!((request.kind, names(&request).len()), (RequestKind::GetNext, 3));
    table.answer(small, good(bindings(&["1.9.0", "1.9.2.1.1.1", "1.9.2.1.2.1"]))).unwrap();
    let (second, request) = asked(&mut table);
    assert_eq!(request.kind, RequestKind::GetBulk { non_repeaters: 0, max_repetitions: 20 });
    table.answer(second, Err(silence())).unwrap();
    let (small, _) = asked(&mut table);
    assert_eq!(table.answer(small, Err(silence())), Err(TableError::Request(silence())));
}

#[test]
fn what_cannot_be_helped_by_asking_for_less_ends_the_fetch_at_once() {
    let mut table = table(plan(), 10, 1);
    let (first, _) = asked(&mut table);
    let refused = RequestError::Refused { tries: 1, elapsed: crate::clock::Duration::from_secs(1) };
    assert_eq!(table.answer(first, Err(refused.clone())), Err(TableError::Request(refused)));
}

#[test]
fn no_such_name_ends_columns_and_the_scalars_are_looked_at_once_more() {
    let mut table =
        Table::new(watched(), TableSettings { method: TableMethod::GetNext, ..TableSettings::default() });
    let (first, _) = asked(&mut table);
    table.answer(first, answer(5, 100, &["1.9.2.1.1.1", "1.9.2.1.2.1"])).unwrap();
    let no_such_name = |index| bad(ErrorStatus::NO_SUCH_NAME, index, Vec::new());
    let (second, _) = asked(&mut table);
    table.answer(second, no_such_name(4)).unwrap();
    let (third, request) = asked(&mut table);
    assert_eq!(names(&request), behind(1)[..3]);
    table.answer(third, no_such_name(3)).unwrap();
    let (last, request) = asked(&mut table);
    assert_eq!(names(&request), [CHANGED, UP], "has it changed since?");
    table.answer(last, answer(6, 101, &[])).unwrap();
    assert_eq!(table.restarts.len(), 1);
}

#[test]
fn a_short_list_is_no_end_and_an_empty_one_an_error_when_it_stays() {
    let mut table = table(plan(), 3, 1);
    let (first, _) = asked(&mut table);
    table.answer(first, good(bindings(&["1.9.0", "1.9.2.1.1.1", "1.9.2.1.2.1", "1.9.2.1.1.2"]))).unwrap();
    let (_, request) = asked(&mut table);
    assert_eq!(
        names(&request),
        [format!("{ONE}.1"), format!("{TWO}.1")],
        "the row that was cut is asked for again"
    );

    let mut table = self::table(plan(), 3, 1);
    let mut failed = Ok(());
    for _ in 0..4 {
        if failed.is_err() {
            break;
        }
        let (ticket, _) = asked(&mut table);
        failed = table.answer(ticket, good(Vec::new()));
    }
    assert!(matches!(failed, Err(TableError::ShortAnswer { .. })), "{failed:?}");
}

#[test]
fn names_that_do_not_increase_end_the_fetch_with_the_name() {
    let mut table = table(plan(), 2, 1);
    let (first, _) = asked(&mut table);
    let loops = ["1.9.0", "1.9.2.1.1.4", "1.9.2.1.2.4", "1.9.2.1.1.3", "1.9.2.1.2.5"];
    let error = table.answer(first, good(bindings(&loops))).unwrap_err();
    let text = "the agent's names do not increase: 1.9.2.1.1.4 is followed by 1.9.2.1.1.3";
    assert_eq!(error.to_string(), text);
}

#[test]
fn a_row_that_lacks_a_required_column_starts_the_fetch_again() {
    let mut plan = plan();
    plan.require(Required::Mask(0b100)).unwrap();
    plan.max_iter = 2;
    let mut table = table(plan, 2, 1);
    let lacking = ["1.9.0", "1.9.2.1.1.1", "1.9.2.1.2.2", "1.9.2.1.1.2", "1.9.3"];
    let (first, _) = asked(&mut table);
    table.answer(first, good(bindings(&lacking))).unwrap();
    let (rest, _) = asked(&mut table);
    table.answer(rest, good(bindings(&["1.9.2.1.2.1", "1.9.3", "1.9.2.1.2.2", "1.9.4"]))).unwrap();
    let (again, _) = asked(&mut table);
    let missing = Missing { rows: 1, row: vec![1], column: Box::new(oid(TWO)), name: String::new() };
    assert_eq!(table.restarts, [Restart::MissingColumn(missing)]);
    let whole = ["1.9.0", "1.9.2.1.1.2", "1.9.2.1.2.2", "1.9.2.1.2.2", "1.9.3"];
    table.answer(again, good(bindings(&whole))).unwrap();
    assert_eq!(end(&mut table).0, [2]);
}

#[test]
fn an_agent_without_end_is_stopped() {
    let mut table = table(plan(), 1, 1);
    table.attempt.read = 4 * limits::TABLE_CELLS + 4;
    let (first, _) = asked(&mut table);
    let error = table.answer(first, good(bindings(&["1.9.0", "1.9.2.1.1.4", "1.9.2.1.2.4"])));
    assert_eq!(error, Err(TableError::TooLarge));
}

fn too_big() -> Answer {
    bad(ErrorStatus::TOO_BIG, 0, Vec::new())
}

#[test]
fn scalars_that_do_not_fit_beside_a_cell_are_asked_for_before_and_behind() {
    let ticks =
        |name: &str, ticks| good(vec![VarBind::new(oid(name).child(&[0]).unwrap(), Value::TimeTicks(ticks))]);
    let mut table = table(watched(), 1, 1);
    for expected in [&[CHANGED, UP, ONE, TWO][..], &[CHANGED, UP, ONE]] {
        let (ticket, request) = asked(&mut table);
        assert_eq!(names(&request), expected);
        table.answer(ticket, too_big()).unwrap();
    }
    let script = [
        (CHANGED, ticks(CHANGED, 5)),
        (UP, ticks(UP, 100)),
        (ONE, good(bindings(&["1.9.2.1.1.1"]))),
        ("1.9.2.1.1.1", good(bindings(&["1.9.2.1.2.1"]))),
        (TWO, good(bindings(&["1.9.2.1.2.1"]))),
        ("1.9.2.1.2.1", good(bindings(&["1.9.3"]))),
    ];
    for (expected, answer) in script {
        let (ticket, request) = asked(&mut table);
        assert_eq!(names(&request), [expected]);
        table.answer(ticket, answer).unwrap();
    }
    let (ticket, request) = asked(&mut table);
    assert_eq!(names(&request), [CHANGED], "and again, behind everything");
    table.answer(ticket, ticks(CHANGED, 5)).unwrap();
    let (ticket, request) = asked(&mut table);
    assert_eq!(names(&request), [UP]);
    table.answer(ticket, ticks(UP, 101)).unwrap();
    let (rows, verdict) = end(&mut table);
    assert_eq!((rows, verdict.tries, verdict.rows_divided), (vec![1], 1, true));
    assert_eq!(verdict.last_change, LastChange::Watched(Value::TimeTicks(5)));
}

#[test]
fn an_agent_that_cannot_tell_a_scalar_even_alone_is_read_without_it() {
    let mut table = table(watched(), 1, 1);
    for _ in 0..2 {
        let (ticket, _) = asked(&mut table);
        table.answer(ticket, too_big()).unwrap();
    }
    for _ in [CHANGED, UP] {
        let (ticket, request) = asked(&mut table);
        assert_eq!(names(&request).len(), 1);
        table.answer(ticket, too_big()).unwrap();
    }
    for _ in [ONE, TWO] {
        let (ticket, _) = asked(&mut table);
        table.answer(ticket, good(bindings(&["1.9.3"]))).unwrap();
    }
    let (rows, verdict) = end(&mut table);
    assert_eq!((rows, verdict.last_change), (vec![], LastChange::NotThere));
}

#[test]
fn a_cell_that_fits_into_no_answer_ends_it() {
    let mut table = table(plan(), 1, 1);
    loop {
        let (ticket, request) = asked(&mut table);
        let is_up = names(&request) == [UP];
        let up = VarBind::new(oid(UP).child(&[0]).unwrap(), Value::TimeTicks(1));
        let answer = if is_up { good(vec![up]) } else { too_big() };
        if let Err(error) = table.answer(ticket, answer) {
            assert!(
                matches!(&error, TableError::Agent { error, .. } if error.status == ErrorStatus::TOO_BIG)
            );
            assert_eq!(request.bindings.len(), 1);
            assert_eq!(request.kind, RequestKind::GetNext, "GETBULK and GETNEXT have been tried");
            return;
        }
    }
}

#[test]
fn a_fetch_that_is_cut_short_gives_the_rows_that_are_whole() {
    let mut fetch = table(watched(), 2, 1);
    let (first, _) = asked(&mut fetch);
    let cells = ["1.9.2.1.1.1", "1.9.2.1.2.1", "1.9.2.1.1.2", "1.9.2.1.2.3"];
    fetch.answer(first, answer(5, 100, &cells)).unwrap();
    asked(&mut fetch);
    let whole: Vec<Vec<u32>> = fetch.cut_short().into_iter().map(|row| row.index).collect();
    assert_eq!(whole, [[1], [2]], "of row 3 the first column was not asked for");
    assert_eq!(fetch.cut_short(), []);
    assert_eq!(turn(&mut fetch).end, Some(Ok(())));
    // Before anything has come there is nothing.
    let mut fetch = table(watched(), 2, 1);
    asked(&mut fetch);
    assert_eq!(fetch.cut_short(), []);
}

#[test]
fn rows_of_which_a_column_is_still_to_come_are_not_whole() {
    let up = |rest: &[&str]| {
        let up = VarBind::new(oid(UP).child(&[0]).unwrap(), Value::TimeTicks(1));
        good(std::iter::once(up).chain(bindings(rest)).collect())
    };
    for is_asked in [false, true] {
        let mut fetch = table(plan(), 1, 1);
        let (ticket, _) = asked(&mut fetch);
        fetch.answer(ticket, too_big()).unwrap();
        // The first column to its end, and of the second one two rows.
        for rest in ["1.9.2.1.1.1", "1.9.2.1.1.2", "1.9.2.1.1.3", "1.9.2.1.2.1", "1.9.2.1.2.1", "1.9.2.1.2.2"]
        {
            let (ticket, _) = asked(&mut fetch);
            fetch.answer(ticket, up(&[rest])).unwrap();
        }
        if is_asked {
            asked(&mut fetch);
        }
        let whole: Vec<Vec<u32>> = fetch.cut_short().into_iter().map(|row| row.index).collect();
        assert_eq!(whole, [[1], [2]], "asked for the third: {is_asked}");
    }
}

/// What an agent says that holds still: five columns, one of them with gaps, of twelve rows. Answers of more bindings than
/// `most` are cut, or tooBig.
fn still(request: &Request, most: usize, too_big: bool) -> Answer {
    let has = |column: u32, row: u32| column != 4 || row.is_multiple_of(3);
    let next = |name: &Oid| {
        let all = (1..=5).flat_map(|column| (1..=12).map(move |row| (column, row * 2)));
        let named = all.filter(|(column, row)| has(*column, *row)).map(|(column, row)| {
            VarBind::new(oid("1.9.2.1").child(&[column, row]).unwrap(), Value::Integer32(row.cast_signed()))
        });
        let end = VarBind::new(oid("1.9.3.0"), Value::Integer32(0));
        named.chain([end]).find(|binding| binding.name > *name).unwrap()
    };
    let (non_repeaters, repetitions) = match request.kind {
        RequestKind::GetBulk { non_repeaters, max_repetitions } => (non_repeaters as usize, max_repetitions),
        _ => (request.bindings.len(), 0),
    };
    let mut names: Vec<Oid> = request.bindings.iter().map(|binding| binding.name.clone()).collect();
    let mut found: Vec<VarBind> = names.drain(..non_repeaters).map(|name| next(&name)).collect();
    for _ in 0..repetitions {
        for name in &mut names {
            let binding = if *name < oid("1.9.3") { next(name) } else { next(&oid("1.9.2.9")) };
            name.clone_from(&binding.name);
            found.push(binding);
        }
    }
    if found.len() > most && (too_big || repetitions == 0) {
        return self::too_big();
    }
    found.truncate(most);
    good(found)
}

#[test]
fn wherever_a_fetch_is_cut_short_its_rows_are_the_agents() {
    let columns: Vec<Column> = (1..=5).map(Column::numbered).collect();
    let index = vec![IndexComponent::new("i", crate::mib::facts::Base::Integer32)];
    let plan = Plan::new(&oid("1.9.2"), index, columns).unwrap();
    let (mut cuts, mut given) = (0, 0);
    for (most, too_big) in [(1, true), (3, true), (3, false), (7, false), (9, true), (25, false)] {
        for window in [1, 4] {
            for after in 0.. {
                let method = TableMethod::GetBulk(Repetitions::Adaptive);
                let settings =
                    TableSettings { method, window, answer_octets: Some(300), ..TableSettings::default() };
                let mut fetch = Table::new(plan.clone(), settings);
                let mut waiting = VecDeque::new();
                let mut is_over = false;
                for _ in 0..after {
                    let turn = turn(&mut fetch);
                    waiting.extend(turn.asked);
                    // The last one first, as a network may have it.
                    let Some((ticket, request)) = waiting.pop_back() else {
                        assert_eq!((turn.end, turn.items.len()), (Some(Ok(())), 13), "{most} {window}");
                        is_over = true;
                        break;
                    };
                    fetch.answer(ticket, still(&request, most, too_big)).unwrap();
                }
                if is_over {
                    break;
                }
                cuts += 1;
                let rows = fetch.cut_short();
                given += rows.len();
                assert!(rows.windows(2).all(|pair| pair[0].index < pair[1].index));
                for row in rows {
                    let value = |place: u32| place != 3 || row.index[0].is_multiple_of(3);
                    let cell = |place| {
                        let own = Value::Integer32(row.index[0].cast_signed());
                        if value(place) { Cell::Value(own) } else { Cell::Absent }
                    };
                    let whole: Vec<Cell> = (0..5).map(cell).collect();
                    assert_eq!(row.cells, whole, "{most} {too_big}, window {window}, after {after} answers");
                }
            }
        }
    }
    assert!(cuts > 100 && given > cuts, "{given} rows in {cuts} cuts");
}
