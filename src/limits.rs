//! Every bound of the program, each with its reason.

/// Sub-identifiers in an OID (RFC 2578, section 3.5).
pub const OID_ARCS: usize = 128;

/// Octets of one message that we read or write at most: what UDP over IPv4 can carry.
///
/// net-snmp announces the same number; stream transports keep to it so that a hostile length field cannot make us
/// wait for gigabytes.
pub const MESSAGE_OCTETS: usize = 65_507;

/// Octets that every SNMP engine must be able to take (RFC 3417, section 3.2.1).
pub const MESSAGE_OCTETS_MIN: usize = 484;

/// Octets of an engine identifier (RFC 3411, section 5, `SnmpEngineID`).
pub const ENGINE_ID_OCTETS: usize = 32;

/// Octets that an engine identifier has at least; none at all asks for it (RFC 3414, section 4).
pub const ENGINE_ID_OCTETS_MIN: usize = 5;

/// Octets of a user's name in a message (RFC 3414, section 2.4).
pub const USER_NAME_OCTETS: usize = 32;

/// Octets that a passphrase has at least (RFC 3414, section 11.2); net-snmp's bound too.
pub const PASSPHRASE_OCTETS_MIN: usize = 8;

/// Variable bindings in one message (RFC 3416, section 3: max-bindings is 2147483647, but no datagram of
/// [`MESSAGE_OCTETS`] can hold more than this: a binding takes seven octets at least).
pub const BINDINGS: usize = MESSAGE_OCTETS / 7;

/// Object identifiers on the command line of one request (net-snmp's `SNMP_MAX_CMDLINE_OIDS`).
pub const COMMAND_LINE_OIDS: usize = 128;

/// Requests that one engine keeps track of at a time. Operations stay far below it; it bounds what a program that
/// submits in a loop can use.
pub const OUTSTANDING_REQUESTS: usize = 65_536;

/// Octets of one line of a configuration file, a recorded walk or a list of targets.
pub const LINE_OCTETS: usize = 1 << 20;

/// Objects in a recorded device: what fits well into memory.
pub const RECORDED_OBJECTS: usize = 10_000_000;

/// Stream connections that an agent serves at a time.
pub const CONNECTIONS: usize = 1_024;

/// Octets that wait to be written to one stream connection. A peer that has not read this much is not reading: more
/// requests are lost, as a full network would lose them, and a server stops reading what that peer asks.
pub const STREAM_QUEUE_OCTETS: usize = 1 << 20;

/// Messages that wait in one queue of a transport: for a Unix datagram peer to read, or for their due time.
pub const QUEUED_MESSAGES: usize = 4_096;

/// Octets of all configuration files of one run; the longest in the field are a few kilobytes.
pub const CONFIG_OCTETS: u64 = 4 << 20;

/// Configuration files that one run reads, included ones counted each time (net-snmp's bound).
pub const CONFIG_FILES: usize = 4_096;

/// How deep configuration files include one another (net-snmp's bound).
pub const CONFIG_DEPTH: usize = 16;

/// Complaints about configuration files that are kept; a file of nothing but nonsense must not fill a terminal.
pub const CONFIG_DIAGNOSTICS: usize = 1_000;

/// Old copies of a state file that are read before it (net-snmp's bound).
pub const CONFIG_COPIES: usize = 10;

/// Octets of one module file; the longest in the field are below 3 MB.
pub const MIB_FILE_OCTETS: usize = 16 << 20;

/// How deep braces, parentheses and tags may nest in a module file; honest modules stay below 10. The parser recurses.
pub const MIB_NESTING: usize = 100;

/// Complaints about module files that are kept; a directory of nothing but nonsense must not fill the memory.
pub const MIB_PROBLEMS: usize = 100_000;

/// Octets of a pattern that names are looked for by; every name there is gets held against it.
pub const PATTERN_OCTETS: usize = 256;

