//! snmpagent(1): serves the built-in device or a recorded one.

use std::{
    ffi::{OsStr, OsString},
    path::PathBuf,
};

use clap::Parser;

use crate::{config::Environment, secret::Secret};

use super::{Ending, Program, StatusMode, ToolError, log};

/// The program's name.
pub const NAME: &str = "snmpagent";

/// Serve a device over SNMP: the built-in one, or one recorded from a walk
///
/// It answers SNMPv1 and SNMPv2c, GET, GETNEXT, GETBULK and SET, on every address that --listen names, until it is
/// stopped. With --quirk it misbehaves in chosen ways, to see what a manager makes of that.
#[derive(Clone, Debug, Parser)]
#[command(name = NAME, version, args_override_self = true)]
pub struct Args {
    /// "demo" for the built-in device, or a file: the text of snmpwalk -On, our ndjson, or .snmprec
    #[arg(value_name = "demo|FILE")]
    pub device: PathBuf,

    /// Where to listen.
    #[arg(
        long,
        value_name = "SPEC",
        required = true,
        help = "Where to listen: [transport::][host][:port]; may be given more than once"
    )]
    pub listen: Vec<OsString>,

    /// A community that may read; "public" when none is given
    #[arg(long, value_name = "COMMUNITY", value_parser = secret())]
    pub read_community: Vec<Secret<Vec<u8>>>,

    /// A community that may read and write; "private" when none is given
    #[arg(long, value_name = "COMMUNITY", value_parser = secret())]
    pub write_community: Vec<Secret<Vec<u8>>>,

    /// Misbehave in this way; may be given more than once
    #[arg(long, value_name = "NAME[=ARG]", value_parser = quirk)]
    pub quirk: Vec<QuirkArg>,

    /// Start of the random numbers that quirks and counters use, to see the same run again
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,

    /// Stop after this many requests
    #[arg(long, value_name = "N")]
    pub max_requests: Option<u64>,

    /// Print each request and its answer on standard error
    #[arg(short, long)]
    pub verbose: bool,
}

/// A quirk by name, with its argument; the device knows which there are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct QuirkArg {
    /// Lower case words with hyphens between them.
    pub name: String,
    /// What stood behind the equals sign.
    pub argument: Option<String>,
}

fn quirk(text: &str) -> Result<QuirkArg, String> {
    let (name, argument) =
        text.split_once('=').map_or((text, None), |(name, argument)| (name, Some(argument.to_owned())));
    if name.is_empty()
        || !name.bytes().all(|octet| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-')
    {
        return Err("a quirk is a name in lower case, or NAME=ARGUMENT".to_owned());
    }
    Ok(QuirkArg { name: name.to_owned(), argument })
}

fn secret() -> impl clap::builder::TypedValueParser<Value = Secret<Vec<u8>>> {
    use clap::builder::{OsStringValueParser, TypedValueParser as _};
    OsStringValueParser::new().map(|text| crate::cli::values::secret(&text))
}

impl Args {
    /// The communities that may only read, the default one filled in.
    pub fn read_communities(&self) -> Vec<Secret<Vec<u8>>> {
        or_default(&self.read_community, b"public")
    }

    /// The communities that may read and write, the default one filled in.
    pub fn write_communities(&self) -> Vec<Secret<Vec<u8>>> {
        or_default(&self.write_community, b"private")
    }

    /// Serves until it is stopped.
    ///
    /// # Errors
    ///
    /// [`ToolError::Local`] for a file or an address that cannot be used.
    pub fn run(self) -> Result<Ending, ToolError> {
        Err(super::not_wired())
    }
}

fn or_default(given: &[Secret<Vec<u8>>], default: &[u8]) -> Vec<Secret<Vec<u8>>> {
    if given.is_empty() { vec![Secret::new(default.to_vec())] } else { given.to_vec() }
}

impl Program for Args {
    fn start(_program: &OsStr, words: Vec<OsString>, _environment: &Environment) -> u8 {
        let words = std::iter::once(OsString::from(NAME)).chain(words);
        let ending = match Self::try_parse_from(words) {
            Ok(args) => args.run().unwrap_or_else(|error| {
                log::say(&format!("{NAME}: {error}"));
                error.ending()
            }),
            Err(error) => {
                // Printing fails only when nobody listens any more.
                let _ = error.print();
                if error.use_stderr() { Ending::Usage } else { Ending::Done }
            }
        };
        ending.status(StatusMode::NetSnmp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds_together() {
        <Args as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn everything_may_be_given_more_than_once() {
        let words = "snmpagent demo --listen udp::127.0.0.1:1 --listen stream::/x --read-community a --read-community b \
                     --quirk drop=0.5 --quirk silent-bulk --seed 7";
        let args = Args::try_parse_from(words.split_whitespace()).unwrap();
        assert_eq!(args.listen, ["udp::127.0.0.1:1", "stream::/x"]);
        assert_eq!(args.read_communities().len(), 2);
        assert_eq!(args.write_communities()[0].expose(), b"private");
        let drop = QuirkArg { name: "drop".into(), argument: Some("0.5".into()) };
        assert_eq!(args.quirk, [drop, QuirkArg { name: "silent-bulk".into(), argument: None }]);
        assert!(!format!("{args:?}").contains("private"));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for words in [
            "snmpagent",
            "snmpagent demo",
            "snmpagent demo --listen x --quirk =1",
            "snmpagent demo --listen x --seed x",
        ] {
            assert!(Args::try_parse_from(words.split_whitespace()).is_err(), "{words}");
        }
    }
}
