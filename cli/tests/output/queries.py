#!/usr/bin/env python3
"""Writes what the AWS CLI's JMESPath finds for random expressions, as JSON lines.

    python3 -m venv venv && venv/bin/pip install awscli==1.45.11
    venv/bin/python cli/tests/output/queries.py > cli/tests/output/queries.jsonl

`--count` and `--seed` give other expressions; ZONAL_QUERIES=FILE has the tests read another file.
A line has `result`, or `error` with the message; in `broken` ones a character was changed or the end cut off.
"""
import argparse
import json
import random
import warnings

import jmespath

warnings.simplefilter("ignore")

DOCUMENT = {
    "Contents": [
        {"Key": "b/two", "Size": 20, "Class": "EXPRESS", "Tags": ["x", "y"], "Owner": {"Name": "z", "Id": None}},
        {"Key": "a/one", "Size": 3, "Class": "STANDARD", "Tags": [], "Owner": {}},
        {"Key": "é", "Size": 1.5, "Class": "EXPRESS", "Tags": [["deep"], "y"], "Part": True},
    ],
    "Zone": {"b": 1, "a": 2, "c": [3, 1, 2]},
    "Names": ["beta", "alpha", "日本"],
    "Numbers": [3, 1.0, 2, -7, 1e16, 2],
    "Mixed": [1, "a", None, [1, [2]], {"k": 0}, True],
    "Empty": [],
    "None": None,
    "No": False,
    "Text": "12",
    "a b": "quoted",
}
FIELDS = ["Contents", "Zone", "Names", "Numbers", "Mixed", "Empty", "None", "No", "Text", '"a b"', "Key", "Size", "Class",
          "Tags", "Owner", "Name", "b", "c", "nope"]
LITERALS = ["'raw'", "'it\\'s'", "`1`", "`1.0`", '`"x"`', "`x y`", '`{"b": [1], "a": 2.50}`', "`[3, 1]`", "`null`", "`true`", "``",
            "`EXPRESS`", "'é'", "`\"\\u00e9\"`", "`2`", "'1e3'", "' 1_0 '", "`-0.0`", "`1e-7`", "`a\\`b`"]
ONE = ["abs", "avg", "ceil", "floor", "keys", "length", "max", "min", "reverse", "sort", "sum", "to_array", "to_number",
       "to_string", "type", "values", "not_null", "merge"]
TWO = ["contains", "ends_with", "join", "starts_with", "not_null", "merge"]
BY = ["max_by", "min_by", "sort_by"]


def number(r):
    return str(r.choice([0, 1, 2, 5, -1, -2, -9]))


def step(r, depth):
    kind = r.randrange(9)
    if kind < 3:
        return "." + r.choice(FIELDS)
    if kind == 3:
        return "[" + number(r) + "]"
    if kind == 4:
        bounds = [r.choice(["", number(r)]) for _ in range(2)]
        return "[" + ":".join(bounds + r.choice([[], ["1"], ["-1"], ["2"], ["-3"], [""]])) + "]"
    if kind == 5:
        return r.choice(["[*]", "[]", ".* | @"])  # `a.*.b.c` is null in the AWS CLI, against the specification
    if kind == 6:
        return "[?" + expression(r, depth - 1) + "]"
    if kind == 7:
        return ".[" + ", ".join(expression(r, depth - 1) for _ in range(r.randint(1, 2))) + "]"
    return ".{" + ", ".join(k + ": " + expression(r, depth - 1) for k in r.sample(["z", "y", '"x x"'], r.randint(1, 3))) + "}"


def call(r, depth):
    kind = r.randrange(8)
    if kind < 4:
        return r.choice(ONE) + "(" + expression(r, depth - 1) + ")"
    if kind < 6:
        return r.choice(TWO) + "(" + expression(r, depth - 1) + ", " + expression(r, depth - 1) + ")"
    if kind == 6:
        return r.choice(BY) + "(" + r.choice(["Contents", "Names", expression(r, depth - 1)]) + ", &" + r.choice(
            ["Key", "Size", "@", "length(@)", expression(r, depth - 1)]) + ")"
    return "map(&" + expression(r, depth - 1) + ", " + r.choice(["Contents", "Mixed", expression(r, depth - 1)]) + ")"


def expression(r, depth):
    if depth <= 0:
        return r.choice([r.choice(FIELDS), r.choice(FIELDS), r.choice(LITERALS), "@"])
    kind = r.randrange(12)
    if kind < 5:
        return r.choice(FIELDS) + "".join(step(r, depth) for _ in range(r.randint(1, 3)))
    if kind < 8:
        return call(r, depth)
    if kind == 8:
        return expression(r, depth - 1) + r.choice([" | ", " || ", " && "]) + expression(r, depth - 1)
    if kind == 9:
        return expression(r, depth - 1) + r.choice([" == ", " != ", " < ", " <= ", " > ", " >= "]) + expression(r, depth - 1)
    if kind == 10:
        return r.choice(["!", "(", ""]) + expression(r, depth - 1)
    return "(" + expression(r, depth - 1) + ")" + step(r, depth)


BIG = ["9007199254740992", "9007199254740993", "9007199254740992.0", "18446744073709551615", "18446744073709551616",
       "-9223372036854775809", "100000000000000000000", "1e20", "1E+20", "170141183460469231731687303715884105728",
       "-1" + "0" * 60, "0.1", "-0", "-0.0", "1.10", "2.5", "-2.5", "1e300", "0.12345678901234567890123", "3"]


def big(r):
    """An expression about numbers that 64 bits do not hold, and about such that a double does not."""
    one, other, third = (r.choice(["`%s`", "to_number('%s')", "`[%s]`[0]"]) % r.choice(BIG) for _ in range(3))
    return r.choice([
        f"{one}", f"{one} {r.choice(['==', '!=', '<', '<=', '>', '>='])} {other}", f"sum([{one}, {other}, {third}])",
        f"{r.choice(['abs', 'ceil', 'floor', 'to_string', 'type', 'to_array'])}({one})", f"avg([{one}, {other}])",
        f"{r.choice(['max', 'min', 'sort', 'reverse'])}([{one}, {other}, {third}])", f"contains([{one}, {other}], {third})",
        f"sort_by([{{a: {one}}}, {{a: {other}}}], &a)", f"[{one}, {other}] | [?@ > {third}]", f"join(' ', [to_string({one})])",
    ])


def broken(r, text):
    at = r.randrange(len(text) + 1)
    if r.random() < 0.4:
        return text[:at]
    return text[:at] + r.choice(list("[](){}.,:|&!=<>?*@'\"`#$-0aé ")) + text[at + r.randint(0, 1):]


def outcome(query):
    try:
        compiled = jmespath.compile(query)
    except Exception as e:
        return {"error": f"Bad value for --query {query}: {e}"}
    try:
        result = compiled.search(DOCUMENT)
        json.dumps(result, allow_nan=False)
        return {"result": result}
    except Exception as e:
        return {"error": str(e)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    r = random.Random(options.seed)
    print(json.dumps({"document": DOCUMENT}, ensure_ascii=False))
    for _ in range(options.count):
        query = expression(r, r.randint(0, 3))
        is_broken = r.random() < 0.15
        if is_broken:
            query = broken(r, query)
        case = {"query": query, "broken": is_broken, **outcome(query)}
        print(json.dumps(case, ensure_ascii=False))
    for _ in range(options.count // 4):
        query = big(r)
        print(json.dumps({"query": query, "broken": False, **outcome(query)}, ensure_ascii=False))


main()
