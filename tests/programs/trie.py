"""A prefix tree: with nested dictionaries and with nodes."""


class TrieNode:
    def __init__(self):
        self.children = {}
        self.is_word = False


class Trie:
    def __init__(self, words=()):
        self.root = TrieNode()
        self.size = 0
        for word in words:
            self.insert(word)

    def insert(self, word):
        node = self.root
        for letter in word:
            if letter not in node.children:
                node.children[letter] = TrieNode()
            node = node.children[letter]
        if not node.is_word:
            node.is_word = True
            self.size += 1

    def find(self, prefix):
        node = self.root
        for letter in prefix:
            node = node.children.get(letter)
            if node is None:
                return None
        return node

    def __contains__(self, word):
        node = self.find(word)
        return node is not None and node.is_word

    def words(self, prefix=""):
        node = self.find(prefix)
        found = []
        if node is not None:
            self._collect(node, prefix, found)
        return found

    def _collect(self, node, prefix, found):
        if node.is_word:
            found.append(prefix)
        for letter in sorted(node.children):
            self._collect(node.children[letter], prefix + letter, found)


END = object()


def build(words):
    root = {}
    for word in words:
        node = root
        for letter in word:
            node = node.setdefault(letter, {})
        node[END] = word
    return root


def count_nodes(node):
    total = 1
    for key, child in node.items():
        if key is not END:
            total += count_nodes(child)
    return total


trie = Trie(["car", "card", "care", "cat", "dog"])
trie.insert("car")
size = trie.size
there = ["car" in trie, "ca" in trie, "cow" in trie]
cars = trie.words("car")
every = trie.words()
nothing = trie.words("x")
node = trie.find("car")
branches = sorted(node.children)
node.children = {}
fewer = trie.words("c")
tree = build(["to", "tea", "ten"])
nodes = count_nodes(tree)
empty = count_nodes(build([]))
word = tree["t"]["o"][END]
shared = tree["t"]
tree = None
left = sorted(key for key in shared if key is not END)
print(size, there, cars, every, nothing, branches, fewer, nodes, empty, word, left)
