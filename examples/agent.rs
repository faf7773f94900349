//! Serves the built-in device on a port of the loopback interface and asks it something:
//! `cargo run --example agent`, or `cargo run --example agent -- 127.0.0.1:1161` to leave it running.

#![expect(clippy::print_stdout, reason = "an example shows what it got")]

use snmpkit::{
    agent::{Communities, Device, demo},
    server_spec::{Port, ServerSpec},
    session::{Server, Session, SessionSettings, present},
    transport::TransportSettings,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let asked: Option<ServerSpec> = std::env::args().nth(1).map(|spec| spec.parse()).transpose()?;

    let agent = demo::agent(present(), Communities::default());
    let settings = TransportSettings { default_port: Some(Port::Number(0)), ..TransportSettings::default() };
    let mut server = Server::new(Device::new(agent, &[], 0), settings);
    let stay = asked.is_some();
    let address = server.listen(&asked.unwrap_or("127.0.0.1".parse()?)).await?;
    println!("the device answers at {address}");
    let serving = tokio::spawn(server.run());

    let session = Session::open(&address, SessionSettings::default()).await?;
    for binding in session.get(&["1.3.6.1.2.1.1.1.0".parse()?, "1.3.6.1.2.1.2.1.0".parse()?]).await? {
        println!("{} = {:?}", binding.name, binding.value);
    }
    if stay {
        serving.await??;
    }
    Ok(())
}
