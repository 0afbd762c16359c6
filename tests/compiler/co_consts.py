"""Prints the constants that CPython's compiler makes of source files, for tests/constants.rs to compare.

Reads paths from standard input, one a line, and answers each with three blobs (length, newline, bytes): the decoded
source, `co_consts` of each code object (a line each, the module first, then down), and for each constant that is
neither cached nor interned how many references the `co_consts` tuples and the constants that contain it hold. All are
empty for a file that CPython refuses.
"""
import io
import struct
import sys
import threading
import tokenize
import types
import warnings

V = sys.version_info[1]


def text(v):
    if v is None or v is True or v is False:
        return str(v)
    if v is ...:
        return "..."
    if isinstance(v, types.CodeType):
        return "<code>"
    if isinstance(v, int):
        return "i%x" % v
    if isinstance(v, float):
        return "f" + struct.pack(">d", v).hex()
    if isinstance(v, complex):
        return "j%s%s" % (struct.pack(">d", v.real).hex(), struct.pack(">d", v.imag).hex())
    if isinstance(v, str):
        return "s" + v.encode("utf-8", "surrogatepass").hex()
    if isinstance(v, bytes):
        return "b" + v.hex()
    if isinstance(v, tuple):
        return "(" + ",".join(map(text, v)) + ")"
    if isinstance(v, frozenset):
        return "{" + ",".join(sorted(map(text, v))) + "}"
    if isinstance(v, slice):
        return "slice(" + ",".join(map(text, (v.start, v.stop, v.step))) + ")"
    raise TypeError(v)


def has_text(v):
    return isinstance(v, str) or isinstance(v, (tuple, frozenset)) and any(map(has_text, v))


def holds_set(v):
    return isinstance(v, frozenset) and has_text(v) or isinstance(v, (tuple, frozenset)) and any(map(holds_set, v))


def is_counted(v):
    if v is None or v is ... or isinstance(v, (bool, types.CodeType)):
        return False
    if isinstance(v, int):
        return not -5 <= v <= (1024 if V >= 15 else 256)
    if isinstance(v, str):
        return bool(v) and not all(c.isascii() and (c.isalnum() or c == "_") for c in v) and not (len(v) == 1 and v <= "\xff")
    if isinstance(v, bytes):
        return len(v) > 1
    # Sets of strings are made anew for each code object.
    return v != () and not holds_set(v)


def main():
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(100000)
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        path = line.rstrip(b"\n")
        blobs = [b"", b"", b""]
        try:
            with open(path, "rb") as fh:
                raw = fh.read()
            encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
            source = raw.decode("utf-8" if encoding == "utf-8-sig" else encoding).encode("utf-8")
            module = compile(raw, "x", "exec", dont_inherit=True)
            rows, tuples = [], {}

            def walk(code):
                rows.append(code.co_name + " " + " ".join(text(k) for k in code.co_consts))
                tuples[id(code.co_consts)] = code.co_consts
                for k in code.co_consts:
                    if isinstance(k, types.CodeType):
                        walk(k)
            walk(module)
            held, objects, containers = {}, {}, set()
            todo = list(tuples.values())
            while todo:
                container = todo.pop()
                parts = (container.start, container.stop, container.step) if isinstance(container, slice) else container
                for k in parts:
                    held[id(k)] = held.get(id(k), 0) + 1
                    objects[id(k)] = k
                    if isinstance(k, (tuple, frozenset, slice)) and id(k) not in containers:
                        containers.add(id(k))
                        todo.append(k)
            counts = sorted("%s %d" % (text(k), held[i]) for i, k in objects.items() if is_counted(k))
            blobs = [source, "\n".join(rows).encode("utf-8", "surrogatepass"), "\n".join(counts).encode()]
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
