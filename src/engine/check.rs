//! Whether a response is an answer to what was asked: bsnmp's `snmp_pdu_check`.

use super::{Request, RequestError, RequestKind, Response};
use crate::{
    codec::ErrorStatus,
    value::{Value, VarBind},
};

/// What a response is to its request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Checked {
    /// It answers all that was asked.
    Good,
    /// Something that was asked for is not there: noSuchName, an exception, or, for a GETNEXT, a name that does not begin
    /// with the one that was asked about.
    NoSuchName {
        /// Which binding, from 0; `None` where the agent does not say.
        place: Option<usize>,
    },
    /// It is of no use.
    Bad(Mismatch),
    /// There is none.
    NoResponse,
}

/// What is wrong with a response.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Mismatch {
    /// The agent refused, with another error-status than noSuchName.
    #[error("the agent answered {0}")]
    Refused(ErrorStatus),
    /// It has another number of bindings.
    #[error("{found} bindings in the response, {wanted} in the request")]
    Count {
        /// How many the request has, and for a GETBULK may bring.
        wanted: usize,
        /// How many there are.
        found: usize,
    },
    /// It has another name.
    #[error("binding {place} has another name")]
    Name {
        /// Which binding, from 0.
        place: usize,
    },
    /// A value has another type than the request's, where that has one.
    #[error("binding {place} has a value of another type")]
    Type {
        /// Which binding, from 0.
        place: usize,
    },
    /// A SET is confirmed with another value.
    #[error("binding {place} has another value")]
    Value {
        /// Which binding, from 0.
        place: usize,
    },
}

impl Checked {
    /// The number that bsnmp's function returns: 1 for a good one, 0, -1, and -2 for none at all.
    pub const fn code(&self) -> i32 {
        match self {
            Self::Good => 1,
            Self::NoSuchName { .. } => 0,
            Self::Bad(_) => -1,
            Self::NoResponse => -2,
        }
    }

    /// Checks what came of a request, a time-out too.
    ///
    /// The request is the pattern: a binding with a value other than [`Value::Null`] wants a value of the same type, and
    /// in a SET the same value. A GETNEXT wants names below its own, as in a table's columns; a GETBULK wants no more
    /// bindings than it asked for, and of their names it is not said where they should be.
    ///
    /// ```
    /// use snmpkit::{
    ///     engine::{Checked, Request, RequestKind},
    ///     session::{SessionSettings, blocking::Session},
    ///     value::VarBind,
    /// };
    ///
    /// let session = Session::open(&"demo::".parse()?, SessionSettings::default())?;
    /// let name = VarBind::ask("1.3.6.1.2.1.1.5.0".parse()?);
    /// let request = Request { kind: RequestKind::Get, bindings: vec![name] };
    /// let response = session.request(request.clone())?;
    /// assert_eq!(Checked::of(&request, Ok(&response)), Checked::Good);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(request: &Request, answer: Result<&Response, &RequestError>) -> Self {
        let Ok(response) = answer else { return Self::NoResponse };
        match response.error_status {
            ErrorStatus::NO_ERROR => {}
            ErrorStatus::NO_SUCH_NAME => {
                let place = usize::try_from(response.error_index).ok().and_then(|index| index.checked_sub(1));
                return Self::NoSuchName { place: place.filter(|place| *place < request.bindings.len()) };
            }
            refused => return Self::Bad(Mismatch::Refused(refused)),
        }
        let (wanted, found) = (bindings_wanted(request), response.bindings.len());
        let is_bulk = matches!(request.kind, RequestKind::GetBulk { .. });
        if found > wanted || (found < wanted && !is_bulk) {
            return Self::Bad(Mismatch::Count { wanted, found });
        }
        if is_bulk {
            return Self::Good;
        }
        let pairs = request.bindings.iter().zip(&response.bindings).enumerate();
        let mut checks = pairs.map(|(place, (asked, found))| check(request.kind, place, asked, found));
        checks.find(|check| *check != Self::Good).unwrap_or(Self::Good)
    }
}

