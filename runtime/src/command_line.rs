//! What a command line knows of each operation: the types of the tables that generated code consists of. The program
//! reads the tables; nothing here is sent or computed.

#[cfg(feature = "serde")]
pub use serde::de::DeserializeOwned;

/// The command of one operation.
#[derive(Debug)]
pub struct Command {
    /// Its name, such as `create-session`.
    pub name: &'static str,
    /// The operation, such as `CreateSession`.
    pub operation: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// What it does: Markdown, a paragraph on a line.
    pub docs: &'static [&'static str],
    /// The synopsis, a line for the command and one for each option.
    pub synopsis: &'static [&'static str],
    /// The forms of options that take structures, lists or maps.
    pub forms: &'static [Form],
    /// What it takes.
    pub input: Structure,
    /// What it prints.
    pub output: Structure,
    /// What the whole output means: Markdown, a paragraph on a line.
    pub output_docs: &'static [&'static str],
    /// Whether the body of the answer is the one member itself, without an element around it.
    pub unwrapped: bool,
    /// Whether it changes nothing.
    pub readonly: bool,
    /// How its pages hang together, if it answers in pages.
    pub pages: Option<Pages>,
    /// Where its output lists what failed, if each item of its request succeeds or fails by itself.
    pub reports: Option<Reports>,
    /// Options that the AWS CLI has and this does not.
    pub refused: &'static [Refused],
    /// The errors that the model lists.
    pub errors: &'static [Fault],
    /// Examples of its use.
    pub examples: &'static [Example],
}

/// Members with names.
#[derive(Debug)]
pub struct Structure {
    /// The name of the shape.
    pub name: &'static str,
    /// Whether just one of the members is given.
    pub union: bool,
    /// The members, in the order of the model.
    pub members: &'static [Member],
}

/// A member of a structure; in an input, an option.
#[derive(Debug)]
pub struct Member {
    /// Its name in the API, such as `SessionMode`.
    pub name: &'static str,
    /// The name of its option, without dashes: `session-mode`.
    pub flag: &'static str,
    /// Whether it must be given, or is always there.
    pub required: bool,
    /// What it holds.
    pub kind: Kind,
    /// Where it stands on the wire.
    pub place: Place,
    /// What it means: Markdown, a paragraph on a line.
    pub docs: &'static [&'static str],
    /// What its type adds, such as the form of a name: Markdown, a paragraph on a line. All members of the type have it,
    /// so a page of help shows it once.
    pub type_docs: &'static [&'static str],
    /// Its limits, such as `Length at least 1.`; empty if it has none.
    pub constraints: &'static str,
}

/// What a member holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Text.
    String,
    /// Text that must not be seen, except in the output of a command.
    Secret,
    /// True or false.
    Boolean,
    /// A number of up to 32 bits.
    Integer,
    /// A number of 64 bits.
    Long,
    /// A number with a fraction.
    Float,
    /// A moment.
    Timestamp(Time),
    /// One of several texts.
    Enum(&'static Enum),
    /// Bytes.
    Blob,
    /// Bytes from a file or to one.
    Stream,
    /// Members.
    Structure(&'static Structure),
    /// Several of a kind.
    List {
        /// What one is.
        item: &'static Kind,
        /// The element it stands in, unless the list is flattened.
        element: &'static str,
    },
    /// Values by text.
    Map {
        /// What a value is.
        value: &'static Kind,
        /// The element of a key.
        key_element: &'static str,
        /// The element of a value.
        value_element: &'static str,
    },
}

/// How a moment is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// `2030-01-02T03:04:05Z`
    DateTime,
    /// `Wed, 02 Jan 2030 03:04:05 GMT`
    HttpDate,
    /// Seconds since 1970-01-01T00:00:00Z.
    EpochSeconds,
}

