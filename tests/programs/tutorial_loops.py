# Loops: for, while, break, continue, else.
total = 0
for number in [1, 2, 3, 4]:
    total += number
print(total)

for i in range(3):
    for j in range(i):
        print(i, j)

count = 10
while count > 0:
    count -= 3
print(count)

found = None
for word in ["ant", "bee", "cat"]:
    if word.startswith("b"):
        found = word
        break
else:
    found = "nothing"
print(found)

for n in range(2, 12):
    for divisor in range(2, n):
        if n % divisor == 0:
            break
    else:
        print(n, "is prime")

odds = []
for n in range(10):
    if n % 2 == 0:
        continue
    odds.append(n)
print(odds)

names = ["ann", "bob", "cid"]
ages = [30, 25, 35]
people = []
for name, age in zip(names, ages):
    people.append({"name": name, "age": age})
print(people[0], len(people))

for position, person in enumerate(people, start=1):
    person["position"] = position
print(people[2])

rows = []
for r in range(3):
    row = []
    for c in range(3):
        row.append(r * c)
    rows.append(row)
print(rows, row is rows[-1])

queue = ["a", "b", "c"]
order = []
while queue:
    item = queue.pop(0)
    order.append(item)
    if item == "b":
        queue.append("d")
print(order, item, queue)

a, b = 0, 1
fibonacci = []
while a < 50:
    fibonacci.append(a)
    a, b = b, a + b
print(fibonacci)

text = ""
for letter in reversed("stressed"):
    text += letter
print(text)

groups = {}
for word in "one two three four five six".split():
    groups.setdefault(len(word), []).append(word)
for length in sorted(groups):
    print(length, groups[length])

attempts = 0
while True:
    attempts += 1
    if attempts ** 2 > 50:
        break
print(attempts)

numbers = [1, 2, 3, 4, 5, 6]
for n in numbers[:]:
    if n % 3 == 0:
        numbers.remove(n)
print(numbers)
table = {}
for key in "abc":
    table[key] = []
    for value in range(2):
        table[key].append((key, value))
print(table["b"])
