//! An agent on real transports: listeners, the clock, and a device between them.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fmt,
    ops::ControlFlow,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    task::{self, JoinSet},
    time,
};

use crate::{
    agent::{Device, Effect},
    clock::{Duration, Instant},
    limits,
    server_spec::ServerSpec,
    transport::{Listener, Peer, TransportError, TransportSettings},
};

/// How long a socket stays closed after [`Effect::Unreachable`]: long enough that a client with the usual time-out of
/// one second meets the closed port with its next try.
const CLOSED_FOR: time::Duration = time::Duration::from_secs(2);

/// One message that a [`Server`] took, and what its device made of it.
#[derive(Clone, Copy, Debug)]
pub struct Observed<'a> {
    /// Who sent it.
    pub peer: &'a Peer,
    /// What was sent.
    pub request: &'a [u8],
    /// What comes of it.
    pub effects: &'a [Effect],
}

/// Looks at every message before it is answered; [`ControlFlow::Break`] ends the server after this one.
pub type Observer = Box<dyn FnMut(Observed<'_>) -> ControlFlow<()> + Send>;

/// Serves one device at any number of addresses.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use snmpkit::{
///     agent::{Communities, Device, demo},
///     server_spec::Port,
///     session::{Server, Session, SessionSettings},
///     transport::TransportSettings,
/// };
///
/// let agent = demo::agent(demo::Settings::default(), Communities::default());
/// let settings = TransportSettings { default_port: Some(Port::Number(0)), ..Default::default() };
/// let mut server = Server::new(Device::new(agent, &[], 0), settings);
/// let address = server.listen(&"127.0.0.1".parse()?).await?;
/// tokio::spawn(server.run());
///
/// let session = Session::open(&address, SessionSettings::default()).await?;
/// assert_eq!(session.get(&["1.3.6.1.2.1.1.5.0".parse()?]).await?.len(), 1);
/// # Ok(())
/// # }
/// ```
pub struct Server {
    device: Arc<Mutex<Device>>,
    listeners: Vec<Listener>,
    settings: TransportSettings,
    observer: Option<Arc<Mutex<Observer>>>,
    ports: Ports,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Ports {
    Open,
    Closed,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("listeners", &self.listeners).finish_non_exhaustive()
    }
}

impl Server {
    /// A server that listens nowhere yet.
    pub fn new(device: Device, settings: TransportSettings) -> Self {
        Self {
            device: Arc::new(Mutex::new(device)),
            listeners: Vec::new(),
            settings,
            observer: None,
            ports: Ports::Open,
        }
    }

    /// Shows every message to `observer`, instead of to an earlier one.
    pub fn observe(&mut self, observer: Observer) {
        self.observer = Some(Arc::new(Mutex::new(observer)));
    }

    /// Closes all addresses again once [`Server::run`] is called, so that the system refuses whatever comes.
    pub const fn close_ports(&mut self) {
        self.ports = Ports::Closed;
    }

    /// Listens at one more address; returns it with the port that the system chose, where it did.
    pub async fn listen(&mut self, spec: &ServerSpec) -> Result<ServerSpec, TransportError> {
        let listener = Listener::open(spec, &self.settings).await?;
        let local = listener.local_spec();
        self.listeners.push(listener);
        Ok(local)
    }

    /// Answers until a listening socket fails or the observer has seen enough; dropping the future ends it, too. The
    /// device's time begins now.
    ///
    /// # Errors
    ///
    /// What made a listening socket useless. What goes wrong with a single peer ends nothing.
    #[expect(clippy::disallowed_methods, reason = "the session is the reader of the clock")]
    pub async fn run(self) -> Result<(), TransportError> {
        if self.ports == Ports::Closed {
            drop(self.listeners);
            return std::future::pending().await;
        }
        let started = time::Instant::now();
        let mut serving = JoinSet::new();
        for listener in self.listeners {
            let counter = Counter {
                device: Arc::clone(&self.device),
                settings: self.settings.clone(),
                observer: self.observer.clone(),
                started,
                delayed: BinaryHeap::new(),
                sent: 0,
            };
            serving.spawn(counter.serve(listener));
        }
        match serving.join_next().await {
            Some(Ok(ended)) => ended,
            // A server without listeners has nothing to do and nothing that could end it.
            Some(Err(_)) | None => std::future::pending().await,
        }
    }
}

/// An answer that is not due yet.
#[derive(Debug)]
struct Delayed {
    due: time::Instant,
    number: u64,
    peer: Peer,
    octets: Vec<u8>,
}

impl PartialEq for Delayed {
    fn eq(&self, other: &Self) -> bool {
        (self.due, self.number) == (other.due, other.number)
    }
}

impl Eq for Delayed {}

impl PartialOrd for Delayed {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Delayed {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.due, self.number).cmp(&(other.due, other.number))
    }
}

