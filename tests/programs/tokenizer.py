"""A tokenizer with regular expressions, and a named tuple for the tokens."""
import re
from collections import namedtuple

Token = namedtuple("Token", ["kind", "value", "column"])

SPECIFICATION = [
    ("NUMBER", r"\d+(\.\d*)?"),
    ("NAME", r"[A-Za-z_]\w*"),
    ("OP", r"[+\-*/=()]"),
    ("SKIP", r"\s+"),
    ("ERROR", r"."),
]
PATTERN = re.compile("|".join("(?P<%s>%s)" % pair for pair in SPECIFICATION))
KEYWORDS = {"let", "print"}


def tokenize(text):
    tokens = []
    for match in PATTERN.finditer(text):
        kind = match.lastgroup
        value = match.group()
        if kind == "SKIP":
            continue
        if kind == "ERROR":
            raise SyntaxError("unexpected %r at %d" % (value, match.start()))
        if kind == "NUMBER":
            value = float(value) if "." in value else int(value)
        elif kind == "NAME" and value in KEYWORDS:
            kind = value.upper()
        tokens.append(Token(kind, value, match.start()))
    return tokens


def kinds(tokens):
    counts = {}
    for token in tokens:
        counts[token.kind] = counts.get(token.kind, 0) + 1
    return counts


tokens = tokenize("let x = 3.5 * (y + 42)")
empty = tokenize("")
short = tokenize("print x")
first = tokens[0]
kind, value, column = tokens[3]
moved = first._replace(column=10)
names = [token.value for token in tokens if token.kind == "NAME"]
numbers = [token.value for token in tokens if token.kind == "NUMBER"]
counts = kinds(tokens)
few = kinds(short)
none = kinds(empty)
try:
    tokenize("let $ = 1")
except SyntaxError as error:
    problem = error.args[0]
as_dict = dict(first._asdict())
replaced = re.sub(r"(\w+)@(\w+)", r"\2 at \1", "user@host")
found = re.findall(r"\b\w{4}\b", "four five six seven")
split = re.split(r"[;,]\s*", "a; b,c")
match = re.match(r"(?P<year>\d{4})-(?P<month>\d\d)", "2024-05")
groups = match.groupdict() if match else {}
print(first, value, column, moved, names, numbers, counts, few, none, problem, as_dict, replaced, found, split, groups)
