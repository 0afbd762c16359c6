"""A tiny JSON parser written by hand, checked against the library's."""
import json


def parse(text):
    value, end = parse_value(text, skip(text, 0))
    end = skip(text, end)
    if end != len(text):
        raise ValueError("extra data at %d" % end)
    return value


def skip(text, index):
    while index < len(text) and text[index] in " \n\t":
        index += 1
    return index


def parse_value(text, index):
    if index >= len(text):
        raise ValueError("unexpected end")
    letter = text[index]
    if letter == "{":
        return parse_object(text, index)
    if letter == "[":
        return parse_array(text, index)
    if letter == '"':
        end = text.index('"', index + 1)
        return text[index + 1:end], end + 1
    for literal, value in (("true", True), ("false", False), ("null", None)):
        if text.startswith(literal, index):
            return value, index + len(literal)
    end = index
    while end < len(text) and text[end] in "+-.0123456789eE":
        end += 1
    number = text[index:end]
    if not number:
        raise ValueError("unexpected %r" % letter)
    return (float(number) if "." in number or "e" in number else int(number)), end


def parse_array(text, index):
    items = []
    index = skip(text, index + 1)
    while text[index] != "]":
        item, index = parse_value(text, index)
        items.append(item)
        index = skip(text, index)
        if text[index] == ",":
            index = skip(text, index + 1)
    return items, index + 1


def parse_object(text, index):
    members = {}
    index = skip(text, index + 1)
    while text[index] != "}":
        key, index = parse_value(text, index)
        index = skip(text, index)
        value, index = parse_value(text, skip(text, index + 1))
        members[key] = value
        index = skip(text, index)
        if text[index] == ",":
            index = skip(text, index + 1)
    return members, index + 1


SAMPLE = '{"name": "x", "list": [1, 2.5, [], {}], "on": true, "off": null, "deep": {"a": [{"b": -3}]}}'
ours = parse(SAMPLE)
theirs = json.loads(SAMPLE)
agree = ours == theirs
inner = ours["deep"]["a"][0]
inner["b"] = "changed"
kept = theirs["deep"]["a"][0]["b"]
simple = [parse(text) for text in ("1", " [ ] ", '"hi"', "false", "{}")]
errors = []
for text in ("", "[1] 2", "?"):
    try:
        parse(text)
    except ValueError as error:
        errors.append(str(error))
again = json.dumps(ours, sort_keys=True)
print(agree, inner, kept, simple, errors, len(again))
