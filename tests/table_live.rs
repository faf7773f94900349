//! Table fetches over real sockets: whole tables, streams, several at once on one session, versions and transports.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/mod.rs"]
mod support;

use std::{
    env,
    net::UdpSocket,
    process::Command,
    sync::{Arc, Mutex},
    time::Duration,
};

use snmpkit::{
    agent::{Communities, Device, demo, record, store::Store},
    engine::{CommunityModel, Request, RequestError, RequestKind, RetrySchedule},
    mib::View,
    oid::Oid,
    operation::{
        Answer, BulkUse, Consistency, Operation, Step, TableError, TableMethod, TableSettings, Ticket,
        WalkPlan,
    },
    server_spec::{Port, ServerSpec},
    session::{Error, FetchedTable, PacketDirection, RunError, Server, Session, SessionSettings, blocking},
    table::{Cell, Column, Plan, Row},
    transport::TransportSettings,
    value::{Value, VarBind},
};
use support::memory::measure;

const IF_TABLE: &str = "1.3.6.1.2.1.2.2";
const IF_X_TABLE: &str = "1.3.6.1.2.1.31.1.1";

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

fn mib(table: &str) -> Plan {
    Plan::from_mib(&View::core(), &oid(table)).unwrap()
}

/// Serves the built-in device with quirks until the test's runtime ends.
async fn served(quirks: &[&str]) -> ServerSpec {
    let quirks: Vec<_> = quirks.iter().map(|quirk| quirk.parse().unwrap()).collect();
    let agent = demo::agent(demo::Settings::default(), Communities::default());
    let any_port = TransportSettings { default_port: Some(Port::Number(0)), ..TransportSettings::default() };
    let mut server = Server::new(Device::new(agent, &quirks, 1), any_port);
    let address = server.listen(&"127.0.0.1".parse().unwrap()).await.unwrap();
    tokio::spawn(server.run());
    address
}

async fn open(quirks: &[&str], settings: SessionSettings) -> Session {
    Session::open(&served(quirks).await, settings).await.unwrap()
}

/// What a walk of a plan's columns finds, as names; values move on between the two.
async fn walked(session: &Session, plan: &Plan) -> Vec<Oid> {
    let mut names = Vec::new();
    for table in 0..plan.tables() {
        let mut walk = session.walk(WalkPlan::subtree(plan.entry_of(table).clone()));
        while let Some(binding) = walk.next().await {
            let name = binding.unwrap().name;
            let id = name.strip_prefix(plan.entry_of(table)).unwrap()[0];
            if plan.columns().iter().any(|column| (column.table, column.id) == (table, id)) {
                names.push(name);
            }
        }
    }
    names.sort();
    names
}

fn names(plan: &Plan, columns: &[Column], rows: &[Row]) -> Vec<Oid> {
    let mut names = Vec::new();
    for row in rows {
        assert_eq!(row.cells.len(), columns.len());
        for (column, cell) in columns.iter().zip(&row.cells) {
            if *cell != Cell::Absent {
                let column = plan.entry_of(column.table).child(&[column.id]).unwrap();
                names.push(column.child(&row.index).unwrap());
            }
        }
    }
    names.sort();
    names
}

fn assert_whole(plan: &Plan, fetched: &FetchedTable, walked: &[Oid]) {
    assert!(!fetched.rows.is_empty());
    assert!(fetched.rows.is_sorted_by(|a, b| a.index < b.index));
    assert_eq!(names(plan, &fetched.columns, &fetched.rows), walked);
    assert_eq!(fetched.verdict.consistency, Consistency::Consistent);
}

#[tokio::test]
async fn a_table_is_what_a_walk_of_it_finds() {
    let session = open(&[], SessionSettings::default()).await;
    for table in [IF_TABLE, IF_X_TABLE, "1.3.6.1.2.1.4.34", "1.3.6.1.2.1.25.2.3"] {
        let plan = mib(table);
        let fetched = session.fetch_table(plan.clone()).await.unwrap();
        assert_whole(&plan, &fetched, &walked(&session, &plan).await);
        assert_eq!((fetched.verdict.tries, fetched.verdict.bulk), (1, BulkUse::Used), "{table}");
        let without = Plan::without_mib(&oid(table)).unwrap();
        let found = session.fetch_table(without).await.unwrap();
        let ids: Vec<u32> = found.columns.iter().map(|column| column.id).collect();
        let known: Vec<u32> = fetched
            .columns
            .iter()
            .enumerate()
            .filter(|(place, _)| !fetched.verdict.empty_columns.contains(place))
            .map(|(_, column)| column.id)
            .collect();
        assert_eq!(ids, known, "{table}");
        assert_eq!(found.rows.len(), fetched.rows.len(), "{table}");
    }
}

