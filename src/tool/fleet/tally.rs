//! How a run with many agents went.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{output::ErrorCode, tool::Ending};

/// Counts agents by how it ended with them.
#[derive(Debug, Default)]
pub(super) struct Tally {
    answered: usize,
    /// Those of them that had nothing, or exceptions only.
    empty: usize,
    failed: Vec<(Ending, usize)>,
    /// Failed agents by the code of what they failed of.
    reasons: BTreeMap<String, usize>,
}

/// Endings of an agent that failed, the worst first.
const WORST: [Ending; 6] =
    [Ending::Local, Ending::Usage, Ending::Security, Ending::NoAnswer, Ending::AgentError, Ending::Partial];

impl Tally {
    /// Counts an agent; `code` is what was told of its failure last.
    pub(super) fn add(&mut self, ending: Ending, code: Option<ErrorCode>) {
        match ending {
            Ending::Done => self.answered += 1,
            Ending::NothingFound => {
                self.answered += 1;
                self.empty += 1;
            }
            failure => {
                match self.failed.iter_mut().find(|(known, _)| *known == failure) {
                    Some((_, count)) => *count += 1,
                    None => self.failed.push((failure, 1)),
                }
                let reason = code.map_or_else(|| "partial".to_owned(), |code| code.to_string());
                *self.reasons.entry(reason).or_default() += 1;
            }
        }
    }

    pub(super) fn failures(&self) -> usize {
        self.failed.iter().map(|(_, count)| count).sum()
    }

    pub(super) fn hosts(&self) -> usize {
        self.answered + self.failures()
    }

    /// How the run ends: as the agents did if all did alike, else partially.
    pub(super) fn ending(&self) -> Ending {
        let worst = WORST.into_iter().find(|worst| self.failed.iter().any(|(ending, _)| ending == worst));
        match (worst.or(self.failed.first().map(|(ending, _)| *ending)), self.answered) {
            (None, 0) => Ending::Done,
            (None, answered) if answered == self.empty => Ending::NothingFound,
            (None, _) => Ending::Done,
            (Some(worst), 0) => worst,
            (Some(_), _) => Ending::Partial,
        }
    }

    /// A line about those that failed: `3 of 300 agents failed: 2 timeout, 1 auth.wrong-digest`. `None` when none did.
    pub(super) fn summary(&self) -> Option<String> {
        if self.failures() == 0 {
            return None;
        }
        let mut text = format!("{} of {} agents failed:", self.failures(), self.hosts());
        let mut reasons: Vec<_> = self.reasons.iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (at, (reason, count)) in reasons.into_iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let _ = write!(text, "{comma} {count} {reason}");
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::ErrorStatus;

    fn tally(endings: &[Ending]) -> Tally {
        let mut tally = Tally::default();
        for ending in endings {
            tally.add(*ending, Some(ErrorCode::Timeout));
        }
        tally
    }

    #[test]
    fn a_run_ends_as_all_agents_did_or_partially() {
        use Ending::{AgentError, Done, Local, NoAnswer, NothingFound, Partial, Security};
        for (endings, expected) in [
            (&[][..], Done),
            (&[Done, Done], Done),
            (&[Done, NothingFound], Done),
            (&[NothingFound, NothingFound], NothingFound),
            (&[NoAnswer, NoAnswer], NoAnswer),
            (&[AgentError], AgentError),
            (&[AgentError, Security, NoAnswer], Security),
            (&[NoAnswer, Local], Local),
            (&[Partial, NoAnswer], NoAnswer),
            (&[Done, NoAnswer], Partial),
            (&[NothingFound, AgentError], Partial),
            (&[Done, Partial], Partial),
        ] {
            assert_eq!(tally(endings).ending(), expected, "{endings:?}");
        }
    }

    #[test]
    fn the_summary_counts_reasons_the_most_frequent_first() {
        let mut tally = tally(&[Ending::Done, Ending::NoAnswer, Ending::NoAnswer]);
        tally.add(Ending::AgentError, Some(ErrorCode::Agent(ErrorStatus::GEN_ERR)));
        tally.add(Ending::Partial, None);
        let expected = "4 of 5 agents failed: 2 timeout, 1 agent.genErr, 1 partial";
        assert_eq!(tally.summary().unwrap(), expected);
        assert_eq!(self::tally(&[Ending::Done]).summary(), None);
    }
}
