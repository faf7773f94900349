//! A long way between a manager and an agent that are near.

use std::{
    collections::{HashMap, hash_map::Entry},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use tokio::{net::UdpSocket, runtime::Builder, sync::oneshot, time};

/// Passes datagrams on between whoever asks and one agent, each after a while. It ends with this value.
pub struct Relay {
    address: String,
    _end: oneshot::Sender<()>,
}

impl Relay {
    /// Starts a relay to `agent` (`127.0.0.1:PORT`); a round trip takes `round_trip` more than without it.
    pub fn start(agent: &str, round_trip: Duration) -> Self {
        Self::start_at(Ipv4Addr::LOCALHOST.into(), agent, round_trip)
    }

    /// The same at another address of this machine.
    pub fn start_at(front: IpAddr, agent: &str, round_trip: Duration) -> Self {
        let agent: SocketAddr = agent.parse().unwrap();
        let (tell, told) = mpsc::channel();
        let (end, ended) = oneshot::channel();
        thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let front = Arc::new(UdpSocket::bind((front, 0)).await.unwrap());
                tell.send(front.local_addr().unwrap().to_string()).unwrap();
                tokio::select! {
                    _ = ended => {}
                    () = pass(front, agent, round_trip / 2) => {}
                }
            });
        });
        Self { address: told.recv().unwrap(), _end: end }
    }

    /// `127.0.0.1:PORT`, or the same of another address.
    pub fn address(&self) -> &str {
        &self.address
    }
}

/// Gives every manager a socket of its own towards the agent, so that answers find their way back.
async fn pass(front: Arc<UdpSocket>, agent: SocketAddr, delay: Duration) {
    let mut managers: HashMap<SocketAddr, Arc<UdpSocket>> = HashMap::new();
    let mut buffer = vec![0; 65_536];
    loop {
        let Ok((octets, from)) = front.recv_from(&mut buffer).await else { continue };
        let datagram = buffer[..octets].to_vec();
        let socket = match managers.entry(from) {
            Entry::Occupied(known) => Arc::clone(known.get()),
            Entry::Vacant(new) => {
                let socket = Arc::new(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap());
                socket.connect(agent).await.unwrap();
                tokio::spawn(bring_back(Arc::clone(&socket), Arc::clone(&front), from, delay));
                Arc::clone(new.insert(socket))
            }
        };
        later(delay, async move { drop(socket.send(&datagram).await) });
    }
}

async fn bring_back(socket: Arc<UdpSocket>, front: Arc<UdpSocket>, to: SocketAddr, delay: Duration) {
    let mut buffer = vec![0; 65_536];
    while let Ok(octets) = socket.recv(&mut buffer).await {
        let (datagram, front) = (buffer[..octets].to_vec(), Arc::clone(&front));
        later(delay, async move { drop(front.send_to(&datagram, to).await) });
    }
}

fn later(delay: Duration, send: impl Future<Output = ()> + Send + 'static) {
    let due = time::Instant::now() + delay;
    tokio::spawn(async move {
        time::sleep_until(due).await;
        send.await;
    });
}
