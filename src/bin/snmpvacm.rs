//! snmpvacm(1). Everything it does is in `snmpkit::tool::vacm`.
fn main() -> std::process::ExitCode {
    snmpkit::tool::main::<snmpkit::tool::vacm::Args>()
}
