//! Many agents: the options that name them, and the lines of a list of them.

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
    path::{Path, PathBuf},
};

use clap::{Args, Parser};

use super::args::{SessionArgs, V3Args, os};
use crate::{config::Overrides, secret::Secret};

/// Which agents are asked, instead of the one operand AGENT, and how.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Many agents")]
pub struct FleetArgs {
    /// Ask every agent of the list in FILE; AGENT is left out then
    ///
    /// "-" is standard input. A line has an agent's specification, and options that count for this agent alone, before
    /// or after it: -v -c -r -t -s --backoff, and those of SNMPv3. They beat what the command line says for all. Words
    /// are quoted as in a shell; what follows a # at the beginning of a word is a comment. Nothing is sent if a line
    /// makes no sense. In text, each line of the output begins with the agent's name, a colon and a blank.
    #[arg(long, value_name = "FILE")]
    pub targets: Option<PathBuf>,

    /// Ask this agent, too; may be given several times
    ///
    /// SPEC is what a line of --targets may be: -v2c --target sw1 --target 'sw2 -c secret'. AGENT is left out.
    #[arg(long, value_name = "SPEC", action = clap::ArgAction::Append)]
    pub target: Vec<OsString>,

    /// Ask at most N agents at a time; 1000 by default
    #[arg(long, value_name = "N", value_parser = os(jobs))]
    pub jobs: Option<usize>,

    /// Print the results in the order of the list
    ///
    /// They are otherwise printed as they come, and those of several agents may stand between one another.
    #[arg(long)]
    pub ordered: bool,

    /// Ask only every N-th agent of the list, from the I-th on
    ///
    /// N runs with the shards 1/N, 2/N to N/N ask every agent once: on several machines, or under a job scheduler.
    #[arg(long, value_name = "I/N", value_parser = os(shard))]
    pub shard: Option<Shard>,
}

impl FleetArgs {
    /// Whether there may be many agents.
    pub const fn is_wanted(&self) -> bool {
        self.targets.is_some() || !self.target.is_empty()
    }

    /// An option that means nothing without a list of agents, and was given.
    pub const fn idle_option(&self) -> Option<&'static str> {
        match (self.is_wanted(), self.jobs, self.ordered, self.shard) {
            (true, ..) | (_, None, false, None) => None,
            (_, Some(_), ..) => Some("--jobs"),
            (_, None, true, _) => Some("--ordered"),
            (.., Some(_)) => Some("--shard"),
        }
    }
}

/// A part of a list: 1/N to N/N.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Shard {
    /// Which one; from 1.
    number: usize,
    /// Of how many.
    count: usize,
}

impl Shard {
    /// `None` unless `number` is from 1 to `count`.
    pub fn new(number: usize, count: usize) -> Option<Self> {
        (1..=count).contains(&number).then_some(Self { number, count })
    }

    /// Whether the agent at this place of the list, counted from 0, belongs to it.
    pub const fn has(self, place: usize) -> bool {
        place % self.count == self.number - 1
    }
}

/// The options that may stand in a line of a list.
#[derive(Clone, Debug, Parser)]
#[command(
    no_binary_name = true,
    disable_help_flag = true,
    disable_version_flag = true,
    args_override_self = true
)]
pub struct LineArgs {
    /// How to talk to the agent.
    #[command(flatten)]
    pub session: SessionArgs,
    /// `SNMPv3`.
    #[command(flatten)]
    pub v3: V3Args,
    /// The agent.
    pub operands: Vec<OsString>,
}

impl LineArgs {
    /// What these say of settings; `community` is what `--community-file` held.
    pub fn overrides(&self, community: Option<Secret<Vec<u8>>>) -> Overrides {
        let Self { session, v3, operands: _ } = self;
        Overrides {
            version: session.version,
            community: session.community.clone().or(community),
            retries: session.retries,
            timeout: session.timeout,
            backoff: session.backoff,
            client_address: session.source.clone().or_else(|| session.clientaddr.clone()),
            v3: v3.overrides(),
            ..Overrides::default()
        }
    }

