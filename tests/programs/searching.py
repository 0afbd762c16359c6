"""Linear and binary search, two pointers, sliding windows."""


def linear_search(items, wanted):
    for index, item in enumerate(items):
        if item == wanted:
            return index
    return -1


def binary_search(items, wanted):
    low, high = 0, len(items) - 1
    while low <= high:
        middle = (low + high) // 2
        guess = items[middle]
        if guess == wanted:
            return middle
        if guess < wanted:
            low = middle + 1
        else:
            high = middle - 1
    return -1


def two_sum(numbers, target):
    seen = {}
    for index, number in enumerate(numbers):
        other = target - number
        if other in seen:
            return [seen[other], index]
        seen[number] = index
    return None


def longest_window(text):
    start = best = 0
    last = {}
    for index, letter in enumerate(text):
        if letter in last and last[letter] >= start:
            start = last[letter] + 1
        last[letter] = index
        best = max(best, index - start + 1)
    return best


def move_zeros(numbers):
    place = 0
    for index in range(len(numbers)):
        if numbers[index] != 0:
            numbers[place], numbers[index] = numbers[index], numbers[place]
            place += 1
    return numbers


squares = [n * n for n in range(20)]
hits = [binary_search(squares, wanted) for wanted in (0, 49, 361, 50)]
position = linear_search(squares, 49)
missing = linear_search([], 1)
pair = two_sum([2, 7, 11, 15], 9)
nothing = two_sum([1, 2], 10)
window = longest_window("abcabcbb")
short = longest_window("")
zeros = [0, 1, 0, 3, 12]
moved = move_zeros(zeros)
print(hits, position, missing, pair, nothing, window, short, moved, zeros is moved)
