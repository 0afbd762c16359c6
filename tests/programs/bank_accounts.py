"""A small bank: accounts, transfers, and what goes wrong with them."""


class InsufficientFunds(Exception):
    def __init__(self, account, amount):
        super().__init__("%s lacks %d" % (account.owner, amount - account.balance))
        self.account = account
        self.amount = amount


class Account:
    bank_name = "First Street Bank"
    opened = 0

    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance
        self.history = []
        Account.opened += 1

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("amount must be positive")
        self.balance += amount
        self.history.append(("deposit", amount))
        return self

    def withdraw(self, amount):
        if amount > self.balance:
            raise InsufficientFunds(self, amount)
        self.balance -= amount
        self.history.append(("withdraw", amount))
        return self

    def __repr__(self):
        return "Account(%r, %r)" % (self.owner, self.balance)


class SavingsAccount(Account):
    def __init__(self, owner, balance=0, rate=0.02):
        super().__init__(owner, balance)
        self.rate = rate

    def add_interest(self):
        interest = self.balance * self.rate
        self.deposit(interest)
        return interest


def transfer(source, target, amount):
    try:
        source.withdraw(amount)
    except InsufficientFunds as error:
        return False, str(error)
    target.deposit(amount)
    return True, ""


anna = Account("Anna", 100)
ben = SavingsAccount("Ben", 500, rate=0.5)
same = anna
same.deposit(25).deposit(25)
results = [transfer(anna, ben, 50), transfer(ben, anna, 10), transfer(anna, ben, 10000)]
for done, message in results:
    status = "ok" if done else message
    print(status)
earned = ben.add_interest()
try:
    anna.deposit(-5)
except ValueError as error:
    reason = error.args[0]
accounts = {account.owner: account for account in [anna, ben]}
richest = max(accounts.values(), key=lambda account: account.balance)
history = list(anna.history)
anna.history.clear()
print(accounts, richest, len(history), Account.opened, earned, reason)
del same, ben
