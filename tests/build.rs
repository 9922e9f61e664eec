//! Takes the Rust of the reference pages and of the READMEs of crates, so that it is compiled with the tests: `pages.rs`
//! includes it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// READMEs whose blocks of Rust are bodies of functions that have a client.
const READMES: [(&str, &str); 4] = [
    ("config", "../config/README.md"),
    ("object_store", "../object_store/README.md"),
    ("peer", "peer/README.md"),
    ("transfer", "../transfer/README.md"),
];

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
        code.push_str(&functions(&blocks, &module, "&zonal::Client"));
        let _ = writeln!(counts, "({name:?}, {}),", blocks.len());
    }
    for (name, path) in READMES {
        println!("cargo::rerun-if-changed={path}");
        let blocks = blocks(&fs::read_to_string(path)?);
        assert!(!blocks.is_empty(), "{path} has no Rust");
        code.push_str(&functions(
            &blocks,
            &format!("readme_{name}"),
            "zonal::Client",
        ));
    }
    let counts = format!("const BLOCKS: &[(&str, usize)] = &[{counts}];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("pages.rs"), counts + &code)
}

/// A function for each block.
fn functions(blocks: &[String], module: &str, client: &str) -> String {
    let function = |(number, block): (usize, &String)| {
        format!(
            "async fn {module}_{number}(client: {client}) -> Result<(), Box<dyn std::error::Error>> {{\n\
             {block}\nOk(())\n}}\n"
        )
    };
    blocks.iter().enumerate().map(function).collect()
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
