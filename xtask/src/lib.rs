//! The generated files of the repository, as values: man pages and completions, from the tools' own definitions.

pub mod core_mib;

use std::{fmt::Write as _, io::Write as _, path::PathBuf};

use anyhow::Result;
use clap::{Arg, Command, ValueHint};
use clap_complete::{Shell, generate};
use clap_mangen::Man;

/// The README's Rust, which the documentation tests compile here: the library itself has no code of its own to hang
/// it on.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// A generated file: where it is, from the repository's root, and what is in it.
pub struct Generated {
    /// Such as `man/snmpget.1`.
    pub path: PathBuf,
    /// Its octets.
    pub content: Vec<u8>,
}

/// Makes all of them.
///
/// # Errors
///
/// When a page cannot be rendered, which happens only if memory cannot be written to.
pub fn all() -> Result<Vec<Generated>> {
    let mut files = Vec::new();
    for (name, command) in snmpkit::tool::ALL {
        files.push(Generated {
            path: PathBuf::from(format!("man/{name}.1")),
            content: page(name, &command())?,
        });
        for (shell, file) in [
            (Shell::Bash, format!("completions/{name}.bash")),
            (Shell::Zsh, format!("completions/_{name}")),
            (Shell::Fish, format!("completions/{name}.fish")),
        ] {
            let mut content = Vec::new();
            generate(shell, &mut completable(command()), name, &mut content);
            files.push(Generated { path: PathBuf::from(file), content });
        }
    }
    Ok(files)
}

/// The command as shells complete it: files where files are meant, and words where only certain words are.
fn completable(command: Command) -> Command {
    command.mut_args(|argument: Arg| {
        let takes_values = argument.is_positional() || argument.get_action().takes_values();
        match argument.get_id().as_str() {
            "version" if takes_values => argument.value_parser(["1", "2c"]),
            "level" | "min-level" => argument.value_parser(["noAuthNoPriv", "authNoPriv", "authPriv"]),
            "auth" => argument.value_parser(["MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"]),
            "privacy" => {
                argument.value_parser(["DES", "AES", "AES-192", "AES-256", "AES-192-C", "AES-256-C"])
            }
            "format" => argument,
            "access" => argument.value_parser(["ro", "rw"]),
            "community_file" | "device" | "users" | "auth-password-file" | "priv-password-file" => {
                argument.value_hint(ValueHint::FilePath)
            }
            "directories" => argument.value_hint(ValueHint::DirPath),
            "agent" => argument.value_hint(ValueHint::Hostname),
            _ if takes_values => argument.value_hint(ValueHint::Other),
            _ => argument,
        }
    })
}

fn page(name: &str, command: &Command) -> Result<Vec<u8>> {
    let end = match name {
        snmpkit::tool::agent::NAME => AGENT_END,
        snmpkit::tool::translate::NAME => TRANSLATE_END,
        _ => TOOL_END,
    };
    let man = Man::new(described(command)).section("1").source(format!("snmpkit {}", snmpkit::tool::VERSION));
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    // Neither words cut in two nor holes between them: both are hard to read where half of the words are options.
    page.write_all(b".nh\n.ad l\n")?;
    man.render_name_section(&mut page)?;
    writeln!(page, ".SH SYNOPSIS\n{}", synopsis(command))?;
    man.render_description_section(&mut page)?;
    page.write_all(arguments(command)?.as_bytes())?;
    page.write_all(options(command)?.as_bytes())?;
    page.write_all(end.as_bytes())?;
    page.write_all(examples(name).as_bytes())?;
    page.write_all(see_also(name).as_bytes())?;
    Ok(page)
}

/// The command with a description that does not begin with what stands under NAME already.
fn described(command: &Command) -> Command {
    let long = command.get_long_about().map(ToString::to_string).unwrap_or_default();
    match long.split_once("\n\n") {
        Some((_, rest)) => command.clone().long_about(rest.to_owned()),
        None => command.clone(),
    }
}

/// The usage line with the program's name in bold; `clap_mangen`'s own would list each option.
fn synopsis(command: &Command) -> String {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let (name, rest) = usage.split_once(' ').unwrap_or((usage, ""));
    format!("\\fB{name}\\fR {}", rest.replace('-', "\\-"))
}

