//! The document of `--format json`.

use super::{End, Failure, Knowledge, end, error, serialized};

/// One document for each host: `{"host":…,"varbinds":[…],"errors":[…],"end":{…}}`, written as it comes.
///
/// Errors come after the bindings in the document but between them in time, so they wait here; there are few.
#[derive(Debug, Default)]
pub(in crate::output) struct Document {
    /// The host whose document is open.
    host: Option<String>,
    varbinds: u64,
    errors: Vec<u8>,
}

impl Document {
    /// Opens the host's document if it is not open, and closes another host's that is.
    pub(in crate::output) fn open(&mut self, host: &str, out: &mut Vec<u8>) {
        if self.host.as_deref() == Some(host) {
            return;
        }
        self.close(None, out);
        out.extend_from_slice(b"{\"host\":");
        serialized(host, out);
        out.extend_from_slice(b",\"varbinds\":[");
        self.host = Some(host.to_owned());
    }

    /// Writes what stands before a binding.
    pub(in crate::output) fn next_varbind(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.varbinds == 0 { b"\n" } else { b",\n" });
        self.varbinds += 1;
    }

    /// Keeps an error for the end of the document.
    pub(in crate::output) fn error(&mut self, failure: &Failure<'_>, knowledge: &Knowledge) {
        self.errors.extend_from_slice(if self.errors.is_empty() { b"\n" } else { b",\n" });
        error(failure, knowledge, &mut self.errors);
    }

    /// Closes the document that is open, if one is; without an end, which says that it was cut, `end` is null.
    pub(in crate::output) fn close(&mut self, finished: Option<&End>, out: &mut Vec<u8>) {
        let Some(host) = self.host.take() else { return };
        out.extend_from_slice(b"\n],\"errors\":[");
        out.append(&mut self.errors);
        out.extend_from_slice(b"\n],\"end\":");
        match finished {
            Some(finished) => end(&host, finished, out),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b"}\n");
        self.varbinds = 0;
    }
}
