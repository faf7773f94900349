//! From a resolved context to the agent: its server specification and the session's settings.

use std::{os::unix::net::UnixDatagram, path::Path, sync::Arc};

use rustix::io::Errno;

use super::{Context, ToolError};
use crate::{
    clock::Instant,
    codec::{Version, dump, v3::SecurityLevel},
    config::{Access, Priority},
    engine::{CommunityModel, KnownEngine, RetrySchedule},
    server_spec::{Endpoint, Port, Role, ServerSpec, TransportKind},
    session::{PacketDirection, PacketTap, SessionSettings},
    state::{AgentKey, Moment, Note},
    transport::{LocalAddress, TransportSettings},
};

/// What the configuration calls these tools in `defDomain` and `defTarget`.
const APPLICATION: &[u8] = b"snmp";

/// The agent of a run.
#[derive(Clone, Debug)]
pub struct Target {
    /// Where it is.
    pub spec: ServerSpec,
    /// What the user typed, without the community: for messages and for the formats' `host`.
    pub host: String,
    /// What is remembered of its engine, in `SNMPv3`.
    pub remembered: Option<KnownEngine>,
}

/// Whose exchange it is.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The tool and its settings.
    pub context: &'a Context,
    /// The agent.
    pub target: &'a Target,
}

impl Target {
    /// Reads the agent that was typed: an alias or a server specification.
    pub fn of(context: &Context) -> Result<Self, ToolError> {
        let typed = context.agent_text();
        let text = resolve_alias(context, &typed)?;
        let refused = |error| ToolError::Argument(format!("{}: {error}", context.name));
        let mut spec = ServerSpec::parse(&text).map_err(refused)?;
        if !names_transport(&text)
            && let Some(domain) = lookup(&context.settings.domains, APPLICATION)
        {
            let prefixed = format!("{}:{text}", String::from_utf8_lossy(domain));
            spec = ServerSpec::parse(&prefixed).map_err(refused)?;
        }
        if let Endpoint::Inet { host: None, port: None } = spec.endpoint
            && let Some(target) = default_target(context, spec.transport)
        {
            let community = spec.community.take();
            spec = ServerSpec::parse(&target).map_err(refused)?;
            spec.community = spec.community.or(community);
        }
        if (text.starts_with('/') || !names_transport(&text))
            && let (TransportKind::Dgram, Endpoint::Path(path)) = (spec.transport, &spec.endpoint)
            && is_stream_socket(path)
        {
            spec.transport = TransportKind::Stream;
        }
        let host = if spec.community.is_some() { without_community(&spec) } else { typed };
        let mut target = Self { spec, host, remembered: None };
        target.recall(context);
        Ok(target)
    }

    /// Puts in what is remembered of the agent's engine by now, where version 3 is spoken.
    pub fn recall(&mut self, context: &Context) {
        if let (Some(cache), Some(key)) = (&context.engines, self.key(context))
            && context.usm.is_some()
        {
            self.remembered = cache.find(&key, Moment::now(Instant::ZERO));
        }
    }

    /// Under which name the agent is remembered.
    fn key(&self, context: &Context) -> Option<AgentKey> {
        AgentKey::of(&self.spec, context.settings.default_port.map(Port::Number).as_ref())
    }

    /// Remembers what a session has learnt of the agent's engine, if it has been proven: by authentic messages, or in a
    /// session that has none by an answer (`answered`). Where nothing was learnt, what was remembered is forgotten.
    pub fn remember(&self, known: Option<KnownEngine>, answered: bool, context: &Context) {
        let (Some(usm), Some(cache), Some(key)) = (&context.usm, &context.engines, self.key(context)) else {
            return;
        };
        let is_proven = |known: &KnownEngine| {
            known.clock.is_some() || answered && usm.level() == SecurityLevel::NoAuthNoPriv
        };
        let kept = match known {
            Some(known) if is_proven(&known) => cache.keep(&key, &known, Moment::now(Instant::ZERO)),
            None if self.remembered.is_some() => cache.forget(&key),
            Some(_) | None => return,
        };
        if let Err(error) = kept
            && (context.settings.dump || !context.settings.debug_tokens.is_empty())
        {
            context.log.write(Priority::Debug, &error.to_string());
        }
    }

    /// What there is to remember, for [`remember_all`].
    pub fn note(&self, known: KnownEngine, answered: bool, context: &Context) -> Option<Note> {
        let usm = context.usm.as_ref()?;
        let is_proven = known.clock.is_some() || answered && usm.level() == SecurityLevel::NoAuthNoPriv;
        let key = self.key(context).filter(|_| is_proven && context.engines.is_some())?;
        Some(Note::new(key, &known, Moment::now(Instant::ZERO)))
    }

    /// The specification, as the JSON object of `--show-target`.
    pub fn show(&self, context: &Context) -> String {
        let community = |access| context.settings.community(self.spec.community.as_ref(), access);
        let (read, write) = (community(Access::Read), community(Access::Write));
        self.spec.show_target(Role::Agent, read.expose(), write.expose())
    }

