//! snmpusm(1). Everything it does is in `snmpkit::tool::usm`.
fn main() -> std::process::ExitCode {
    snmpkit::tool::main::<snmpkit::tool::usm::Args>()
}
