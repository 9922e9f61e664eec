//! Takes the Rust of the reference pages, so that it is compiled with the tests: `pages.rs` includes it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let docs = Path::new("../generated/docs");
    println!("cargo::rerun-if-changed={}", docs.display());
    let pages = fs::read_dir(docs)?.map(|entry| Ok(entry?.path()));
    let mut pages: Vec<PathBuf> = pages.collect::<io::Result<_>>()?;
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    let (mut code, mut counts) = (String::new(), String::new());
    for page in pages {
        let name = page.file_stem().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(&page)?;
        let blocks = blocks(&text);
        let module = name.replace('-', "_").to_lowercase();
        for (number, block) in blocks.iter().enumerate() {
            let function = format!(
                "async fn {module}_{number}(client: &zonal::Client) -> Result<(), Box<dyn std::error::Error>> {{\n\
                 {block}\nOk(())\n}}\n"
            );
            code.push_str(&function);
        }
        let _ = writeln!(counts, "({name:?}, {}),", blocks.len());
    }
    let counts = format!("const BLOCKS: &[(&str, usize)] = &[{counts}];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("pages.rs"), counts + &code)
}

/// The blocks of Rust on a page.
fn blocks(page: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in page.lines() {
        match (&mut open, line) {
            (None, "```rust") => open = Some(String::new()),
            (Some(_), "```") => blocks.extend(open.take()),
            (Some(block), line) => *block += &format!("{line}\n"),
            (None, _) => {}
        }
    }
    blocks
}
