"""Context managers: as classes, as generators, stacked."""
import contextlib

log = []


class Resource:
    def __init__(self, name, swallow=False):
        self.name = name
        self.swallow = swallow
        self.open = False

    def __enter__(self):
        self.open = True
        log.append("enter " + self.name)
        return self

    def __exit__(self, kind, value, traceback):
        self.open = False
        log.append("exit " + self.name)
        return self.swallow


class Transaction:
    def __init__(self, data):
        self.data = data

    def __enter__(self):
        self.backup = dict(self.data)
        return self.data

    def __exit__(self, kind, value, traceback):
        if kind is not None:
            self.data.clear()
            self.data.update(self.backup)
            return kind is KeyError
        return False


@contextlib.contextmanager
def temporarily(values, item):
    values.append(item)
    try:
        yield values
    finally:
        values.remove(item)


with Resource("one") as one:
    state = one.open
with Resource("outer") as outer, Resource("inner") as inner:
    both = [outer.name, inner.name]
with Resource("quiet", swallow=True):
    raise RuntimeError("nobody hears")
try:
    with Resource("loud"):
        raise RuntimeError("somebody hears")
except RuntimeError as error:
    heard = str(error)

table = {"a": 1}
with Transaction(table) as data:
    data["b"] = 2
with Transaction(table) as data:
    data["c"] = 3
    data["missing"]
items = [1, 2]
with temporarily(items, 99) as longer:
    during = list(longer)
with contextlib.ExitStack() as stack:
    opened = [stack.enter_context(Resource(name)) for name in ("x", "y")]
    count = len(opened)
with contextlib.suppress(ZeroDivisionError):
    1 / 0
nothing = contextlib.nullcontext([5])
with nothing as value:
    value.append(6)
print(state, one.open, both, heard, table, during, items, count, value, len(log))
