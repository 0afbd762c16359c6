# Strings, the third lesson.
greeting = "Hello"
name = 'World'
message = greeting + ", " + name + "!"
print(message, len(message))
print(message[0], message[-1], message[7:12], message[::-1])

upper = message.upper()
lower = message.lower()
title = "the great gatsby".title()
print(upper, lower, title)

stripped = "   padded   ".strip()
replaced = message.replace("World", "Python")
untouched = message.replace("xyz", "abc")
print(stripped, replaced, untouched is message)

words = "the quick brown fox".split()
sentence = " ".join(words)
print(words, sentence, sentence == "the quick brown fox")

csv = "a,b,,c"
fields = csv.split(",")
first, rest = csv.split(",", 1)
print(fields, first, rest)

age = 36
old_style = "%s is %d years old" % (name, age)
new_style = "{} is {} years old".format(name, age)
modern = f"{name} is {age} years old"
print(old_style == new_style == modern)

number = 3.14159
print(f"{number:.2f} {age:05d} {name:>10} {name!r} {age + 1}")

multiline = """line one
line two
line three"""
lines = multiline.splitlines()
print(len(lines), lines[1])

vowels = 0
for letter in message:
    if letter.lower() in "aeiou":
        vowels += 1
print(vowels)

print(message.startswith("Hello"), message.endswith("?"), message.find("World"), message.count("o"))
print("abc".isalpha(), "123".isdigit(), " ".isspace())

repeated = "ab" * 3
line = "-" * 20
print(repeated, line)

same = "hello"
also = "hello"
built = "".join(["hel", "lo"])
print(same is also, same == built, same is built)

letters = list(same)
letters[0] = "J"
changed = "".join(letters)
print(changed, same)

code = ord("A")
char = chr(code + 1)
data = "héllo".encode("utf-8")
back = data.decode("utf-8")
print(code, char, data, len(data), len(back))

text = ""
for i in range(5):
    text += str(i)
print(text)
print("b" > "a", "apple" < "banana", max("hello"), sorted("hello"))
