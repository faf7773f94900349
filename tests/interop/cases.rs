//! Command lines whose results are compared with net-snmp's, as data.

use crate::support::compare::{Moves, Moving, Stderr, Times};

/// A command line, what net-snmp does with it, and how near ours must come.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// What is tried, as a claim or a topic.
    pub name: &'static str,
    /// The tool.
    pub tool: &'static str,
    /// Its arguments, split at blanks; see [`World::words`](crate::world::World::words) for braces and `''`.
    pub arguments: &'static str,
    /// net-snmp's exit status.
    pub status: i32,
    /// How far stderr must agree.
    pub stderr: Stderr,
    /// Whether measured times must agree.
    pub times: Times,
    /// Whether ours is the same.
    pub ours: Ours,
}

/// How ours compares.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ours {
    /// The same octets on stdout, the same status, stderr under the case's rule.
    Same,
    /// Another result, on purpose.
    Differs {
        /// Our exit status.
        status: i32,
        /// Why.
        why: &'static str,
    },
    /// The same, and a line more on stderr that has this in it.
    Explains(&'static str),
}

impl Case {
    const fn first_line(self) -> Self {
        Self { stderr: Stderr::FirstLine, ..self }
    }

    const fn timed(self) -> Self {
        Self { times: Times::Any, ..self }
    }

    const fn explained(self, text: &'static str) -> Self {
        Self { stderr: Stderr::FirstLine, ours: Ours::Explains(text), ..self }
    }

    const fn differs(self, status: i32, why: &'static str) -> Self {
        Self { ours: Ours::Differs { status, why }, ..self }
    }
}

const fn case(name: &'static str, tool: &'static str, status: i32, arguments: &'static str) -> Case {
    Case { name, tool, arguments, status, stderr: Stderr::Exact, times: Times::Exact, ours: Ours::Same }
}

const GET: &str = "snmpget";
const NEXT: &str = "snmpgetnext";
const SET: &str = "snmpset";
const WALK: &str = "snmpwalk";
const BULKGET: &str = "snmpbulkget";
const BULKWALK: &str = "snmpbulkwalk";

