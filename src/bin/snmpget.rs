//! snmpget(1). Everything it does is in `snmpkit::tool::get`.
fn main() -> std::process::ExitCode {
    snmpkit::tool::main::<snmpkit::tool::get::Args>()
}
