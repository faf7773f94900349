//! Sessions for programs without tokio: the same calls, each of which waits for its answer.
//!
//! ```no_run
//! use snmpkit::session::{SessionSettings, blocking::Session};
//!
//! let session = Session::open(&"public@192.0.2.1".parse()?, SessionSettings::default())?;
//! for binding in session.get(&["1.3.6.1.2.1.1.5.0".parse()?])? {
//!     println!("{binding:?}");
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::{fmt, io, sync::Arc};

use tokio::runtime::{Builder, Runtime};

use super::{Error, FetchedTable, OperationStream, RunError, SessionSettings, TableStream, WalkStream};
use crate::{
    engine::{Request, Response},
    oid::Oid,
    operation::{Operation, Progress, TableError, TableSettings, Verdict, WalkPlan},
    server_spec::ServerSpec,
    table::{Column, Plan, Row},
    value::VarBind,
};

/// A session with one agent, with a single-threaded runtime of its own.
///
/// Retransmissions and time-outs go on only while a call waits, which is all that a call needs. A program that wants
/// several requests outstanding from several threads opens a session in each, or uses [`super::Session`].
pub struct Session {
    // Dropped before the runtime that its task lives in.
    inner: super::Session,
    runtime: Arc<Runtime>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl Session {
    /// Opens a session; see [`super::Session::open`].
    ///
    /// # Panics
    ///
    /// Within a tokio runtime, whose thread must not be blocked; this holds for all calls.
    pub fn open(spec: &ServerSpec, settings: SessionSettings) -> Result<Self, Error> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error: io::Error| Error::NoRuntime(Arc::new(error)))?;
        let inner = runtime.block_on(super::Session::open(spec, settings))?;
        Ok(Self { inner, runtime: Arc::new(runtime) })
    }

    /// Sends a request and waits for the response, whatever its error-status.
    pub fn request(&self, request: Request) -> Result<Response, Error> {
        self.runtime.block_on(self.inner.request(request))
    }

    /// See [`super::Session::get`].
    pub fn get(&self, names: &[Oid]) -> Result<Vec<VarBind>, Error> {
        self.runtime.block_on(self.inner.get(names))
    }

    /// See [`super::Session::get_next`].
    pub fn get_next(&self, names: &[Oid]) -> Result<Vec<VarBind>, Error> {
        self.runtime.block_on(self.inner.get_next(names))
    }

    /// See [`super::Session::get_bulk`].
    pub fn get_bulk(
        &self,
        non_repeaters: u32,
        max_repetitions: u32,
        names: &[Oid],
    ) -> Result<Vec<VarBind>, Error> {
        self.runtime.block_on(self.inner.get_bulk(non_repeaters, max_repetitions, names))
    }

    /// See [`super::Session::set`].
    pub fn set(&self, bindings: Vec<VarBind>) -> Result<Vec<VarBind>, Error> {
        self.runtime.block_on(self.inner.set(bindings))
    }

    /// Runs any operation, one item after the other; see [`super::Session::run`].
    pub fn run<O: Operation>(&self, operation: O) -> OperationIter<O> {
        OperationIter { stream: self.inner.run(operation), runtime: Arc::clone(&self.runtime) }
    }

    /// Walks as planned, one binding after the other.
    pub fn walk(&self, plan: WalkPlan) -> WalkIter {
        WalkIter { stream: self.inner.walk(plan), runtime: Arc::clone(&self.runtime) }
    }

    /// See [`super::Session::answer_octets`].
    pub const fn answer_octets(&self) -> usize {
        self.inner.answer_octets()
    }

    /// See [`super::Session::table_settings`].
    pub fn table_settings(&self) -> TableSettings {
        self.inner.table_settings()
    }

    /// See [`super::Session::fetch_table`].
    pub fn fetch_table(&self, plan: Plan) -> Result<FetchedTable, RunError<TableError>> {
        self.runtime.block_on(self.inner.fetch_table(plan))
    }

    /// Fetches a table, one row after the other; see [`super::Session::table_stream`].
    pub fn table_iter(&self, plan: Plan, settings: TableSettings) -> TableIter {
        TableIter { stream: self.inner.table_stream(plan, settings), runtime: Arc::clone(&self.runtime) }
    }
}

/// An operation at work; see [`super::OperationStream`].
#[derive(Debug)]
pub struct OperationIter<O: Operation> {
    stream: OperationStream<O>,
    runtime: Arc<Runtime>,
}

impl<O: Operation> OperationIter<O> {
    /// The operation, to be asked how it went.
    pub const fn operation(&self) -> &O {
        self.stream.operation()
    }

    /// See [`super::OperationStream::is_in_doubt`].
    pub fn is_in_doubt(&self) -> bool {
        self.stream.is_in_doubt()
    }
}

impl<O: Operation> Iterator for OperationIter<O> {
    type Item = Result<O::Item, RunError<O::Error>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.runtime.block_on(self.stream.next())
    }
}

/// A walk at work; see [`super::WalkStream`].
#[derive(Debug)]
pub struct WalkIter {
    stream: WalkStream,
    runtime: Arc<Runtime>,
}

impl Iterator for WalkIter {
    type Item = Result<VarBind, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.runtime.block_on(self.stream.next())
    }
}

/// A table fetch at work; see [`super::TableStream`].
#[derive(Debug)]
pub struct TableIter {
    stream: TableStream,
    runtime: Arc<Runtime>,
}

impl TableIter {
    /// See [`super::TableStream::verdict`].
    pub const fn verdict(&self) -> Option<&Verdict> {
        self.stream.verdict()
    }

    /// See [`super::TableStream::columns`].
    pub fn columns(&self) -> &[Column] {
        self.stream.columns()
    }

    /// See [`super::TableStream::progress`].
    pub fn progress(&self) -> Progress {
        self.stream.progress()
    }
}

impl Iterator for TableIter {
    type Item = Result<Row, RunError<TableError>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.runtime.block_on(self.stream.next())
    }
}
