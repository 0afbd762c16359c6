"""Assignment expressions, positional-only parameters, f-strings with =: all of 3.8."""
import re

LINES = ["name: Ann", "age: 30", "nothing here", "tags: a,b"]


def parse(lines):
    found = {}
    for line in lines:
        if match := re.match(r"(\w+): (.*)", line):
            key, value = match.groups()
            found[key] = value.split(",") if "," in value else value
    return found


def read_chunks(text, size=3):
    position = 0
    chunks = []
    while chunk := text[position:position + size]:
        chunks.append(chunk)
        position += size
    return chunks


def divide(a, b, /, *, digits=2):
    return round(a / b, digits)


def first_long(words, limit):
    if any(len(found := word) > limit for word in words):
        return found
    return None


def smooth(values):
    total = 0
    return [total := total + value for value in values]


def last_of(items):
    return (last := items[-1]), last


found = parse(LINES)
tags = found["tags"]
tags.append("c")
nothing = parse([])
chunks = read_chunks("abcdefgh")
pairs = read_chunks([1, 2, 3], 2)
third = divide(1, 3)
exact = divide(1, 3, digits=4)
long_word = first_long(["a", "bbbb", "cc"], 2)
none = first_long([], 1)
sums = smooth([1, 2, 3])
inner = [0]
one, two = last_of([inner])
same = one is two and two is inner
if (count := len(chunks)) > 2:
    label = f"{count=}"
squares = [y for x in range(4) if (y := x * x) > 1]
data = [a := [1], a, list(a)]
shared = data[0] is data[1], data[0] is data[2]
try:
    divide(a=1, b=2)
except TypeError:
    label += "!"
print(found, nothing, chunks, pairs, third, exact, long_word, none, sums, same, label, squares, y, shared)
