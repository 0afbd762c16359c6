"""Dataclasses: defaults, factories, ordering, frozen ones, replace."""
import dataclasses
from dataclasses import dataclass, field


@dataclass
class Point:
    x: float
    y: float = 0.0

    def moved(self, dx=0.0, dy=0.0):
        return Point(self.x + dx, self.y + dy)


@dataclass
class Polygon:
    name: str
    points: list = field(default_factory=list)
    tags: dict = field(default_factory=dict, repr=False)

    def add(self, point):
        self.points.append(point)
        return self


@dataclass(order=True, frozen=True)
class Version:
    major: int
    minor: int = 0
    label: str = field(default="", compare=False)


@dataclass
class Named(Point):
    name: str = "unnamed"
    history: list = field(default_factory=list)

    def __post_init__(self):
        self.history.append((self.x, self.y))


origin = Point(0.0)
corner = origin.moved(3.0, 4.0)
same = Point(3.0, 4.0) == corner
identical = Point(3.0, 4.0) is corner
triangle = Polygon("triangle")
square = Polygon("square", [origin, corner])
triangle.add(origin).add(corner).add(Point(1.0, 1.0))
separate = triangle.points is not square.points
shared = triangle.points[0] is square.points[0]
versions = sorted([Version(3, 8), Version(2, 7), Version(3, 12, "new")])
newest = max(versions)
try:
    newest.major = 4
except dataclasses.FrozenInstanceError as error:
    frozen = type(error).__name__
changed = dataclasses.replace(newest, minor=13)
as_dict = dataclasses.asdict(square)
as_tuple = dataclasses.astuple(origin)
fields = [each.name for each in dataclasses.fields(Named)]
named = Named(1.0, name="spot")
named.x = 9.0
table = {version: version.label for version in versions}
print(origin, corner, same, identical, square, separate, shared, versions[0], newest, frozen)
print(changed, as_dict, as_tuple, fields, named, len(table))
