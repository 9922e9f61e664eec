//! Paginated operations: combines, truncates and resumes their lists like the AWS CLI.

mod spec;
mod token;

use serde_json::{Map, Value};
use zonal::__private::paginate::{Endless, MAX_EMPTY_PAGES};
use zonal_commands::Command;

use crate::call::{Answer, Caller};
use crate::failure::Failure;
use crate::number::integer;

pub(crate) use spec::Spec;
use token::Start;

/// The pagination options of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Paging {
    /// Where to begin: the `NextToken` of a call before.
    pub(crate) start: Option<String>,
    /// How many items a page may have.
    pub(crate) page_size: Option<i32>,
    /// The total number of items.
    pub(crate) max_items: Option<usize>,
}

/// The member of an input from JSON that says how its pages are asked for.
const IN_JSON: &str = "PaginationConfig";

impl Paging {
    /// The names of what is asked for and means something, for errors.
    pub(crate) fn used(&self) -> Vec<&'static str> {
        let used = [
            (
                "--starting-token",
                self.start.as_ref().is_some_and(|token| !token.is_empty()),
            ),
            ("--page-size", self.page_size.is_some_and(|size| size != 0)),
            (
                "--max-items",
                self.max_items.is_some_and(|items| items != 0),
            ),
        ];
        let used = used.into_iter().filter(|(_, is_used)| *is_used);
        used.map(|(name, _)| name).collect()
    }

    /// The same with what an input from JSON says of it, which it then says no more. Options count more.
    pub(crate) fn with_json(&self, input: &mut Value) -> Result<Self, Failure> {
        let members = input.as_object_mut();
        let Some(said) = members.and_then(|members| members.shift_remove(IN_JSON)) else {
            return Ok(self.clone());
        };
        if !said.is_object() && !said.is_null() {
            let said =
                format!("{IN_JSON} must be an object with MaxItems, PageSize and StartingToken");
            return Err(Failure::parameter("cli-input-json", said));
        }
        if *self != Self::default() {
            return Ok(self.clone());
        }
        let refuse = |name: &str| {
            let said =
                format!("{IN_JSON} has a {name} that is negative, too large, or no whole number");
            Failure::parameter("cli-input-json", said)
        };
        let number = |name: &str| match said.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => {
                let number = integer(text)
                    .ok()
                    .and_then(|number| i64::try_from(number).ok());
                number.map(Some).ok_or_else(|| refuse(name))
            }
            Some(value) => value.as_i64().map(Some).ok_or_else(|| refuse(name)),
        };
        let max_items = number("MaxItems")?.map(usize::try_from).transpose();
        let page_size = number("PageSize")?.map(i32::try_from).transpose();
        Ok(Self {
            start: said
                .get("StartingToken")
                .and_then(Value::as_str)
                .map(str::to_owned),
            page_size: page_size.map_err(|_| refuse("PageSize"))?,
            max_items: max_items.map_err(|_| refuse("MaxItems"))?,
        })
    }
}

/// Takes a page as soon as it is there.
pub(crate) type Each<'a> = &'a mut dyn FnMut(&Value) -> Result<(), Failure>;

/// Asks for all pages, or as many as are wanted. With `each` they are handed over one by one, the token of a call
/// to go on with last, and the answer is empty; otherwise it is one object. Where the pages `are_whole`, they are
/// handed over with all that they hold, and without such a token.
pub(crate) async fn call(
    caller: &mut Caller<'_>,
    command: &Command,
    mut input: Value,
    (spec, paging, are_whole): (&Spec, &Paging, bool),
    each: Option<Each<'_>>,
) -> Result<Value, Failure> {
    let start = match &paging.start {
        Some(text) => token::read(text, &spec.inputs)?,
        // an input from JSON may name a page by itself
        None => Start::of(&spec.inputs, &input),
    };
    token::insert(&mut input, &start.token);
    if let (Some(size), Some(name), Value::Object(input)) =
        (paging.page_size, spec.limit, &mut input)
    {
        input.insert(name.to_owned(), Value::from(size));
    }
    let mut cut = Cut {
        spec,
        left: paging.max_items,
        skip: paging.start.as_ref().map(|_| start.skip),
        token: start.token,
    };
    let mut sheets = Sheets::new(spec, each, are_whole);
    let mut before = None;
    let mut endless = Endless::default();
    loop {
        let Answer { mut value, .. } = caller.call(command, &input).await?;
        let is_empty = spec.is_empty(&value);
        let resume = cut.page(&mut value);
        sheets.add(&mut value)?;
        if resume.is_some() {
            return sheets.finish(resume);
        }
        let Some(next) = next(spec, &value)? else {
            return sheets.finish(None);
        };
        if cut.left == Some(0) {
            return sheets.finish(Some(token::write(&next)));
        }
        if before.as_ref() == Some(&next) || endless.repeats(&next) {
            let next = crate::output::python_repr(&Value::Object(next));
            return Err(failed(format!(
                "The same next token was received twice: {next}"
            )));
        }
        if endless.stays_empty(is_empty) {
            return Err(failed(format!(
                "{MAX_EMPTY_PAGES} pages in a row list nothing, and each says that another one follows"
            )));
        }
        token::insert(&mut input, &next);
        cut.token.clone_from(&next);
        before = Some(next);
    }
}

