"""What came with 3.9 and is used since: unions, prefixes, generics at run time."""
import sys

if sys.version_info < (3, 9):
    print("needs 3.9")
    sys.exit(0)

defaults = {"color": "red", "tags": ["a"], "size": 1}
override = {"size": 2, "extra": None}
merged = defaults | override
reverse = override | defaults
shared = merged["tags"] is defaults["tags"]
merged["tags"].append("b")
same = merged
merged |= {"late": True}
in_place = same is merged
pairs = {"k": 1}
pairs |= [("x", 2), ("y", 3)]
counted = {}
for word in ["a", "b", "a"]:
    counted |= {word: counted.get(word, 0) + 1}


def configure(*layers, **options):
    result = {}
    for layer in layers:
        result |= layer
    return result | options


one = configure(defaults)
two = configure(defaults, override, color="blue")
none = configure()
url = "https://example.org/path.html"
name = url.removeprefix("https://")
stem = name.removesuffix(".html")
untouched = stem.removeprefix("ftp://")
identical = untouched is stem
Names = list[str]
names: Names = ["x"]
empty = dict[str, int]()


class Layered(dict):
    def __or__(self, other):
        return Layered(dict.__or__(self, other))


layered = Layered(a=1) | {"b": [2]}
kind = type(layered).__name__
plain = {"a": 1} | layered
print(merged, reverse, shared, in_place, pairs, counted, sorted(two), none, one is defaults)
print(name, stem, identical, names, empty, layered, kind, plain)
