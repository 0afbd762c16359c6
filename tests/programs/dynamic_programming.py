"""Tables filled from the bottom up."""


def knapsack(items, capacity):
    best = [0] * (capacity + 1)
    for weight, value in items:
        for room in range(capacity, weight - 1, -1):
            best[room] = max(best[room], best[room - weight] + value)
    return best[capacity]


def common_subsequence(a, b):
    table = [[""] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            if x == y:
                table[i + 1][j + 1] = table[i][j] + x
            else:
                table[i + 1][j + 1] = max(table[i][j + 1], table[i + 1][j], key=len)
    return table[-1][-1]


def edit_distance(a, b):
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            cost = 0 if x == y else 1
            current.append(min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost))
        previous = current
    return previous[-1]


def coins(amount, values=(1, 5, 10)):
    ways = [1] + [0] * amount
    for value in values:
        for total in range(value, amount + 1):
            ways[total] += ways[total - value]
    return ways[amount]


def largest_sum(numbers):
    best = current = numbers[0]
    for number in numbers[1:]:
        current = max(number, current + number)
        best = max(best, current)
    return best


def increasing(numbers):
    lengths = []
    for index, number in enumerate(numbers):
        before = [lengths[i] for i in range(index) if numbers[i] < number]
        lengths.append(1 + max(before, default=0))
    return max(lengths, default=0)


def pascal(rows):
    triangle = [[1]]
    for _ in range(rows - 1):
        last = triangle[-1]
        row = [1] + [a + b for a, b in zip(last, last[1:])] + [1]
        triangle.append(row)
    return triangle


value = knapsack([(1, 1), (3, 4), (4, 5), (5, 7)], 7)
nothing = knapsack([], 5)
shared = common_subsequence("AGGTAB", "GXTXAYB")
none = common_subsequence("abc", "xyz")
distance = edit_distance("kitten", "sitting")
same = edit_distance("same", "same")
ways = coins(20)
odd = coins(7, [2, 3])
best = largest_sum([-2, 1, -3, 4, -1, 2, 1, -5, 4])
single = largest_sum([-7])
longest = increasing([10, 9, 2, 5, 3, 7, 101, 18])
empty = increasing([])
triangle = pascal(5)
middle = triangle[4][2]
row = triangle[-1]
row[0] = 100
changed = triangle[4][0]
print(value, nothing, shared, none, distance, same, ways, odd, best, single, longest, empty, middle, changed)
