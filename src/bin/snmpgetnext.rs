//! snmpgetnext(1). Everything it does is in `snmpkit::tool::getnext`.
fn main() -> std::process::ExitCode {
    snmpkit::tool::main::<snmpkit::tool::getnext::Args>()
}
