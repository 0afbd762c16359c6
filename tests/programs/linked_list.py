"""A singly linked list, by hand."""


class Node:
    def __init__(self, value, next=None):
        self.value = value
        self.next = next


class LinkedList:
    def __init__(self, items=()):
        self.head = None
        self.length = 0
        for item in items:
            self.append(item)

    def append(self, value):
        node = Node(value)
        if self.head is None:
            self.head = node
        else:
            last = self.head
            while last.next is not None:
                last = last.next
            last.next = node
        self.length += 1

    def push(self, value):
        self.head = Node(value, self.head)
        self.length += 1

    def pop(self):
        node = self.head
        if node is None:
            raise IndexError("pop from an empty list")
        self.head = node.next
        node.next = None
        self.length -= 1
        return node.value

    def reverse(self):
        previous = None
        current = self.head
        while current:
            following = current.next
            current.next = previous
            previous = current
            current = following
        self.head = previous

    def __iter__(self):
        node = self.head
        while node:
            yield node.value
            node = node.next

    def __len__(self):
        return self.length


numbers = LinkedList([1, 2, 3])
numbers.push(0)
words = LinkedList()
words.append("one")
words.append(["two"])
first = numbers.pop()
numbers.reverse()
values = list(numbers)
total = 0
for value in numbers:
    total += value
second = numbers.head.next
second.next = None
rest = list(numbers)
try:
    empty = LinkedList()
    empty.pop()
except IndexError as error:
    message = str(error)
node = words.head
node = node.next
shared = node.value
shared.append("three")
words = None
print(values, total, first, rest, len(numbers), message, shared)
