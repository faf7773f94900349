//! What a SET is refused with, and how that is said.

use super::*;

#[test]
fn a_newer_error_status_has_its_old_form_in_v1() {
    for (new, old) in [
        (ErrorStatus::WRONG_TYPE, ErrorStatus::BAD_VALUE),
        (ErrorStatus::WRONG_LENGTH, ErrorStatus::BAD_VALUE),
        (ErrorStatus::WRONG_ENCODING, ErrorStatus::BAD_VALUE),
        (ErrorStatus::WRONG_VALUE, ErrorStatus::BAD_VALUE),
        (ErrorStatus::INCONSISTENT_VALUE, ErrorStatus::BAD_VALUE),
        (ErrorStatus::NO_ACCESS, ErrorStatus::NO_SUCH_NAME),
        (ErrorStatus::NOT_WRITABLE, ErrorStatus::NO_SUCH_NAME),
        (ErrorStatus::NO_CREATION, ErrorStatus::NO_SUCH_NAME),
        (ErrorStatus::INCONSISTENT_NAME, ErrorStatus::NO_SUCH_NAME),
        (ErrorStatus::AUTHORIZATION_ERROR, ErrorStatus::NO_SUCH_NAME),
        (ErrorStatus::RESOURCE_UNAVAILABLE, ErrorStatus::GEN_ERR),
        (ErrorStatus::COMMIT_FAILED, ErrorStatus::GEN_ERR),
        (ErrorStatus::UNDO_FAILED, ErrorStatus::GEN_ERR),
        (ErrorStatus::GEN_ERR, ErrorStatus::GEN_ERR),
        (ErrorStatus::TOO_BIG, ErrorStatus::TOO_BIG),
        (ErrorStatus::NO_SUCH_NAME, ErrorStatus::NO_SUCH_NAME),
    ] {
        assert_eq!(status_in_v1(new), old, "{new}");
    }
}

/// One variable that takes anything and whose commit, or undo, may fail.
#[derive(Default)]
struct Brittle {
    value: i32,
    tested: Option<i32>,
    before: Option<i32>,
    commit_fails: bool,
    undo_fails: bool,
    root: &'static str,
}

impl Provider for Brittle {
    fn get(&self, _: Instant, _: &Oid) -> Value {
        Value::Integer32(self.value)
    }

    fn next(&self, _: Instant, name: &Oid) -> Option<VarBind> {
        let own = oid(self.root);
        (own > *name).then(|| VarBind::new(own, Value::Integer32(self.value)))
    }

    fn test(&mut self, _: Instant, assignments: &[Assignment<'_>]) -> Result<(), Refusal> {
        for assignment in assignments {
            match assignment.value {
                Value::Integer32(number) => self.tested = Some(*number),
                _ => return Err(Refusal::at(assignment.position, ErrorStatus::WRONG_TYPE)),
            }
        }
        Ok(())
    }

    fn commit(&mut self, _: Instant) -> Result<(), usize> {
        if self.commit_fails {
            return Err(1);
        }
        self.before = Some(std::mem::replace(&mut self.value, self.tested.unwrap()));
        Ok(())
    }

    fn undo(&mut self) -> Result<(), UndoFailed> {
        if self.undo_fails {
            return Err(UndoFailed);
        }
        self.value = self.before.take().ok_or(UndoFailed)?;
        Ok(())
    }

    fn release(&mut self) {
        self.tested = None;
        self.before = None;
    }
}

#[test]
fn a_commit_that_fails_is_taken_back_and_said_so() {
    for (commit_fails, undo_fails, answer, value) in [
        (false, false, (ErrorStatus::NO_ERROR, 0), 5),
        (true, false, (ErrorStatus::COMMIT_FAILED, 2), 0),
        (true, true, (ErrorStatus::UNDO_FAILED, 0), 5),
    ] {
        let mut tree = Tree::new();
        tree.mount(oid("1.1"), Box::new(Brittle { undo_fails, root: "1.1", ..Brittle::default() })).unwrap();
        tree.mount(oid("1.2"), Box::new(Brittle { commit_fails, root: "1.2", ..Brittle::default() }))
            .unwrap();
        let mut agent = Agent::new(tree, Communities::default(), Arc::default());
        let answered =
            set(&mut agent, Version::V2c, &[("1.1", Value::Integer32(5)), ("1.2", Value::Integer32(6))]);
        assert_eq!(answered, answer);
        assert_eq!(ask(&mut agent, Version::V2c, PduKind::Get, &["1.1"]).2[0].value, Value::Integer32(value));
    }
}

#[test]
fn the_first_binding_at_fault_is_named_whichever_provider_refuses_first() {
    let mut tree = Tree::new();
    for root in ["1.1", "1.2"] {
        tree.mount(oid(root), Box::new(Brittle { root, ..Brittle::default() })).unwrap();
    }
    let mut agent = Agent::new(tree, Communities::default(), Arc::default());
    let wrong = Value::Null;
    let bindings = [("1.2", wrong.clone()), ("1.9", Value::Integer32(1)), ("1.1", wrong)];
    assert_eq!(set(&mut agent, Version::V2c, &bindings), (ErrorStatus::WRONG_TYPE, 1));
    assert_eq!(set(&mut agent, Version::V2c, &bindings[1..]), (ErrorStatus::NOT_WRITABLE, 1));
}
