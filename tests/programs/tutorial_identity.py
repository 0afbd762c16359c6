# "is" and "==", step by step.
a = [1, 2, 3]
b = [1, 2, 3]
c = a
print(a == b, a is b, a is c)

c.append(4)
print(a, b, a == c)

x = 5
y = 5
print(x is y)

x = 1000
y = 1000
print(x == y, x is y)

z = 999 + int("1")
print(z == x, z is x)

s = "python"
t = "python"
print(s is t)

u = "py" + "thon"
v = "".join(["py", "thon"])
print(u is s, v is s, v == s)

n = None
m = None
print(n is m, n is None, n == None)

p = (1, 2)
q = (1, 2)
r = tuple([1, 2])
print(p is q, p is r, p == r)

f = 1.5
g = 3.0 / 2
print(f == g, f is g)

empty_list = []
other_list = []
print(empty_list is other_list)

empty_tuple = ()
other_tuple = tuple([])
print(empty_tuple is other_tuple)


class Dog:
    pass


rex = Dog()
spot = Dog()
same = rex
print(rex is spot, rex is same, rex == spot)

nested = [a, a, b]
print(nested[0] is nested[1], nested[1] is nested[2])

a = a + [5]
print(a is c, c)
c += [6]
print(nested[0] is c, nested[0])

copy = list(c)
print(copy == c, copy is c)

d = {"k": copy}
e = d["k"]
print(e is copy)
d["k"] = None
print(e)

flags = [True, 1 == 1, not False]
print(flags[0] is flags[1], flags[1] is flags[2])


def identity(value):
    return value


def clone(value):
    return value[:]


print(identity(a) is a, clone(a) is a, clone(s) is s, identity(s) is s)
del rex, same
print(id(a) == id(identity(a)))
