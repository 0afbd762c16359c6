"""Prints which loads of locals CPython's compiler lends, for tests/borrow.rs to compare (3.14 on).

Reads paths from standard input, one a line, and answers each with two blobs (length, newline, bytes): the decoded
source, and a row `LINE NAME lent|owned` for each load of a local, sorted and each once. Both are empty for a file that
CPython refuses. Left out: cells, which are loaded to make closures, and code that evaluates annotations.
"""
import dis
import io
import sys
import threading
import tokenize
import types
import warnings


def loads(code, rows):
    cells = set(code.co_cellvars) | set(code.co_freevars)
    if not code.co_name.startswith(("__annotate__", "<generic")):
        for i in dis.get_instructions(code):
            op = i.opname
            if op == "STORE_FAST_LOAD_FAST":
                names, kind = i.argval[1:], "owned"
            elif op in ("LOAD_FAST", "LOAD_FAST_CHECK", "LOAD_FAST_BORROW"):
                names, kind = (i.argval,), "lent" if op.endswith("BORROW") else "owned"
            elif op in ("LOAD_FAST_LOAD_FAST", "LOAD_FAST_BORROW_LOAD_FAST_BORROW"):
                names, kind = i.argval, "lent" if "BORROW" in op else "owned"
            else:
                continue
            for name in names:
                if name not in cells and not name.startswith("."):
                    rows.add("%d %s %s" % (i.positions.lineno or 0, name, kind))
    for k in code.co_consts:
        if isinstance(k, types.CodeType):
            loads(k, rows)


def main():
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(100000)
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        blobs = [b"", b""]
        try:
            with open(line.rstrip(b"\n"), "rb") as fh:
                raw = fh.read()
            encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
            source = raw.decode("utf-8" if encoding == "utf-8-sig" else encoding).encode("utf-8")
            rows = set()
            loads(compile(raw, "x", "exec", dont_inherit=True), rows)
            blobs = [source, "\n".join(sorted(rows)).encode()]
        except (SyntaxError, UnicodeDecodeError, ValueError, LookupError, RecursionError, MemoryError, OverflowError):
            pass
        for blob in blobs:
            out.write(b"%d\n" % len(blob) + blob)
        out.flush()


if __name__ == "__main__":
    threading.stack_size(512 * 1024 * 1024)
    thread = threading.Thread(target=main)
    thread.start()
    thread.join()
