"""Huffman coding: a tree from a heap, codes from the tree, text from bits."""
import heapq
from collections import Counter


class Leaf:
    def __init__(self, letter, count):
        self.letter = letter
        self.count = count


class Branch:
    def __init__(self, left, right):
        self.left = left
        self.right = right
        self.count = left.count + right.count


def build(text):
    heap = []
    for order, (letter, count) in enumerate(sorted(Counter(text).items())):
        heapq.heappush(heap, (count, order, Leaf(letter, count)))
    order = len(heap)
    while len(heap) > 1:
        _, _, left = heapq.heappop(heap)
        _, _, right = heapq.heappop(heap)
        branch = Branch(left, right)
        heapq.heappush(heap, (branch.count, order, branch))
        order += 1
    return heap[0][2] if heap else None


def codes(tree, prefix="", table=None):
    if table is None:
        table = {}
    if isinstance(tree, Leaf):
        table[tree.letter] = prefix or "0"
    elif tree is not None:
        codes(tree.left, prefix + "0", table)
        codes(tree.right, prefix + "1", table)
    return table


def encode(text, table):
    return "".join(table[letter] for letter in text)


def decode(bits, tree):
    if isinstance(tree, Leaf):
        return tree.letter * len(bits)
    letters = []
    node = tree
    for bit in bits:
        node = node.left if bit == "0" else node.right
        if isinstance(node, Leaf):
            letters.append(node.letter)
            node = tree
    return "".join(letters)


def depth(tree):
    if not isinstance(tree, Branch):
        return 0
    return 1 + max(depth(tree.left), depth(tree.right))


TEXT = "abracadabra"
tree = build(TEXT)
table = codes(tree)
bits = encode(TEXT, table)
back = decode(bits, tree)
shorter = len(bits) < 8 * len(TEXT)
single = build("aaa")
one = codes(single)
tripled = decode(encode("aaa", one), single)
nothing = build("")
empty = codes(nothing)
deep = depth(tree)
flat = depth(single)
prefixed = codes(tree.left, "x")
count = tree.count
lengths = sorted({len(code) for code in table.values()})
left = tree.left
tree.left = None
print(bits, back == TEXT, shorter, one, tripled, empty, deep, flat, sorted(prefixed), count, lengths, left.count)