#[tokio::test]
async fn joined_tables_are_one_fetch() {
    let session = open(&[], SessionSettings::default()).await;
    let mut plan = mib(IF_TABLE);
    plan.join(mib(IF_X_TABLE)).unwrap();
    let fetched = session.fetch_table(plan.clone()).await.unwrap();
    assert_whole(&plan, &fetched, &walked(&session, &plan).await);
    let [descr, high] = ["ifDescr", "ifHCInOctets"].map(|name| fetched.place(name).unwrap());
    assert_eq!((fetched.columns[descr].table, fetched.columns[high].table), (0, 1));
    assert!(fetched.rows.iter().all(|row| row.cells[descr].value().is_some()));
    assert!(fetched.rows.iter().any(|row| row.cells[high].value().is_some()));
    assert_eq!(fetched.place("ifdescr"), None);
}

#[tokio::test]
async fn several_fetches_run_at_once_on_one_session() {
    let session = open(&["delay=5ms..30ms", "reorder=10ms", "drop=0.02"], SessionSettings::default()).await;
    let tables = [IF_TABLE, IF_X_TABLE, "1.3.6.1.2.1.4.34", IF_TABLE, IF_X_TABLE, "1.3.6.1.2.1.25.2.3"];
    let mut fetching = tokio::task::JoinSet::new();
    for (place, table) in tables.into_iter().enumerate() {
        let session = session.clone();
        fetching.spawn(async move {
            let settings = TableSettings { answer_octets: Some(600), ..session.table_settings() };
            let mut stream = session.table_stream(mib(table), settings);
            let mut rows = Vec::new();
            while let Some(row) = stream.next().await {
                rows.push(row.unwrap());
            }
            let verdict = stream.verdict().unwrap().clone();
            assert!(stream.next().await.is_none() && stream.progress().requests == verdict.requests);
            let columns = stream.columns().to_vec();
            (place, FetchedTable { columns, rows, verdict })
        });
    }
    let system = session.get(&[oid("1.3.6.1.2.1.1.5.0")]).await.unwrap();
    assert_eq!(system.len(), 1);
    let mut requests = 1;
    let mut fetched: Vec<(usize, FetchedTable)> = Vec::new();
    while let Some(one) = fetching.join_next().await {
        let one = one.unwrap();
        requests += one.1.verdict.requests;
        fetched.push(one);
    }
    assert_eq!(session.counters().await.requests, requests);
    fetched.sort_by_key(|(place, _)| *place);
    for ((_, fetched), table) in fetched.iter().zip(tables) {
        let plan = mib(table);
        assert_whole(&plan, fetched, &walked(&session, &plan).await);
    }
}

#[tokio::test]
async fn version_1_is_fetched_by_getnext_whatever_the_settings_say() {
    let v1 = SessionSettings { model: CommunityModel::V1, ..SessionSettings::default() };
    let address = served(&[]).await;
    let session = Session::open(&address, v1).await.unwrap();
    assert_eq!(session.table_settings().method, TableMethod::GetNext);
    let plan = mib(IF_TABLE);
    let fetched = session.fetch_table(plan.clone()).await.unwrap();
    let v2c = Session::open(&address, SessionSettings::default()).await.unwrap();
    assert_whole(&plan, &fetched, &walked(&v2c, &plan).await);
    assert_eq!(fetched.verdict.bulk, BulkUse::NotWanted);
    let mut stream = session.table_stream(plan, TableSettings::default());
    let mut rows = 0;
    while let Some(row) = stream.next().await {
        rows += row.map(|_| 1).unwrap();
    }
    assert_eq!(rows, fetched.rows.len());
}