    /// Whether a secret stands among them.
    pub fn has_secret(&self) -> bool {
        let v3 = &self.v3;
        self.session.community.is_some()
            || v3.auth_passphrase.is_some()
            || v3.priv_passphrase.is_some()
            || !v3.keys.is_empty()
    }

    /// Whether a secret is to be typed, or read from standard input: what a line cannot ask for.
    pub fn asks_for_secret(&self) -> bool {
        let v3 = &self.v3;
        let is_asked =
            |secret: &Option<Secret<Vec<u8>>>| secret.as_ref().is_some_and(|it| it.expose() == b"-");
        let is_stdin = |file: &Option<PathBuf>| file.as_deref() == Some(Path::new("-"));
        is_asked(&v3.auth_passphrase)
            || is_asked(&v3.priv_passphrase)
            || [&self.session.community_file, &v3.auth_password_file, &v3.priv_password_file]
                .into_iter()
                .any(is_stdin)
    }

    /// An option that counts for all agents or for none, and stands in the line.
    pub fn misplaced_option(&self) -> Option<&'static str> {
        let session = &self.session;
        [
            (session.deadline.is_some(), "--deadline"),
            (session.any_source, "--any-source"),
            (session.no_cache, "--no-cache"),
            (session.show_target, "--show-target"),
            (!session.transport.is_empty(), "-T"),
        ]
        .into_iter()
        .find_map(|(is_given, name)| is_given.then_some(name))
    }
}

fn jobs(text: &OsStr) -> Result<usize, String> {
    let jobs = text.to_str().and_then(|text| text.parse().ok()).filter(|jobs| (1..=100_000).contains(jobs));
    jobs.ok_or_else(|| "a number of agents from 1 to 100000 is wanted".to_owned())
}

fn shard(text: &OsStr) -> Result<Shard, String> {
    let read = || {
        let (number, count) = text.to_str()?.split_once('/')?;
        Shard::new(number.parse().ok()?, count.parse().ok()?)
    };
    read().ok_or_else(|| "a shard is two numbers such as 1/4, the first from 1 to the second".to_owned())
}

/// Takes a line apart as a shell does: words with blanks between them, quotes of both sorts, backslashes, and a comment
/// that begins with a word's `#`. Nothing is expanded.
///
/// # Errors
///
/// What is wrong with it.
pub fn split_words(line: &[u8]) -> Result<Vec<OsString>, String> {
    let mut words = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut octets = line.iter().copied();
    while let Some(octet) = octets.next() {
        match octet {
            0 => return Err("a NUL stands in the line".to_owned()),
            b' ' | b'\t' => words.extend(word.take().map(OsString::from_vec)),
            b'#' if word.is_none() => break,
            b'\'' | b'"' => quoted(&mut octets, word.get_or_insert_default(), octet)?,
            b'\\' => {
                let next = octets.next().ok_or("nothing follows the backslash at the end")?;
                word.get_or_insert_default().push(next);
            }
            octet => word.get_or_insert_default().push(octet),
        }
    }
    words.extend(word.map(OsString::from_vec));
    Ok(words)
}

/// Reads up to the closing quote. A backslash takes the meaning of what follows it between double quotes, where that has
/// one.
fn quoted(octets: &mut impl Iterator<Item = u8>, word: &mut Vec<u8>, quote: u8) -> Result<(), String> {
    let missing = || format!("a closing {} is missing", char::from(quote));
    loop {
        match octets.next().ok_or_else(missing)? {
            octet if octet == quote => return Ok(()),
            0 => return Err("a NUL stands in the line".to_owned()),
            b'\\' if quote == b'"' => {
                let next = octets.next().ok_or_else(missing)?;
                if !matches!(next, b'"' | b'\\' | b'$' | b'`') {
                    word.push(b'\\');
                }
                word.push(next);
            }
            octet => word.push(octet),
        }
    }
}

