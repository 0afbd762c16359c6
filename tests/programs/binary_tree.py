"""A binary search tree: insert, find, walk, height."""


class Tree:
    def __init__(self, key, left=None, right=None):
        self.key = key
        self.left = left
        self.right = right


def insert(root, key):
    if root is None:
        return Tree(key)
    if key < root.key:
        root.left = insert(root.left, key)
    elif key > root.key:
        root.right = insert(root.right, key)
    return root


def contains(root, key):
    while root is not None:
        if key == root.key:
            return True
        root = root.left if key < root.key else root.right
    return False


def in_order(root, out=None):
    if out is None:
        out = []
    if root is not None:
        in_order(root.left, out)
        out.append(root.key)
        in_order(root.right, out)
    return out


def height(root):
    if root is None:
        return 0
    return 1 + max(height(root.left), height(root.right))


def smallest(root):
    while root.left is not None:
        root = root.left
    return root.key


def mirror(root):
    if root is None:
        return None
    return Tree(root.key, mirror(root.right), mirror(root.left))


root = None
for key in [50, 30, 70, 20, 40, 60, 80, 30]:
    root = insert(root, key)
keys = in_order(root)
reversed_keys = in_order(mirror(root))
found = contains(root, 60), contains(root, 65)
tall = height(root)
least = smallest(root)
subtree = root.left
root.left = None
left_keys = in_order(subtree)
prefix = in_order(subtree, ["start"])
words = None
for word in "the quick brown fox".split():
    words = insert(words, word)
print(keys, reversed_keys, found, tall, least, left_keys, prefix, in_order(words), height(None))
