"""Measures this interpreter and prints its table (src/layout/tables/3.N.json) as JSON.

    python3.13 tests/measure/measure.py > src/layout/tables/3.13.json
    python3.13 tests/measure/measure.py --head      # which interpreter this is, and no more
    python3.13 tests/measure/measure.py compiler    # the rows of one part alone

Every part is a module beside this one with a function `rows()`. Standard library only; CPython 3.8 and later.
"""
import datetime
import json
import os
import platform
import struct
import sys
import sysconfig

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import calls
import compiler
import features
import fixed
import holders
import instances
import scalars
import traces

VERSION = 1                              # of the scripts: raise it when a row changes its meaning
PARTS = (features, compiler, fixed, scalars, instances, calls, holders, traces)


def head():
    flags = sysconfig.get_config_var
    return {
        "version": platform.python_version(),
        "implementation": platform.python_implementation(),
        "pointer_bits": struct.calcsize("P") * 8,
        "digit_bits": sys.int_info.bits_per_digit,
        "free_threaded": bool(flags("Py_GIL_DISABLED")),
        "debug": bool(flags("Py_DEBUG")),
        "platform": sysconfig.get_platform(),
        "date": datetime.date.today().isoformat(),
        "script": VERSION,
    }


def table(names):
    got = {} if names else {"head": head()}
    for part in PARTS:
        if names and part.__name__ not in names:
            continue
        got.update(part.rows())
    return got


def dump(value, depth=0):
    """JSON with one row a line: a change of one row is a change of one line."""
    if isinstance(value, dict) and depth < 2:
        pad = " " * (depth + 1)
        rows = (",\n" + pad).join("%s: %s" % (json.dumps(k), dump(v, depth + 1)) for k, v in value.items())
        return "{\n%s%s\n%s}" % (pad, rows, " " * depth) if value else "{}"
    return json.dumps(value, separators=(",", ":"))


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":          # the same table at every run
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable] + sys.argv)
    print(dump(head() if sys.argv[1:] == ["--head"] else table(sys.argv[1:])))
