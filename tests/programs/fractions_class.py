"""Rational numbers and polynomials by hand, against the library's."""
from fractions import Fraction
from math import gcd


class Rational:
    def __init__(self, top, bottom=1):
        if bottom == 0:
            raise ZeroDivisionError("no denominator")
        if bottom < 0:
            top, bottom = -top, -bottom
        divisor = gcd(top, bottom)
        self.top = top // divisor
        self.bottom = bottom // divisor

    @classmethod
    def parse(cls, text):
        return cls(*(int(part) for part in text.split("/")))

    def __add__(self, other):
        if isinstance(other, int):
            other = Rational(other)
        return Rational(self.top * other.bottom + other.top * self.bottom, self.bottom * other.bottom)

    __radd__ = __add__

    def __mul__(self, other):
        if isinstance(other, int):
            other = Rational(other)
        return Rational(self.top * other.top, self.bottom * other.bottom)

    __rmul__ = __mul__

    def __truediv__(self, other):
        return self * Rational(other.bottom, other.top)

    def __eq__(self, other):
        return isinstance(other, Rational) and (self.top, self.bottom) == (other.top, other.bottom)

    def __hash__(self):
        return hash((self.top, self.bottom))

    def __float__(self):
        return self.top / self.bottom

    def __repr__(self):
        return "%d/%d" % (self.top, self.bottom)


class Polynomial:
    def __init__(self, *coefficients):
        self.coefficients = list(coefficients)

    def __call__(self, x):
        result = 0
        for coefficient in self.coefficients:
            result = result * x + coefficient
        return result

    def __add__(self, other):
        size = max(len(self.coefficients), len(other.coefficients))
        left = [0] * (size - len(self.coefficients)) + self.coefficients
        right = [0] * (size - len(other.coefficients)) + other.coefficients
        return Polynomial(*[a + b for a, b in zip(left, right)])

    def __mul__(self, other):
        product = [0] * (len(self.coefficients) + len(other.coefficients) - 1)
        for i, a in enumerate(self.coefficients):
            for j, b in enumerate(other.coefficients):
                product[i + j] += a * b
        return Polynomial(*product)

    def derivative(self):
        degree = len(self.coefficients) - 1
        return Polynomial(*[c * (degree - i) for i, c in enumerate(self.coefficients[:-1])])


half, third = Rational(1, 2), Rational(1, 3)
total = half + third
mixed = 1 + half
summed = sum([half, third, Rational(1, 6)], Rational(0))
product = half * third
quotient = half / third
reduced = Rational(6, -4)
equal = Rational(2, 4) == half
table = {half: "half"}
looked_up = table[Rational.parse("3/6")]
decimal = float(third)
try:
    Rational(1, 0)
except ZeroDivisionError as error:
    problem = str(error)
library = Fraction(1, 2) + Fraction(1, 3)
agree = (library.numerator, library.denominator) == (total.top, total.bottom)
p = Polynomial(1, -3, 2)
values = [p(x) for x in range(4)]
exact = p(half)
q = p + Polynomial(1, 0)
r = p * Polynomial(1, 1)
slope = p.derivative()
flat = slope.derivative().derivative()
shared = p.coefficients is slope.coefficients
constant = Polynomial(7)(100)
print(total, mixed, summed, product, quotient, reduced, equal, looked_up, round(decimal, 3), problem, agree, values)
print(exact, q.coefficients, r.coefficients, slope.coefficients, flat.coefficients, shared, constant)
