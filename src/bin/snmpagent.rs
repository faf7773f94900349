//! snmpagent(1). Everything it does is in `snmpkit::tool::agent`.
fn main() -> std::process::ExitCode {
    snmpkit::tool::main::<snmpkit::tool::agent::Args>()
}
