"""Conway's Game of Life, on a grid and on a set."""


def parse(text):
    return [[cell == "#" for cell in line] for line in text.split()]


def neighbours(grid, row, column):
    count = 0
    for r in range(row - 1, row + 2):
        for c in range(column - 1, column + 2):
            if (r, c) != (row, column) and 0 <= r < len(grid) and 0 <= c < len(grid[0]):
                count += grid[r][c]
    return count


def step(grid):
    new = []
    for row, cells in enumerate(grid):
        line = []
        for column, alive in enumerate(cells):
            around = neighbours(grid, row, column)
            line.append(around == 3 or alive and around == 2)
        new.append(line)
    return new


def show(grid, on="#", off="."):
    return "\n".join("".join(on if cell else off for cell in row) for row in grid)


def step_sparse(cells):
    counts = {}
    for x, y in cells:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if dx or dy:
                    place = (x + dx, y + dy)
                    counts[place] = counts.get(place, 0) + 1
    return {place for place, count in counts.items() if count == 3 or count == 2 and place in cells}


blinker = parse("..... ..#.. ..#.. ..#.. .....")
block = parse(".... .##. .##. ....")
once = step(blinker)
twice = step(once)
back = twice == blinker
still = step(block) == block
fresh = twice is not blinker
picture = show(once)
other = show(block, on="O")
glider = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}
moved = glider
for _ in range(4):
    moved = step_sparse(moved)
shifted = moved == {(x + 1, y + 1) for x, y in glider}
empty = step_sparse(set())
population = sum(map(sum, once))
history = [blinker]
while len(history) < 4:
    history.append(step(history[-1]))
same_shape = [len(grid) for grid in history]
print(picture, other, sep="\n\n")
print(back, still, fresh, shifted, empty, population, same_shape)
