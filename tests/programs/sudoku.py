"""A four-by-four sudoku, solved by trying."""

PUZZLE = """\
1...
..3.
.4..
...2
"""
SIZE, BOX = 4, 2


def parse(text):
    return [[int(cell) if cell != "." else 0 for cell in line] for line in text.split()]


def candidates(grid, row, column):
    used = set(grid[row])
    used.update(line[column] for line in grid)
    top, left = row // BOX * BOX, column // BOX * BOX
    for r in range(top, top + BOX):
        used.update(grid[r][left:left + BOX])
    return [number for number in range(1, SIZE + 1) if number not in used]


def first_gap(grid):
    for row, line in enumerate(grid):
        for column, cell in enumerate(line):
            if not cell:
                return row, column
    return None


def solve(grid):
    gap = first_gap(grid)
    if gap is None:
        return True
    row, column = gap
    for number in candidates(grid, row, column):
        grid[row][column] = number
        if solve(grid):
            return True
    grid[row][column] = 0
    return False


def count_solutions(grid, limit=100):
    gap = first_gap(grid)
    if gap is None:
        return 1
    row, column = gap
    total = 0
    for number in candidates(grid, row, column):
        grid[row][column] = number
        total += count_solutions(grid, limit)
        grid[row][column] = 0
        if total >= limit:
            break
    return total


def is_valid(grid):
    lines = grid + [list(column) for column in zip(*grid)]
    return all(sorted(line) == list(range(1, SIZE + 1)) for line in lines)


def show(grid):
    return "\n".join(" ".join(str(cell) for cell in line) for line in grid)


grid = parse(PUZZLE)
original = [line[:] for line in grid]
options = candidates(grid, 0, 1)
done = solve(grid)
valid = is_valid(grid)
kept = original[0] == [1, 0, 0, 0]
text = show(grid)
impossible = parse("11.. .... .... ....")
stuck = solve(impossible)
unchanged = impossible[1] == [0] * SIZE
blank = [[0] * SIZE for _ in range(SIZE)]
many = count_solutions(blank, limit=20)
single = count_solutions([row[:] for row in grid])
wrong = is_valid(original)
shared = [[0] * SIZE] * SIZE
shared[0][0] = 1
mistake = [row[0] for row in shared]
print(options, done, valid, kept, stuck, unchanged, many >= 20, single, wrong, mistake)
print(text)
