//! snmpbulkwalk(1). Everything it does is in `snmpkit::tool::bulkwalk`.
fn main() -> std::process::ExitCode {
    snmpkit::tool::main::<snmpkit::tool::bulkwalk::Args>()
}
