#!/usr/bin/env python3
"""Writes what the AWS CLI's own formatter prints for random values, as JSON lines.

    python3 -m venv venv && venv/bin/pip install awscli==1.45.11
    venv/bin/python cli/tests/output/golden.py > cli/tests/output/golden.jsonl

`--count` and `--seed` give other values; ZONAL_GOLDEN=FILE has the tests read another file.
`stdout` is null where the AWS CLI ends with a Python exception.
"""
import argparse
import io
import json
import random
import sys

import awscli.table
from awscli.formatter import get_formatter

KEYS = ["Key", "Size", "ETag", "Owner", "Name", "é", "Zürich", "日本", "a", "B", "Contents", "ﬂ", "long_key_name", ""]
TEXTS = ["", "x", "AES256", "arn:aws:s3express:us-west-2:111122223333:bucket/demo--usw2-az1--x-s3", "日本語", "tab\there",
         "line\nend", "\x1b[31mred", "\x7f\u009b1m", "it's", 'say "x"', "both ' and \"", "back\\slash", "é", "e\u0301",
         "\u0301", "😀", "…", "\u200b\u202e", "\u00a0\u00ad", "\ue000\U000f0000\u2028", "αβγ", "ß", "  blanks  ", "0", "True"]
NUMBERS = [0, 1, -1, 42, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 2**64 - 1, 0.0, -0.0, 1.5, 1e16, 1e15, 123456789012345680.0,
           10**20, -(10**40), 1e-4, 1e-5, 1.1e-7, 1e100, 5e-324, 1.7976931348623157e308, 0.1, 100.0, -2.5e-10]


def scalar(r):
    return r.choice([None, True, False, r.choice(NUMBERS), r.choice(NUMBERS), *(r.choice(TEXTS) for _ in range(6))])


def structure(r, depth, keys=None):
    keys = keys or r.sample(KEYS, r.randint(0, 5))
    return {k: value(r, depth - 1) for k in keys if r.random() < 0.9}


def value(r, depth):
    kind = r.random()
    if depth == 0 or kind < 0.4:
        return scalar(r)
    if kind < 0.6:
        return structure(r, depth)
    if kind < 0.8:  # what services answer: a list of like structures
        keys = r.sample(KEYS, r.randint(0, 4))
        return [structure(r, depth, keys) for _ in range(r.randint(0, 3))]
    if kind < 0.9:
        return [scalar(r) for _ in range(r.randint(0, 4))]
    return [value(r, depth - 1) for _ in range(r.randint(0, 3))]


class Args:
    query = None

    def __init__(self, color):
        self.color = color


def printed(data, form, color, columns):
    awscli.table.determine_terminal_width = lambda: columns
    kept, sys.stdout = sys.stdout, io.StringIO()
    raw = sys.stdout
    try:
        get_formatter(form, Args("on" if color else "off"))("CreateSession", data)
        return raw.getvalue()
    except Exception:
        return None
    finally:
        sys.stdout = kept


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    r = random.Random(options.seed)
    for _ in range(options.count):
        data = value(r, 4) if r.random() < 0.2 else structure(r, 4)
        text = json.dumps(data, ensure_ascii=False)
        forms = [("json", False, 80), ("text", False, 80), ("table", False, 80), ("table", r.random() < 0.3, r.choice([20, 60, 200]))]
        for form, color, columns in forms:
            # a string or a number at the top is asked "is there ResponseMetadata in it?"
            if not isinstance(data, (dict, list)):
                continue
            stdout = printed(json.loads(text), form, color, columns)
            case = {"value": data, "format": form, "color": color, "columns": columns, "stdout": stdout}
            print(json.dumps(case, ensure_ascii=False))


main()
