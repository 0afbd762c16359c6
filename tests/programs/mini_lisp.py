"""A very small Lisp: reader, environments, evaluator."""
import operator


def tokenize(text):
    return text.replace("(", " ( ").replace(")", " ) ").split()


def read(tokens):
    token = tokens.pop(0)
    if token == "(":
        items = []
        while tokens[0] != ")":
            items.append(read(tokens))
        tokens.pop(0)
        return items
    try:
        return int(token)
    except ValueError:
        return token


class Env(dict):
    def __init__(self, names=(), values=(), outer=None):
        super().__init__(zip(names, values))
        self.outer = outer

    def find(self, name):
        if name in self:
            return self
        if self.outer is None:
            raise NameError(name)
        return self.outer.find(name)


class Lambda:
    def __init__(self, parameters, body, env):
        self.parameters = parameters
        self.body = body
        self.env = env

    def __call__(self, *arguments):
        return evaluate(self.body, Env(self.parameters, arguments, self.env))


def standard():
    env = Env()
    env.update({"+": operator.add, "-": operator.sub, "*": operator.mul, "<": operator.lt, "=": operator.eq,
                "list": lambda *items: list(items), "car": lambda items: items[0], "cdr": lambda items: items[1:],
                "cons": lambda item, items: [item] + items, "null?": lambda items: not items})
    return env


def evaluate(tree, env):
    if isinstance(tree, str):
        return env.find(tree)[tree]
    if not isinstance(tree, list):
        return tree
    head = tree[0]
    if head == "quote":
        return tree[1]
    if head == "if":
        _, test, yes, no = tree
        return evaluate(yes if evaluate(test, env) else no, env)
    if head == "define":
        env[tree[1]] = evaluate(tree[2], env)
        return None
    if head == "lambda":
        return Lambda(tree[1], tree[2], env)
    function, *arguments = [evaluate(part, env) for part in tree]
    return function(*arguments)


def run(text, env):
    tokens = tokenize(text)
    result = None
    while tokens:
        result = evaluate(read(tokens), env)
    return result


env = standard()
three = run("(+ 1 2)", env)
run("(define fact (lambda (n) (if (< n 2) 1 (* n (fact (- n 1))))))", env)
factorial = run("(fact 6)", env)
run("(define map (lambda (f xs) (if (null? xs) (list) (cons (f (car xs)) (map f (cdr xs))))))", env)
squares = run("(map (lambda (x) (* x x)) (quote (1 2 3)))", env)
run("(define adder (lambda (n) (lambda (x) (+ x n)))) (define add5 (adder 5))", env)
ten = run("(add5 5)", env)
captured = env["add5"].env["n"]
nothing = run("", env)
quoted = run("(quote (a (b)))", env)
other = standard()
try:
    run("(fact 3)", other)
except NameError as error:
    unknown = str(error)
size = len(env) - len(other)
print(three, factorial, squares, ten, captured, nothing, quoted, unknown, size)
