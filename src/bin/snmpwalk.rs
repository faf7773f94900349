//! snmpwalk(1). Everything it does is in `snmpkit::tool::walk`.
fn main() -> std::process::ExitCode {
    snmpkit::tool::main::<snmpkit::tool::walk::Args>()
}
