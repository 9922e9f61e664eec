//! The codes of all diagnostics.

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $text:literal),* $(,)?) => {
        /// Which problem it is, as shown in `error[…]`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $code),* }

        impl Code {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$code),*];

            /// The code as it is shown.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$code => $text),* }
            }
        }
    };
}

codes! {
    // Reading files
    /// A file is larger than is read.
    FileTooLarge = "file-too-large",
    /// A file is not text.
    NotUtf8 = "not-utf8",
    /// A file is not JSON.
    Json = "json",
    /// A Markdown file says something about no shape.
    Markdown = "markdown",
    /// Values are nested too deeply.
    TooDeep = "too-deep",
    /// A key stands twice in one object.
    DuplicateKey = "duplicate-key",
    /// A value has another type than Smithy's JSON AST has there.
    UnexpectedValue = "unexpected-value",
    /// A property that Smithy's JSON AST does not have there.
    UnknownProperty = "unknown-property",
    /// A property is missing.
    MissingProperty = "missing-property",
    /// The file is no Smithy model.
    NotAModel = "not-a-model",
    /// The model is written in a version of Smithy that is not read.
    SmithyVersion = "smithy-version",
    // Building the model
    /// A shape or member id is malformed.
    BadShapeId = "bad-shape-id",
    /// A shape has a type that Smithy does not have.
    UnknownShapeKind = "unknown-shape-kind",
    /// Two files define a shape, differently.
    DuplicateShape = "duplicate-shape",
    /// Two statements give a shape the same trait, with different values.
    ConflictingTrait = "conflicting-trait",
    /// The documentation of a shape or member stands in two places.
    DuplicateDocumentation = "duplicate-documentation",
    /// A shape mixes in itself.
    Mixin = "mixin",
    /// A shape is mentioned that no file defines.
    DanglingTarget = "dangling-target",
    /// A shape of another kind is needed there.
    WrongTarget = "wrong-target",
    // Selecting
    /// There is no service.
    NoService = "no-service",
    /// There are several services and none was chosen.
    AmbiguousService = "ambiguous-service",
    /// The chosen service is not there.
    UnknownService = "unknown-service",
    /// An operation that was asked for is not there.
    UnknownOperation = "unknown-operation",
    // Validating
    /// A trait that is not in the table.
    UnknownTrait = "unknown-trait",
    /// A shape of a kind that the generator cannot follow.
    UnsupportedShape = "unsupported-shape",
    /// A trait's value does not fit the trait.
    BadTraitValue = "bad-trait-value",
    /// The service speaks no protocol that is generated.
    UnsupportedProtocol = "unsupported-protocol",
    /// An operation without `smithy.api#http`.
    MissingHttp = "missing-http",
    /// A status code out of range.
    BadStatus = "bad-status",
    /// A label without a member.
    UnboundLabel = "unbound-label",
    /// A label member that the URI does not mention.
    LabelNotInUri = "label-not-in-uri",
    /// A label member that may be left out.
    LabelNotRequired = "label-not-required",
    /// A member of a type that cannot stand where it is bound.
    BadBindingType = "bad-binding-type",
    /// Two members bound to the same place.
    DuplicateBinding = "duplicate-binding",
    /// One member bound to two places.
    ConflictingBindings = "conflicting-bindings",
    /// A payload beside members of the body.
    PayloadConflict = "payload-conflict",
    /// A trait on a shape or member it does not apply to.
    MisplacedTrait = "misplaced-trait",
    /// A default value that does not fit its type.
    BadDefault = "bad-default",
    /// Two values of an enum are the same.
    DuplicateEnumValue = "duplicate-enum-value",
    /// A shape that contains itself, always.
    InfiniteShape = "infinite-shape",
    /// A trait names a member that is not there.
    UnknownMember = "unknown-member",
    /// A path leads through a shape that has no such parts.
    BadPath = "bad-path",
    /// Pages that do not hang together.
    BadPages = "bad-pages",
    /// A waiter that cannot be followed.
    BadWaiter = "bad-waiter",
    /// An example or a test names something that is not there.
    UnknownName = "unknown-name",
    /// A value in an example or a test that its shape cannot have.
    BadValue = "bad-value",
    /// A part of the model that nothing is generated from.
    LeftOut = "left-out",
    /// An endpoint parameter is set that the rules do not have.
    UnknownParameter = "unknown-parameter",
    /// The rest of the generator: what it was asked to do cannot be done.
    Generator = "generator",
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
