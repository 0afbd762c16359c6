"""Aliases, shallow copies and deep copies side by side."""
import copy

matrix = [[1, 2], [3, 4]]
alias = matrix
sliced = matrix[:]
listed = list(matrix)
method = matrix.copy()
module = copy.copy(matrix)
starred = [*matrix]
comprehended = [row for row in matrix]
deep = copy.deepcopy(matrix)
rows = [row[:] for row in matrix]

matrix[0].append(99)
print(alias[0], sliced[0], listed[0], method[0], module[0], starred[0], comprehended[0], deep[0], rows[0])

matrix.append([5])
lengths = [len(each) for each in (alias, sliced, listed, method, module, starred, deep)]

profile = {"name": "Ada", "tags": ["math"], "address": {"city": "London"}}
merged = {**profile, "name": "Grace"}
copied = profile.copy()
built = dict(profile)
cloned = copy.deepcopy(profile)
merged["tags"].append("navy")
copied["address"]["city"] = "Paris"
built["name"] = "Alan"

pair = ([1], "fixed")
same_pair = copy.copy(pair)
new_pair = copy.deepcopy(pair)
atoms = (1, "two", None)
same_atoms = copy.deepcopy(atoms)

numbers = {1, 2, 3}
other_numbers = numbers.copy()
other_numbers.add(4)
frozen = frozenset(numbers)
same_frozen = frozen.copy()


class Team:
    def __init__(self, names):
        self.names = names


team = Team(["a", "b"])
twin = copy.copy(team)
double = copy.deepcopy(team)
twin.names.append("c")
loop = []
loop.append(loop)
loop_copy = copy.deepcopy(loop)

shared = [[]] * 3
separate = [[] for _ in range(3)]
shared[0].append(1)
separate[0].append(1)
print(lengths, profile, merged, built, cloned, pair, same_pair is pair, new_pair is pair)
print(same_atoms is atoms, numbers, other_numbers, same_frozen is frozen)
print(team.names, twin.names, double.names, loop_copy is loop_copy[0], shared, separate)
