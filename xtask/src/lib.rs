//! The generated files of the repository, as values: man pages and completions, from the tools' own definitions.

use std::{io::Write as _, path::PathBuf};

use anyhow::Result;
use clap::Command;
use clap_complete::{Shell, generate};
use clap_mangen::Man;

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
            generate(shell, &mut command(), name, &mut content);
            files.push(Generated { path: PathBuf::from(file), content });
        }
    }
    Ok(files)
}

fn page(name: &str, command: &Command) -> Result<Vec<u8>> {
    let man = Man::new(command.clone()).section("1").source(format!("snmpkit {}", snmpkit::tool::VERSION));
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    writeln!(page, ".SH SYNOPSIS\n{}", synopsis(command))?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    page.write_all(if name == snmpkit::tool::agent::NAME { AGENT_END } else { TOOL_END }.as_bytes())?;
    Ok(page)
}

/// The usage line with the program's name in bold; `clap_mangen`'s own would list each option.
fn synopsis(command: &Command) -> String {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let (name, rest) = usage.split_once(' ').unwrap_or((usage, ""));
    format!("\\fB{name}\\fR {}", rest.replace('-', "\\-"))
}

/// What stands at the end of the pages of the tools with net-snmp's grammar.
const TOOL_END: &str = r".SH SPELLINGS
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
As \fB\-m\fR and \fB\-M\fR; files of modules; the prefix of \fB\-Ou\fR and \fB\-Iu\fR.
.TP
POSIXLY_CORRECT
The first operand ends the options.
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
";
