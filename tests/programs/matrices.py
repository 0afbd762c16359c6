"""Matrices as lists of lists, then as a class."""


def zeros(rows, columns):
    return [[0] * columns for _ in range(rows)]


def identity(n):
    matrix = zeros(n, n)
    for i in range(n):
        matrix[i][i] = 1
    return matrix


def multiply(a, b):
    result = zeros(len(a), len(b[0]))
    for i in range(len(a)):
        for j in range(len(b[0])):
            for k in range(len(b)):
                result[i][j] += a[i][k] * b[k][j]
    return result


def transpose(matrix):
    return [list(row) for row in zip(*matrix)]


def determinant(matrix):
    if len(matrix) == 1:
        return matrix[0][0]
    total = 0
    for column, value in enumerate(matrix[0]):
        minor = [row[:column] + row[column + 1:] for row in matrix[1:]]
        total += (-1) ** column * value * determinant(minor)
    return total


def spiral(matrix):
    matrix = [row[:] for row in matrix]
    order = []
    while matrix:
        order += matrix.pop(0)
        matrix = transpose(matrix)[::-1]
    return order


class Matrix:
    def __init__(self, rows):
        self.rows = rows

    def __add__(self, other):
        return Matrix([[x + y for x, y in zip(r, s)] for r, s in zip(self.rows, other.rows)])

    def __mul__(self, factor):
        if isinstance(factor, Matrix):
            return Matrix(multiply(self.rows, factor.rows))
        return Matrix([[x * factor for x in row] for row in self.rows])

    def __eq__(self, other):
        return self.rows == other.rows

    def __getitem__(self, place):
        row, column = place
        return self.rows[row][column]


grid = [[1, 2], [3, 4]]
broken = [[0] * 2] * 2
broken[0][0] = 7
unit = identity(2)
same = multiply(grid, unit)
product = multiply(grid, [[2], [1]])
turned = transpose(grid)
wide = transpose([[1, 2, 3]])
values = [determinant(grid), determinant([[5]]), determinant([[2, 0, 1], [1, 3, 2], [1, 1, 1]])]
round_trip = spiral([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
a = Matrix(grid)
b = a + a
c = b * Matrix(unit)
d = a * 10
equal = b == c
corner = d[1, 1]
shared = a.rows is grid
grid[0][0] = 100
seen = a[0, 0]
print(broken, same, product, turned, wide, values, round_trip, equal, corner, shared, seen)
