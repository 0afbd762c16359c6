"""A template engine: text with holes, loops and conditions, compiled to closures."""
import re

TOKEN = re.compile(r"({{.*?}}|{%.*?%})")


def resolve(name, context):
    value = context
    for part in name.split("."):
        value = value[part] if isinstance(value, dict) else getattr(value, part)
    return value


def text_node(text):
    return lambda context: text


def value_node(expression):
    name, *filters = [part.strip() for part in expression.split("|")]

    def render(context):
        value = resolve(name, context)
        for each in filters:
            value = FILTERS[each](value)
        return str(value)

    return render


def for_node(variable, name, body):
    def render(context):
        pieces = []
        for item in resolve(name, context):
            inner = dict(context)
            inner[variable] = item
            pieces.append(body(inner))
        return "".join(pieces)

    return render


def if_node(name, body):
    return lambda context: body(context) if resolve(name, context) else ""


def sequence(nodes):
    return lambda context: "".join(node(context) for node in nodes)


FILTERS = {"upper": str.upper, "length": len, "join": ", ".join}


def compile_template(text):
    stack = [("root", None, [])]
    for token in TOKEN.split(text):
        nodes = stack[-1][2]
        if token.startswith("{{"):
            nodes.append(value_node(token[2:-2]))
        elif token.startswith("{%"):
            words = token[2:-2].split()
            if words[0] in ("for", "if"):
                stack.append((words[0], words, []))
            else:
                kind, words, inner = stack.pop()
                body = sequence(inner)
                node = for_node(words[1], words[3], body) if kind == "for" else if_node(words[1], body)
                stack[-1][2].append(node)
        elif token:
            nodes.append(text_node(token))
    return sequence(stack.pop()[2])


class Page:
    def __init__(self, title, links):
        self.title = title
        self.links = links


greet = compile_template("Hello {{ name|upper }}!")
first = greet({"name": "ann"})
second = greet({"name": "Bob"})
listing = compile_template("{% for x in items %}<{{ x }}>{% end %}{% if note %} ({{ note }}){% end %}")
full = listing({"items": [1, 2], "note": "two"})
empty = listing({"items": [], "note": ""})
page = Page("Home", ["a", "b"])
context = {"page": page, "user": {"name": "Cid"}}
dotted = compile_template("{{ page.title }} by {{ user.name }}: {{ page.links|join }} ({{ page.links|length }})")(context)
plain = compile_template("nothing to fill")({})
nested = compile_template("{% for r in rows %}{% for c in r %}{{ c }}{% end %};{% end %}")
grid = nested({"rows": [[1, 2], [3]]})
FILTERS["twice"] = lambda value: value * 2
doubled = compile_template("{{ x|twice }}")({"x": [1]})
try:
    greet({})
except KeyError as error:
    missing = error.args[0]
untouched = "x" in context
print(first, second, full, repr(empty), dotted, plain, grid, doubled, missing, untouched)
