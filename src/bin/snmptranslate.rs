//! snmptranslate(1). Everything it does is in `snmpkit::tool::translate`.
fn main() -> std::process::ExitCode {
    snmpkit::tool::main::<snmpkit::tool::translate::Args>()
}
