"""Stacks and queues, and what one uses them for."""


class Stack:
    def __init__(self):
        self._items = []

    def push(self, item):
        self._items.append(item)

    def pop(self):
        if not self._items:
            raise IndexError("stack is empty")
        return self._items.pop()

    def peek(self):
        return self._items[-1] if self._items else None

    def __len__(self):
        return len(self._items)

    def __bool__(self):
        return bool(self._items)


class Queue:
    def __init__(self):
        self.inbox = Stack()
        self.outbox = Stack()

    def put(self, item):
        self.inbox.push(item)

    def get(self):
        if not self.outbox:
            while self.inbox:
                self.outbox.push(self.inbox.pop())
        return self.outbox.pop()


PAIRS = {")": "(", "]": "[", "}": "{"}


def balanced(text):
    stack = Stack()
    for letter in text:
        if letter in PAIRS.values():
            stack.push(letter)
        elif letter in PAIRS:
            if not stack or stack.pop() != PAIRS[letter]:
                return False
    return not stack


def evaluate(expression):
    stack = Stack()
    for token in expression.split():
        if token.isdigit():
            stack.push(int(token))
            continue
        right = stack.pop()
        left = stack.pop()
        if token == "+":
            stack.push(left + right)
        elif token == "-":
            stack.push(left - right)
        else:
            stack.push(left * right)
    return stack.pop()


queue = Queue()
queue.put("first")
queue.put(["second"])
one = queue.get()
queue.put(3)
two = queue.get()
three = queue.get()
checks = [balanced("(a[b]{c})"), balanced("(]"), balanced("(("), balanced("")]
value = evaluate("3 4 + 2 *")
other = evaluate("10 2 - 500 +")
try:
    queue.get()
except IndexError as error:
    problem = error.args
top = Stack().peek()
print(one, two, three, checks, value, other, problem, top)
