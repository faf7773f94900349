use std::ffi::OsString;

use super::*;
use crate::{
    crypto::{AuthProtocol, MasterKey, PrivProtocol, decode_key_change},
    engine::{EngineId, Heard},
};

const ENGINE: &[u8] = b"\x80\x00\x1f\x88\x80engine";
const BOTH: Protocols = Protocols { auth: AuthProtocol::Sha1, privacy: PrivProtocol::Aes128 };

fn passphrase(text: &str) -> Material {
    Material::Passphrase(Secret::new(text.as_bytes().to_vec()))
}

fn given() -> Source {
    Source::Given {
        old: passphrase("oldpassword"),
        new: passphrase("newpassword"),
        random: Box::new([[1; KEY_OCTETS_MAX], [2; KEY_OCTETS_MAX]]),
    }
}

fn agreed() -> Source {
    Source::Agreed(Box::new([3, 4].map(|octet| Zeroizing::new([octet; limits::AGREEMENT_PRIME_OCTETS]))))
}

fn keys(source: Source, is_own: bool, ask_protocols: bool) -> NewKeys {
    NewKeys { user: b"ann".to_vec(), is_own, which: Which::Both, protocols: BOTH, ask_protocols, source }
}

fn change(work: Work, public: Option<&str>) -> Change {
    Change::new(work, public.map(|text| text.as_bytes().to_vec()), Ok(ENGINE.to_vec()))
}

fn row(line: &str) -> Work {
    let command = Command::parse(line.split(' ').map(OsString::from).collect()).unwrap();
    Work::Row { command, wait: false }
}

/// The request that is asked now.
fn asked(change: &mut Change) -> (Ticket, Request) {
    match change.step().unwrap() {
        Step::Ask(ticket, request) => {
            assert!(matches!(change.step(), Ok(Step::Wait)));
            (ticket, request)
        }
        other => panic!("{other:?}"),
    }
}

fn names(request: &Request) -> Vec<String> {
    request.bindings.iter().map(|binding| binding.name.to_string()).collect()
}

fn response(bindings: Vec<VarBind>) -> Response {
    Response { bindings, ..response_of_error(ErrorStatus::NO_ERROR) }
}

/// `ann`'s instance of a column of `usmUserTable`.
fn instance(column: u32) -> String {
    let index: Vec<_> = ENGINE.iter().map(|octet| format!(".{octet}")).collect();
    format!("1.3.6.1.6.3.15.1.2.2.1.{column}.{}{}.3.97.110.110", ENGINE.len(), index.concat())
}

