//! Queries like those of TPC-H, and what they answer.

use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::prelude::SessionContext;

use crate::{Error, tables};

/// Q1, Q3, Q6 and Q13 of TPC-H, as far as the tables go. Each is ordered to the last row, so that equal answers are
/// equal texts.
pub const QUERIES: [(&str, &str); 4] = [
    (
        "pricing summary (Q1)",
        "SELECT l_returnflag, count(*) AS lines, sum(l_quantity) AS quantity, sum(l_extendedprice) AS price,
                sum(l_extendedprice * (100 - l_discount)) AS discounted
         FROM lineitem WHERE l_shipdate <= DATE '1998-06-02'
         GROUP BY l_returnflag ORDER BY l_returnflag",
    ),
    ("shipping priority (Q3)", SHIPPING_PRIORITY),
    (
        "revenue forecast (Q6)",
        "SELECT sum(l_extendedprice * l_discount) AS revenue FROM lineitem
         WHERE l_shipdate >= DATE '1994-01-01' AND l_shipdate < DATE '1995-01-01'
           AND l_discount BETWEEN 5 AND 7 AND l_quantity < 24",
    ),
    (
        "customer distribution (Q13)",
        "SELECT orders_of, count(*) AS customers FROM (
             SELECT c_custkey, count(o_orderkey) AS orders_of
             FROM customer LEFT JOIN orders ON c_custkey = o_custkey AND o_shippriority <> 1
             GROUP BY c_custkey)
         GROUP BY orders_of ORDER BY customers DESC, orders_of DESC",
    ),
];

/// Joins all three tables.
pub const SHIPPING_PRIORITY: &str = "SELECT l_orderkey, sum(l_extendedprice * (100 - l_discount)) AS revenue, o_orderdate, o_shippriority
     FROM customer, orders, lineitem
     WHERE c_mktsegment = 'BUILDING' AND c_custkey = o_custkey AND l_orderkey = o_orderkey
       AND o_orderdate < DATE '1995-03-15' AND l_shipdate > DATE '1995-03-15'
     GROUP BY l_orderkey, o_orderdate, o_shippriority
     ORDER BY revenue DESC, o_orderdate, l_orderkey LIMIT 20";

/// What a query answers, as a table in text.
///
/// # Errors
///
/// What the engine says.
pub async fn answer(ctx: &SessionContext, query: &str) -> Result<String, Error> {
    let batches = ctx.sql(query).await?.collect().await?;
    Ok(pretty_format_batches(&batches)?.to_string())
}

/// What a query answers on tables in memory, without any store.
///
/// # Errors
///
/// What the engine says.
pub async fn expected(query: &str, orders: i64) -> Result<String, Error> {
    let ctx = SessionContext::new();
    tables::register_in_memory(&ctx, orders)?;
    answer(&ctx, query).await
}
