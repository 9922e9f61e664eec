//! Operations that answer in pages: their lists are put together, as the AWS CLI does.

use serde_json::{Map, Value};
use zonal_commands::{Command, Kind, Pages};

use crate::call::{Answer, Caller};
use crate::failure::Failure;

/// Sends a request; with `all`, asks for further pages, unless the input itself names a page or its size.
pub(crate) async fn call(
    caller: &mut Caller<'_>,
    command: &Command,
    mut input: Value,
    all: bool,
) -> Result<Answer, Failure> {
    let Some(pages) = command
        .pages
        .as_ref()
        .filter(|pages| all && !chosen(pages, &input))
    else {
        return caller.call(command, &input).await;
    };
    let lists = lists(command, pages);
    let mut whole = Map::new();
    loop {
        let answer = caller.call(command, &input).await?;
        for name in &lists {
            if let Some(Value::Array(items)) = answer.value.get(*name) {
                append(&mut whole, name, items);
            }
        }
        let Some(token) = next(pages, &answer.value) else {
            let value = Value::Object(whole);
            return Ok(Answer { value, ..answer });
        };
        let before = input
            .as_object_mut()
            .and_then(|input| input.insert(pages.input_token.to_owned(), token.clone()));
        if before.as_ref() == Some(&token) {
            return Err(Failure::new(format!(
                "{}: the service names the same page as the next one again and again.",
                command.operation
            )));
        }
    }
}

/// Whether the input names a page, or its size.
fn chosen(pages: &Pages, input: &Value) -> bool {
    let names = [Some(pages.input_token), pages.page_size];
    names
        .into_iter()
        .flatten()
        .any(|name| input.get(name).is_some())
}

/// The members that go on from page to page, in the order of the model.
fn lists(command: &Command, pages: &Pages) -> Vec<&'static str> {
    let members = command.output.members.iter();
    let lists = members.filter(|member| matches!(member.kind, Kind::List { .. }));
    lists
        .map(|member| member.name)
        .filter(|name| pages.items.is_none_or(|items| items == [*name]))
        .collect()
}

fn append(whole: &mut Map<String, Value>, name: &str, items: &[Value]) {
    match whole.get_mut(name) {
        Some(Value::Array(all)) => all.extend_from_slice(items),
        _ => {
            whole.insert(name.to_owned(), Value::Array(items.to_vec()));
        }
    }
}

/// The token of the next page, if there is one.
fn next(pages: &Pages, answer: &Value) -> Option<Value> {
    if pages
        .more
        .is_some_and(|more| answer.get(more) == Some(&Value::Bool(false)))
    {
        return None;
    }
    let token = pages
        .output_token
        .iter()
        .try_fold(answer, |value, name| value.get(name))?;
    let is_empty = token.is_null() || token.as_str() == Some("");
    (!is_empty).then(|| token.clone())
}
