//! Table fetches over a session.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;

use super::{OperationStream, RunError, Session};
use crate::{
    operation::{Progress, Table, TableError, TableItem, TableMethod, TableSettings, Verdict},
    table::{Column, Plan, Row},
};

/// A table, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct FetchedTable {
    /// The columns, in the order in which rows have them: the plan's, or those that the agent has.
    pub columns: Vec<Column>,
    /// The rows, in the order of their indexes.
    pub rows: Vec<Row>,
    /// How they were got, and whether they belong together.
    pub verdict: Verdict,
}

impl FetchedTable {
    /// The place of a column in every row, by its name, case and all.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| !column.name.is_empty() && column.name == name)
    }
}

impl Session {
    /// How a table is best fetched over this session: by GETBULK, adaptive, with answers as long as
    /// [`Session::answer_octets`], or by GETNEXT in `SNMPv1`.
    pub fn table_settings(&self) -> TableSettings {
        self.fitting(TableSettings::default())
    }

    /// Fetches a table as it was at one moment: all its rows and the verdict, or the reason why there are none.
    ///
    /// Any number of fetches may run at once on one session. Dropping the future cancels what is outstanding.
    ///
    /// # Errors
    ///
    /// [`RunError::Operation`] with the fetch's own reason, [`TableError::Inconsistent`] for a table that never held
    /// still; [`RunError::Session`] for the session's.
    #[expect(clippy::missing_panics_doc, reason = "a fetch that ends without an error ends with its verdict")]
    pub async fn fetch_table(&self, plan: Plan) -> Result<FetchedTable, RunError<TableError>> {
        let mut stream = self.table_stream(plan, self.table_settings());
        let mut rows = Vec::new();
        while let Some(row) = stream.next().await {
            rows.push(row?);
        }
        let columns = stream.columns().to_vec();
        let verdict = stream.verdict.expect("a fetch without an error ends with its verdict");
        Ok(FetchedTable { columns, rows, verdict })
    }

    /// Fetches a table, row by row: the first comes when all have been read and belong together. In `SNMPv1` the method is
    /// GETNEXT, whatever the settings say.
    pub fn table_stream(&self, plan: Plan, settings: TableSettings) -> TableStream {
        TableStream { inner: self.run(Table::new(plan, self.fitting(settings))), verdict: None }
    }

    const fn fitting(&self, mut settings: TableSettings) -> TableSettings {
        if !self.has_bulk {
            settings.method = TableMethod::GetNext;
        }
        settings
    }
}

/// A table fetch at work: yields rows in the order of their indexes, then ends or fails once.
#[derive(Debug)]
pub struct TableStream {
    inner: OperationStream<Table>,
    verdict: Option<Verdict>,
}

impl TableStream {
    /// The next row; `None` after the end and after an error. Cancel-safe.
    pub async fn next(&mut self) -> Option<Result<Row, RunError<TableError>>> {
        std::future::poll_fn(|context| self.poll_row(context)).await
    }

    /// How the rows were got; known once they are all out.
    pub const fn verdict(&self) -> Option<&Verdict> {
        self.verdict.as_ref()
    }

    /// The columns that rows have, in their order; where the agent had to be asked for them, known from the first row on.
    pub fn columns(&self) -> &[Column] {
        self.inner.operation().columns()
    }

    /// How far the fetch has come.
    pub fn progress(&self) -> Progress {
        self.inner.operation().progress()
    }

    fn poll_row(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Row, RunError<TableError>>>> {
        loop {
            match ready!(self.inner.poll_item(context)) {
                Some(Ok(TableItem::Row(row))) => return Poll::Ready(Some(Ok(row))),
                Some(Ok(TableItem::Verdict(verdict))) => self.verdict = Some(verdict),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl Stream for TableStream {
    type Item = Result<Row, RunError<TableError>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_row(context)
    }
}