/// The section with the operands, which `clap_mangen` puts at the end of the options.
fn arguments(command: &Command) -> Result<String> {
    let only = command.clone().mut_args(|argument| {
        let hidden = !argument.is_positional() || argument.is_hide_set();
        argument.hide(hidden)
    });
    let mut text = Vec::new();
    Man::new(only.disable_help_flag(true).disable_version_flag(true)).render_options_section(&mut text)?;
    let text = String::from_utf8(text)?.replace(".SH OPTIONS", ".SH ARGUMENTS");
    // The synopsis shows what may be left out; brackets around every operand would contradict it.
    Ok(with_lists(
        &text.replace("\n[\\fI", "\n\\fI").replace("\\fR]\n", "\\fR\n").replace("\\fR]...\n", "\\fR...\n"),
    ))
}

/// The sections with the options.
fn options(command: &Command) -> Result<String> {
    let only = command.clone().mut_args(|argument| {
        let hidden = argument.is_positional() || argument.is_hide_set();
        argument.hide(hidden)
    });
    let mut text = Vec::new();
    Man::new(only).render_options_section(&mut text)?;
    Ok(with_lists(&String::from_utf8(text)?))
}

/// Makes lists of the lines `  KEY  text`, which would otherwise be broken anywhere.
fn with_lists(text: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    let entry = |line: &str| {
        let (key, what) = line.strip_prefix("  ")?.split_once("  ")?;
        let what = what.split_whitespace().collect::<Vec<_>>().join(" ");
        (!key.starts_with(' ')).then(|| format!(".TP 6\n\\fB{key}\\fR\n{what}\n"))
    };
    for line in text.lines() {
        if let Some(entry) = entry(line) {
            if !inside {
                out.push_str(".RS\n.PD 0\n");
            }
            inside = true;
            out.push_str(&entry);
            continue;
        }
        if inside {
            out.push_str(".PD\n.RE\n");
        }
        // A paragraph after a list still belongs to the option.
        let goes_on = inside && (line.is_empty() || line == ".PP");
        out.push_str(if goes_on { ".IP" } else { line });
        out.push('\n');
        inside = false;
    }
    if inside {
        out.push_str(".PD\n.RE\n");
    }
    out
}

fn examples(name: &str) -> String {
    let mut text = String::from(".SH EXAMPLES\n");
    for Example { what, command, .. } in EXAMPLES.iter().filter(|example| example.tool == name) {
        text.push_str(".TP\n");
        text.push_str(what);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\n\\fB{}\\fR", command.replace('-', "\\-").replace('\'', "\\(aq"));
    }
    text
}

fn see_also(name: &str) -> String {
    let others = snmpkit::tool::ALL.iter().map(|(other, _)| *other).filter(|other| *other != name);
    let others: Vec<_> = others.map(|other| format!("\\fB{other}\\fR(1)")).collect();
    format!(".SH SEE ALSO\n{}\n", others.join(",\n"))
}

/// A command that a man page shows.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The tool on whose page it stands.
    pub tool: &'static str,
    /// What it does.
    pub what: &'static str,
    /// The command, words apart by blanks and at most one part in single quotes.
    pub command: &'static str,
}

const fn example(tool: &'static str, what: &'static str, command: &'static str) -> Example {
    Example { tool, what, command }
}

