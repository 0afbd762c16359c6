"""Enumerations: members are single objects."""
import enum


class Color(enum.Enum):
    RED = 1
    GREEN = 2
    BLUE = 3
    CRIMSON = 1

    @classmethod
    def default(cls):
        return cls.GREEN

    def is_warm(self):
        return self is Color.RED


class Level(enum.IntEnum):
    LOW = 10
    HIGH = 20


class Access(enum.Flag):
    READ = enum.auto()
    WRITE = enum.auto()
    BOTH = READ | WRITE


class Planet(enum.Enum):
    EARTH = (5.97, 6378)
    MARS = (0.642, 3396)

    def __init__(self, mass, radius):
        self.mass = mass
        self.radius = radius

    @property
    def density(self):
        return round(self.mass / self.radius * 1000, 3)


def describe(color):
    if color is Color.RED:
        return "stop"
    if color is Color.GREEN:
        return "go"
    return "unknown"


red = Color.RED
by_value = Color(1)
by_name = Color["BLUE"]
alias = Color.CRIMSON
same = red is by_value and red is alias
names = [color.name for color in Color]
texts = [describe(color) for color in Color]
usual = describe(Color.default())
levels = sorted([Level.HIGH, Level.LOW])
higher = Level.LOW + 5
access = Access.READ | Access.WRITE
can_write = Access.WRITE in access
counts = {color: 0 for color in Color}
for color in [Color.RED, Color.BLUE, Color.RED]:
    counts[color] += 1
densities = {planet.name: planet.density for planet in Planet}
try:
    Color(99)
except ValueError as error:
    problem = type(error).__name__
warm = [color for color in Color if color.is_warm()]
print(red, by_name, same, names, texts, usual, levels[0], higher, access == Access.BOTH, can_write)
print(counts[Color.RED], densities, problem, warm)