/// Where a member stands on the wire.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// In the host name or the path, or it is a part of the query.
    Url,
    /// In the query parameter of this name.
    Query(&'static str),
    /// In the header of this name.
    Header(&'static str),
    /// In the headers whose names start so.
    PrefixHeaders(&'static str),
    /// In an element of the body.
    Element {
        /// The name of the element.
        name: &'static str,
        /// Whether items of a list stand here themselves, without an element around them.
        flattened: bool,
    },
    /// In an attribute of the structure's own element.
    Attribute(&'static str),
    /// It is the body.
    Body,
    /// It is the HTTP status.
    Status,
}

/// A set of texts with names.
#[derive(Debug)]
pub struct Enum {
    /// The name of the shape.
    pub name: &'static str,
    /// The values, in the order of the model.
    pub values: &'static [Value],
}

/// A value of an enum.
#[derive(Debug)]
pub struct Value {
    /// The text.
    pub value: &'static str,
    /// What it means: Markdown, a paragraph on a line.
    pub docs: &'static [&'static str],
}

/// How the pages of an answer hang together.
#[derive(Debug)]
pub struct Pages {
    /// The input member that names the page.
    pub input_token: &'static str,
    /// The output member that names the next page, each name within the member before.
    pub output_token: &'static [&'static str],
    /// The same for the list of items; all lists of the output where the model names none.
    pub items: Option<&'static [&'static str]>,
    /// The input member that limits a page.
    pub page_size: Option<&'static str>,
    /// The output member that is false on the last page.
    pub more: Option<&'static str>,
    /// The members of the first page that are printed with the items of all pages, null where they are missing.
    pub kept: &'static [&'static str],
}

/// The forms in which an option takes a value that has parts.
#[derive(Debug)]
pub struct Form {
    /// The name of the option, without dashes.
    pub flag: &'static str,
    /// The short form with the option in front: `--delete Objects=[{Key=string},…],Quiet=true|false`.
    pub short: &'static str,
    /// The same as lines of JSON; empty for lists and maps of plain values.
    pub json: &'static [&'static str],
}

/// Where an output lists what failed.
#[derive(Debug)]
pub struct Reports {
    /// The member that is the list.
    pub list: &'static str,
    /// The members of an item: its name, a code, a message.
    pub members: [&'static str; 3],
}

/// An option that the AWS CLI has for a command, and this program does not.
#[derive(Debug)]
pub struct Refused {
    /// Its name, without dashes.
    pub flag: &'static str,
    /// The member that it sets.
    pub member: &'static str,
    /// Why it is left out: a sentence.
    pub reason: &'static str,
}

/// An error that the model lists.
#[derive(Debug)]
pub struct Fault {
    /// Its code.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What it means: Markdown, a paragraph on a line.
    pub docs: &'static [&'static str],
}

/// An example of a command.
#[derive(Debug)]
pub struct Example {
    /// What it shows.
    pub title: &'static str,
    /// More about it: Markdown, a paragraph on a line.
    pub docs: &'static [&'static str],
    /// What is typed.
    pub command: &'static [&'static str],
    /// What is printed; nothing where the command prints nothing.
    pub output: &'static [&'static str],
}

/// A name and what it means: a variable of the environment, a setting or an exit code.
#[derive(Debug)]
pub struct Entry {
    /// The name.
    pub name: &'static str,
    /// What it means: a line of Markdown.
    pub docs: &'static str,
}

/// Which commands have an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// All.
    All,
    /// Those of operations.
    Commands,
    /// Those of operations that answer in pages.
    Pages,
    /// Those that open a session.
    Session,
}

/// An option that does not depend on the model.
#[derive(Debug)]
pub struct GlobalOption {
    /// Its name, without dashes.
    pub name: &'static str,
    /// Which commands have it.
    pub of: Of,
    /// What its value is called; empty if it has none.
    pub value: &'static str,
    /// The values there are, if these are few.
    pub choices: &'static [&'static str],
    /// What it does: Markdown, with an empty line between paragraphs.
    pub docs: &'static str,
}