/// The examples of all pages. Each runs as it stands, without a network; those of snmpagent until they are stopped.
pub const EXAMPLES: &[Example] = &[
    example(
        "snmpget",
        "Name and uptime of the device inside the program:",
        "snmpget demo:: 1.3.6.1.2.1.1.5.0 1.3.6.1.2.1.1.3.0",
    ),
    example("snmpget", "Values alone, for a script:", "snmpget -Oqv demo:: 1.3.6.1.2.1.1.5.0"),
    example(
        "snmpget",
        "What the tool makes of an agent's specification:",
        "snmpget --show-target tcp::s3cret@router1:10161",
    ),
    example(
        "snmpget",
        "Two agents at once, the second as a user of SNMPv3; --targets takes a list from a file:",
        "snmpget --target demo:: --target 'demo:: -v3 -u demo' sysName.0",
    ),
    example("snmpgetnext", "The first object of the device:", "snmpgetnext demo:: 1.3.6.1"),
    example(
        "snmpset",
        "Change the contact and the location, both or none:",
        "snmpset demo:: 1.3.6.1.2.1.1.4.0 s 'night shift' 1.3.6.1.2.1.1.6.0 s attic",
    ),
    example("snmpwalk", "The system group:", "snmpwalk demo:: system"),
    example("snmpwalk", "Record a device, to serve it again with snmpagent:", "snmpwalk -On demo:: 1.3.6.1"),
    example("snmpwalk", "One JSON object a line:", "snmpwalk -j demo:: 1.3.6.1.2.1.2.2.1.2"),
    example(
        "snmpbulkget",
        "The first three rows of two columns, and the uptime once:",
        "snmpbulkget -Cn1 -Cr3 demo:: 1.3.6.1.2.1.1.3 1.3.6.1.2.1.2.2.1.2 1.3.6.1.2.1.2.2.1.8",
    ),
    example(
        "snmpbulkwalk",
        "The names of all interfaces, fifty a request:",
        "snmpbulkwalk -Cr50 demo:: 1.3.6.1.2.1.31.1.1.1.1",
    ),
    example(
        "snmpbulkwalk",
        "A table for people:",
        "snmpbulkwalk --format table demo:: 1.3.6.1.2.1.31.1.1.1.18",
    ),
    example("snmptable", "All interfaces, as wide as it takes:", "snmptable demo:: ifTable"),
    example(
        "snmptable",
        "Some columns of the interfaces that are up, for people:",
        "snmptable --format table --columns ifDescr,ifSpeed,ifInErrors --where 'ifOperStatus = up' demo:: ifTable",
    ),
    example(
        "snmptable",
        "The busiest interface first, as JSON:",
        "snmptable -j --columns ifName,ifHCInOctets --sort -ifHCInOctets demo:: ifXTable",
    ),
    example(
        "snmptable",
        "A table without a MIB that changes all the time, with the object that says so:",
        "snmptable -Ci --last-change 1.3.6.1.4.1.32473.2.1 demo:: 1.3.6.1.4.1.32473.2.3",
    ),
    example(
        "snmpagent",
        "The built-in device, over UDP and TCP:",
        "snmpagent demo --listen 127.0.0.1:1161 --listen tcp::127.0.0.1:1161",
    ),
    example(
        "snmpagent",
        "The same on a bad network: one request in five is lost, answers take their time:",
        "snmpagent demo --listen 127.0.0.1:1161 --quirk drop=0.2 --quirk delay=10ms..200ms",
    ),
    example(
        "snmpagent",
        "A device as snmpwalk -On has recorded it, where everybody may write:",
        "snmpagent switch.walk --listen 127.0.0.1:1161 --write-community public",
    ),
    example(
        "snmpagent",
        "The users of SNMPv3 that a file names:",
        "snmpagent demo --listen 127.0.0.1:1161 --users agent.users",
    ),
    example(
        "snmptranslate",
        "A name for a number, and the number of a name:",
        "snmptranslate 1.3.6.1.2.1.2.2.1.8.7",
    ),
    example("snmptranslate", "All that its module says of it:", "snmptranslate -Td IF-MIB::ifOperStatus"),
    example("snmptranslate", "The tree below it:", "snmptranslate -Tp IF-MIB::ifStackTable"),
    example(
        "snmptranslate",
        "The columns of a table, for people:",
        "snmptranslate --format table IF-MIB::ifStackTable",
    ),
    example(
        "snmpusm",
        "Which agent would be asked to make the user ann a copy of the user template:",
        "snmpusm --show-target private@router1 create ann template",
    ),
    example(
        "snmpvacm",
        "Which agent would be asked for a view that has all of the subtree interfaces:",
        "snmpvacm --show-target private@router1 createView ports 1.3.6.1.2.1.2",
    ),
];

