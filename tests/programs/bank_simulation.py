# A script without classes: accounts are dictionaries, the log is a list.
accounts = {}
log = []
next_number = 1


def open_account(owner, deposit=0, kind="basic"):
    global next_number
    number = next_number
    next_number += 1
    accounts[number] = {"owner": owner, "balance": deposit, "kind": kind, "history": []}
    log.append(("open", number))
    return number


def record(account, what, amount):
    account["history"].append({"what": what, "amount": amount})


def deposit(number, amount):
    account = accounts[number]
    account["balance"] += amount
    record(account, "deposit", amount)
    return account["balance"]


def withdraw(number, amount):
    account = accounts[number]
    if account["balance"] < amount:
        log.append(("refused", number))
        return None
    account["balance"] -= amount
    record(account, "withdraw", amount)
    return account["balance"]


def transfer(source, target, amount):
    if withdraw(source, amount) is None:
        return False
    deposit(target, amount)
    log.append(("transfer", source, target))
    return True


def close(number):
    account = accounts.pop(number)
    log.append(("close", number))
    return account


def statement(number, lines=2):
    history = accounts[number]["history"]
    return ["%s %d" % (entry["what"], entry["amount"]) for entry in history[-lines:]]


ann = open_account("Ann", 100)
ben = open_account("Ben")
cid = open_account("Cid", deposit=50, kind="gold")
balance = deposit(ann, 25)
more = deposit(ben, 10)
refused = withdraw(ben, 1000)
left = withdraw(ann, 5)
moved = transfer(ann, ben, 60)
failed = transfer(cid, ben, 51)
lines = statement(ann)
all_lines = statement(ben, lines=10)
nothing = statement(cid)
account = accounts[ann]
history = account["history"]
closed = close(ann)
same = closed is account
history.append("still here")
kept = closed["history"][-1]
total = 0
for number in accounts:
    total += accounts[number]["balance"]
rich = [entry["owner"] for entry in accounts.values() if entry["balance"] >= 50]
by_kind = {}
for number, entry in accounts.items():
    by_kind.setdefault(entry["kind"], []).append(number)
backup = {number: dict(entry) for number, entry in accounts.items()}
deposit(cid, 5)
before, after = backup[cid]["balance"], accounts[cid]["balance"]
shared = backup[cid]["history"] is accounts[cid]["history"]
counts = {}
for kind, *details in log:
    counts[kind] = counts.get(kind, 0) + 1
last = log[-1]
log = log[:3]
del closed, account
print(balance, more, refused, left, moved, failed, lines, all_lines, nothing, same, kept, total, rich, by_kind)
print(before, after, shared, counts, last, log, next_number)