#[tokio::test]
async fn answers_are_as_long_as_the_way_to_the_agent_carries_them_in_one_piece() {
    for (target, octets) in [
        ("demo::", 65_000),
        ("127.0.0.1", 65_000),
        ("192.0.2.1", 1_472),
        ("udp6:[::1]", 65_000),
        ("udp6:[2001:db8::1]", 1_452),
    ] {
        let session = match Session::open(&target.parse().unwrap(), SessionSettings::default()).await {
            Ok(session) => session,
            // A machine without IPv6.
            Err(error) if target.starts_with("udp6") => {
                assert!(matches!(error, Error::System(_)), "{target}: {error}");
                continue;
            }
            Err(error) => panic!("{target}: {error}"),
        };
        assert_eq!(session.answer_octets(), octets, "{target}");
        assert_ne!(session.table_settings().method, TableMethod::GetNext, "{target}");
    }
    let narrow = SessionSettings { max_answer_octets: Some(900), ..SessionSettings::default() };
    let session = Session::open(&"192.0.2.1".parse().unwrap(), narrow).await.unwrap();
    assert_eq!(session.answer_octets(), 900);
}

#[tokio::test]
async fn an_answer_longer_than_the_receive_buffer_is_not_read_and_a_fetch_asks_for_less() {
    let longest = Arc::new(Mutex::new(0));
    let seen = Arc::clone(&longest);
    let settings = SessionSettings {
        max_answer_octets: Some(700),
        retry: RetrySchedule { timeout: Duration::from_millis(200).into(), retries: 0, backoff: 1.0 },
        packet_tap: Some(Arc::new(move |packet| {
            if packet.direction == PacketDirection::Received {
                let mut longest = seen.lock().unwrap();
                *longest = packet.octets.len().max(*longest);
            }
        })),
        ..SessionSettings::default()
    };
    let session = open(&[], settings).await;
    let plan = mib(IF_TABLE);
    let fetched = session.fetch_table(plan).await.unwrap();
    assert!(fetched.rows.len() > 3);
    assert!((300..=700).contains(&*longest.lock().unwrap()), "{longest:?}");
    // One answer that is too long.
    let error = session.get_bulk(0, 60, &[oid(IF_TABLE)]).await.unwrap_err();
    assert!(matches!(error, Error::Malformed { tries: 1, .. }), "{error:?}");
    assert!(*longest.lock().unwrap() > 700);
}

#[tokio::test]
async fn a_fetch_that_is_dropped_leaves_nothing_behind_and_its_session_goes_on() {
    let session = open(&["delay=60ms"], SessionSettings::default()).await;
    let dropped = tokio::time::timeout(Duration::from_millis(20), session.fetch_table(mib(IF_TABLE))).await;
    assert!(dropped.is_err());
    assert_eq!(session.get(&[oid("1.3.6.1.2.1.1.5.0")]).await.unwrap().len(), 1);
    let counters = session.counters().await;
    assert_eq!((counters.requests, counters.responses, counters.retransmissions), (2, 1, 0));
}

/// Asks two things and is done with the answer to one of them.
#[derive(Default)]
struct Hasty {
    asked: u64,
    answered: bool,
}

impl Operation for Hasty {
    type Item = ();
    type Error = RequestError;

    fn step(&mut self) -> Result<Step<()>, RequestError> {
        if self.answered {
            return Ok(Step::Done);
        }
        if self.asked == 2 {
            return Ok(Step::Wait);
        }
        self.asked += 1;
        let bindings = vec![VarBind::ask(oid("1.3.6.1.2.1.1.5.0"))];
        Ok(Step::Ask(Ticket(self.asked), Request { kind: RequestKind::Get, bindings }))
    }

    fn answer(&mut self, _: Ticket, answer: Answer) -> Result<(), RequestError> {
        self.answered = true;
        answer.map(|_| ())
    }
}

#[tokio::test]
async fn what_is_outstanding_when_an_operation_is_done_is_not_asked_again() {
    // An agent that answers every second request.
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = format!("127.0.0.1:{}", socket.local_addr().unwrap().port());
    let agent = std::thread::spawn(move || {
        socket.set_read_timeout(Some(Duration::from_millis(600))).unwrap();
        let mut device = Device::new(demo::agent(demo::Settings::default(), Communities::default()), &[], 1);
        let (mut buffer, mut requests) = ([0; 2_000], 0);
        while let Ok((octets, from)) = socket.recv_from(&mut buffer) {
            requests += 1;
            if requests == 2 {
                for effect in device.handle(snmpkit::clock::Instant::ZERO, &buffer[..octets]) {
                    let snmpkit::agent::Effect::Reply { octets, .. } = effect else { continue };
                    socket.send_to(&octets, from).unwrap();
                }
            }
        }
        requests
    });
    let retry = RetrySchedule { timeout: Duration::from_millis(100).into(), retries: 9, backoff: 1.0 };
    let settings = SessionSettings { retry, ..SessionSettings::default() };
    let session = Session::open(&address.parse().unwrap(), settings).await.unwrap();
    let mut stream = session.run(Hasty::default());
    assert!(stream.next().await.is_none());
    // The stream is kept: it is its end that counts.
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(!stream.is_in_doubt());
    assert_eq!(session.counters().await.retransmissions, 0);
    assert_eq!(agent.join().unwrap(), 2);
}