/// What follows from a message for the address that it came to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Next {
    GoOn,
    Close,
    Stop,
}

/// One address at which the device is served.
struct Counter {
    device: Arc<Mutex<Device>>,
    settings: TransportSettings,
    observer: Option<Arc<Mutex<Observer>>>,
    started: time::Instant,
    delayed: BinaryHeap<Reverse<Delayed>>,
    sent: u64,
}

impl Counter {
    async fn serve(mut self, mut listener: Listener) -> Result<(), TransportError> {
        let mut message = Vec::new();
        loop {
            // Whoever floods one address leaves time for the others, and for whatever may end the server.
            task::coop::consume_budget().await;
            let due = self.delayed.peek().map(|Reverse(first)| first.due);
            tokio::select! {
                peer = listener.receive(&mut message) => {
                    let peer = peer?;
                    match self.answer(&mut listener, &peer, &message).await {
                        Next::GoOn => {}
                        Next::Close => listener = self.reopen(listener).await?,
                        Next::Stop => return Ok(()),
                    }
                }
                () = time::sleep_until(due.unwrap_or(self.started)), if due.is_some() => {
                    if let Some(Reverse(Delayed { peer, octets, .. })) = self.delayed.pop() {
                        reply(&mut listener, &peer, &octets).await;
                    }
                }
            }
        }
    }

    /// Lets the device take a message and carries out what comes of it.
    async fn answer(&mut self, listener: &mut Listener, peer: &Peer, message: &[u8]) -> Next {
        let now = Instant::ZERO + Duration::from(self.started.elapsed());
        let effects = {
            // A panic elsewhere leaves the device as it was between two messages.
            let mut device = self.device.lock().unwrap_or_else(PoisonError::into_inner);
            device.handle(now, message)
        };
        let mut next = Next::GoOn;
        if let Some(observer) = &self.observer {
            let mut observer = observer.lock().unwrap_or_else(PoisonError::into_inner);
            if observer(Observed { peer, request: message, effects: &effects }).is_break() {
                next = Next::Stop;
            }
        }
        for effect in effects {
            match effect {
                Effect::Reply { delay: Duration::ZERO, octets } => reply(listener, peer, &octets).await,
                Effect::Reply { delay, octets } => self.delay(delay, peer, octets),
                Effect::Unreachable if next == Next::GoOn => next = Next::Close,
                Effect::Unreachable => {}
            }
        }
        next
    }

    #[expect(clippy::disallowed_methods, reason = "the session is the reader of the clock")]
    fn delay(&mut self, delay: Duration, peer: &Peer, octets: Vec<u8>) {
        let due = time::Instant::now().checked_add(delay.into());
        if let Some(due) = due
            && self.delayed.len() < limits::QUEUED_MESSAGES
        {
            self.sent += 1;
            self.delayed.push(Reverse(Delayed { due, number: self.sent, peer: peer.clone(), octets }));
        }
    }

    /// Closes the socket for a while, so that the system itself refuses what comes.
    async fn reopen(&mut self, listener: Listener) -> Result<Listener, TransportError> {
        let spec = listener.local_spec();
        drop(listener);
        self.delayed.clear();
        time::sleep(CLOSED_FOR).await;
        Listener::open(&spec, &self.settings).await
    }
}

/// Sends an answer. One that cannot be sent concerns nobody but its peer, which will ask again.
async fn reply(listener: &mut Listener, peer: &Peer, octets: &[u8]) {
    drop(listener.send(peer, octets).await);
}
