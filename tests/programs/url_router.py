"""URLs: taken apart, put together, matched against patterns."""
from urllib.parse import parse_qs, quote, unquote, urlencode, urljoin, urlsplit


class Route:
    def __init__(self, pattern, handler):
        self.parts = pattern.strip("/").split("/")
        self.handler = handler

    def match(self, path):
        given = path.strip("/").split("/")
        if len(given) != len(self.parts):
            return None
        values = {}
        for part, value in zip(self.parts, given):
            if part.startswith("<"):
                name, _, kind = part[1:-1].partition(":")
                if kind == "int":
                    if not value.isdigit():
                        return None
                    value = int(value)
                values[name] = value
            elif part != value:
                return None
        return values


class App:
    def __init__(self):
        self.routes = []
        self.cache = {}

    def add(self, pattern):
        def decorate(handler):
            self.routes.append(Route(pattern, handler))
            return handler

        return decorate

    def get(self, url):
        parts = urlsplit(url)
        key = parts.path
        if key not in self.cache:
            for route in self.routes:
                values = route.match(parts.path)
                if values is not None:
                    self.cache[key] = route, values
                    break
            else:
                return 404, None
        route, values = self.cache[key]
        return 200, route.handler(parse_qs(parts.query), **values)


app = App()
visits = []


@app.add("/")
def home(query):
    visits.append("home")
    return "home"


@app.add("/users/<id:int>")
def user(query, id):
    visits.append(id)
    return {"id": id, "query": query}


@app.add("/files/<folder>/<name>")
def file(query, folder, name):
    return [folder, unquote(name)]


def link(base, *parts, **query):
    url = urljoin(base, "/".join(quote(str(part)) for part in parts))
    return url + "?" + urlencode(sorted(query.items())) if query else url


root = app.get("https://example.org/")
found = app.get("https://example.org/users/42?tab=posts&tab=likes")
again = app.get("/users/42")
text = app.get("/users/anna")
stored = app.get("/files/docs/a%20b.txt")
missing = app.get("/nowhere/at/all/really")
cached = sorted(app.cache)
same = app.cache["/users/42"][1] is app.cache["/users/42"][1]
plain = link("https://example.org/x/", "y")
built = link("https://example.org/", "a b", 1, page=2, q="x&y")
parts = urlsplit(built)
back = parse_qs(parts.query)
handlers = [route.handler.__name__ for route in app.routes]
first = app.routes[0].handler is home
visits.append(visits[:])
print(root, found, again, text, stored, missing, cached, same, plain, built, parts.netloc, back, handlers, first, visits)
