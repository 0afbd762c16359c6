"""Strings built in many ways, and what stays the same object."""
import io

LINES = ["alpha", "beta", "gamma"]


def by_plus(parts):
    text = ""
    for part in parts:
        text = text + part + ","
    return text


def by_augmented(parts, separator=","):
    text = ""
    for part in parts:
        text += part
        text += separator
    return text


def by_join(parts):
    return ",".join(parts)


def by_buffer(parts):
    buffer = io.StringIO()
    for part in parts:
        buffer.write(part)
        buffer.write(",")
    return buffer.getvalue()


def by_format(parts):
    return "{},{},{},".format(*parts)


def padded(word, width=8, fill="."):
    if len(word) >= width:
        return word
    return word + fill * (width - len(word))


def bar(value, scale=1):
    return "#" * int(value * scale)


plus = by_plus(LINES)
augmented = by_augmented(LINES)
joined = by_join(LINES)
buffered = by_buffer(LINES)
formatted = by_format(LINES)
agree = plus == augmented == buffered == formatted
none = by_join([])
dashes = by_augmented("xyz", "-")
short = padded("abc")
long = padded("abcdefghij")
same_long = padded(long) is long
custom = padded("x", fill="*", width=3)
bars = [bar(n) for n in (0, 1, 3)]
halves = bar(5, 0.5)
stripped = long.strip()
same_stripped = stripped is long
replaced = long.replace("zzz", "")
same_replaced = replaced is long
upper = "ABC".upper()
sliced = long[:]
same_slice = sliced is long
part = long[2:5]
reverse = long[::-1]
letter = long[0]
template = "%(name)s is %(age)d"
filled = template % {"name": "Eve", "age": 30}
name, number = "pi", 3.14159
sentence = f"{name} is about {number:.3f}"
nested = f"{'<' + name + '>':>10}"
raw = r"C:\new" + "\t" + "tab"
multi = """first
second"""
rows = multi.splitlines()
wide = "☃" * 3
accents = "é" + "e"
data = bytes([104, 105])
text = data.decode()
buffer = bytearray(b"abc")
buffer.extend(b"def")
buffer[0] = ord("A")
frozen = bytes(buffer)
print(agree, joined, none, dashes, short, same_long, custom, bars, halves, same_stripped, same_replaced, upper)
print(same_slice, part, reverse, letter, filled, sentence, nested, raw, rows, wide, accents, text, frozen)
