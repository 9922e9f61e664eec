//! Writes the module `notes` from its model.

use zonal_codegen::build_script::BuildScript;
use zonal_codegen::command::Failure;

fn main() -> Result<(), Failure> {
    BuildScript::new("notes").model("model/notes.json").run()
}
