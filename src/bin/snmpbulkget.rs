//! snmpbulkget(1). Everything it does is in `snmpkit::tool::bulkget`.
fn main() -> std::process::ExitCode {
    snmpkit::tool::main::<snmpkit::tool::bulkget::Args>()
}
