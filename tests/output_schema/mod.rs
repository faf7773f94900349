//! As much of JSON Schema as the shipped schema uses, and stricter in one point: an object may have no key that the
//! schema does not name, so that a key that is not in the schema fails a test.

use serde_json::Value;

pub struct Schema(Value);

/// The schema that `--format-schema` prints.
pub fn shipped() -> Schema {
    Schema(serde_json::from_str(snmpkit::output::json::format_schema()).expect("the schema is JSON"))
}

impl Schema {
    /// Says what is wrong with `value`, if anything is.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        self.matches(&self.0, value)
    }

    fn matches(&self, schema: &Value, value: &Value) -> Result<(), String> {
        for (keyword, rule) in schema.as_object().expect("a schema is an object") {
            self.rule(schema, keyword, rule, value).map_err(|fault| {
                if fault.contains(" at ") { fault } else { format!("{fault} at {value}") }
            })?;
        }
        Ok(())
    }

    fn rule(&self, schema: &Value, keyword: &str, rule: &Value, value: &Value) -> Result<(), String> {
        let holds = match keyword {
            "$schema" | "title" | "description" | "$defs" => true,
            "$ref" => {
                let pointer = rule.as_str().unwrap().strip_prefix('#').unwrap();
                return self.matches(self.0.pointer(pointer).expect("a reference leads somewhere"), value);
            }
            "oneOf" | "anyOf" => {
                let all = rule.as_array().unwrap();
                let fitting = all.iter().filter(|one| self.matches(one, value).is_ok()).count();
                fitting == 1 || fitting > 1 && keyword == "anyOf"
            }
            "const" => value == rule,
            "enum" => rule.as_array().unwrap().contains(value),
            "type" => match rule {
                Value::Array(types) => types.iter().any(|name| is_type(name, value)),
                name => is_type(name, value),
            },
            // These two say nothing of what is no number.
            "minimum" => whole_number(value).is_none_or(|value| Some(value) >= whole_number(rule)),
            "maximum" => whole_number(value).is_none_or(|value| Some(value) <= whole_number(rule)),
            "pattern" => pattern(rule.as_str().unwrap(), value.as_str().ok_or("no string")?),
            "required" => {
                rule.as_array().unwrap().iter().all(|key| value.get(key.as_str().unwrap()).is_some())
            }
            "items" => {
                return value
                    .as_array()
                    .ok_or("no array")?
                    .iter()
                    .try_for_each(|item| self.matches(rule, item));
            }
            "properties" => {
                for (key, member) in value.as_object().ok_or("no object")? {
                    let member_schema =
                        rule.get(key).ok_or_else(|| format!("unknown key {key} at {value}"))?;
                    self.matches(member_schema, member)?;
                }
                true
            }
            // Only where there are no `properties`, which refuse what they do not name.
            "additionalProperties" if schema.get("properties").is_none() => {
                return value
                    .as_object()
                    .ok_or("no object")?
                    .values()
                    .try_for_each(|member| self.matches(rule, member));
            }
            other => panic!("the schema uses a keyword that is not checked: {other} in {schema}"),
        };
        if holds { Ok(()) } else { Err(format!("not {keyword} {rule}")) }
    }
}

fn whole_number(value: &Value) -> Option<i128> {
    value.as_i64().map(i128::from).or(value.as_u64().map(i128::from))
}

fn is_type(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("no type: {other}"),
    }
}

/// The patterns of the schema, by hand: a library for five of them would be out of proportion.
fn pattern(pattern: &str, text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
    match pattern {
        "^([0-9]+(\\.[0-9]+)*)?$" => text.is_empty() || text.split('.').all(digits),
        "^([0-9a-f]{2})*$" => {
            text.len().is_multiple_of(2)
                && text.bytes().all(|octet| matches!(octet, b'0'..=b'9' | b'a'..=b'f'))
        }
        "^[0-9]{1,3}(\\.[0-9]{1,3}){3}$" => {
            text.split('.').count() == 4 && text.split('.').all(|part| digits(part) && part.len() <= 3)
        }
        "^(0|[1-9][0-9]{0,19})$" => {
            digits(text) && text.len() <= 20 && (text == "0" || !text.starts_with('0'))
        }
        "^agent\\.-?[0-9]+$" => {
            text.strip_prefix("agent.").is_some_and(|rest| digits(rest.strip_prefix('-').unwrap_or(rest)))
        }
        "^([0-9]+ days?, )?[0-9]+:[0-9]{2}:[0-9]{2}\\.[0-9]{2}$" => {
            let time = match text.split_once(", ") {
                Some((days, time)) => {
                    let number = days.strip_suffix(" days").or(days.strip_suffix(" day"));
                    if !number.is_some_and(digits) {
                        return false;
                    }
                    time
                }
                None => text,
            };
            let parts: Vec<_> = time.split([':', '.']).collect();
            parts.len() == 4
                && parts.iter().all(|part| digits(part))
                && parts[1..].iter().all(|part| part.len() == 2)
        }
        other => panic!("the schema uses a pattern that is not checked: {other}"),
    }
}
