"""Recursion, from factorial to the N queens."""


def factorial(n):
    if n <= 1:
        return 1
    return n * factorial(n - 1)


def power(base, exponent):
    if exponent == 0:
        return 1
    half = power(base, exponent // 2)
    return half * half if exponent % 2 == 0 else half * half * base


def hanoi(n, source="A", target="C", spare="B", moves=None):
    if moves is None:
        moves = []
    if n > 0:
        hanoi(n - 1, source, spare, target, moves)
        moves.append((source, target))
        hanoi(n - 1, spare, target, source, moves)
    return moves


def permutations(items):
    if len(items) <= 1:
        return [items]
    found = []
    for index, item in enumerate(items):
        rest = items[:index] + items[index + 1:]
        for tail in permutations(rest):
            found.append([item] + tail)
    return found


def subsets(items):
    if not items:
        return [[]]
    without = subsets(items[1:])
    return without + [[items[0]] + subset for subset in without]


def queens(size, row=0, columns=()):
    if row == size:
        return [list(columns)]
    solutions = []
    for column in range(size):
        if all(column != other and abs(column - other) != row - r for r, other in enumerate(columns)):
            solutions += queens(size, row + 1, columns + (column,))
    return solutions


def flatten(nested):
    flat = []
    for item in nested:
        if isinstance(item, (list, tuple)):
            flat.extend(flatten(item))
        else:
            flat.append(item)
    return flat


def gcd(a, b):
    return a if b == 0 else gcd(b, a % b)


def depth(tree):
    return 1 + max(map(depth, tree), default=0) if isinstance(tree, list) else 0


small = factorial(5)
large = factorial(25)
powers = [power(2, 10), power(3, 3), power(7, 0)]
moves = hanoi(3)
few = hanoi(1, "X", "Y")
orders = permutations([1, 2, 3])
single = permutations(["only"])
sets = subsets(["a", "b", "c"])
boards = queens(5)
none = queens(3)
flat = flatten([1, (2, [3, [4]]), [], 5])
divisor = gcd(48, 36)
depths = [depth([]), depth([[], [[]]]), depth(1)]
print(small, large, powers, len(moves), few, orders, single, len(sets), boards[0], none, flat, divisor, depths)
