"""Guessing by halving, scripted answers, a score board."""

scores = []
best = None


def feedback(guess, secret):
    if guess < secret:
        return "higher"
    if guess > secret:
        return "lower"
    return "correct"


def play(secret, low=1, high=100, limit=10):
    guesses = []
    for attempt in range(1, limit + 1):
        guess = (low + high) // 2
        guesses.append(guess)
        answer = feedback(guess, secret)
        if answer == "correct":
            return attempt, guesses
        elif answer == "higher":
            low = guess + 1
        else:
            high = guess - 1
    return None, guesses


def record(name, attempts):
    global best
    entry = {"name": name, "attempts": attempts}
    scores.append(entry)
    if best is None or attempts < best["attempts"]:
        best = entry
    return entry


def table(entries, key="attempts"):
    ordered = sorted(entries, key=lambda entry: (entry[key], entry["name"]))
    lines = []
    rank = 0
    previous = None
    for entry in ordered:
        if entry[key] != previous:
            rank += 1
        previous = entry[key]
        lines.append("%d. %s" % (rank, entry["name"]))
    return lines


attempts, guesses = play(37)
record("halving", attempts)
lucky, _ = play(50)
entry = record("lucky", lucky)
failed, tries = play(99, limit=3)
small = play(2, 1, 3)
winner = best is entry
for name in ("x", "y"):
    last = record(name, 6)
lines = table(scores)
by_name = table(scores, key="name")
nothing = table([])
popped = scores.pop()
same = popped is last
count = len(scores)
scores.sort(key=lambda entry: entry["name"])
first = scores[0]
scores[:] = scores[:1]
alias = scores
scores = scores + [popped]
print(attempts, guesses, lucky, failed, tries, small, winner, lines, by_name, nothing, same, count, first, alias, len(scores))
