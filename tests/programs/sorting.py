"""Textbook sorts, all on small lists."""


def bubble_sort(items):
    items = items[:]
    n = len(items)
    for i in range(n):
        swapped = False
        for j in range(n - 1 - i):
            if items[j] > items[j + 1]:
                items[j], items[j + 1] = items[j + 1], items[j]
                swapped = True
        if not swapped:
            break
    return items


def insertion_sort(items):
    for i in range(1, len(items)):
        key = items[i]
        j = i - 1
        while j >= 0 and items[j] > key:
            items[j + 1] = items[j]
            j -= 1
        items[j + 1] = key
    return items


def merge_sort(items):
    if len(items) <= 1:
        return items
    middle = len(items) // 2
    left = merge_sort(items[:middle])
    right = merge_sort(items[middle:])
    merged = []
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            merged.append(left[i])
            i += 1
        else:
            merged.append(right[j])
            j += 1
    merged.extend(left[i:])
    merged.extend(right[j:])
    return merged


def quick_sort(items):
    if not items:
        return []
    pivot, *rest = items
    smaller = [item for item in rest if item < pivot]
    larger = [item for item in rest if item >= pivot]
    return quick_sort(smaller) + [pivot] + quick_sort(larger)


def selection_sort(items):
    result = []
    pool = list(items)
    while pool:
        least = min(pool)
        pool.remove(least)
        result.append(least)
    return result


numbers = [5, 2, 9, 1, 5, 6]
original = numbers
copies = [bubble_sort(numbers), merge_sort(numbers), quick_sort(numbers), selection_sort(numbers)]
agree = all(copy == sorted(numbers) for copy in copies)
same = insertion_sort(numbers)
in_place = same is original
empty = merge_sort([])
words = quick_sort(["pear", "apple", "fig"])
letters = selection_sort("hello")
by_length = sorted(words, key=len, reverse=True)
single = insertion_sort([7])
print(agree, same, in_place, empty, words, letters, by_length, single, bubble_sort([3, 2, 1]))
