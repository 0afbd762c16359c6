"""Shapes: inheritance, abstract bases, class methods, special methods."""
import abc
import math


class Shape(abc.ABC):
    created = []

    def __init__(self, name):
        self.name = name
        Shape.created.append(name)

    @abc.abstractmethod
    def area(self):
        """How much it covers."""

    def describe(self):
        return "%s: %.1f" % (self.name, self.area())

    def __lt__(self, other):
        return self.area() < other.area()


class Circle(Shape):
    def __init__(self, radius):
        super().__init__("circle")
        self.radius = radius

    def area(self):
        return math.pi * self.radius ** 2


class Rectangle(Shape):
    def __init__(self, width, height, name="rectangle"):
        super().__init__(name)
        self.width = width
        self.height = height

    @classmethod
    def from_text(cls, text):
        width, height = text.split("x")
        return cls(int(width), int(height))

    def area(self):
        return self.width * self.height

    @property
    def is_square(self):
        return self.width == self.height


class Square(Rectangle):
    def __init__(self, side):
        super().__init__(side, side, "square")

    @staticmethod
    def sides():
        return 4

    def describe(self):
        return super().describe() + "!"


class Loud:
    def describe(self):
        return super().describe().upper()


class LoudSquare(Loud, Square):
    pass


circle = Circle(1)
wide = Rectangle(4, 2)
read = Rectangle.from_text("3x3")
square = Square(2)
loud = LoudSquare(1)
shapes = [circle, wide, read, square, loud]
texts = [shape.describe() for shape in shapes]
smallest = min(shapes)
ordered = [shape.name for shape in sorted(shapes)]
squares = [shape for shape in shapes if isinstance(shape, Square)]
is_square = read.is_square
sides = Square.sides()
try:
    Shape("abstract")
except TypeError as error:
    problem = type(error).__name__
linear = [cls.__name__ for cls in LoudSquare.__mro__[:4]]
shared = circle.created is square.created
square.created = ["own"]
separate = circle.created is square.created
total = sum(shape.area() for shape in shapes)
by_name = {shape.name: shape for shape in shapes}
print(texts, smallest.name, ordered, len(squares), is_square, sides, problem, linear, shared, separate, len(by_name))
