"""Walking JSON with match statements (3.10 and later)."""
import json

TEXT = '{"name": "root", "size": 0, "children": [{"name": "a", "size": 3}, {"name": "b", "size": 4, "children": []}]}'


def total(node):
    match node:
        case {"size": size, "children": [*children]}:
            return size + sum(total(child) for child in children)
        case {"size": size}:
            return size
        case _:
            return 0


def kind(value):
    match value:
        case None:
            return "null"
        case True | False:
            return "boolean"
        case int() | float():
            return "number"
        case str(text) if not text:
            return "empty string"
        case str():
            return "string"
        case list(items):
            return "list of %d" % len(items)
        case dict():
            return "object"


def rename(node, names):
    match node:
        case {"name": str(name), **rest} if name in names:
            return {"name": names[name], **rest}
        case {"children": list(children)}:
            return {**node, "children": [rename(child, names) for child in children]}
        case _:
            return node


def path_to(node, wanted, path=()):
    match node:
        case {"name": name} if name == wanted:
            return [*path, name]
        case {"name": name, "children": [*children]}:
            for child in children:
                found = path_to(child, wanted, (*path, name))
                if found:
                    return found
    return None


tree = json.loads(TEXT)
size = total(tree)
leaf = total({"size": 9})
nothing = total([])
kinds = [kind(value) for value in (None, True, 1.5, "", "x", [1, 2], {})]
renamed = rename(tree, {"a": "alpha"})
untouched = tree["children"][0]["name"]
shared = renamed["children"][1] is tree["children"][1]
replaced = renamed["children"][0] is tree["children"][0]
same = rename("text", {})
path = path_to(tree, "b")
missing = path_to(tree, "z")
root = path_to(tree, "root")
renamed["children"][1]["size"] = 100
grown = total(tree)
print(size, leaf, nothing, kinds, untouched, shared, replaced, same, path, missing, root, grown)
