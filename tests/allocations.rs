//! A walk allocates for each answer, and not for each variable in it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]
#![expect(
    unsafe_code,
    reason = "an allocator that counts cannot be had without; it hands everything on to the system's"
)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use snmpkit::{
    clock::Duration,
    codec::ErrorStatus,
    engine::{Request, RequestKind, Response},
    oid::Oid,
    operation::{Guide, Operation, Step, Walk, WalkItem, WalkPlan},
    value::{Value, VarBind},
};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    // What a thread does while it ends is nobody's.
    let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
}

// SAFETY: every call is handed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the promises of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the promises of `dealloc`, and `at` is the system's.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the promises of `realloc`, and `at` is the system's.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const ROWS: u32 = 20_000;
const COLUMNS: u32 = 5;

fn answer(entry: &Oid, request: &Request) -> Response {
    let names = match request.kind {
        RequestKind::GetBulk { max_repetitions, .. } => max_repetitions,
        _ => 1,
    };
    let rest = request.bindings[0].name.strip_prefix(entry).unwrap_or(&[]);
    let mut at = (rest.first().copied().unwrap_or(1).max(1), rest.get(1).copied().unwrap_or(0));
    let mut bindings = Vec::with_capacity(names as usize);
    for _ in 0..names {
        at = if at.1 < ROWS { (at.0, at.1 + 1) } else { (at.0 + 1, 1) };
        bindings.push(VarBind::new(entry.child(&[at.0, at.1]).unwrap(), Value::Counter32(at.1)));
        if at.0 > COLUMNS {
            bindings.last_mut().unwrap().name = entry.subtree_end().unwrap();
            break;
        }
    }
    let elapsed = Duration::from_millis(50);
    Response { error_status: ErrorStatus::NO_ERROR, error_index: 0, bindings, transmissions: 1, elapsed }
}

#[test]
fn a_walk_allocates_for_answers_and_not_for_variables() {
    let entry: Oid = "1.3.6.1.4.1.32473.1.1".parse().unwrap();
    for window in [1, 16] {
        let plan = WalkPlan { window, guide: Guide::none(), ..WalkPlan::subtree(entry.clone()) };
        let mut walk = Walk::new(plan);
        let mut open = std::collections::VecDeque::new();
        let (mut variables, mut answers, mut allocations) = (0_u64, 0_u64, 0_u64);
        loop {
            let before = ALLOCATIONS.get();
            let step = walk.step().unwrap();
            while let Some(ticket) = walk.withdraw() {
                open.retain(|(known, _)| *known != ticket);
            }
            allocations += ALLOCATIONS.get() - before;
            match step {
                Step::Emit(WalkItem::Binding { .. }) => variables += 1,
                Step::Emit(other) => panic!("{other:?}"),
                Step::Ask(ticket, request) => open.push_back((ticket, request)),
                Step::Done => break,
                Step::Wait => {
                    let (ticket, request) = open.pop_front().unwrap();
                    let response = answer(&entry, &request);
                    answers += 1;
                    let before = ALLOCATIONS.get();
                    walk.answer(ticket, Ok(response)).unwrap();
                    allocations += ALLOCATIONS.get() - before;
                }
            }
        }
        assert_eq!(variables, u64::from(ROWS * COLUMNS));
        assert!(answers > 1_000, "{answers}");
        let most = 8 * answers;
        assert!(allocations <= most, "window {window}: {allocations} for {answers} answers");
        assert!(most * 4 < variables, "far less than one for each variable");
    }
}
