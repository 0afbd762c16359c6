"""A recursive-descent parser, its tree, and an evaluator."""


class Number:
    def __init__(self, value):
        self.value = value

    def evaluate(self, names):
        return self.value


class Name:
    def __init__(self, name):
        self.name = name

    def evaluate(self, names):
        return names[self.name]


class Binary:
    operations = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
    }

    def __init__(self, operator, left, right):
        self.operator = operator
        self.left = left
        self.right = right

    def evaluate(self, names):
        left = self.left.evaluate(names)
        right = self.right.evaluate(names)
        return self.operations[self.operator](left, right)


class Parser:
    def __init__(self, text):
        self.tokens = text.replace("(", " ( ").replace(")", " ) ").split()
        self.position = 0

    def peek(self):
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def take(self):
        token = self.peek()
        self.position += 1
        return token

    def parse(self):
        tree = self.sum()
        if self.peek() is not None:
            raise SyntaxError("unexpected " + self.peek())
        return tree

    def sum(self):
        tree = self.product()
        while self.peek() in ("+", "-"):
            operator = self.take()
            tree = Binary(operator, tree, self.product())
        return tree

    def product(self):
        tree = self.atom()
        while self.peek() in ("*", "/"):
            operator = self.take()
            tree = Binary(operator, tree, self.atom())
        return tree

    def atom(self):
        token = self.take()
        if token is None:
            raise SyntaxError("unexpected end")
        if token == "(":
            tree = self.sum()
            if self.take() != ")":
                raise SyntaxError("missing )")
            return tree
        if token.isdigit():
            return Number(int(token))
        return Name(token)


def calculate(text, **names):
    return Parser(text).parse().evaluate(names)


simple = calculate("1 + 2 * 3")
grouped = calculate("(1 + 2) * 3")
named = calculate("x * (y - 1)", x=5, y=3)
halves = calculate("a / b / c", a=100, b=5, c=2)
tree = Parser("1 + x").parse()
left, right = tree.left, tree.right
values = [tree.evaluate({"x": x}) for x in range(3)]
errors = []
for text in ("1 +", "( 1", "1 )", ""):
    try:
        calculate(text)
    except SyntaxError as error:
        errors.append(str(error))
shared = Name("z")
double = Binary("+", shared, shared)
doubled = double.evaluate({"z": 21})
print(simple, grouped, named, halves, left.value, right.name, values, errors, doubled)