#[tokio::test]
async fn errors_are_the_fetchs_own_or_the_sessions() {
    let session = open(&["error=genErr"], SessionSettings::default()).await;
    let error = session.fetch_table(mib(IF_TABLE)).await.unwrap_err();
    assert!(matches!(error, RunError::Operation(TableError::Agent { .. })), "{error:?}");

    // A port that was just free.
    let closed = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let session =
        Session::open(&closed.to_string().parse().unwrap(), SessionSettings::default()).await.unwrap();
    let error = session.fetch_table(mib(IF_TABLE)).await.unwrap_err();
    let RunError::Operation(TableError::Request(RequestError::Refused { .. })) = error else {
        panic!("{error:?}")
    };
}

#[test]
fn the_same_without_tokio() {
    let session = blocking::Session::open(&"demo::".parse().unwrap(), SessionSettings::default()).unwrap();
    let fetched = session.fetch_table(mib(IF_TABLE)).unwrap();
    let mut rows = session.table_iter(mib(IF_TABLE), session.table_settings());
    let indexes: Vec<Vec<u32>> = rows.by_ref().map(|row| row.unwrap().index).collect();
    assert_eq!(indexes, fetched.rows.iter().map(|row| row.index.clone()).collect::<Vec<_>>());
    assert_eq!(rows.columns(), fetched.columns);
    assert_eq!(rows.verdict().unwrap().consistency, Consistency::Consistent);
    assert!(rows.progress().bindings > 100);
}

/// Where [`a_process_that_fetches`] finds its agent.
const AGENT: &str = "SNMPKIT_TABLE_TEST_AGENT";

const LARGE: u32 = 20_000;

#[test]
#[ignore = "the test of memory runs it, in a process of its own"]
#[allow(clippy::disallowed_methods, reason = "it is told where its agent is")]
fn a_process_that_fetches() {
    let agent = env::var(AGENT).unwrap();
    let columns = [1, 2, 10, 16].map(Column::numbered).into();
    let plan = Plan::new(&oid(IF_TABLE), Vec::new(), columns).unwrap();
    let session = blocking::Session::open(&agent.parse().unwrap(), SessionSettings::default()).unwrap();
    let fetched = session.fetch_table(plan).unwrap();
    assert_eq!(fetched.rows.len(), LARGE as usize);
    assert!(fetched.rows.iter().all(|row| row.found.ids().len() == 4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_table_takes_a_kilobyte_and_a_half_for_each_row_at_most() {
    let entry = oid(IF_TABLE).child(&[1]).unwrap();
    let cell = |column: u32, row: u32| {
        let value = match column {
            2 => Value::OctetString(format!("GigabitEthernet0/{row}").as_str().into()),
            _ => Value::Counter32(row),
        };
        VarBind::new(entry.child(&[column, row]).unwrap(), value)
    };
    let cells = [1, 2, 10, 16]
        .into_iter()
        .flat_map(|column| (1..=LARGE).map(move |row| (column, row)))
        .map(|(column, row)| cell(column, row));
    let agent = record::agent(Store::of(cells.collect::<Vec<_>>()).unwrap(), Communities::default());
    let any_port = TransportSettings { default_port: Some(Port::Number(0)), ..TransportSettings::default() };
    let mut server = Server::new(Device::new(agent, &[], 1), any_port);
    let address = server.listen(&"127.0.0.1".parse().unwrap()).await.unwrap();
    tokio::spawn(server.run());

    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "a_process_that_fetches", "--ignored"]).env(AGENT, address.to_string());
    let usage = tokio::task::spawn_blocking(move || measure(&mut command)).await.unwrap();
    assert_eq!(usage.status, Some(0), "{usage:?}");
    // 100,000 rows in less than 150 MB.
    assert!(usage.peak_kib < u64::from(LARGE) * 3 / 2 && usage.peak_kib > 5_000, "{usage:?}");
}
