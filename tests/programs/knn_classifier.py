"""Machine learning in miniature: nearest neighbours, k-means, a perceptron, all with plain lists."""
import math

POINTS = [([1.0, 1.0], "a"), ([1.5, 2.0], "a"), ([5.0, 8.0], "b"), ([8.0, 8.0], "b"), ([1.0, 0.6], "a")]


def distance(p, q):
    return math.sqrt(sum((a - b) ** 2 for a, b in zip(p, q)))


def classify(point, data=POINTS, k=3):
    nearest = sorted(data, key=lambda item: distance(point, item[0]))[:k]
    votes = {}
    for _, label in nearest:
        votes[label] = votes.get(label, 0) + 1
    return max(votes, key=votes.get)


def mean(points):
    return [sum(column) / len(points) for column in zip(*points)]


def k_means(points, centers, rounds=10):
    for _ in range(rounds):
        clusters = [[] for _ in centers]
        for point in points:
            index = min(range(len(centers)), key=lambda i: distance(point, centers[i]))
            clusters[index].append(point)
        new = [mean(cluster) if cluster else center for cluster, center in zip(clusters, centers)]
        if new == centers:
            break
        centers = new
    return centers, clusters


class Perceptron:
    def __init__(self, size, rate=0.5):
        self.weights = [0.0] * size
        self.bias = 0.0
        self.rate = rate

    def predict(self, inputs):
        total = self.bias
        for weight, value in zip(self.weights, inputs):
            total += weight * value
        return 1 if total > 0 else 0

    def train(self, samples, epochs=10):
        mistakes = []
        for _ in range(epochs):
            wrong = 0
            for inputs, wanted in samples:
                error = wanted - self.predict(inputs)
                if error:
                    wrong += 1
                    self.bias += self.rate * error
                    for i, value in enumerate(inputs):
                        self.weights[i] += self.rate * error * value
            mistakes.append(wrong)
            if not wrong:
                break
        return mistakes


def normalize(rows):
    columns = list(zip(*rows))
    lows = [min(column) for column in columns]
    spans = [max(column) - low or 1.0 for column, low in zip(columns, lows)]
    return [[(value - low) / span for value, low, span in zip(row, lows, spans)] for row in rows]


near_a = classify([1.2, 1.1])
near_b = classify([7.0, 7.5])
single = classify([4.0, 4.0], k=1)
other = classify([0.0], data=[([1.0], "x"), ([9.0], "y")], k=1)
points = [point for point, _ in POINTS]
starts = [points[0], points[3]]
centers, clusters = k_means(points, starts)
sizes = [len(cluster) for cluster in clusters]
kept = clusters[0][0] is points[0]
untouched = starts[0] is points[0]
once, _ = k_means(points, starts, rounds=1)
AND = [([0, 0], 0), ([0, 1], 0), ([1, 0], 0), ([1, 1], 1)]
XOR = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]
learner = Perceptron(2)
weights = learner.weights
mistakes = learner.train(AND)
learned = [learner.predict(inputs) for inputs, _ in AND]
in_place = weights is learner.weights
stuck = Perceptron(2, rate=1).train(XOR, epochs=4)
scaled = normalize(points)
flat = normalize([[5, 1], [5, 3]])
print(near_a, near_b, single, other, centers, sizes, kept, untouched, len(once), mistakes[-1], learned, in_place, stuck)
print([round(value, 2) for value in scaled[2]], flat)
