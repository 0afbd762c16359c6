"""Strings taken apart and put together."""


def is_palindrome(text):
    letters = [letter.lower() for letter in text if letter.isalnum()]
    return letters == letters[::-1]


def caesar(text, shift):
    result = []
    for letter in text:
        if letter.isalpha():
            base = ord("A") if letter.isupper() else ord("a")
            result.append(chr((ord(letter) - base + shift) % 26 + base))
        else:
            result.append(letter)
    return "".join(result)


def run_length(text):
    if not text:
        return ""
    pieces = []
    previous, count = text[0], 1
    for letter in text[1:]:
        if letter == previous:
            count += 1
        else:
            pieces.append(previous + str(count))
            previous, count = letter, 1
    pieces.append(previous + str(count))
    return "".join(pieces)


def expand(text):
    out = ""
    for index in range(0, len(text), 2):
        out += text[index] * int(text[index + 1])
    return out


def title_case(text, small=("of", "the", "and")):
    words = text.lower().split()
    for index, word in enumerate(words):
        if index == 0 or word not in small:
            words[index] = word.capitalize()
    return " ".join(words)


def wrap(text, width=20):
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = line + " " + word if line else word
    if line:
        lines.append(line)
    return lines


vowels = {letter: "banana split".count(letter) for letter in "aeiou"}
palindromes = [text for text in ("Level", "A man, a plan, a canal: Panama", "python") if is_palindrome(text)]
secret = caesar("Hello, World!", 3)
plain = caesar(secret, -3)
packed = run_length("aaabbc")
unpacked = expand(packed)
empty = run_length("")
title = title_case("the lord of the rings")
other = title_case("war and peace", small=())
lines = wrap("to be or not to be that is the question")
narrow = wrap("a bb ccc", 3)
joined = "\n".join(lines)
parts = "key = value = rest".partition(" = ")
fields = [piece.strip() for piece in " a, b ,c ".split(",")]
table = str.maketrans("abc", "xyz")
swapped = "aabbcc".translate(table)
message = "{0}-{name:>5}|{1!r}".format(1, "two", name="x")
formatted = f"{3.14159:.2f} {len(lines):03d} {title!s}"
data = "naïve café ☕".encode("utf-8")
text = data.decode("utf-8")
print(vowels, palindromes, secret, plain, packed, unpacked, empty, title, other, narrow)
print(joined, parts, fields, swapped, message, formatted, len(data), text)
