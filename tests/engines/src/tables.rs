//! Tables like those of TPC-H, made by arithmetic: the same rows on every machine. Amounts are whole cents, so that
//! sums are exact in whatever order they are added.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Int64Array, StringArray};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::datasource::MemTable;
use datafusion::prelude::{ParquetReadOptions, SessionContext};

use crate::Error;

/// The tables and how many files each is written to.
pub const TABLES: [(&str, usize); 3] = [("customer", 2), ("orders", 6), ("lineitem", 12)];
/// 1992-01-01 in days since 1970.
const FIRST_DAY: i64 = 8035;
/// Orders go over so many days.
const DAYS: i64 = 2400;
const SEGMENTS: [&str; 5] = [
    "AUTOMOBILE",
    "BUILDING",
    "FURNITURE",
    "MACHINERY",
    "HOUSEHOLD",
];
const FLAGS: [&str; 3] = ["A", "N", "R"];

/// A number below `end` that looks as if drawn, from a row and a column.
fn drawn(row: i64, column: i64, end: i64) -> i64 {
    let mut x = (row as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (column as u64) << 32;
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((x ^ (x >> 31)) % end as u64) as i64
}

fn numbers(rows: std::ops::Range<i64>, value: impl Fn(i64) -> i64) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(rows.map(value)))
}

fn texts(
    rows: std::ops::Range<i64>,
    values: &'static [&'static str],
    index: impl Fn(i64) -> i64,
) -> ArrayRef {
    let chosen = rows.map(|row| values[index(row) as usize]);
    Arc::new(StringArray::from_iter_values(chosen))
}

fn days(rows: std::ops::Range<i64>, value: impl Fn(i64) -> i64) -> ArrayRef {
    Arc::new(Date32Array::from_iter_values(
        rows.map(|row| (FIRST_DAY + value(row)) as i32),
    ))
}

/// A table of so many orders, in as many pieces as it is written in files. There are a tenth as many customers and
/// four times as many line items as orders.
///
/// # Errors
///
/// If there is no such table.
pub fn pieces(table: &str, orders: i64, files: usize) -> Result<Vec<RecordBatch>, Error> {
    let total = match table {
        "customer" => orders / 10,
        "orders" => orders,
        "lineitem" => orders * 4,
        _ => return Err(format!("there is no table {table}").into()),
    };
    let files = files as i64;
    let piece = |file: i64| {
        let rows = total * file / files..total * (file + 1) / files;
        Ok(RecordBatch::try_from_iter(columns(table, rows, orders))?)
    };
    (0..files).map(piece).collect()
}

fn columns(table: &str, rows: std::ops::Range<i64>, orders: i64) -> Vec<(&'static str, ArrayRef)> {
    let r = || rows.clone();
    match table {
        "customer" => vec![
            ("c_custkey", numbers(r(), |row| row)),
            (
                "c_mktsegment",
                texts(r(), &SEGMENTS, |row| drawn(row, 1, 5)),
            ),
        ],
        "orders" => vec![
            ("o_orderkey", numbers(r(), |row| row)),
            ("o_custkey", numbers(r(), |row| drawn(row, 2, orders / 10))),
            ("o_orderdate", days(r(), |row| drawn(row, 3, DAYS))),
            ("o_shippriority", numbers(r(), |row| drawn(row, 4, 3))),
        ],
        _ => vec![
            ("l_orderkey", numbers(r(), |row| row / 4)),
            ("l_quantity", numbers(r(), |row| 1 + drawn(row, 5, 50))),
            (
                "l_extendedprice",
                numbers(r(), |row| 90_000 + drawn(row, 6, 10_000_000)),
            ),
            ("l_discount", numbers(r(), |row| drawn(row, 7, 11))),
            (
                "l_shipdate",
                days(r(), |row| drawn(row / 4, 3, DAYS) + 1 + drawn(row, 8, 121)),
            ),
            ("l_returnflag", texts(r(), &FLAGS, |row| drawn(row, 9, 3))),
        ],
    }
}

/// Registers the tables from memory: what engines say of these is what they have to say of the same in a bucket.
///
/// # Errors
///
/// What DataFusion says.
pub fn register_in_memory(ctx: &SessionContext, orders: i64) -> Result<(), Error> {
    for (table, files) in TABLES {
        let pieces = pieces(table, orders, files)?;
        let schema = pieces[0].schema();
        let table_of = MemTable::try_new(schema, vec![pieces])?;
        ctx.register_table(table, Arc::new(table_of))?;
    }
    Ok(())
}

/// Writes each piece of each table as a Parquet file below a URL.
///
/// # Errors
///
/// What DataFusion says.
pub async fn write(ctx: &SessionContext, url: &str, orders: i64) -> Result<(), Error> {
    for (table, files) in TABLES {
        for (index, piece) in pieces(table, orders, files)?.into_iter().enumerate() {
            let path = format!("{url}/{table}/part-{index}.parquet");
            let options = DataFrameWriteOptions::new().with_single_file_output(true);
            let frame = ctx.read_batch(piece)?;
            frame.write_parquet(&path, options, None).await?;
        }
    }
    Ok(())
}

/// Registers the tables that stand below a URL.
///
/// # Errors
///
/// What DataFusion says.
pub async fn register(ctx: &SessionContext, url: &str) -> Result<(), Error> {
    for (table, _) in TABLES {
        let path = format!("{url}/{table}/");
        ctx.register_parquet(table, &path, ParquetReadOptions::default())
            .await?;
    }
    Ok(())
}
