//! Rows of the table of parameters.

use crate::api::endpoint::{Literal, Param};

pub(super) fn param(param: &Param) -> String {
    let builtin = match param.builtin.as_deref() {
        None => "None".to_owned(),
        Some("AWS::Region") => "Some(rules::BuiltIn::Region)".to_owned(),
        Some("AWS::UseFIPS") => "Some(rules::BuiltIn::UseFips)".to_owned(),
        Some("AWS::UseDualStack") => "Some(rules::BuiltIn::UseDualStack)".to_owned(),
        Some("SDK::Endpoint") => "Some(rules::BuiltIn::Endpoint)".to_owned(),
        Some(other) => format!("Some(rules::BuiltIn::Other({other:?}))"),
    };
    let default = match &param.default {
        None => "None".to_owned(),
        Some(Literal::Bool(value)) => format!("Some(expr::Bool({value}))"),
        Some(Literal::String(text)) => format!("Some(expr::Str({text:?}))"),
        Some(Literal::List(texts)) => format!("Some(expr::List(&{texts:?}))"),
    };
    let (name, required) = (&param.name, param.required);
    format!(
        "ep::Param {{ name: {name:?}, builtin: {builtin}, default: {default}, required: {required} }}"
    )
}
