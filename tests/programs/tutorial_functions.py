# Functions: arguments of all kinds.


def greet(name, greeting="Hello"):
    return greeting + ", " + name


def total(*numbers):
    result = 0
    for number in numbers:
        result += number
    return result


def describe(**details):
    lines = []
    for key in sorted(details):
        lines.append(key + "=" + str(details[key]))
    return lines


def everything(first, *rest, flag=False, **options):
    return [first, rest, flag, options]


def no_return():
    pass


def many():
    return 1, [2], "three"


def apply(function, value):
    return function(value)


def add_item(item, items=None):
    if items is None:
        items = []
    items.append(item)
    return items


def modify(values):
    values[0] = "changed"


def factorial(n):
    return 1 if n <= 1 else n * factorial(n - 1)


plain = greet("Ann")
custom = greet("Bob", "Hi")
named = greet(greeting="Hey", name="Cid")
print(plain, custom, named)

three = total(1, 2, 3)
none = total()
numbers = [4, 5, 6]
unpacked = total(*numbers)
print(three, none, unpacked)

details = describe(age=5, color="red")
options = {"b": 2, "a": 1}
same = describe(**options)
print(details, same)

one = everything(1)
all_of_it = everything(1, 2, 3, flag=True, extra=[4])
print(one, all_of_it)

nothing = no_return()
a, b, c = many()
result = many()
print(nothing, a, b, c, result[1])

doubled = apply(lambda v: v * 2, [1])
length = apply(len, "four")
text = apply(str, 42)
print(doubled, length, text)

first = add_item(1)
second = add_item(2)
third = add_item(3, first)
print(first, second, third is first)

values = ["original"]
modify(values)
print(values)

small = factorial(5)
functions = {"sum": total, "fact": factorial}
print(small, functions["sum"](1, 2), functions["fact"](3))

alias = factorial
print(alias is factorial, alias.__name__, greet.__defaults__)