/// How many bindings a response has, at most those of a GETBULK (RFC 3416, section 4.2.3).
fn bindings_wanted(request: &Request) -> usize {
    let asked = request.bindings.len();
    let RequestKind::GetBulk { non_repeaters, max_repetitions } = request.kind else { return asked };
    let as_size = |number| usize::try_from(number).unwrap_or(usize::MAX);
    let once = as_size(non_repeaters).min(asked);
    once.saturating_add((asked - once).saturating_mul(as_size(max_repetitions)))
}

fn check(kind: RequestKind, place: usize, asked: &VarBind, found: &VarBind) -> Checked {
    let is_there = match kind {
        RequestKind::GetNext => found.name.starts_with(&asked.name) && found.value != Value::EndOfMibView,
        _ => !found.value.is_exception(),
    };
    // A GETNEXT that brings the very name that was asked about leads nowhere.
    let is_name = (found.name == asked.name) != (kind == RequestKind::GetNext);
    let is_type = asked.value == Value::Null || asked.value.type_name() == found.value.type_name();
    let is_value = kind != RequestKind::Set || asked.value == found.value;
    if kind != RequestKind::GetNext && !is_name {
        Checked::Bad(Mismatch::Name { place })
    } else if !is_there {
        Checked::NoSuchName { place: Some(place) }
    } else if !is_name {
        Checked::Bad(Mismatch::Name { place })
    } else if !is_type {
        Checked::Bad(Mismatch::Type { place })
    } else if !is_value {
        Checked::Bad(Mismatch::Value { place })
    } else {
        Checked::Good
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Duration, engine::Heard};

    const GET: RequestKind = RequestKind::Get;
    const NEXT: RequestKind = RequestKind::GetNext;
    const SET: RequestKind = RequestKind::Set;

    fn list(bindings: &[(&str, Value)]) -> Vec<VarBind> {
        bindings.iter().map(|(name, value)| VarBind::new(name.parse().unwrap(), value.clone())).collect()
    }

    fn response(status: ErrorStatus, index: u32, bindings: &[(&str, Value)]) -> Response {
        Response {
            error_status: status,
            error_index: index,
            bindings: list(bindings),
            transmissions: 1,
            elapsed: Duration::ZERO,
        }
    }

    fn checked(kind: RequestKind, asked: &[(&str, Value)], found: &[(&str, Value)]) -> Checked {
        let request = Request { kind, bindings: list(asked) };
        Checked::of(&request, Ok(&response(ErrorStatus::NO_ERROR, 0, found)))
    }

    #[test]
    fn the_numbers_are_those_that_bsnmp_documents() {
        let request = Request { kind: GET, bindings: list(&[("1.9.0", Value::Null)]) };
        let silence =
            RequestError::NoAnswer { tries: 4, elapsed: Duration::from_secs(3), heard: Heard::default() };
        let found = [("1.9.0", Value::Integer32(5))];
        for (answer, code) in [
            (Ok(&response(ErrorStatus::NO_ERROR, 0, &found)), 1),
            (Ok(&response(ErrorStatus::NO_SUCH_NAME, 1, &found)), 0),
            (Ok(&response(ErrorStatus::GEN_ERR, 1, &found)), -1),
            (Err(&silence), -2),
        ] {
            assert_eq!(Checked::of(&request, answer).code(), code);
        }
    }

    #[test]
    fn an_error_status_is_a_missing_name_or_bad() {
        for kind in [GET, NEXT, SET, RequestKind::GetBulk { non_repeaters: 0, max_repetitions: 5 }] {
            let request = Request { kind, bindings: list(&[("1.9.0", Value::Null), ("1.9.1", Value::Null)]) };
            let of = |status, index| Checked::of(&request, Ok(&response(status, index, &[])));
            assert_eq!(of(ErrorStatus::NO_SUCH_NAME, 2), Checked::NoSuchName { place: Some(1) });
            assert_eq!(of(ErrorStatus::NO_SUCH_NAME, 0), Checked::NoSuchName { place: None });
            assert_eq!(of(ErrorStatus::NO_SUCH_NAME, 3), Checked::NoSuchName { place: None });
            let bad = Checked::Bad(Mismatch::Refused(ErrorStatus::TOO_BIG));
            assert_eq!(of(ErrorStatus::TOO_BIG, 0), bad);
        }
    }

    #[test]
    fn a_get_wants_its_names_with_values_of_the_types_that_it_says() {
        let number = || Value::Integer32(0);
        let asked = [("1.9.0", Value::Null), ("1.9.1", number())];
        let of = |found: &[(&str, Value)]| checked(GET, &asked, found);
        let text = || Value::OctetString("x".into());
        assert_eq!(of(&[("1.9.0", text()), ("1.9.1", Value::Integer32(7))]), Checked::Good);
        assert_eq!(of(&[("1.9.0", text()), ("1.9.1", text())]), Checked::Bad(Mismatch::Type { place: 1 }));
        assert_eq!(
            of(&[("1.9.1", number()), ("1.9.0", number())]),
            Checked::Bad(Mismatch::Name { place: 0 })
        );
        for exception in [Value::NoSuchObject, Value::NoSuchInstance, Value::EndOfMibView] {
            let found = of(&[("1.9.0", text()), ("1.9.1", exception)]);
            assert_eq!(found, Checked::NoSuchName { place: Some(1) });
        }
        assert_eq!(of(&[("1.9.0", text())]), Checked::Bad(Mismatch::Count { wanted: 2, found: 1 }));
        let three = [("1.9.0", text()), ("1.9.1", number()), ("1.9.2", number())];
        assert_eq!(of(&three), Checked::Bad(Mismatch::Count { wanted: 2, found: 3 }));
    }

    #[test]
    fn a_getnext_wants_names_below_its_own() {
        let number = || Value::Integer32(0);
        let asked = [("1.9.1", number()), ("1.9.2", Value::Null)];
        let of = |found: &[(&str, Value)]| checked(NEXT, &asked, found);
        assert_eq!(of(&[("1.9.1.4", number()), ("1.9.2.4", number())]), Checked::Good);
        // Behind the table, in another row's place, at the end of everything.
        assert_eq!(
            of(&[("1.9.1.4", number()), ("1.9.3.1", number())]),
            Checked::NoSuchName { place: Some(1) }
        );
        assert_eq!(
            of(&[("1.9.2.1", number()), ("1.9.2.4", number())]),
            Checked::NoSuchName { place: Some(0) }
        );
        let end = [("1.9.1", Value::EndOfMibView), ("1.9.2.4", number())];
        assert_eq!(of(&end), Checked::NoSuchName { place: Some(0) });
        assert_eq!(
            of(&[("1.9.1", number()), ("1.9.2.4", number())]),
            Checked::Bad(Mismatch::Name { place: 0 })
        );
        assert_eq!(
            of(&[("1.9.1.4", Value::Null), ("1.9.2.4", number())]),
            Checked::Bad(Mismatch::Type { place: 0 })
        );
    }

    #[test]
    fn a_set_is_confirmed_with_the_same_names_types_and_values() {
        let asked = [("1.9.0", Value::Integer32(5))];
        assert_eq!(checked(SET, &asked, &asked), Checked::Good);
        for (found, mismatch) in [
            (("1.9.0", Value::Integer32(6)), Mismatch::Value { place: 0 }),
            (("1.9.0", Value::Gauge32(5)), Mismatch::Type { place: 0 }),
            (("1.9.1", Value::Integer32(5)), Mismatch::Name { place: 0 }),
        ] {
            assert_eq!(checked(SET, &asked, &[found]), Checked::Bad(mismatch));
        }
    }

    #[test]
    fn a_getbulk_brings_no_more_than_it_asked_for() {
        let bulk = RequestKind::GetBulk { non_repeaters: 1, max_repetitions: 2 };
        let asked = [("1.8.0", Value::Null), ("1.9.1", Value::Null), ("1.9.2", Value::Null)];
        let one = ("1.9.1.1", Value::Integer32(0));
        assert_eq!(checked(bulk, &asked, &vec![one.clone(); 5]), Checked::Good);
        assert_eq!(checked(bulk, &asked, &[]), Checked::Good, "an agent may cut the list");
        let bad = Checked::Bad(Mismatch::Count { wanted: 5, found: 6 });
        assert_eq!(checked(bulk, &asked, &vec![one; 6]), bad);
    }
}
