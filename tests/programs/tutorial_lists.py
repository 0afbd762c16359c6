# Lists, the first lesson.
fruits = ["apple", "banana", "cherry"]
print(fruits[0], fruits[-1], len(fruits))

fruits.append("date")
fruits.insert(1, "avocado")
fruits[2] = "blueberry"
print(fruits)

removed = fruits.pop()
fruits.remove("cherry")
print(removed, fruits)

more = ["elderberry", "fig"]
fruits.extend(more)
everything = fruits + more
print(len(fruits), len(everything))

numbers = [4, 1, 3, 2]
ordered = sorted(numbers)
print(numbers, ordered)
numbers.sort(reverse=True)
print(numbers)
numbers.reverse()
print(numbers == ordered, numbers is ordered)

first_two = numbers[:2]
last_two = numbers[-2:]
every_other = numbers[::2]
print(first_two, last_two, every_other)

squares = []
for n in numbers:
    squares.append(n ** 2)
print(squares)

cubes = [n ** 3 for n in numbers]
even_cubes = [c for c in cubes if c % 2 == 0]
print(cubes, even_cubes)

matrix = [[1, 2, 3], [4, 5, 6]]
row = matrix[0]
row[0] = 100
print(matrix, row is matrix[0])

for index, fruit in enumerate(fruits):
    print(index, fruit)

letters = list("hello")
joined = "".join(letters)
print(letters, joined)

a = [1, 2, 3]
b = a
b.append(4)
c = a[:]
c.append(5)
print(a, b, c, a is b, a is c)

x, y, z = a[:3]
head, *tail = a
print(x, y, z, head, tail)

empty = []
if not empty:
    empty.append("no longer")
print(empty, 3 in a, a.index(3), a.count(1), min(a), max(a), sum(a))
del a[0]
del b
a.clear()
print(a, c)
