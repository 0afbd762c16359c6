"""A deck of cards: values, hands, dealing, a fixed shuffle."""
import functools

SUITS = "CDHS"
RANKS = ["2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K", "A"]


@functools.total_ordering
class Card:
    __slots__ = "rank", "suit"

    def __init__(self, rank, suit):
        self.rank = rank
        self.suit = suit

    @property
    def value(self):
        return RANKS.index(self.rank)

    def __eq__(self, other):
        return (self.value, self.suit) == (other.value, other.suit)

    def __lt__(self, other):
        return (self.value, self.suit) < (other.value, other.suit)

    def __hash__(self):
        return hash((self.rank, self.suit))

    def __repr__(self):
        return self.rank + self.suit


class Deck:
    def __init__(self):
        self.cards = [Card(rank, suit) for suit in SUITS for rank in RANKS]

    def riffle(self, times=1):
        for _ in range(times):
            half = len(self.cards) // 2
            left, right = self.cards[:half], self.cards[half:]
            self.cards = [card for pair in zip(left, right) for card in pair]

    def deal(self, count=1):
        dealt, self.cards = self.cards[:count], self.cards[count:]
        return dealt

    def __len__(self):
        return len(self.cards)


class Hand:
    def __init__(self, cards=()):
        self.cards = list(cards)

    def counts(self):
        counts = {}
        for card in self.cards:
            counts.setdefault(card.rank, []).append(card)
        return counts

    def describe(self):
        groups = sorted((len(group) for group in self.counts().values()), reverse=True)
        flush = len({card.suit for card in self.cards}) == 1
        if flush and len(self.cards) > 1:
            return "flush"
        if groups[:1] == [4]:
            return "four"
        if groups[:2] == [3, 2]:
            return "full house"
        if groups[:1] == [2]:
            return "pair"
        return "nothing"


def hand(text):
    return Hand(Card(item[:-1], item[-1]) for item in text.split())


def blackjack(cards):
    total = sum(11 if card.rank == "A" else 10 if card.rank in ("J", "Q", "K") else int(card.rank) for card in cards)
    aces = sum(card.rank == "A" for card in cards)
    while total > 21 and aces:
        total -= 10
        aces -= 1
    return total


deck = Deck()
top = deck.cards[0]
deck.riffle(3)
kept = deck.cards[0] is top
first = deck.deal(5)
second = deck.deal()
left = len(deck)
best = max(first)
ordered = sorted(first)
kinds = [hand(text).describe() for text in ("2C 2D 2H 2S KD", "3C 3D 3H KS KD", "2C 5C 9C", "AH AD 4C", "2C 3D")]
empty = Hand().describe()
totals = [blackjack(hand(text).cards) for text in ("AH KD", "AH AD 9C", "5C 6D 7H")]
same = Card("A", "S") == Card("A", "S")
unique = {Card("A", "S"), Card("A", "S"), Card("2", "C")}
mine, yours = Hand(first), Hand(first)
mine.cards.pop()
separate = len(yours.cards)
print(kept, first, second, left, best, ordered, kinds, empty, totals, same, len(unique), separate)
