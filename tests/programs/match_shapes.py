"""Structural pattern matching (3.10 and later)."""
from dataclasses import dataclass


@dataclass
class Point:
    x: int
    y: int


@dataclass
class Circle:
    center: Point
    radius: int = 1


def area(shape):
    match shape:
        case Circle(radius=r):
            return 3 * r * r
        case (Point(x1, y1), Point(x2, y2)):
            return abs(x2 - x1) * abs(y2 - y1)
        case Point():
            return 0
        case _:
            return None


def command(text):
    match text.split():
        case ["go", ("north" | "south") as direction]:
            return direction
        case ["take", item]:
            return ["taken", item]
        case ["take", *items] if items:
            return items
        case []:
            return "nothing"
        case [verb, *_]:
            return "unknown " + verb


def event(data):
    match data:
        case {"type": "key", "code": int(code)}:
            return code
        case {"type": "click", "at": [x, y], **rest}:
            return x + y, rest
        case {"type": str(kind)}:
            return kind
        case None | {}:
            return None


def summarize(items):
    match items:
        case [first, *middle, last]:
            return first, middle, last
        case [only]:
            return only
        case []:
            return ()


areas = [area(shape) for shape in (Circle(Point(0, 0), 2), (Point(0, 0), Point(3, 4)), Point(1, 1), "none")]
answers = [command(text) for text in ("go north", "take lamp", "take a b", "", "dance now")]
taken = command("take sword")
taken.append("again")
events = [event(data) for data in ({"type": "key", "code": 7}, {"type": "key", "code": "x"}, None, {})]
clicked = event({"type": "click", "at": [1, 2], "button": "left"})
rest = clicked[1]
inner = [1]
whole = [inner, 2, inner]
first, middle, last = summarize(whole)
same = first is last and first is inner
one = summarize(["only"])
none = summarize(())
origin = Point(0, 0)
match origin:
    case Point(x=0, y=0) as found:
        label = "origin"
    case _:
        label = "elsewhere"
print(areas, answers, taken, events, clicked, rest, middle, same, one, none, label, found is origin)
