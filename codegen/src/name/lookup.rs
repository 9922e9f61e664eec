//! Where emitters find the names that the pass gave.

use syn::Ident;

use super::{MemberNames, Names, OperationNames, TypeNames};
use crate::api::{EnumValue, Field};
use crate::model::ShapeId;

/// What emitters ask. The pass names all that an [`Api`](crate::api::Api) holds: nothing that is asked for is missing.
impl Names<'_> {
    /// The names of a type, error structure or alias in `types`.
    pub fn of_type(&self, id: &ShapeId<'_>) -> &TypeNames {
        self.types.get(id.as_str()).expect("every type has a name")
    }

    /// The names of the structure of an error that has members besides its message.
    pub fn of_error(&self, id: &ShapeId<'_>) -> &TypeNames {
        let found = self.error_types.get(id.as_str());
        found.expect("every error has a name")
    }

    /// The type itself.
    pub fn ty(&self, id: &ShapeId<'_>) -> &Ident {
        &self.of_type(id).ty
    }

    /// The names of an operation.
    pub fn operation(&self, id: &ShapeId<'_>) -> &OperationNames {
        let found = self.operations.get(id.as_str());
        found.expect("every operation has a name")
    }

    fn member(&self, field: &Field<'_>) -> &MemberNames {
        let found = self.members.get(field.of.as_str());
        let found = found.and_then(|members| members.get(field.name));
        found.expect("every member has a name")
    }

    /// The field of a member, and its setter.
    pub fn field(&self, field: &Field<'_>) -> &Ident {
        &self.member(field).field
    }

    /// The setter of a member that takes an option.
    pub fn option_setter(&self, field: &Field<'_>) -> &Ident {
        &self.member(field).option_setter
    }

    /// The variable that a decoder or encoder keeps a member in: the name of its field, as a rule.
    pub fn variable(&self, field: &Field<'_>) -> &Ident {
        &self.member(field).variable
    }

    /// The variant of the member of a union.
    pub fn variant(&self, field: &Field<'_>) -> &Ident {
        &self.member(field).variant
    }

    /// The option on the command line, without its hyphens.
    pub fn flag(&self, field: &Field<'_>) -> &str {
        &self.member(field).flag
    }

    /// The variant of an enum's value.
    pub fn value(&self, of: &ShapeId<'_>, value: &EnumValue) -> &Ident {
        let found = self.values.get(of.as_str());
        let found = found.and_then(|values| values.get(&value.name));
        found.expect("every value has a name")
    }

    /// The variant of an error, by the operation or stream and the name that it has there.
    pub fn error(&self, of: &ShapeId<'_>, name: &str) -> &Ident {
        let found = self.errors.get(of.as_str());
        let found = found.and_then(|errors| errors.get(name));
        found.expect("every error has a name")
    }

    /// What stands for a waiter: `BucketExists`.
    pub fn waiter(&self, of: &ShapeId<'_>, name: &str) -> &Ident {
        let found = self.waiters.get(of.as_str());
        let found = found.and_then(|waiters| waiters.get(name));
        found.expect("every waiter has a name")
    }

    /// The constant of an endpoint parameter; none where the rules do not know it.
    pub fn param(&self, name: &str) -> Option<&Ident> {
        self.params.get(name).map(|param| &param.constant)
    }

    /// The builder's method for a setting.
    pub fn setting(&self, name: &str) -> Option<&Ident> {
        self.params.get(name).map(|param| &param.setting)
    }

    /// The constant of a parameter or variable in the rules, by number.
    pub fn rule(&self, number: usize) -> &Ident {
        let found = self.rules.get(number);
        found.expect("every variable has a name")
    }

    /// All of these, by number.
    pub fn rules(&self) -> impl Iterator<Item = &Ident> {
        self.rules.iter()
    }
}