    /// The address to send from: a host's for agents with hosts, a path for Unix datagram sockets. One of the other sort
    /// has no use, and does no harm, as with net-snmp: a configuration file may name it for all agents.
    fn local_address(&self, context: &Context) -> Result<Option<LocalAddress>, ToolError> {
        let source = &context.settings.client_address;
        let Some(text) = &source.text else { return Ok(None) };
        let address = LocalAddress::parse(&text.to_string_lossy())
            .map_err(|error| ToolError::Argument(format!("{}: {error}", context.name)))?;
        let is_of_use = match (&self.spec.endpoint, self.spec.transport) {
            (Endpoint::Inet { .. }, _) => true,
            (Endpoint::Path(_), TransportKind::Dgram) => matches!(address, LocalAddress::Path(_)),
            (Endpoint::Path(_) | Endpoint::Inside, _) => false,
        };
        let address = if source.uses_port { address } else { address.without_port() };
        Ok(is_of_use.then_some(address))
    }

    /// The session's settings.
    pub fn session_settings(&self, context: &Context) -> Result<SessionSettings, ToolError> {
        // None of the transports has anything to be set this way.
        if !context.common.session.transport.is_empty() {
            let text = "Configuration data found but the transport can't be configured";
            return Err(ToolError::Argument(format!("{}: {text}", context.name)));
        }
        let settings = &context.settings;
        let community = |access| Some(settings.community(self.spec.community.as_ref(), access));
        let retry =
            RetrySchedule { timeout: settings.timeout, retries: settings.retries, backoff: settings.backoff };
        let packet_tap = settings.dump.then(|| dump_to_log(context));
        Ok(SessionSettings {
            usm: context.usm.clone().map(|usm| match self.remembered {
                Some(known) => usm.with_hint(known),
                None => usm,
            }),
            model: match settings.version {
                Version::V1 => CommunityModel::V1,
                Version::V2c | Version::V3 => CommunityModel::V2c,
            },
            read_community: community(Access::Read),
            write_community: community(Access::Write),
            retry,
            max_message_octets: context.common.session.txbuf.or(settings.send_message_octets_max),
            max_answer_octets: context.common.session.rxbuf,
            transport: TransportSettings {
                local: self.local_address(context)?,
                any_source: context.common.session.any_source,
                send_buffer_octets: settings.buffers.client_send_octets,
                receive_buffer_octets: settings.buffers.client_receive_octets,
                default_port: settings.default_port.map(Port::Number),
                role: Role::Agent,
                connect_time_out: Some(retry.longest().into()),
                inside: None,
            },
            packet_tap,
            ..SessionSettings::default()
        })
    }
}

/// Remembers what was learnt of engines.
pub fn remember_all(notes: &[Note], context: &Context) {
    let Some(cache) = &context.engines else { return };
    if let Err(error) = cache.keep_all(notes)
        && (context.settings.dump || !context.settings.debug_tokens.is_empty())
    {
        context.log.write(Priority::Debug, &error.to_string());
    }
}

/// The host, the port and the transport where it is not the usual one, as a message shows them.
fn without_community(spec: &ServerSpec) -> String {
    let text = spec.without_community().to_string();
    match spec.transport {
        TransportKind::Udp => text.strip_prefix("udp::").map_or(text.clone(), str::to_owned),
        _ => text,
    }
}

fn resolve_alias(context: &Context, typed: &str) -> Result<String, ToolError> {
    match context.settings.agent(&context.agent) {
        Ok(agent) => Ok(agent.to_string_lossy().into_owned()),
        Err(unknown) => Err(ToolError::Rejected(vec![
            unknown.to_string(),
            format!("{}: Unknown host ({typed})", context.name),
        ])),
    }
}

fn lookup<'a>(pairs: &'a [(Vec<u8>, Vec<u8>)], name: &[u8]) -> Option<&'a [u8]> {
    pairs.iter().rev().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_slice())
}

/// Whether the text begins with a transport's word.
fn names_transport(text: &str) -> bool {
    text.starts_with('/')
        || text.split_once(':').is_some_and(|(word, _)| TransportKind::from_word(word).is_some())
}

/// Whether a stream socket stands there: what net-snmp takes a path without a word for.
fn is_stream_socket(path: &Path) -> bool {
    let refused = UnixDatagram::unbound().and_then(|socket| socket.connect(path)).err();
    refused.and_then(|error| error.raw_os_error()) == Some(Errno::PROTOTYPE.raw_os_error())
}

/// `defTarget` for this application and transport.
fn default_target(context: &Context, transport: TransportKind) -> Option<String> {
    let wanted = |(application, domain, _): &&(Vec<u8>, Vec<u8>, Vec<u8>)| {
        application.eq_ignore_ascii_case(APPLICATION)
            && TransportKind::from_word(&String::from_utf8_lossy(domain)) == Some(transport)
    };
    let (_, domain, target) = context.settings.targets.iter().rev().find(wanted)?;
    Some(format!("{}:{}", String::from_utf8_lossy(domain), String::from_utf8_lossy(target)))
}

/// Writes every packet where messages go, as net-snmp's `-d` does; communities are blanked.
fn dump_to_log(context: &Context) -> PacketTap {
    let log = context.log.clone();
    Arc::new(move |packet| {
        let direction = match packet.direction {
            PacketDirection::Sent => dump::Direction::Sending,
            PacketDirection::Received => dump::Direction::Received,
        };
        let mut text = String::new();
        dump::packet(direction, packet.addresses, packet.octets, dump::Community::Hidden, &mut text);
        log.write(Priority::Debug, text.strip_suffix('\n').unwrap_or(&text));
    })
}