/// The name of a word that begins with two hyphens: what stands before the equals sign.
pub fn long_name(word: &OsStr) -> Option<&[u8]> {
    let name = word.as_bytes().strip_prefix(b"--").filter(|name| !name.is_empty())?;
    Some(name.split(|octet| *octet == b'=').next().unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(line: &str) -> Result<Vec<String>, String> {
        let words = split_words(line.as_bytes())?;
        Ok(words.into_iter().map(|word| word.into_string().unwrap()).collect())
    }

    #[test]
    fn lines_are_taken_apart_as_a_shell_does() {
        for (line, expected) in [
            ("", &[][..]),
            ("  \t ", &[]),
            ("# all of it", &[]),
            ("sw1", &["sw1"]),
            (" sw1\t-c  public # the core", &["sw1", "-c", "public"]),
            ("sw#1 a#b", &["sw#1", "a#b"]),
            ("sw1 -c 'two words'", &["sw1", "-c", "two words"]),
            ("sw1 -c \"two words\"", &["sw1", "-c", "two words"]),
            ("sw1 -c two\\ words", &["sw1", "-c", "two words"]),
            ("sw1 -c 'a\\b\"c#d'", &["sw1", "-c", "a\\b\"c#d"]),
            (r#"sw1 -c "a\"b\\c\$d\e""#, &["sw1", "-c", "a\"b\\c$d\\e"]),
            ("sw1 -c ''", &["sw1", "-c", ""]),
            ("sw1 -c pu'bli'\"c\"", &["sw1", "-c", "public"]),
            ("sw1 -c \\#1", &["sw1", "-c", "#1"]),
            ("sw1 -c '#1'", &["sw1", "-c", "#1"]),
            ("$HOME *", &["$HOME", "*"]),
        ] {
            assert_eq!(words(line).unwrap(), expected, "{line}");
        }
        for (line, complaint) in [
            ("sw1 -c 'open", "a closing ' is missing"),
            ("sw1 -c \"open", "a closing \" is missing"),
            ("sw1 -c \"open\\", "a closing \" is missing"),
            ("sw1 \\", "nothing follows the backslash at the end"),
            ("sw1\0", "a NUL stands in the line"),
            ("'sw1\0'", "a NUL stands in the line"),
        ] {
            assert_eq!(words(line).unwrap_err(), complaint, "{line:?}");
        }
    }

    #[test]
    fn numbers_of_jobs_and_shards_are_checked() {
        assert_eq!(jobs(OsStr::new("1")), Ok(1));
        for text in ["0", "-1", "x", "", "100001"] {
            assert!(jobs(OsStr::new(text)).is_err(), "{text}");
        }
        assert_eq!(shard(OsStr::new("2/3")), Ok(Shard { number: 2, count: 3 }));
        for text in ["0/3", "4/3", "1/0", "1", "/", "a/b", "1/2/3", "-1/2"] {
            assert!(shard(OsStr::new(text)).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_agent_is_in_one_shard_and_shards_are_even(count in 1_usize..40, agents in 0_usize..500) {
            let shards: Vec<_> = (1..=count).map(|number| Shard::new(number, count).unwrap()).collect();
            for place in 0..agents {
                prop_assert_eq!(shards.iter().filter(|shard| shard.has(place)).count(), 1);
            }
            let sizes = shards.iter().map(|shard| (0..agents).filter(|place| shard.has(*place)).count());
            let (least, most) = sizes.fold((usize::MAX, 0), |(least, most), size| (least.min(size), most.max(size)));
            prop_assert!(most - least <= 1);
        }

        #[test]
        fn a_word_in_single_quotes_is_itself(word in "[^'\0]{0,40}") {
            prop_assert_eq!(words(&format!("a '{word}' b")).unwrap(), ["a", &word, "b"]);
        }

        #[test]
        fn no_line_is_too_odd(line in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = split_words(&line);
        }
    }
}
