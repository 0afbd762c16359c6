"""Dictionaries: grouping, inverting, merging, sorting, nesting."""

RECORDS = [
    {"name": "Ann", "city": "Rome", "age": 34},
    {"name": "Bob", "city": "Oslo", "age": 19},
    {"name": "Cid", "city": "Rome", "age": 52},
]


def group_by(records, key):
    groups = {}
    for record in records:
        groups.setdefault(record[key], []).append(record)
    return groups


def invert(mapping):
    result = {}
    for key, value in mapping.items():
        result[value] = key
    return result


def pick(mapping, *keys):
    return {key: mapping[key] for key in keys if key in mapping}


def update_all(mapping, **changes):
    mapping.update(changes)
    return mapping


def nested_set(mapping, path, value):
    for key in path[:-1]:
        mapping = mapping.setdefault(key, {})
    mapping[path[-1]] = value


def diff(old, new):
    added = {key: new[key] for key in new if key not in old}
    removed = [key for key in old if key not in new]
    changed = {key: (old[key], new[key]) for key in old if key in new and old[key] != new[key]}
    return added, removed, changed


by_city = group_by(RECORDS, "city")
by_name = group_by(RECORDS[:1], "name")
rome = by_city["Rome"]
first = rome[0]
first["age"] += 1
visible = RECORDS[0]["age"]
numbers = {"one": 1, "two": 2, "three": 3}
words = invert(numbers)
twice = invert(words)
some = pick(numbers, "one", "nine")
person = pick(RECORDS[1], "name", "city")
updated = update_all(numbers, four=4, one=11)
same = updated is numbers
tree = {}
nested_set(tree, ["a", "b", "c"], [1])
nested_set(tree, ["a", "d"], 2)
leaf = tree["a"]["b"]["c"]
changes = diff({"a": 1, "b": 2}, {"b": 3, "c": 4})
nothing = diff({}, {})
ordered = dict(sorted(numbers.items(), key=lambda pair: pair[1], reverse=True))
oldest = max(RECORDS, key=lambda record: record["age"])["name"]
value = numbers.pop("two")
default = numbers.pop("two", None)
last = numbers.popitem()
keys, values = list(numbers), list(numbers.values())
zipped = dict(zip(keys, values))
fresh = dict.fromkeys(["x", "y"], 0)
shared = dict.fromkeys(["x", "y"], [])
shared["x"].append(1)
counts = {}
for number in range(30):
    counts[number % 7] = counts.get(number % 7, 0) + 1
del counts[0]
print(len(rome), visible, words, twice, some, person, same, leaf, changes, nothing, ordered, oldest)
print(value, default, last, keys, values, zipped, fresh, shared, counts, by_name)
