"""Closures: counters, late binding, shared cells."""


def make_counter(start=0):
    count = start

    def increment(step=1):
        nonlocal count
        count += step
        return count

    return increment


def make_account(balance):
    history = []

    def deposit(amount):
        nonlocal balance
        balance += amount
        history.append(amount)
        return balance

    def log():
        return history

    return deposit, log


def late_binding():
    functions = []
    for i in range(3):
        functions.append(lambda: i)
    return [function() for function in functions]


def early_binding():
    functions = []
    for i in range(3):
        functions.append(lambda i=i: i)
    return [function() for function in functions]


def compose(*functions):
    def composed(value):
        for function in functions:
            value = function(value)
        return value

    return composed


def multiplier(factor):
    return lambda value: value * factor


def running_average():
    values = []

    def average(value):
        values.append(value)
        total = sum(values)
        return total / len(values)

    return average


counter = make_counter()
other = make_counter(100)
counts = [counter(), counter(), counter(10), other()]
deposit, log = make_account(50)
deposit(25)
deposit(5)
entries = log()
late = late_binding()
early = early_binding()
double, triple = multiplier(2), multiplier(3)
six_fold = compose(double, triple)
result = six_fold(7)
repeated = triple("ab")
average = running_average()
averages = [average(value) for value in (10, 20, 60)]
cells = counter.__closure__
inside = cells[0].cell_contents
entries.append("outside")
print(counts, entries, log() is entries, late, early, result, repeated, averages, inside)
