//! Tests of rows in every format.

use super::*;
use crate::{
    mib::{Access, View, facts::Base},
    output::terminal::{Escapes, WIDTH_DEFAULT},
    table::{Cell, Condition, Found},
    value::Value,
};

const FORMATS: [Format; 6] =
    [Format::Text, Format::Json, Format::Ndjson, Format::Csv, Format::Table, Format::Vertical];

/// The rows of ifTable's two columns that are given, as one format writes them.
fn written(format: Format, escapes: Escapes, rows: &[(u32, [Cell; 2])]) -> String {
    let table = "1.3.6.1.2.1.2.2".parse().unwrap();
    let mut plan = Plan::from_mib(&View::core(), &table).unwrap();
    plan.only(&[2, 8]).unwrap();
    let setup = Setup {
        format,
        options: Options::from_letters("q").unwrap(),
        sink: Sink { escapes, width: WIDTH_DEFAULT },
        names: Named::of(View::core()),
        style: Style::default(),
        marks: Marks::None,
    };
    let mut writer = Writer::new(setup, plan.clone(), "sw1");
    writer.columns(plan.columns(), &[0, 1]);
    let mut out = Vec::new();
    for (index, cells) in rows {
        let row = Row {
            index: vec![*index],
            values: plan.decode_index(&[*index]),
            cells: cells.to_vec(),
            found: Found::default(),
            condition: Condition::Whole,
        };
        writer.row(&row, &mut out);
    }
    writer.write_text(&mut out);
    let end = End {
        complete: true,
        reason: EndReason::Answered,
        varbinds: rows.len() as u64,
        requests: 1,
        retransmissions: 0,
        elapsed: std::time::Duration::ZERO,
    };
    writer.end(&end, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn text(octets: &[u8]) -> Cell {
    Cell::Value(Value::OctetString(octets.into()))
}

fn number(number: i32) -> Cell {
    Cell::Value(Value::Integer32(number))
}

#[test]
fn every_format_has_every_value_and_an_absent_cell_is_never_a_neighbours() {
    let rows =
        [(1, [text(b"lo"), number(1)]), (2, [Cell::Absent, number(2)]), (7, [text(b"port"), Cell::Absent])];
    for format in FORMATS {
        let found = written(format, Escapes::Raw, &rows);
        let places = ["lo", "up", "down", "port"].map(|word| found.find(word).unwrap());
        assert!(places.is_sorted(), "{format:?}\n{found}");
    }
    assert_eq!(
        written(Format::Text, Escapes::Raw, &rows),
        "SNMP table: IF-MIB::ifTable\n\n ifDescr ifOperStatus\n      lo           up\n       ?         down\n    port            ?\n"
    );
    assert!(written(Format::Csv, Escapes::Raw, &rows).contains("sw1,2,,down\r\nsw1,7,port,\r\n"));
}

#[test]
fn on_a_terminal_no_format_has_anything_to_obey() {
    let hostile = [
        b"\x1b]0;title\x07".as_slice(),
        b"\x9b2J",
        "\u{9b}2J".as_bytes(),
        "\u{202e}txt".as_bytes(),
        b"\r\x08",
    ];
    for format in FORMATS {
        for octets in hostile {
            let found = written(format, Escapes::Neutralised, &[(1, [text(octets), number(1)])]);
            let is_harmless =
                |letter: char| matches!(letter, '\n' | '\r') || !letter.is_control() && letter != '\u{202e}';
            assert!(found.chars().all(is_harmless), "{format:?} {octets:02x?}\n{found:?}");
            // A carriage return is CSV's own, at the end of a line.
            let returns = found.matches('\r').count();
            assert_eq!(
                returns,
                if format == Format::Csv { found.matches("\r\n").count() } else { 0 },
                "{format:?}"
            );
        }
    }
}

#[test]
fn no_rows_are_said_to_people_and_counted_for_programs() {
    for format in [Format::Text, Format::Table, Format::Vertical] {
        assert_eq!(written(format, Escapes::Raw, &[]), "IF-MIB::ifTable: No entries\n", "{format:?}");
    }
    assert_eq!(written(Format::Csv, Escapes::Raw, &[]), "host,ifIndex,ifDescr,ifOperStatus\r\n");
    let document: serde_json::Value =
        serde_json::from_str(&written(Format::Json, Escapes::Raw, &[])).unwrap();
    assert_eq!(
        (&document["rows"], &document["end"]["rows"]),
        (&serde_json::json!([]), &serde_json::json!(0))
    );
}

#[test]
fn what_is_not_described_is_a_number() {
    let table = "1.3.6.1.4.1.99999.7".parse().unwrap();
    let plan = Plan::without_mib(&table).unwrap();
    let column = Column { access: Access::ReadOnly, syntax: Base::Other, ..Column::numbered(4) };
    let shape = Shape::new(&plan, &[column], &Named::of(View::core()));
    assert_eq!((shape.table(), shape.index()), ("1.3.6.1.4.1.99999.7", &["index".to_owned()][..]));
    assert_eq!(shape.cell_text(0, &Value::OctetString([0, 0xff].as_slice().into())), "0x00ff");
    assert_eq!(shape.cell_text(0, &Value::Integer32(-3)), "-3");
    let bits = View::core();
    let table = "1.3.6.1.2.1.2.2".parse().unwrap();
    let plan = Plan::from_mib(&bits, &table).unwrap();
    let shape = Shape::new(&plan, plan.columns(), &Named::of(bits));
    let place = plan.columns().iter().position(|column| column.name == "ifOperStatus").unwrap();
    assert_eq!(shape.cell_text(place, &Value::Integer32(1)), "up");
    assert_eq!(shape.cell_text(place, &Value::Integer32(77)), "77");
    assert_eq!(shape.cell_text(place, &Value::Gauge32(1)), "1", "a value of another type has no label");
}