fn octets(binding: &VarBind) -> &[u8] {
    match &binding.value {
        Value::OctetString(octets) => octets,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_command_about_a_row_is_one_set() {
    for (line, public, count) in
        [("create ann bob", None, 2), ("delete ann", None, 1), ("activate ann", Some("x"), 2)]
    {
        let mut change = change(row(line), public);
        let (ticket, request) = asked(&mut change);
        assert_eq!((request.kind, request.bindings.len()), (RequestKind::Set, count), "{line}");
        if public.is_some() {
            assert_eq!(request.bindings[1].name.to_string(), instance(11));
        }
        change.answer(ticket, Ok(response(request.bindings.clone()))).unwrap();
        for binding in request.bindings {
            assert!(matches!(change.step(), Ok(Step::Emit(Item::Binding(set))) if set == binding));
        }
        assert!(matches!(change.step(), Ok(Step::Done)));
    }
}

#[test]
fn the_keys_are_of_the_protocols_that_the_agent_says_the_user_has() {
    let mut change = change(Work::Keys(keys(given(), false, true)), Some("seen"));
    let (ticket, request) = asked(&mut change);
    assert_eq!((request.kind, names(&request)), (RequestKind::Get, vec![instance(5), instance(8)]));
    let oid = |text: &str| Value::ObjectIdentifier(text.parse().unwrap());
    let bindings = vec![
        VarBind::new(request.bindings[0].name.clone(), oid("1.3.6.1.6.3.10.1.1.7")),
        VarBind::new(request.bindings[1].name.clone(), oid("1.3.6.1.4.1.14832.1.4")),
    ];
    change.answer(ticket, Ok(response(bindings))).unwrap();
    let (set_ticket, set) = asked(&mut change);
    assert_ne!(set_ticket, ticket);
    assert_eq!((set.kind, names(&set)), (RequestKind::Set, vec![instance(6), instance(9), instance(11)]));
    let key = |text: &str| MasterKey::from_passphrase(AuthProtocol::Sha512, text.as_bytes()).unwrap();
    let (old, new) = (key("oldpassword"), key("newpassword"));
    let auth = |key: &MasterKey| key.auth_key(ENGINE).octets().clone();
    let privacy = |key: &MasterKey| key.priv_key(PrivProtocol::Aes256, ENGINE).octets().clone();
    for (binding, old, new) in
        [(&set.bindings[0], auth(&old), auth(&new)), (&set.bindings[1], privacy(&old), privacy(&new))]
    {
        let read = decode_key_change(AuthProtocol::Sha512, &old, octets(binding)).unwrap();
        assert_eq!(read.expose(), new.expose());
    }
    assert_eq!(octets(&set.bindings[2]), b"seen");
}

#[test]
fn an_agent_that_does_not_say_the_protocols_is_sent_what_is_given() {
    let answers: [fn(&Request) -> Response; 3] = [
        |request| {
            let absent = |binding: &VarBind| VarBind::new(binding.name.clone(), Value::NoSuchInstance);
            response(request.bindings.iter().map(absent).collect())
        },
        |_| response(Vec::new()),
        |_| response_of_error(ErrorStatus::NO_SUCH_NAME),
    ];
    for answer in answers {
        let mut change = change(Work::Keys(keys(given(), false, true)), None);
        let (ticket, request) = asked(&mut change);
        change.answer(ticket, Ok(answer(&request))).unwrap();
        let (_, set) = asked(&mut change);
        assert_eq!([octets(&set.bindings[0]).len(), octets(&set.bindings[1]).len()], [40, 32]);
    }
}

#[test]
fn who_changes_its_own_keys_uses_the_objects_for_that() {
    let mut change = change(Work::Keys(keys(given(), true, false)), None);
    let (_, set) = asked(&mut change);
    assert_eq!((set.kind, names(&set)), (RequestKind::Set, vec![instance(7), instance(10)]));
}

fn dh(column: u32) -> String {
    instance(column).replace("1.3.6.1.6.3.15.1.2.2.1", "1.3.6.1.3.101.1.1.2.1")
}

/// Parameters with a prime of 521 bits, 2^521 - 1, and the base 3.
fn parameters() -> Vec<u8> {
    let prime = [&[0x02, 0x42, 0x01][..], &[0xff; 65]].concat();
    let content = [prime, vec![0x02, 0x01, 0x03]].concat();
    [&[0x30, u8::try_from(content.len()).unwrap()], &content[..]].concat()
}

#[test]
fn agreed_keys_are_told_before_they_are_set_and_are_those_that_the_agent_comes_to() {
    for is_own in [false, true] {
        let mut change = change(Work::Keys(keys(agreed(), is_own, false)), Some("x"));
        let (ticket, request) = asked(&mut change);
        let columns = if is_own { [dh(2), dh(4)] } else { [dh(1), dh(3)] };
        let parameters_name = "1.3.6.1.3.101.1.1.1.0".to_owned();
        assert_eq!(names(&request), [vec![parameters_name], columns.to_vec()].concat());

        // The agent's side, with an exponent of its own for each key.
        let ours = AgreementParameters::from_der(&parameters()).unwrap();
        let base = [&[0; 65][..], &[3]].concat();
        let public = [7, 8].map(|octet| ours.agree(&base, &[octet; 66]).unwrap().public);
        let values = [parameters(), public[0].clone(), public[1].clone()];
        let bindings = request.bindings.iter().zip(&values).map(|(binding, value)| {
            VarBind::new(binding.name.clone(), Value::OctetString(Octets::from(value.clone())))
        });
        change.answer(ticket, Ok(response(bindings.collect()))).unwrap();

        let mut told = Vec::new();
        let set = loop {
            match change.step().unwrap() {
                Step::Emit(Item::Key { name, key }) => told.push((name, key)),
                Step::Ask(_, request) => break request,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(names(&set), [columns.to_vec(), vec![instance(11)]].concat());
        assert_eq!([told[0].0, told[1].0], ["auth", "priv"]);
        for (at, length) in [(0, 20), (1, 16)] {
            let value = octets(&set.bindings[at]);
            assert_eq!((value.len(), &value[..66]), (132, public[at].as_slice()));
            let exponent = [[7; 66], [8; 66]][at];
            let theirs = ours.agree(&value[66..], &exponent).unwrap();
            assert_eq!(theirs.key(length).unwrap().expose(), told[at].1.expose());
        }
        assert_ne!(set.bindings[0].value, set.bindings[1].value);
    }
}

#[test]
fn an_agent_without_parameters_is_not_set() {
    let name = Oid::from_static(PARAMETERS);
    let of_value = |value| response(vec![VarBind::new(name.clone(), value)]);
    let cut = Value::OctetString(Octets::from(&parameters()[..40]));
    let whole = Value::OctetString(Octets::from(parameters()));
    let mut short = keys(agreed(), false, false);
    let expected_short = AgreementError::Length { found: 5, needed: 66 };
    for (answer, expected) in [
        (of_value(Value::NoSuchObject), "NoParameters"),
        (of_value(whole.clone()), "NoParameters"),
        (response(Vec::new()), "NoParameters"),
        (response_of_error(ErrorStatus::AUTHORIZATION_ERROR), "NoParameters"),
        (with_numbers(&name, cut, 66), "Agreement(Malformed"),
        (with_numbers(&name, whole, 5), &format!("Agreement({expected_short:?}")),
    ] {
        let again = std::mem::replace(&mut short, keys(agreed(), false, false));
        let mut change = change(Work::Keys(again), None);
        let (ticket, _) = asked(&mut change);
        let failure = format!("{:?}", change.answer(ticket, Ok(answer)).unwrap_err());
        assert!(failure.starts_with(expected), "{failure}");
        assert!(matches!(change.step(), Ok(Step::Done)), "nothing is asked after that");
    }
}

fn with_numbers(parameters_name: &Oid, value: Value, octets: usize) -> Response {
    let number =
        |name: String| VarBind::new(name.parse().unwrap(), Value::OctetString(Octets::from(vec![3; octets])));
    response(vec![VarBind::new(parameters_name.clone(), value), number(dh(1)), number(dh(3))])
}

fn response_of_error(error_status: ErrorStatus) -> Response {
    let elapsed = crate::clock::Duration::ZERO;
    Response { error_status, error_index: 0, bindings: Vec::new(), transmissions: 1, elapsed }
}

fn silence() -> RequestError {
    RequestError::NoAnswer { tries: 1, elapsed: crate::clock::Duration::ZERO, heard: Heard::default() }
}

#[test]
fn a_question_without_an_answer_is_told_by_what_it_was_for() {
    for (source, ask, expected) in [
        (given(), true, Question::Protocols),
        (agreed(), true, Question::Parameters),
        (agreed(), false, Question::Parameters),
    ] {
        let mut change = change(Work::Keys(keys(source, false, ask)), None);
        let (ticket, _) = asked(&mut change);
        let failure = change.answer(ticket, Err(silence())).unwrap_err();
        assert!(matches!(failure, Failure::Question { about, .. } if about == expected), "{failure:?}");
        assert!(matches!(change.step(), Ok(Step::Done)));
    }
}

#[test]
fn an_answer_to_something_else_changes_nothing() {
    let mut change = change(Work::Keys(keys(given(), false, true)), None);
    let (ticket, _) = asked(&mut change);
    change.answer(Ticket(7), Err(silence())).unwrap();
    assert!(matches!(change.step(), Ok(Step::Wait)));
    change.answer(ticket, Ok(response(Vec::new()))).unwrap();
    assert!(matches!(change.step(), Ok(Step::Ask(..))));
}

#[test]
fn names_without_room_are_refused_before_anything_is_asked() {
    let long = "u".repeat(120);
    for work in [
        row(&format!("delete {long}")),
        Work::Keys(NewKeys { user: long.clone().into_bytes(), ..keys(given(), false, true) }),
    ] {
        assert!(matches!(change(work, None).step(), Err(Failure::Name(_))));
    }
}

#[test]
fn the_engine_id_is_the_sessions_else_what_the_agent_says() {
    let name = Oid::from_static(ENGINE_ID);
    let said = |octets: &[u8]| {
        let value = Value::OctetString(Octets::from(octets));
        Ok(response(vec![VarBind::new(name.clone(), value)]))
    };
    let known = KnownEngine { id: EngineId::new(b"known").unwrap(), clock: None };
    assert_eq!(engine_id(said(b"other"), Some(known), true).unwrap(), b"known");
    let denied = Ok(response_of_error(ErrorStatus::AUTHORIZATION_ERROR));
    assert_eq!(engine_id(denied, Some(known), true).unwrap(), b"known");
    assert_eq!(engine_id(said(b"other"), None, false).unwrap(), b"other");
    for answer in
        [said(b""), said(&[1; 33]), Ok(response(Vec::new())), Ok(response_of_error(ErrorStatus::GEN_ERR))]
    {
        assert!(matches!(engine_id(answer, None, false), Err(Failure::NoEngineId)));
    }
}

#[test]
fn an_agent_that_never_said_who_it_is_is_not_open() {
    let heard = Heard::default;
    let elapsed = crate::clock::Duration::ZERO;
    let no_engine = || Error::NoEngine { tries: 1, elapsed, heard: heard() };
    let silent = || Error::Timeout { tries: 1, elapsed, heard: heard() };
    let known = KnownEngine { id: EngineId::new(b"known").unwrap(), clock: None };
    for (error, known, is_v3, expected) in [
        (no_engine(), None, true, false),
        (Error::Refused { tries: 1, elapsed }, None, true, false),
        (Error::Refused { tries: 1, elapsed }, Some(known), true, true),
        (silent(), None, true, true),
        (silent(), None, false, true),
    ] {
        let failure = engine_id(Err(error), known, is_v3).unwrap_err();
        let Failure::Question { about: Question::Engine { is_open }, .. } = failure else { panic!() };
        assert_eq!(is_open, expected);
    }
}