/// Who asks for one page cannot ask for a part of all.
pub(crate) fn is_one_page(options: &[&str]) -> Failure {
    let options = options.join(", ");
    Failure::wrong_input(format!(
        "Error during pagination: Cannot specify --no-paginate along with pagination arguments: {options}"
    ))
}

/// An error in the words of the AWS CLI.
pub(crate) fn failed(message: impl AsRef<str>) -> Failure {
    Failure::new(format!("Error during pagination: {}", message.as_ref()))
}

/// The token of the next page, if there is one.
fn next(spec: &Spec, page: &Value) -> Result<Option<Map<String, Value>>, Failure> {
    if spec
        .more
        .is_some_and(|more| page.get(more) != Some(&Value::Bool(true)))
    {
        return Ok(None);
    }
    let tokens = spec.inputs.iter().zip(&spec.outputs);
    let next: Map<_, _> = tokens
        .map(|(input, path)| {
            let found = path.iter().try_fold(page, |value, name| value.get(*name));
            let token = found.filter(|token| token.as_str() != Some(""));
            ((*input).to_owned(), token.cloned().unwrap_or_default())
        })
        .collect();
    match (next.values().all(Value::is_null), spec.more) {
        (false, _) => Ok(Some(next)),
        (true, None) => Ok(None),
        (true, Some(more)) => Err(failed(format!(
            "{more} says that another page follows, and no token names it"
        ))),
    }
}

/// Takes from pages what comes before the start of the call and behind its end.
struct Cut<'s> {
    spec: &'s Spec,
    /// How many items are still wanted.
    left: Option<usize>,
    /// How many items of the first page were shown by a call before, if this one goes on.
    skip: Option<usize>,
    /// What names the present page.
    token: Map<String, Value>,
}

impl Cut<'_> {
    /// Cuts a page; the token to go on with if something behind the end was taken off.
    fn page(&mut self, page: &mut Value) -> Option<String> {
        let first = self.spec.results.first()?;
        let skipped = match self.skip.take() {
            Some(skip) => {
                self.skip(page, skip);
                skip
            }
            None => 0,
        };
        let items = page.get_mut(*first).and_then(Value::as_array_mut);
        let length = items.as_ref().map_or(0, |items| items.len());
        let left = self.left.as_mut()?;
        if length <= *left {
            *left -= length;
            return None;
        }
        if let Some(items) = items {
            items.truncate(*left);
        }
        Some(token::write_cut(&self.token, *left + skipped))
    }

    /// Takes off what was shown before: items one by one, and all of the other lists.
    fn skip(&self, page: &mut Value, skip: usize) {
        for (at, name) in self.spec.results.iter().enumerate() {
            if let Some(items) = page.get_mut(*name).and_then(Value::as_array_mut) {
                let end = match at {
                    0 => skip.min(items.len()),
                    _ => items.len(),
                };
                items.drain(..end);
            }
        }
    }
}

/// What is made of the pages.
struct Sheets<'s, 'e> {
    spec: &'s Spec,
    each: Option<Each<'e>>,
    are_whole: bool,
    whole: Map<String, Value>,
    /// Members of the first page that stand for all.
    kept: Option<Map<String, Value>>,
}

impl<'s, 'e> Sheets<'s, 'e> {
    fn new(spec: &'s Spec, each: Option<Each<'e>>, are_whole: bool) -> Self {
        Self {
            spec,
            each,
            are_whole,
            whole: Map::new(),
            kept: None,
        }
    }

    fn add(&mut self, page: &mut Value) -> Result<(), Failure> {
        if let (Some(each), true) = (&mut self.each, self.are_whole) {
            return each(page);
        }
        let is_first = self.kept.is_none();
        let kept = self.kept.get_or_insert_with(|| {
            let names = self.spec.kept.iter();
            names
                .map(|name| {
                    (
                        (*name).to_owned(),
                        page.get(*name).cloned().unwrap_or_default(),
                    )
                })
                .collect()
        });
        let mut sheet = match (&self.each, is_first) {
            (Some(_), true) => kept.clone(),
            _ => Map::new(),
        };
        for name in &self.spec.results {
            let found = page.get_mut(*name).map(Value::take);
            match &self.each {
                Some(_) => {
                    sheet.insert((*name).to_owned(), found.unwrap_or_default());
                }
                None => append(&mut self.whole, name, found),
            }
        }
        match &mut self.each {
            Some(each) => each(&Value::Object(sheet)),
            None => Ok(()),
        }
    }

    fn finish(mut self, resume: Option<String>) -> Result<Value, Failure> {
        match (&mut self.each, resume) {
            (Some(each), Some(token)) if !self.are_whole => {
                each(&serde_json::json!({"NextToken": {"NextToken": token}}))?;
            }
            (Some(_), _) => {}
            (None, resume) => {
                self.whole.extend(self.kept.take().unwrap_or_default());
                let token = resume.map(|token| ("NextToken".to_owned(), Value::String(token)));
                self.whole.extend(token);
            }
        }
        Ok(Value::Object(self.whole))
    }
}

fn append(whole: &mut Map<String, Value>, name: &str, found: Option<Value>) {
    match (whole.get_mut(name), found) {
        (Some(Value::Array(all)), Some(Value::Array(items))) => all.extend(items),
        (None, Some(found)) if !found.is_null() => {
            whole.insert(name.to_owned(), found);
        }
        _ => {}
    }
}
