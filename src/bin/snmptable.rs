//! snmptable(1). Everything it does is in `snmpkit::tool::table`.
fn main() -> std::process::ExitCode {
    snmpkit::tool::main::<snmpkit::tool::table::Args>()
}
