"""What a function can do to the objects it is handed."""


def rebind(values):
    values = [0]
    return values


def mutate(values):
    values.append(0)


def replace_all(values):
    values[:] = [0, 0]
    return values


def swap(pair):
    pair[0], pair[1] = pair[1], pair[0]
    return pair


def keep(values, store=[]):
    store.append(values)
    return store


def augmented_list(values):
    values += [1]
    return values


def augmented_number(number):
    number += 1
    return number


def augmented_tuple(values):
    values += (1,)
    return values


def identity(anything):
    return anything


def pack(*args, **kwargs):
    return args, kwargs


data = [1, 2, 3]
rebound = rebind(data)
mutate(data)
again = replace_all(data)
pair = [["left"], ["right"]]
left = pair[0]
swapped = swap(pair)
moved = pair[1] is left
kept = keep(data)
kept_twice = keep(pair)
longer = augmented_list(data)
number = 1000
bigger = augmented_number(number)
triple = (1, 2, 3)
wider = augmented_tuple(triple)
same = identity(data)
also = identity(left)
args, kwargs = pack(data, left, key=pair)
first = args[0]
value = kwargs["key"]
chain = first_name = second_name = []
chain.append(1)
a, b = b_holder, a_holder = [1], [2]
a, b = b, a
print(rebound, data, again is data, swapped, moved, kept is kept_twice, len(kept), longer is data)
print(number, bigger, triple, wider, same is data, also, first is data, value is pair, second_name, a, b)
