"""A compiler to a stack machine, and the machine."""

PRIORITY = {"+": 1, "-": 1, "*": 2, "/": 2}


def to_postfix(tokens):
    output, operators = [], []
    for token in tokens:
        if token == "(":
            operators.append(token)
        elif token == ")":
            while operators[-1] != "(":
                output.append(operators.pop())
            operators.pop()
        elif token in PRIORITY:
            while operators and PRIORITY.get(operators[-1], 0) >= PRIORITY[token]:
                output.append(operators.pop())
            operators.append(token)
        else:
            output.append(token)
    while operators:
        output.append(operators.pop())
    return output


def compile_expression(text):
    program = []
    for token in to_postfix(text.split()):
        if token in PRIORITY:
            program.append(("op", token))
        elif token.isdigit():
            program.append(("push", int(token)))
        else:
            program.append(("load", token))
    return program


class Machine:
    def __init__(self, variables=None):
        self.stack = []
        self.variables = variables or {}
        self.steps = 0

    def run(self, program):
        for name, argument in program:
            getattr(self, "do_" + name)(argument)
            self.steps += 1
        return self.stack.pop() if self.stack else None

    def do_push(self, value):
        self.stack.append(value)

    def do_load(self, name):
        if name not in self.variables:
            raise NameError(name)
        self.stack.append(self.variables[name])

    def do_store(self, name):
        self.variables[name] = self.stack.pop()

    def do_op(self, operator):
        right, left = self.stack.pop(), self.stack.pop()
        if operator == "+":
            self.stack.append(left + right)
        elif operator == "-":
            self.stack.append(left - right)
        elif operator == "*":
            self.stack.append(left * right)
        else:
            self.stack.append(left // right)


postfix = to_postfix("1 + 2 * ( 3 - 4 )".split())
program = compile_expression("x * ( y + 2 )")
machine = Machine({"x": 3, "y": 4})
value = machine.run(program)
again = machine.run(compile_expression("100 / 7 - 1"))
machine.run(program + [("store", "z")])
stored = machine.variables["z"]
lists = Machine({"a": [1], "b": [2]})
joined = lists.run(compile_expression("a + b"))
separate = joined is not lists.variables["a"]
empty = Machine().run([])
try:
    Machine().run(compile_expression("ghost"))
except NameError as error:
    missing = error.args[0]
shared = {}
one, two = Machine(shared), Machine({"k": 1})
one.run([("push", 5), ("store", "five")])
steps = machine.steps
print(postfix, value, again, stored, joined, separate, empty, missing, shared, two.variables, steps)
