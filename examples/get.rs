//! Asks an agent for some values: `cargo run --example get -- demo:: 1.3.6.1.2.1.1.5.0`

#![expect(clippy::print_stdout, reason = "an example shows what it got")]

use snmpkit::{
    oid::Oid,
    session::{Error, Session, SessionSettings},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let agent = arguments.next().unwrap_or_else(|| "demo::".to_owned());
    let mut names = arguments.map(|name| name.parse()).collect::<Result<Vec<Oid>, _>>()?;
    if names.is_empty() {
        names = vec!["1.3.6.1.2.1.1.1.0".parse()?, "1.3.6.1.2.1.1.5.0".parse()?];
    }

    let session = Session::open(&agent.parse()?, SessionSettings::default()).await?;
    match session.get(&names).await {
        Ok(bindings) => {
            for binding in bindings {
                println!("{} = {:?}", binding.name, binding.value);
            }
        }
        Err(Error::Timeout { tries, elapsed, .. }) => println!("no answer after {tries} tries in {elapsed}"),
        Err(Error::Agent(error)) => println!("the agent refused: {error}"),
        Err(other) => return Err(other.into()),
    }
    Ok(())
}
