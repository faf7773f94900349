use super::*;

#[test]
fn formats_have_names_and_names_have_formats() {
    for format in Format::ALL {
        assert_eq!(format.name().parse(), Ok(format));
    }
    let error = "xml".parse::<Format>().unwrap_err();
    assert_eq!(error.to_string(), "no output format 'xml': there are text, json, ndjson, csv and table");
    assert!("JSON".parse::<Format>().is_err());
}

#[test]
fn error_codes_name_the_status() {
    for (code, text) in [
        (ErrorCode::Timeout, "timeout"),
        (ErrorCode::AuthUnknownUser, "auth.unknown-user"),
        (ErrorCode::Agent(ErrorStatus::NO_SUCH_NAME), "agent.noSuchName"),
        (ErrorCode::Agent(ErrorStatus(19)), "agent.19"),
        (ErrorCode::Agent(ErrorStatus(-1)), "agent.-1"),
    ] {
        assert_eq!(code.to_string(), text);
    }
}

#[test]
fn a_million_rows_are_many_tables() {
    let mut writer = Writer::new(Format::Table, Options::default(), Sink::default());
    let mut out = Vec::new();
    let binding = VarBind::new(Oid::from_static(&[1, 3]), crate::value::Value::Integer32(1));
    for _ in 0..=table::PAGE_ROWS {
        writer.varbind("h", &binding, &mut out);
    }
    let first = String::from_utf8(out.clone()).unwrap();
    assert_eq!(first.matches("OID").count(), 1);
    writer.finish(&mut out);
    assert_eq!(String::from_utf8(out).unwrap().matches("OID").count(), 2);
}
