//! What calls cost: CPU time, and instructions.

use std::process::Command;

use crate::Error;
use crate::cases::Case;
use crate::server::Server;
use crate::sides::Side;

/// So many processes for each side and case.
const TRIALS: usize = 9;

/// Memory that was freed is kept for the next call. Otherwise glibc gives some of it back to the kernel and takes it
/// again, or not, by how the heap happens to lie, and figures of either side vary by a half.
const KEPT: &str = "glibc.malloc.trim_threshold=268435456:glibc.malloc.mmap_threshold=33554432";

/// The functions that hash. valgrind hides the instructions for that from them, so that they take some twenty times as
/// many others.
const HASHING: &str = "sha256_block_data_order";

/// The CPU time of one call, all sides in turns. Sides are compared within a turn, because a machine that is shared is
/// faster in one turn than in the next.
pub(crate) fn time(case: &Case, server: &Server) -> Result<(), Error> {
    let mut turns = Vec::new();
    for _ in 0..TRIALS {
        let spent = Side::ALL.map(|side| -> Result<f64, Error> {
            let mut child = Command::new(std::env::current_exe()?);
            child.args(arguments(case, side, server, case.count));
            Ok(output(child.env("GLIBC_TUNABLES", KEPT))?.trim().parse()?)
        });
        turns.push(spent.into_iter().collect::<Result<Vec<_>, _>>()?);
    }
    report(case, server, "us", &turns);
    Ok(())
}

/// The instructions of one call in user space, without hashing: those of many calls less those of few, so that what is
/// done once does not count. Over plain HTTP: TLS is the same library for both.
pub(crate) fn instructions(case: &Case, server: &Server) -> Result<(), Error> {
    let (few, many) = (case.count.div_ceil(10), case.count.div_ceil(2) + 1);
    let of = |side| {
        let counted = count(case, side, server, many)? - count(case, side, server, few)?;
        Ok(counted / f64::from(many - few) / 1000.)
    };
    let counted = Side::ALL.into_iter().map(of);
    let counted = counted.collect::<Result<Vec<_>, Error>>()?;
    report(case, server, "thousand", &[counted]);
    Ok(())
}

/// The medians, and those of the ratios within a turn with the quartiles around them.
fn report(case: &Case, server: &Server, unit: &str, turns: &[Vec<f64>]) {
    print!("{:<5} {:<12}", server.scheme(), case.name);
    for (index, side) in Side::ALL.iter().enumerate() {
        let figure = quartiles(turns.iter().map(|turn| turn[index]))[1];
        let [low, ratio, high] = quartiles(turns.iter().map(|turn| turn[index] / turn[0]));
        print!("  {} {figure:>9.1} {unit} ({ratio:.2}", side.name());
        if low < high {
            print!(", {low:.2} to {high:.2}");
        }
        print!(")");
    }
    println!();
}

fn arguments(case: &Case, side: Side, server: &Server, count: u32) -> Vec<String> {
    let run = ["run", case.name, side.name(), &count.to_string()];
    let mut arguments = run.map(str::to_owned).to_vec();
    arguments.push(server.url.clone());
    arguments.extend(server.certificate.clone());
    arguments
}

fn output(command: &mut Command) -> Result<String, Error> {
    let output = command.output()?;
    if output.status.success() {
        Ok(String::from_utf8(output.stdout)?)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into())
    }
}

fn count(case: &Case, side: Side, server: &Server, count: u32) -> Result<f64, Error> {
    let file = std::env::temp_dir().join(format!("callgrind-{}", std::process::id()));
    let mut valgrind = Command::new("valgrind");
    valgrind
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(std::env::current_exe()?)
        .args(arguments(case, side, server, count));
    output(&mut valgrind)?;
    let told = output(Command::new("callgrind_annotate").arg(&file))?;
    std::fs::remove_file(&file)?;
    let number = |line: &str| {
        let digits = line.split_whitespace().next()?.replace(',', "");
        digits.parse::<f64>().ok()
    };
    let sum = |name: &str| {
        let lines = told.lines().filter(|line| line.contains(name));
        lines.filter_map(number).sum::<f64>()
    };
    Ok(sum("PROGRAM TOTALS") - sum(HASHING))
}

fn quartiles(values: impl Iterator<Item = f64>) -> [f64; 3] {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| values[(values.len() - 1) * quarter / 4])
}
