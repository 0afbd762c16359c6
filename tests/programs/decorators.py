"""Decorators: plain, with arguments, as classes, stacked."""
import functools


def traced(function):
    calls = []

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        calls.append((args, kwargs))
        return function(*args, **kwargs)

    wrapper.calls = calls
    return wrapper


def repeat(times):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args):
            return [function(*args) for _ in range(times)]

        return wrapper

    return decorate


def with_default(value):
    def decorate(function):
        def wrapper(*args):
            try:
                return function(*args)
            except Exception:
                return value

        return wrapper

    return decorate


class CountCalls:
    def __init__(self, function):
        self.function = function
        self.count = 0

    def __call__(self, *args):
        self.count += 1
        return self.function(*args)


registry = {}


def register(name=None):
    def decorate(function):
        registry[name or function.__name__] = function
        return function

    return decorate


@traced
def add(a, b=10):
    return a + b


@repeat(3)
def greet(name):
    return "hi " + name


@with_default([])
def first_line(lines):
    return lines[0]


@CountCalls
def square(x):
    return x * x


@register()
@traced
def shout(text):
    return text.upper()


@register("lower")
def whisper(text):
    return text.lower()


def singleton(cls):
    instances = {}

    def get(*args):
        if cls not in instances:
            instances[cls] = cls(*args)
        return instances[cls]

    return get


@singleton
class Database:
    def __init__(self, url):
        self.url = url


sums = [add(1), add(1, 2), add(a=3, b=4)]
calls = add.calls
greetings = greet("Bo")
line = first_line(["one", "two"])
none = first_line([])
also_none = first_line(None)
same_default = none is also_none
squares = [square(n) for n in (2, 3)]
count = square.count
names = sorted(registry)
loud = registry["shout"]("hello")
quiet = registry["lower"]("HELLO")
name = shout.__name__
db = Database("sqlite://")
other = Database("ignored")
single = db is other
url = other.url
print(sums, calls, greetings, line, none, same_default, squares, count, names, loud, quiet, name, single, url)
