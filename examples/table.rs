//! Fetches the interfaces as they were at one moment, names and counters of two tables beside one another:
//! `cargo run --example table -- public@192.0.2.1`

#![expect(clippy::print_stdout, reason = "an example shows what it got")]

use snmpkit::{
    mib::View,
    session::{Session, SessionSettings},
    table::{Plan, Required},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let agent = std::env::args().nth(1).unwrap_or_else(|| "demo::".to_owned());
    let session = Session::open(&agent.parse()?, SessionSettings::default()).await?;

    // ifTable, of which every row must have ifDescr and ifOperStatus, and ifXTable beside it.
    let mut plan = Plan::from_mib(&View::core(), &"1.3.6.1.2.1.2.2".parse()?)?;
    plan.only(&[2, 8])?;
    plan.require(Required::All)?;
    plan.join(Plan::from_mib(&View::core(), &"1.3.6.1.2.1.31.1.1".parse()?)?)?;

    let table = session.fetch_table(plan).await?;
    let places = ["ifDescr", "ifOperStatus", "ifHCInOctets"].map(|name| table.place(name));
    for row in &table.rows {
        let cells = places.map(|place| place.and_then(|place| row.cells[place].value()));
        println!("{:?} {cells:?}", row.index);
    }
    println!(
        "{} rows in {} tries, proven: {}",
        table.rows.len(),
        table.verdict.tries,
        table.verdict.is_proven()
    );
    Ok(())
}
