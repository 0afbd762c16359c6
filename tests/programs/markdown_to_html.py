"""A little Markdown, turned into HTML line by line."""
import re

TEXT = """\
# Title

Some *light* and **bold** text
on two lines.

- one
- two
- `three`

## Code

```
x < 1
```
Last [link](https://example.org).
"""


def escape(text):
    for letter, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(letter, entity)
    return text


def inline(text):
    text = escape(text)
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    text = re.sub(r"\*(.+?)\*", r"<i>\1</i>", text)
    return re.sub(r"\[(.+?)\]\((.+?)\)", r'<a href="\2">\1</a>', text)


class Converter:
    def __init__(self):
        self.out = []
        self.paragraph = []
        self.items = []
        self.code = None

    def flush(self):
        if self.paragraph:
            self.out.append("<p>" + inline(" ".join(self.paragraph)) + "</p>")
            self.paragraph = []
        if self.items:
            self.out.append("<ul>" + "".join("<li>%s</li>" % inline(item) for item in self.items) + "</ul>")
            self.items = []

    def feed(self, line):
        if line.startswith("```"):
            if self.code is None:
                self.flush()
                self.code = []
            else:
                self.out.append("<pre>" + escape("\n".join(self.code)) + "</pre>")
                self.code = None
        elif self.code is not None:
            self.code.append(line)
        elif line.startswith("#"):
            self.flush()
            level = len(line) - len(line.lstrip("#"))
            self.out.append("<h%d>%s</h%d>" % (level, inline(line[level:].strip()), level))
        elif line.startswith("- "):
            self.items.append(line[2:])
        elif line.strip():
            self.paragraph.append(line.strip())
        else:
            self.flush()

    def close(self):
        self.flush()
        return "\n".join(self.out)


def convert(text):
    converter = Converter()
    for line in text.splitlines():
        converter.feed(line)
    return converter.close()


def outline(text, deepest=6):
    found = []
    for line in text.splitlines():
        match = re.match(r"(#+) (.*)", line)
        if match and len(match.group(1)) <= deepest:
            found.append((len(match.group(1)), match.group(2)))
    return found


html = convert(TEXT)
nothing = convert("")
short = convert("a < b")
titles = outline(TEXT)
top = outline(TEXT, deepest=1)
one, two = Converter(), Converter()
one.feed("- x")
one.feed("y")
separate = two.items == [] and one.items is not two.items
items = one.items
closed = one.close()
kept = items, one.items
tags = sorted(set(re.findall(r"<(\w+)", html)))
links = re.findall(r'href="(.*?)"', html)
print(html)
print(nothing == "", short, titles, top, separate, closed, kept, tags, links)
