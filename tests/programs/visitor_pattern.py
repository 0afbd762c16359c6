"""A tree of expressions and the visitors that walk it."""


class Node:
    fields = ()

    def __init__(self, *values):
        for name, value in zip(self.fields, values):
            setattr(self, name, value)

    def children(self):
        return [getattr(self, name) for name in self.fields if isinstance(getattr(self, name), Node)]


class Num(Node):
    fields = ("value",)


class Var(Node):
    fields = ("name",)


class Add(Node):
    fields = ("left", "right")


class Mul(Node):
    fields = ("left", "right")


class Visitor:
    def visit(self, node):
        method = getattr(self, "visit_" + type(node).__name__.lower(), self.default)
        return method(node)

    def default(self, node):
        return [self.visit(child) for child in node.children()]


class Evaluator(Visitor):
    def __init__(self, names=None):
        self.names = names or {}

    def visit_num(self, node):
        return node.value

    def visit_var(self, node):
        return self.names[node.name]

    def visit_add(self, node):
        return self.visit(node.left) + self.visit(node.right)

    def visit_mul(self, node):
        return self.visit(node.left) * self.visit(node.right)


class Printer(Visitor):
    def visit_num(self, node):
        return str(node.value)

    def visit_var(self, node):
        return node.name

    def visit_add(self, node):
        return "(%s + %s)" % (self.visit(node.left), self.visit(node.right))

    def visit_mul(self, node):
        return "%s * %s" % (self.visit(node.left), self.visit(node.right))


class Simplifier(Visitor):
    def default(self, node):
        return node

    def visit_add(self, node):
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(left, Num) and isinstance(right, Num):
            return Num(left.value + right.value)
        if left is node.left and right is node.right:
            return node
        return Add(left, right)

    def visit_mul(self, node):
        left, right = self.visit(node.left), self.visit(node.right)
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Num):
                if one.value == 0:
                    return one
                if one.value == 1:
                    return other
        return Mul(left, right)


class Names(Visitor):
    def __init__(self):
        self.found = []

    def visit_var(self, node):
        if node.name not in self.found:
            self.found.append(node.name)


x, one = Var("x"), Num(1)
tree = Add(Mul(x, one), Add(Num(2), Num(3)))
text = Printer().visit(tree)
value = Evaluator({"x": 10}).visit(tree)
lists = Evaluator({"x": [1]}).visit(Add(x, x))
simpler = Simplifier().visit(tree)
shorter = Printer().visit(simpler)
kept = simpler.left is x
unchanged = Simplifier().visit(Add(x, x))
zero = Simplifier().visit(Mul(Num(0), x))
names = Names()
names.visit(Add(Var("a"), Mul(Var("b"), Var("a"))))
found = names.found
shape = Visitor().visit(tree)
counts = {}
todo = [tree]
while todo:
    node = todo.pop()
    counts[type(node).__name__] = counts.get(type(node).__name__, 0) + 1
    todo.extend(node.children())
print(text, value, lists, shorter, kept, unchanged.left is x, zero.value, found, shape, sorted(counts.items()))