/// Cases that change nothing.
pub const READING: &[Case] = &[
    // Every tool, every transport.
    case("get over udp", GET, 0, "-v2c -c public {udp} .1.3.6.1.2.1.1.6.0"),
    case("get over udp6", GET, 0, "-v2c -c public {udp6} .1.3.6.1.2.1.1.6.0"),
    case("get over tcp", GET, 0, "-v2c -c public {tcp} .1.3.6.1.2.1.1.6.0"),
    case("get over tcp6", GET, 0, "-v2c -c public {tcp6} .1.3.6.1.2.1.1.6.0"),
    case("get over a Unix socket", GET, 0, "-v2c -c public {unix} .1.3.6.1.2.1.1.6.0"),
    case("getnext over udp", NEXT, 0, "-v2c -c public {udp} .1.3.6.1.2.1.1.5.0"),
    case("getnext over tcp", NEXT, 0, "-v2c -c public {tcp} .1.3.6.1.2.1.1.5.0"),
    case("getnext over a Unix socket", NEXT, 0, "-v2c -c public {unix} .1.3.6.1.2.1.1.5.0"),
    case("walk over udp", WALK, 0, "-v2c -c public {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("walk over udp6", WALK, 0, "-v2c -c public {udp6} .1.3.6.1.4.1.8072.9999.9999"),
    case("walk over tcp", WALK, 0, "-v2c -c public {tcp} .1.3.6.1.4.1.8072.9999.9999"),
    case("walk over a Unix socket", WALK, 0, "-v2c -c public {unix} .1.3.6.1.4.1.8072.9999.9999"),
    case("bulkget over udp", BULKGET, 0, "-v2c -c public -On {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("bulkget over tcp", BULKGET, 0, "-v2c -c public -On {tcp} .1.3.6.1.4.1.8072.9999.9999"),
    case("bulkwalk over udp", BULKWALK, 0, "-v2c -c public {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("bulkwalk over tcp6", BULKWALK, 0, "-v2c -c public {tcp6} .1.3.6.1.4.1.8072.9999.9999"),
    case("bulkwalk over a Unix socket", BULKWALK, 0, "-v2c -c public {unix} .1.3.6.1.4.1.8072.9999.9999"),
    // Spellings of names, options, addresses.
    case("get of several", GET, 0, "-v2c -c public {udp} .1.3.6.1.2.1.1.6.0 .1.3.6.1.2.1.1.7.0 .1.3.6.1.2.1.1.1.0"),
    case("get without a leading dot", GET, 0, "-v2c -c public {udp} 1.3.6.1.2.1.1.6.0"),
    case("get in v1", GET, 0, "-v1 -c public {udp} .1.3.6.1.2.1.1.6.0"),
    case("getnext in v1", NEXT, 0, "-v1 -c public {udp} .1.3.6.1.2.1.1.5"),
    case("getnext of several", NEXT, 0, "-v2c -c public {udp} .1.3.6.1.2.1.1.5 .1.3.6.1.2.1.1.6 .1.3.6.1.2.1.1.6"),
    case("walk in v1", WALK, 0, "-v1 -c public {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("options after the host", GET, 0, "{udp} -v2c .1.3.6.1.2.1.1.6.0 -c public"),
    case("glued options", GET, 0, "-v2c -cpublic -r1 -t2 {udp} .1.3.6.1.2.1.1.6.0"),
    case("separate options", GET, 0, "-v 2c -c public -r 1 -t 2 -O q -O n {udp} .1.3.6.1.2.1.1.6.0"),
    case("version 2C in capitals", GET, 0, "-v 2C -c public {udp} .1.3.6.1.2.1.1.6.0"),
    case("a path alone", GET, 0, "-v2c -c public {path} .1.3.6.1.2.1.1.6.0"),
    case("a source address, and a Unix socket", GET, 0, "-v2c -c public --clientaddr=127.0.0.1 {unix} .1.3.6.1.2.1.1.6.0"),
    case("-T where there is nothing to set", GET, 1, "-v2c -c public -T x=y {udp} .1.3.6.1.2.1.1.6.0"),
    case("two dashes end the options", GET, 0, "-v2c -c public -- {udp} .1.3.6.1.2.1.1.6.0"),
    case("old roots by name", WALK, 1, "-v2c -c public {udp} .iso.org.dod.internet.private.enterprises.8072.9999.9999")
        .differs(0, "the roots have names inside the program; net-snmp without MIB files knows only iso"),
    case("an unknown name", GET, 1, "-v2c -c public {udp} noSuchThing.0"),
    case("two unknown names", GET, 1, "-v2c -c public {udp} noSuchThing.0 norThis.1"),
    case("an unknown name among good ones", GET, 1, "-v2c -c public {udp} .1.3.6.1.2.1.1.6.0 noSuchThing.0"),
    case("an unknown name in a walk", WALK, 1, "-v2c -c public {udp} noSuchThing"),
    case("an unknown name in getnext", NEXT, 1, "-v2c -c public {udp} noSuchThing"),
    case("an unknown name in bulkget", BULKGET, 1, "-v2c -c public {udp} noSuchThing"),
    case("an unknown name in bulkwalk", BULKWALK, 1, "-v2c -c public {udp} noSuchThing"),
    case("an OID with letters in it", GET, 1, "-v2c -c public {udp} .1.3.6.1.2.1.1.x.0"),
    case("an OID with two dots", GET, 1, "-v2c -c public {udp} .1.3..6"),
    case("an OID that ends in a dot", GET, 1, "-v2c -c public {udp} .1.3.6."),
    case("an arc beyond 32 bits", GET, 0, "-v2c -c public {udp} .1.3.6.4294967296")
        .differs(1, "net-snmp asks for another object: it cuts the arc to its low 32 bits"),
    case("an empty OID", GET, 1, "-v2c -c public {udp} ''"),
    case("a negative arc", GET, 1, "-v2c -c public {udp} .1.3.-6"),
    // Exceptions and error replies.
    case("no such object", GET, 0, "-v2c -c public {udp} .1.3.6.1.2.1.99.1.0"),
    case("no such instance", GET, 0, "-v2c -c public {udp} .1.3.6.1.2.1.1.6.99"),
    case("the end of the tree", NEXT, 0, "-v2c -c public {udp} .2.99"),
    case("exceptions among values", GET, 0, "-v2c -c public {udp} .1.3.6.1.2.1.1.6.99 .1.3.6.1.2.1.1.6.0"),
    case("noSuchName in v1", GET, 2, "-v1 -c public {udp} .1.3.6.1.2.1.1.6.99"),
    case("noSuchName in v1, kept", GET, 2, "-v1 -c public -Cf {udp} .1.3.6.1.2.1.1.6.99"),
    case("noSuchName in v1, one of three", GET, 2,
        "-v1 -c public {udp} .1.3.6.1.2.1.1.6.0 .1.3.6.1.2.1.1.6.99 .1.3.6.1.2.1.1.7.0"),
    case("noSuchName in v1, two of three", GET, 2,
        "-v1 -c public {udp} .1.3.6.1.2.1.1.6.98 .1.3.6.1.2.1.1.6.0 .1.3.6.1.2.1.1.6.99"),
    case("noSuchName in v1, one of three, kept", GET, 2,
        "-v1 -c public -Cf {udp} .1.3.6.1.2.1.1.6.0 .1.3.6.1.2.1.1.6.99 .1.3.6.1.2.1.1.7.0"),
    case("noSuchName in v1 getnext", NEXT, 2, "-v1 -c public {udp} .2.99"),
    case("noSuchName in v1 getnext, one of two", NEXT, 2, "-v1 -c public {udp} .2.99 .1.3.6.1.2.1.1.5.0"),
    case("noSuchName in v1 getnext, kept", NEXT, 2, "-v1 -c public -Cf {udp} .2.99 .1.3.6.1.2.1.1.5.0"),
    case("a leaf is walked", WALK, 0, "-v2c -c public {udp} .1.3.6.1.2.1.1.6.0"),
    case("a leaf is walked in v1", WALK, 0, "-v1 -c public {udp} .1.3.6.1.2.1.1.6.0"),
    case("a leaf is walked with -CI", WALK, 0, "-v2c -c public -CI {udp} .1.3.6.1.2.1.1.6.0"),
    case("a leaf is walked with -Ci", WALK, 0, "-v2c -c public -Ci {udp} .1.3.6.1.2.1.1.6.0"),
    case("a leaf is walked in bulk", BULKWALK, 0, "-v2c -c public {udp} .1.3.6.1.2.1.1.6.0"),
    case("a leaf is walked in bulk with -Ci", BULKWALK, 0, "-v2c -c public -Ci {udp} .1.3.6.1.2.1.1.6.0"),
    case("an empty subtree", WALK, 0, "-v2c -c public {udp} .1.3.6.1.2.1.99"),
    case("an empty subtree in v1", WALK, 0, "-v1 -c public {udp} .1.3.6.1.2.1.99"),
    case("an empty subtree in bulk", BULKWALK, 0, "-v2c -c public {udp} .1.3.6.1.2.1.99"),
    case("an empty subtree with -CI", WALK, 0, "-v2c -c public -CI {udp} .1.3.6.1.2.1.99"),
    case("past the end", WALK, 0, "-v2c -c public {udp} .2.99"),
    case("past the end in v1", WALK, 0, "-v1 -c public {udp} .2.99"),
    case("past the end in bulk", BULKWALK, 0, "-v2c -c public {udp} .2.99"),
    case("past the end, counted", WALK, 0, "-v2c -c public -Cp {udp} .2.99"),
    // What a walk can be told.
    case("-Cp counts", WALK, 0, "-v2c -c public -Cp {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("-Cp counts in bulk", BULKWALK, 0, "-v2c -c public -Cp {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("-Ci includes", WALK, 0, "-v2c -c public -Ci {udp} .1.3.6.1.4.1.8072.9999.9999.1.0"),
    case("-Ci finds nothing to include", WALK, 0, "-v2c -c public -Ci {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("-Cc does not check", WALK, 0, "-v2c -c public -Cc {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("-Cc does not check in bulk", BULKWALK, 0, "-v2c -c public -Cc {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("-CE ends", WALK, 0, "-v2c -c public -CE .1.3.6.1.4.1.8072.9999.9999.3 {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("-CE ends before the root", WALK, 0, "-v2c -c public -CE .1.3.6.1.2.1.1 {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("-CE ends past the root", WALK, 0,
        "-v2c -c public -CE .1.3.6.1.4.1.8072.9999.9999.2 -Cp {udp} .1.3.6.1.4.1.8072.9999.9999.1"),
    case("-CE with a bad OID", WALK, 1, "-v2c -c public -CE .1.x {udp} .1.3.6.1.2.1.1"),
    case("-Ct times", WALK, 0, "-v2c -c public -Ct {udp} .1.3.6.1.4.1.8072.9999.9999").timed(),
    case("-CT times each request", WALK, 0, "-v2c -c public -CT {udp} .1.3.6.1.4.1.8072.9999.9999").timed(),
    case("flags together", WALK, 0, "-v2c -c public -Cpic {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("flags apart", WALK, 0, "-v2c -c public -Cp -Ci -Cc {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("an unknown flag", WALK, 1, "-v2c -c public -Cz {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("an unknown flag in get", GET, 1, "-v2c -c public -Cz {udp} .1.3.6.1.2.1.1.6.0"),
    case("an unknown flag in bulkwalk", BULKWALK, 1, "-v2c -c public -Cz {udp} .1.3.6.1.2.1.1.6.0"),
    // GETBULK's numbers.
    case("-Cr", BULKGET, 0, "-v2c -c public -Cr3 {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("-Cn", BULKGET, 0, "-v2c -c public -Cn1 -Cr2 {udp} .1.3.6.1.2.1.1.5 .1.3.6.1.4.1.8072.9999.9999"),
    case("-Cn together with -Cr", BULKGET, 0, "-v2c -c public -Cn1r2 {udp} .1.3.6.1.2.1.1.5 .1.3.6.1.4.1.8072.9999.9999"),
    case("-Cn for all", BULKGET, 0, "-v2c -c public -Cn2 -Cr2 {udp} .1.3.6.1.2.1.1.5 .1.3.6.1.4.1.8072.9999.9999"),
    case("-Cn beyond the names", BULKGET, 1, "-v2c -c public -Cn3 {udp} .1.3.6.1.2.1.1.5"),
    case("-Cr 0", BULKGET, 0, "-v2c -c public -Cr0 {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("-Cr of no number", BULKGET, 1, "-v2c -c public -Crx {udp} .1.3.6.1.4.1.8072.9999.9999")
        .differs(1, "net-snmp prints its usage without a word on what was wrong"),
    case("-Cr larger than a message", BULKGET, 0, "-v2c -c public -On -Cr100000 {udp} .1.3.6.1.4.1.8072.9999.9999.6.0"),
    case("bulkget at the end of the tree", BULKGET, 0, "-v2c -c public -Cr2 {udp} .2.99"),
    case("bulkwalk with -Cr1", BULKWALK, 0, "-v2c -c public -Cr1 {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("bulkwalk with -Cr50", BULKWALK, 0, "-v2c -c public -Cr50 {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("bulkwalk with -Cn1", BULKWALK, 0, "-v2c -c public -Cn1 {udp} .1.3.6.1.4.1.8072.9999.9999"),
    case("bulkget in v1", BULKGET, 1, "-v1 -c public {udp} .1.3.6.1.2.1.1"),
    case("bulkwalk in v1", BULKWALK, 1, "-v1 -c public {udp} .1.3.6.1.2.1.1"),
    // Nobody answers.
    case("silence", GET, 1, "-v2c -c public -r0 -t0.3 {silent} .1.3.6.1.2.1.1.6.0"),
    case("silence for getnext", NEXT, 1, "-v2c -c public -r0 -t0.3 {silent} .1.3.6.1.2.1.1.6.0"),
    case("silence for a walk", WALK, 1, "-v2c -c public -r0 -t0.3 {silent} .1.3.6.1.2.1.1"),
    case("silence for a bulkget", BULKGET, 1, "-v2c -c public -r0 -t0.3 {silent} .1.3.6.1.2.1.1"),
    case("silence for a bulkwalk", BULKWALK, 1, "-v2c -c public -r0 -t0.3 {silent} .1.3.6.1.2.1.1"),
    case("silence, with transport", GET, 1, "-v2c -c public -r0 -t0.3 udp:{silent} .1.3.6.1.2.1.1.6.0"),
    case("silence in v1", GET, 1, "-v1 -c public -r1 -t0.2 {silent} .1.3.6.1.2.1.1.6.0"),
    case("a wrong community", GET, 1, "-v2c -c wrong -r0 -t0.3 {udp} .1.3.6.1.2.1.1.6.0"),
    case("a closed port", GET, 1, "-v2c -c public -r0 -t0.3 {refused} .1.3.6.1.2.1.1.6.0")
        .differs(1, "a closed port is reported as refused instead of as silence"),
    case("an unknown host", GET, 1, "-v2c -c public -r0 -t0.3 no-such-host.invalid .1.3.6.1.2.1.1.6.0")
        .differs(1, "net-snmp appends whatever errno was last; ours says what the resolver said"),
    case("a refused connection", GET, 1, "-v2c -c public -r0 -t0.3 tcp:127.0.0.1:1 .1.3.6.1.2.1.1.6.0")
        .differs(1, "net-snmp says \"Unknown host\"; ours names the call that failed"),
    case("a missing Unix socket", GET, 1, "-v2c -c public -r0 -t0.3 unix:/nonexistent/socket .1.3.6.1.2.1.1.6.0")
        .differs(1, "net-snmp says \"Unknown host\"; ours names the call that failed"),
    // Agents that answer oddly.
    case("values of every type", GET, 0, "-v2c -c public {typed} .1.3"),
    case("values of every type in getnext", NEXT, 0, "-v2c -c public {typed} .1.3"),
    case("another request-id is no answer", GET, 1, "-v2c -c public -r0 -t0.3 {other_id} .1.3.6.1.4.1.99999.1")
        .explained("mixes up request-ids"),
    case("another PDU type", GET, 1, "-v2c -c public -r0 -t5 {not_a_response} .1.3.6.1.4.1.99999.1"),
    case("another community", GET, 0, "-v2c -c public -r0 -t5 {other_community} .1.3.6.1.4.1.99999.1.1.0"),
    case("garbage is no answer", GET, 1, "-v2c -c public -r0 -t0.3 {garbage} .1.3.6.1.4.1.99999.1.1.0")
        .explained("cannot be read as SNMP: octet 0"),
    case("two answers count once", GET, 0, "-v2c -c public -r0 -t5 {twice} .1.3.6.1.4.1.99999.1.1.0"),
    case("an answer without bindings", GET, 0, "-v2c -c public -r0 -t5 {nothing} .1.3.6.1.4.1.99999.1.1.0"),
    case("a walk that does not increase", WALK, 1, "-v2c -c public -r0 -t5 {stuck} .1.3.6.1.4.1.99999.1"),
    case("a bulkwalk that does not increase", BULKWALK, 1, "-v2c -c public -r0 -t5 {stuck} .1.3.6.1.4.1.99999.1"),
    case("a walk that goes back", WALK, 1, "-v2c -c public -r0 -t5 {backwards} .1.3.6.1.4.1.99999.1"),
    case("a walk that goes back, numeric", WALK, 1, "-v2c -c public -On -r0 -t5 {backwards} .1.3.6.1.4.1.99999.1"),
    // Faults of the command line.
    case("no arguments", GET, 1, "").first_line(),
    case("no host", GET, 1, "-v2c -c public").first_line(),
    case("no OID", GET, 1, "-v2c -c public {udp}").first_line(),
    case("no OID for getnext", NEXT, 1, "-v2c -c public {udp}").first_line(),
    case("no OID for bulkget", BULKGET, 0, "-v2c -c public {udp}")
        .differs(1, "net-snmp sends a request for nothing and prints nothing; a missing OID is an error as in the other tools"),
    case("no host for a walk", WALK, 1, "-v2c -c public").first_line(),
    case("an unknown option", GET, 1, "-v2c -c public -Q {udp} .1.3").first_line(),
    case("an unknown option for a walk", WALK, 1, "-v2c -c public -Q {udp} .1.3").first_line(),
    case("an option without its argument", GET, 1, "-v2c -c").first_line(),
    case("a bad version", GET, 1, "-v 2 -c public {udp} .1.3").first_line(),
    case("a bad number of retries", GET, 1, "-v2c -c public -r x {udp} .1.3").first_line(),
    case("a negative number of retries", GET, 1, "-v2c -c public -r -1 {udp} .1.3").first_line(),
    case("a bad time-out", GET, 1, "-v2c -c public -t x {udp} .1.3").first_line(),
    case("a time-out of nothing", GET, 1, "-v2c -c public -t 0 {udp} .1.3").first_line(),
    case("a bad output option", GET, 1, "-v2c -c public -Oz {udp} .1.3").first_line(),
    case("a bad input option", GET, 1, "-v2c -c public -Iz {udp} .1.3").first_line(),
    case("a bad parsing option", GET, 1, "-v2c -c public -Pz {udp} .1.3").first_line(),
    case("a bad logging option", GET, 1, "-v2c -c public -Lz {udp} .1.3").first_line(),
    case("-p is gone", GET, 1, "-v2c -c public -p 161 {udp} .1.3").first_line(),
    case("-h", GET, 1, "-h").differs(1, "the help is our own"),
    case("--help", WALK, 1, "--help").differs(1, "the help is our own"),
    case("-V", GET, 0, "-V").differs(0, "the version is our own"),
    case("no community", GET, 1, "-v2c {udp} .1.3.6.1.2.1.1.6.0")
        .first_line()
        .differs(0, "public is the default for reading"),
    case("no version", GET, 1, "-c public {udp} .1.3.6.1.2.1.1.6.0").differs(0, "2c is the default without v3 options"),
    // Where messages go.
    case("-Ln keeps quiet about a name", GET, 1, "-v2c -c public -Ln {udp} noSuchThing.0"),
    case("-Lo says it on stdout", GET, 1, "-v2c -c public -Lo {udp} noSuchThing.0"),
    case("-Le says it on stderr", GET, 1, "-v2c -c public -Le {udp} noSuchThing.0"),
    case("-Ln does not hide silence", GET, 1, "-v2c -c public -Ln -r0 -t0.3 {silent} .1.3"),
    case("an unknown token", GET, 0, "-v2c -c public --noSuchToken=1 {udp} .1.3.6.1.2.1.1.6.0"),
    case("a token", GET, 0, "-v2c -c public --quickPrinting=yes {udp} .1.3.6.1.2.1.1.6.0"),
    case("a token with -Y", GET, 0, "-v2c -c public -YprintNumericOids=yes {udp} .1.3.6.1.2.1.1.6.0"),
];

/// Cases that change sysContact or try to; in this order.
pub const WRITING: &[Case] = &[
    case("set a string", SET, 0, "-v2c -c private {udp} .1.3.6.1.2.1.1.4.0 s me"),
    case("it is set", GET, 0, "-v2c -c public {udp} .1.3.6.1.2.1.1.4.0"),
    case("set in v1", SET, 0, "-v1 -c private {udp} .1.3.6.1.2.1.1.4.0 s you"),
    case("set over tcp", SET, 0, "-v2c -c private {tcp} .1.3.6.1.2.1.1.4.0 s them"),
    case("set over a Unix socket", SET, 0, "-v2c -c private {unix} .1.3.6.1.2.1.1.4.0 s us"),
    case("set in hex", SET, 0, "-v2c -c private {udp} .1.3.6.1.2.1.1.4.0 x 414243"),
    case("hex with colons", SET, 1, "-v2c -c private {udp} .1.3.6.1.2.1.1.4.0 x 41:42:43"),
    case("set in decimal", SET, 0, "-v2c -c private {udp} .1.3.6.1.2.1.1.4.0 d 65.66.67"),
    case("set an empty string", SET, 0, "-v2c -c private {udp} .1.3.6.1.2.1.1.4.0 s ''"),
    case("set quietly", SET, 0, "-v2c -c private -Cq {udp} .1.3.6.1.2.1.1.4.0 s quiet"),
    case("set an integer", SET, 0, "-v2c -c private {udp} .1.3.6.1.2.1.11.30.0 i 2"),
    case("a value out of range", SET, 2, "-v2c -c private {udp} .1.3.6.1.2.1.11.30.0 i 3"),
    case("a negative value", SET, 2, "-v2c -c private {udp} .1.3.6.1.2.1.11.30.0 i -1"),
    case("a wrong type", SET, 2, "-v2c -c private {udp} .1.3.6.1.2.1.1.4.0 i 5"),
    case("a wrong type in v1", SET, 2, "-v1 -c private {udp} .1.3.6.1.2.1.1.4.0 i 5"),
    case("a read-only object", SET, 2, "-v2c -c private {udp} .1.3.6.1.2.1.1.6.0 s there"),
    case("a read-only object in v1", SET, 2, "-v1 -c private {udp} .1.3.6.1.2.1.1.6.0 s there"),
    case("an object that is not there", SET, 2, "-v2c -c private {udp} .1.3.6.1.2.1.99.1.0 i 1"),
    case("an object that is not there in v1", SET, 2, "-v1 -c private {udp} .1.3.6.1.2.1.99.1.0 i 1"),
    case("all or none", SET, 2, "-v2c -c private {udp} .1.3.6.1.2.1.1.4.0 s both .1.3.6.1.2.1.1.6.0 s there"),
    case("none it was", GET, 0, "-v2c -c public {udp} .1.3.6.1.2.1.1.4.0"),
    case("a community that may not write", SET, 2, "-v2c -c public -r0 -t5 {udp} .1.3.6.1.2.1.1.4.0 s me"),
    case(
        "a community that may not write, in v1",
        SET,
        2,
        "-v1 -c public -r0 -t5 {udp} .1.3.6.1.2.1.1.4.0 s me",
    ),
    case("a community that nobody knows", SET, 1, "-v2c -c wrong -r0 -t0.3 {udp} .1.3.6.1.2.1.1.4.0 s me")
        .explained("the set may have been made"),
    case("silence for a set", SET, 1, "-v2c -c private -r0 -t0.3 {silent} .1.3.6.1.2.1.1.4.0 s me")
        .explained("the set may have been made"),
    case("no OID for a set", SET, 1, "-v2c -c private {udp}").first_line(),
    case("no type", SET, 1, "-v2c -c private {udp} .1.3.6.1.2.1.1.4.0").first_line(),
    case("no value", SET, 1, "-v2c -c private {udp} .1.3.6.1.2.1.1.4.0 s").first_line(),
    case("a bad type", SET, 1, "-v2c -c private {udp} .1.3.6.1.2.1.1.4.0 z me"),
    case("of a type's letters the first counts", SET, 0, "-v2c -c private {udp} .1.3.6.1.2.1.1.4.0 ss me"),
    case("a number that is none", SET, 1, "-v2c -c private {udp} .1.3.6.1.2.1.11.30.0 i x"),
    case("an unsigned number that is none", SET, 1, "-v2c -c private {udp} .1.3.6.1.2.1.11.30.0 u x"),
    case("time-ticks that are none", SET, 1, "-v2c -c private {udp} .1.3.6.1.2.1.11.30.0 t x"),
    case("an address that is none", SET, 1, "-v2c -c private {udp} .1.3.6.1.2.1.11.30.0 a 1.2.3.256"),
    case("an OID that is none", SET, 1, "-v2c -c private {udp} .1.3.6.1.2.1.11.30.0 o .1.x"),
    case("hex that is none", SET, 1, "-v2c -c private {udp} .1.3.6.1.2.1.1.4.0 x zz"),
    case("hex of an odd length", SET, 1, "-v2c -c private {udp} .1.3.6.1.2.1.1.4.0 x 4"),
    case("decimals that are none", SET, 1, "-v2c -c private {udp} .1.3.6.1.2.1.1.4.0 d 1.x"),
    case("a decimal beyond an octet", SET, 1, "-v2c -c private {udp} .1.3.6.1.2.1.1.4.0 d 256"),
    case("a type taken from the MIB, without one", SET, 1, "-v2c -c private {udp} .1.3.6.1.2.1.1.4.0 = me"),
    case("two faults", SET, 1, "-v2c -c private {udp} .1.3.6.1.2.1.1.4.0 z me .1.3.6.1.2.1.11.30.0 i x"),
    case("an unknown name for a set", SET, 1, "-v2c -c private {udp} noSuchThing.0 s me"),
    case("options end at the host", SET, 1, "-v2c {udp} -c private .1.3.6.1.2.1.1.4.0 s me")
        .first_line()
        .differs(1, "private is the default for writing, so the words after the host are taken for bindings"),
];

/// The letters of `-O` that mean something without a MIB.
pub const OUTPUT_LETTERS: &[char] =
    &['0', 'a', 'b', 'e', 'E', 'f', 'n', 'q', 'Q', 's', 'S', 't', 'T', 'u', 'U', 'v', 'x', 'X'];

/// What moves in snmpd's tree while nobody asks for it, or by being asked for it. Everything else must stand still
/// between two walks and be the same on both sides.
pub const MOVING: &[Moving] = &[
    value("sysUpTime", ".1.3.6.1.2.1.1.3"),
    value("sysORLastChange", ".1.3.6.1.2.1.1.8"),
    value("ifInOctets", ".1.3.6.1.2.1.2.2.1.10"),
    value("ifInUcastPkts", ".1.3.6.1.2.1.2.2.1.11"),
    value("ifInNUcastPkts", ".1.3.6.1.2.1.2.2.1.12"),
    value("ifInDiscards", ".1.3.6.1.2.1.2.2.1.13"),
    value("ifInErrors", ".1.3.6.1.2.1.2.2.1.14"),
    value("ifInUnknownProtos", ".1.3.6.1.2.1.2.2.1.15"),
    value("ifOutOctets", ".1.3.6.1.2.1.2.2.1.16"),
    value("ifOutUcastPkts", ".1.3.6.1.2.1.2.2.1.17"),
    value("ifOutNUcastPkts", ".1.3.6.1.2.1.2.2.1.18"),
    value("ifOutDiscards", ".1.3.6.1.2.1.2.2.1.19"),
    rows("atTable", ".1.3.6.1.2.1.3.1"),
    value("ipInReceives", ".1.3.6.1.2.1.4.3"),
    value("ipInHdrErrors", ".1.3.6.1.2.1.4.4"),
    value("ipInAddrErrors", ".1.3.6.1.2.1.4.5"),
    value("ipForwDatagrams", ".1.3.6.1.2.1.4.6"),
    value("ipInUnknownProtos", ".1.3.6.1.2.1.4.7"),
    value("ipInDiscards", ".1.3.6.1.2.1.4.8"),
    value("ipInDelivers", ".1.3.6.1.2.1.4.9"),
    value("ipOutRequests", ".1.3.6.1.2.1.4.10"),
    value("ipOutDiscards", ".1.3.6.1.2.1.4.11"),
    value("ipOutNoRoutes", ".1.3.6.1.2.1.4.12"),
    rows("ipNetToMediaTable", ".1.3.6.1.2.1.4.22"),
    value("ipSystemStatsTable", ".1.3.6.1.2.1.4.31"),
    rows("ipNetToPhysicalTable", ".1.3.6.1.2.1.4.35"),
    rows("ipDefaultRouterTable", ".1.3.6.1.2.1.4.37"),
    value("icmp", ".1.3.6.1.2.1.5"),
    value("tcpAttemptFails", ".1.3.6.1.2.1.6.7"),
    value("tcpActiveOpens", ".1.3.6.1.2.1.6.5"),
    value("tcpPassiveOpens", ".1.3.6.1.2.1.6.6"),
    value("tcpEstabResets", ".1.3.6.1.2.1.6.8"),
    value("tcpCurrEstab", ".1.3.6.1.2.1.6.9"),
    value("tcpInSegs", ".1.3.6.1.2.1.6.10"),
    value("tcpOutSegs", ".1.3.6.1.2.1.6.11"),
    value("tcpRetransSegs", ".1.3.6.1.2.1.6.12"),
    rows("tcpConnTable", ".1.3.6.1.2.1.6.13"),
    value("tcpInErrs", ".1.3.6.1.2.1.6.14"),
    value("tcpOutRsts", ".1.3.6.1.2.1.6.15"),
    rows("tcpConnectionTable", ".1.3.6.1.2.1.6.19"),
    rows("tcpListenerTable", ".1.3.6.1.2.1.6.20"),
    value("udpInDatagrams", ".1.3.6.1.2.1.7.1"),
    value("udpNoPorts", ".1.3.6.1.2.1.7.2"),
    value("udpInErrors", ".1.3.6.1.2.1.7.3"),
    value("udpOutDatagrams", ".1.3.6.1.2.1.7.4"),
    rows("udpTable", ".1.3.6.1.2.1.7.5"),
    rows("udpEndpointTable", ".1.3.6.1.2.1.7.7"),
    value("udpHCInDatagrams", ".1.3.6.1.2.1.7.8"),
    value("udpHCOutDatagrams", ".1.3.6.1.2.1.7.9"),
    value("snmp", ".1.3.6.1.2.1.11"),
    value("hrSystemUptime", ".1.3.6.1.2.1.25.1.1"),
    value("hrSystemDate", ".1.3.6.1.2.1.25.1.2"),
    value("hrSystemNumUsers", ".1.3.6.1.2.1.25.1.5"),
    value("hrSystemProcesses", ".1.3.6.1.2.1.25.1.6"),
    value("hrStorageSize", ".1.3.6.1.2.1.25.2.3.1.5"),
    value("hrStorageUsed", ".1.3.6.1.2.1.25.2.3.1.6"),
    value("hrProcessorLoad", ".1.3.6.1.2.1.25.3.3.1.2"),
    rows("hrSWRunTable", ".1.3.6.1.2.1.25.4.2"),
    rows("hrSWRunPerfTable", ".1.3.6.1.2.1.25.5.1"),
    value("ifInMulticastPkts", ".1.3.6.1.2.1.31.1.1.1.2"),
    value("ifInBroadcastPkts", ".1.3.6.1.2.1.31.1.1.1.3"),
    value("ifHCInOctets", ".1.3.6.1.2.1.31.1.1.1.6"),
    value("ifHCInUcastPkts", ".1.3.6.1.2.1.31.1.1.1.7"),
    value("ifHCInMulticastPkts", ".1.3.6.1.2.1.31.1.1.1.8"),
    value("ifHCInBroadcastPkts", ".1.3.6.1.2.1.31.1.1.1.9"),
    value("ifHCOutOctets", ".1.3.6.1.2.1.31.1.1.1.10"),
    value("ifHCOutUcastPkts", ".1.3.6.1.2.1.31.1.1.1.11"),
    value("ipv6IfStatsTable", ".1.3.6.1.2.1.55.1.6"),
    rows("ipv6NetToMediaTable", ".1.3.6.1.2.1.55.1.12"),
    value("memory", ".1.3.6.1.4.1.2021.4"),
    value("laTable", ".1.3.6.1.4.1.2021.10"),
    value("systemStats", ".1.3.6.1.4.1.2021.11"),
    value("diskIOTable", ".1.3.6.1.4.1.2021.13.15.1"),
    value("versionCDate", ".1.3.6.1.4.1.2021.100.4"),
    value("nsCacheTable", ".1.3.6.1.4.1.8072.1.5.3"),
    value("snmpSetSerialNo", ".1.3.6.1.6.3.1.1.6.1"),
    value("snmpEngineTime", ".1.3.6.1.6.3.10.2.1.3"),
    value("snmpMPDStats", ".1.3.6.1.6.3.11.2.1"),
    value("usmStats", ".1.3.6.1.6.3.15.1.1"),
];

const fn value(name: &'static str, oid: &'static str) -> Moving {
    Moving { name, oid, what: Moves::Value }
}

const fn rows(name: &'static str, oid: &'static str) -> Moving {
    Moving { name, oid, what: Moves::Rows }
}
