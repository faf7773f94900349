//! Walks a subtree without tokio, by the blocking session: `cargo run --example walk -- demo:: 1.3.6.1.2.1.2`

#![expect(clippy::print_stdout, reason = "an example shows what it got")]

use snmpkit::{
    operation::WalkPlan,
    session::{SessionSettings, blocking::Session},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let agent = arguments.next().unwrap_or_else(|| "demo::".to_owned());
    let root = arguments.next().unwrap_or_else(|| "1.3.6.1.2.1.1".to_owned());

    let session = Session::open(&agent.parse()?, SessionSettings::default())?;
    let mut found = 0;
    for binding in session.walk(WalkPlan::subtree(root.parse()?)) {
        let binding = binding?;
        println!("{} = {:?}", binding.name, binding.value);
        found += 1;
    }
    println!("{found} variables below {root}");
    Ok(())
}
