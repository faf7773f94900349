//! snmpset(1). Everything it does is in `snmpkit::tool::set`.
fn main() -> std::process::ExitCode {
    snmpkit::tool::main::<snmpkit::tool::set::Args>()
}