/// How many definitions of a module file may stand on one another; an object identifier has 128 arcs, so that honest
/// chains are shorter. The resolver's time grows with the square.
pub const MIB_CHAIN: usize = 4_096;

/// Definitions in one module file; the longest in the field have some ten thousand.
pub const MIB_DEFINITIONS: usize = 200_000;

/// Cells that one table fetch keeps, absent ones counted: a row of 20 columns for each of 500,000 rows. With the strings
/// of real tables they take a few hundred megabytes; an agent whose indexes never end is stopped here.
pub const TABLE_CELLS: usize = 10_000_000;

/// Restarts of one table fetch that are remembered with their reasons; all are counted.
pub const TABLE_RESTARTS: usize = 100;

/// Columns of a table that is read without its description; the widest of the standard modules have some 60.
pub const TABLE_COLUMNS: usize = 4_096;

/// Engines that one session asks in turn, until one of them has proven to be the agent's. Whoever invents more of them
/// only makes the oldest forgotten.
pub const ENGINE_CANDIDATES: usize = 8;

/// Transmissions that one request of `SNMPv3` may take beside its retries: one with the clock that the agent says, two
/// for another engine, one to see whether what nobody has authenticated is said again.
pub const CORRECTIONS: u32 = 4;

/// Octets of the prime that keys are agreed upon with (RFC 2786); the time that it takes grows with their cube, and
/// these take a fraction of a second.
pub const AGREEMENT_PRIME_OCTETS: usize = 512;

/// Engines whose boots one user's agents remember between their runs; of more, those that have not started for longest
/// are forgotten.
pub const REMEMBERED_ENGINES: usize = 4_096;

/// Files in which engines of agents are remembered. Each agent has its place in one of them, so that a run reads and
/// writes a file of some lines, however many agents there are.
pub const ENGINE_CACHE_FILES: u64 = 256;

/// Engines that one of these files remembers: 16384 in all. Of more, those go first that nobody has asked for longest.
pub const ENGINE_CACHE_ENTRIES: usize = 64;

/// Octets of an agent's address as it is remembered; names have 253 at most (RFC 1035, section 2.3.4).
pub const ENGINE_CACHE_KEY_OCTETS: usize = 320;

/// Octets of one of these files; lines have fewer than 512.
pub const ENGINE_CACHE_OCTETS: u64 = 512 * (ENGINE_CACHE_ENTRIES as u64 + 1);

/// Agents that one run asks. Each takes some two hundred octets of memory until it is its turn.
pub const TARGETS: usize = 1_000_000;

/// Octets of a list of agents.
pub const TARGETS_OCTETS: u64 = 256 << 20;

/// What an Ethernet frame of 1500 octets has room for behind the headers of UDP and IPv4: longer messages travel in
/// pieces, and are lost with any of them.
pub const FRAME_OCTETS: usize = 1_472;

/// Names at which a walk may be divided before anything has been seen, and names that it finds out by itself. More of
/// them would cost more time to look through than they save.
pub const GUIDE_POINTS: usize = 2_048;

/// Nodes of an image that are looked at for such names; looking at so many takes some milliseconds.
pub const GUIDE_NODES: usize = 131_072;

/// Bindings of a walk that wait for others before them. Of those to come, no more are asked for than fit.
pub const WALK_WAITING: usize = 65_536;

/// Indexes of one table that are kept because they follow names that a walk made up.
pub const WALK_INDEXES: usize = 1_024;

/// Names that a walk asks about at once to find out what there is.
pub const SCOUT_NAMES: usize = 32;

/// Requests of that kind that may be outstanding.
pub const SCOUTS: usize = 3;

/// Octets of answers that may be on their way to one walk or fetch at once: what is sure to fit into a receive buffer of
/// Linux's usual size, 208 KiB, which counts more than what is in the datagrams.
pub const FLIGHT_OCTETS: usize = 131_072;
