//! The options of the text, from `-O` and the tokens of snmp.conf.

use crate::{
    config::OutputTokens,
    output::options::Options,
    tool::{OutputRequest, ToolError},
};

/// The letters of `-O`, then the tokens, which beat them.
pub(in crate::tool) fn options(request: &OutputRequest) -> Result<Options, ToolError> {
    let refused = |error: &dyn std::fmt::Display| ToolError::Usage(error.to_string());
    let mut options = Options::default();
    options.apply(&request.letters.letters).map_err(|error| refused(&error))?;
    if let Some(precision) = &request.letters.precision {
        options.set_precision(precision).map_err(|error| refused(&error))?;
    }
    for (token, value) in tokens(&request.tokens) {
        options.set_token(token, &value).map_err(|error| refused(&error))?;
    }
    Ok(options)
}

/// The output tokens that are set.
fn tokens(tokens: &OutputTokens) -> Vec<(&'static str, String)> {
    let flag = |token, value: Option<bool>| value.map(|on| (token, u8::from(on).to_string()));
    let number = |token, value: Option<i64>| value.map(|number| (token, number.to_string()));
    [
        number("oidOutputFormat", tokens.oid_output_format),
        number("suffixPrinting", tokens.suffix_printing),
        flag("printNumericOids", tokens.print_numeric_oids),
        flag("printNumericEnums", tokens.print_numeric_enums),
        flag("escapeQuotes", tokens.escape_quotes),
        flag("dontBreakdownOids", tokens.dont_breakdown_oids),
        flag("quickPrinting", tokens.quick_printing),
        flag("numericTimeticks", tokens.numeric_timeticks),
        flag("extendedIndex", tokens.extended_index),
        flag("printHexText", tokens.print_hex_text),
        flag("printValueOnly", tokens.print_value_only),
        flag("dontPrintUnits", tokens.dont_print_units),
        number("hexOutputLength", tokens.hex_output_length),
        tokens.output_precision.clone().map(|precision| ("outputPrecision", precision)),
    ]
    .into_iter()
    .flatten()
    .collect()
}