/// What stands at the end of the pages of the tools with net-snmp's grammar.
const TOOL_END: &str = r".SH SPECIFICATION OF THE AGENT
.TP
\fBrouter1\fR, \fBrouter1:10161\fR, \fB192.0.2.1:snmp\fR
UDP over IPv4; the port is 161 when there is none.
.TP
\fB[2001:db8::1]:10161\fR, \fBfe80::1%eth0\fR
UDP over IPv6. Only in brackets an address can have a port behind it.
.TP
\fBtcp::router1\fR, \fBtcp6::router1\fR, \fBudp6::router1\fR
Another transport.
.TP
\fB/run/agent.sock\fR, \fBstream::/run/agent.sock\fR
A Unix socket, of datagrams or a stream. \fBunix\fR means \fBstream\fR.
.TP
\fBdemo::\fR
The device inside the program.
.PP
A community may stand before the host, as in \fBs3cret@router1\fR or \fBtcp::s3cret@router1\fR; a backslash before
\fB@\fR or \fB:\fR makes these ordinary characters. net\-snmp's spelling with one colon, as in
\fBtcp:router1:10161\fR, is understood too. \fB\-\-show\-target\fR prints what was understood.
.SH SPELLINGS
Options of one letter may stand together (\fB\-dv1\fR), their arguments may be glued to them (\fB\-v2c\fR) or be the
next word (\fB\-v 2c\fR), and except in \fBsnmpset\fR they may follow the operands, unless \fBPOSIXLY_CORRECT\fR is set.
An option of two hyphens that is not listed above is a token of snmp.conf: \fB\-\-retries=1\fR.
.SH EXIT STATUS
.TP
0
The agent answered. An exception such as noSuchInstance is an answer.
.TP
1
No answer, a mistake in the arguments, or a failure on this machine; also after \fB\-h\fR.
.TP
2
The agent answered with an error\-status.
.TP
130
Ctrl\-C; what had come was printed whole.
.PP
\fBsnmpusm\fR ends with 0 when the exchange of a command with the agent has failed, too, as net\-snmp's does.
.PP
With \fB\-\-fail\fR there are more: see there.
.SH ENVIRONMENT
.TP
SNMPCONFPATH
Directories of configuration files, colons between them, in place of the usual ones.
.TP
SNMP_PERSISTENT_DIR
The directory that is searched last; /var/lib/snmp otherwise.
.TP
MIBS, MIBDIRS, MIBFILES, PREFIX
Without effect yet, but for \fBPREFIX\fR: as \fB\-m\fR and \fB\-M\fR; files of modules; the prefix of \fB\-Ou\fR and \fB\-Iu\fR.
.TP
POSIXLY_CORRECT
The first operand ends the options.
.TP
COLUMNS
The width of tables, whatever the terminal has.
.SH FILES
snmp.conf and snmp.local.conf in /etc/snmp, /usr/share/snmp, /usr/lib/snmp,
/usr/lib/\fIARCH\fR\-linux\-gnu/snmp, ~/.snmp and /var/lib/snmp, in this order;
below each of them hosts/\fIHOST\fR.conf, when the agent is given as a bare name or address. \fB\-H\fR lists the tokens.
.PP
Of a setting that is made more than once, the last counts; \fB\-Y\fR beats files, and an option's own letter beats
both, but an output token of a file beats the letter of \fB\-O\fR.
";

/// What stands at the end of snmpagent's page.
const AGENT_END: &str = r".SH EXIT STATUS
.TP
0
It was stopped, or \fB\-\-max\-requests\fR were served.
.TP
1
A mistake in the arguments, or a file or an address that cannot be used.
.TP
130
Ctrl\-C.
.SH ENVIRONMENT
.TP
XDG_STATE_HOME
The directory with the directory snmpkit for state; ~/.local/state otherwise.
.SH FILES
The files of its sockets, which it makes and removes; the recorded walk, the users and their passphrases, which it only
reads; and ~/.local/state/snmpkit/agent\-boots, where it counts how often each of its engines has started.
";

/// What stands at the end of snmptranslate's page.
const TRANSLATE_END: &str = r".SH EXIT STATUS
.TP
0
Every OID was understood.
.TP
1
No name matches the pattern, a mistake in the arguments, or a failure on this machine; also after \fB\-h\fR.
.TP
2
An OID was not understood; what stands after it was not looked at, but in the JSON formats.
.PP
With \fB\-\-fail\fR, 1 is an OID or a pattern that was not understood, and 5 a mistake in the arguments.
.SH ENVIRONMENT
.TP
MIBS, MIBDIRS, MIBFILES, PREFIX
As \fB\-m\fR and \fB\-M\fR; files of modules; the prefix of \fB\-Ou\fR and \fB\-Iu\fR.
.TP
SNMPCONFPATH, SNMP_PERSISTENT_DIR, POSIXLY_CORRECT, COLUMNS
As with the other tools.
.SH FILES
snmp.conf and snmp.local.conf, where the other tools look for them.
";
