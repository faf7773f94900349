//! Asks many agents at once, each in a session of its own, with several requests outstanding in each:
//! `cargo run --example many -- demo:: demo:: public@127.0.0.1:1161`

#![expect(clippy::print_stdout, reason = "an example shows what it got")]

use std::time::Duration;

use snmpkit::{
    engine::RetrySchedule,
    oid::Oid,
    session::{Error, Session, SessionSettings},
};
use tokio::task::JoinSet;

/// Asks one agent for its name and its uptime, in two requests that are outstanding together.
async fn ask(agent: String) -> (String, Result<String, Box<dyn std::error::Error + Send + Sync>>) {
    let answer = async {
        let retry = RetrySchedule {
            timeout: Duration::from_millis(500).into(),
            retries: 1,
            ..RetrySchedule::default()
        };
        let settings = SessionSettings { retry, ..SessionSettings::default() };
        let session = Session::open(&agent.parse()?, settings).await?;
        let name: [Oid; 1] = ["1.3.6.1.2.1.1.5.0".parse()?];
        let uptime: [Oid; 1] = ["1.3.6.1.2.1.1.3.0".parse()?];
        let (name, uptime) = tokio::try_join!(session.get(&name), session.get(&uptime))?;
        let value =
            |list: Vec<snmpkit::value::VarBind>| list.first().map(|binding| format!("{:?}", binding.value));
        Ok(format!("{} up {}", value(name).unwrap_or_default(), value(uptime).unwrap_or_default()))
    };
    let answer = answer.await;
    (agent, answer)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mut agents: Vec<String> = std::env::args().skip(1).collect();
    if agents.is_empty() {
        agents = vec!["demo::".to_owned(); 3];
    }
    let mut asking: JoinSet<_> = agents.into_iter().map(ask).collect();
    while let Some(Ok((agent, answer))) = asking.join_next().await {
        match answer {
            Ok(text) => println!("{agent}: {text}"),
            Err(error) => println!("{agent}: {error}"),
        }
    }
    Ok(())
}
