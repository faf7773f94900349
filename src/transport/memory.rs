//! The agent in this program: messages that never leave it.

#![expect(clippy::disallowed_methods, reason = "what the device delays is timed here, where messages wait")]

use std::{cmp::Ordering, collections::BinaryHeap, fmt, time::Duration};

use tokio::time::Instant;

use crate::limits;

/// An agent without sockets, as a transport sees it.
pub trait InProcess: Send {
    /// Takes a message that came `now` after the start, and gives the answers to `reply`, each with how long it takes.
    fn handle(&mut self, now: Duration, message: &[u8], reply: &mut dyn FnMut(Duration, &[u8]));
}

/// Messages to an [`InProcess`] agent.
pub struct MemoryTransport {
    device: Box<dyn InProcess>,
    start: Instant,
    answers: BinaryHeap<Answer>,
    sent: u64,
}

/// An answer on its way. The greatest is the one that is due first, and of equals the one that was given first.
#[derive(Eq, PartialEq)]
struct Answer {
    due: Instant,
    number: u64,
    message: Vec<u8>,
}

impl MemoryTransport {
    pub(super) fn new(device: Box<dyn InProcess>) -> Self {
        Self { device, start: Instant::now(), answers: BinaryHeap::new(), sent: 0 }
    }

    pub(super) fn send(&mut self, message: &[u8]) {
        let now = Instant::now();
        let Self { device, start, answers, sent } = self;
        device.handle(now - *start, message, &mut |delay, octets| {
            // An answer due after the end of time never comes.
            let Some(due) = now.checked_add(delay) else { return };
            if answers.len() < limits::QUEUED_MESSAGES {
                *sent += 1;
                answers.push(Answer { due, number: *sent, message: octets.to_vec() });
            }
        });
    }

    pub(super) async fn receive(&mut self, buffer: &mut Vec<u8>) {
        buffer.clear();
        let Some(first) = self.answers.peek() else { return std::future::pending().await };
        if first.due > Instant::now() {
            tokio::time::sleep_until(first.due).await;
        }
        if let Some(answer) = self.answers.pop() {
            buffer.extend_from_slice(&answer.message);
        }
    }
}

impl fmt::Debug for MemoryTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTransport").field("answers", &self.answers.len()).finish_non_exhaustive()
    }
}

impl Ord for Answer {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.due, other.number).cmp(&(self.due, self.number))
    }
}

impl PartialOrd for Answer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers with each octet of the message, that many seconds later.
    struct Delays;

    impl InProcess for Delays {
        fn handle(&mut self, _: Duration, message: &[u8], reply: &mut dyn FnMut(Duration, &[u8])) {
            for octet in message {
                reply(Duration::from_secs(u64::from(*octet)), &[*octet]);
            }
            reply(Duration::MAX, b"never");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn answers_come_when_they_are_due_and_no_sooner() {
        let mut memory = MemoryTransport::new(Box::new(Delays));
        let start = Instant::now();
        memory.send(&[3, 0, 2]);
        memory.send(&[2, 1]);
        let mut buffer = b"old".to_vec();
        for due in [0, 1, 2, 2, 3] {
            memory.receive(&mut buffer).await;
            assert_eq!(buffer, [due]);
            let waited = (Instant::now() - start).as_secs();
            assert_eq!(waited, u64::from(due));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_nobody_waited_for_to_its_end_is_not_lost() {
        let mut memory = MemoryTransport::new(Box::new(Delays));
        memory.send(&[5]);
        let mut buffer = Vec::new();
        let hasty = tokio::time::timeout(Duration::from_secs(1), memory.receive(&mut buffer)).await;
        assert!(hasty.is_err());
        memory.receive(&mut buffer).await;
        assert_eq!(buffer, [5]);
    }
}
